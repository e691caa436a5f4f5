import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { build } from './support/build.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
let git: GitServer;
let gateway: RunningGateway;
let closed: RunningGateway;
beforeAll(async () => {
  git = await startGitServer(engine);
  git.commit('app', {
    Dockerfile: 'FROM busybox\nCOPY greeting /greeting\nRUN test "$(cat /greeting)" = "from git"\n',
    greeting: 'from git\n',
  });
  [gateway, closed] = await Promise.all([
    startGateway({
      host: engine.host,
      environment: { DOCKGRAPH_BUILD_REMOTES: `${git.address}/app.git,${git.address}/gone` },
    }),
    startGateway({ host: engine.host }),
  ]);
});
afterAll(async () => {
  await Promise.all([gateway?.close(), closed?.close()]);
  await git?.stop();
});

describe.each(['CLASSIC', 'BUILDKIT'] as const)('a Git repository for %s', (builder) => {
  it('is a context where the gateway allows its address', async () => {
    const remote = `${git.address}/app.git#main`;
    const tag = `${prefix}${builder.toLowerCase()}:1`;
    const answer = await build(gateway, { context: { remote }, builder, tags: [tag] });
    expect(answer).toMatchObject({ changed: true, userErrors: [], image: { tags: [tag] } });
    expect(await engine.cli('image', 'inspect', '--format', '{{.Id}}', tag)).toBe(
      textAt(answer, 'image', 'dockerId'),
    );
  });

  it('that is not there is named as the context that cannot be had', async () => {
    const answer = await build(gateway, { context: { remote: `${git.address}/gone/none.git` }, builder });
    expect(answer).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'BuildContextError', path: ['input', 'context'] }],
      operation: { state: 'FAILED', subject: `${git.address}/gone/none.git` },
    });
  });
});

describe('an address that is not allowed', () => {
  const refused = (message: RegExp) => ({
    changed: false,
    operation: null,
    userErrors: [
      {
        __typename: 'InvalidInputError',
        path: ['input', 'context', 'remote'],
        message: expect.stringMatching(message),
      },
    ],
  });

  it('is refused, and the setting named', async () => {
    const remote = `${git.address}/app.git`;
    expect(await build(closed, { context: { remote } })).toMatchObject(
      refused(/is off.*DOCKGRAPH_BUILD_REMOTES/),
    );
    for (const other of ['app', 'app.gitx', 'other.git']) {
      expect(await build(gateway, { context: { remote: `${git.address}/${other}` } })).toMatchObject(
        refused(/none of the addresses.*DOCKGRAPH_BUILD_REMOTES/),
      );
    }
  });
});
