import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { build, cancel, ended, follow } from './support/build.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const secret = `canary-${'s3cret'.repeat(3)}`;

let proxy: CountingProxy;
let gateway: RunningGateway;
beforeAll(async () => {
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
});

const mount = (id: string, options = '') => `--mount=type=secret,id=${id}${options}`;
const dockerfile = (...lines: readonly string[]) => ({
  context: { dockerfile: ['FROM busybox', `ENV built=${Date.now()}${Math.random()}`, ...lines].join('\n') },
  builder: 'BUILDKIT',
});
const fine = { changed: true, userErrors: [], operation: { state: 'SUCCEEDED' } };
/** Nothing of sessions is open at the Engine. */
const quiet = () =>
  proxy.until((requests) =>
    requests.every(({ path, ended: isOver }) => isOver || !path.includes('/session')),
  );

describe('a build with secrets', () => {
  it('gets each of them byte by byte, and keeps none', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 31) & 0xff));
    const tag = `${prefix}secrets:1`;
    const answer = await build(gateway, {
      ...dockerfile(
        `RUN ${mount('bytes')} ${mount('text')} sha256sum /run/secrets/bytes /run/secrets/text > /sums`,
        `RUN ${mount('text', ',target=/etc/token')} test "$(cat /etc/token)" = "${secret.replace('canary', 'can""ary')}"`,
      ),
      tags: [tag],
      secrets: [
        { id: 'bytes', valueBase64: bytes.toString('base64') },
        { id: 'text', value: secret },
      ],
    });
    expect(answer).toMatchObject(fine);
    const sum = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');
    expect(await engine.cli('run', '--rm', tag, 'cat', '/sums')).toBe(
      `${sum(bytes)}  /run/secrets/bytes\n${sum(secret)}  /run/secrets/text`,
    );
    expect(
      await engine.cli('run', '--rm', tag, 'sh', '-c', 'cat /run/secrets/* /etc/token 2>/dev/null | wc -c'),
    ).toBe('0');
    const history = await engine.cli('history', '--no-trunc', tag);
    expect(history + JSON.stringify(answer)).not.toContain(secret);
    await quiet();
  });

  it('does not show what a step prints of them, nor what fails with them', async () => {
    const input = dockerfile(`RUN ${mount('x')} cat /run/secrets/x; echo; cat /run/secrets/x >&2; exit 3`);
    const secrets = [{ id: 'x', value: `first ${secret}\nsecond ${secret}\n` }];
    const answer = await build(gateway, { ...input, secrets });
    expect(answer).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'BuildFailedError', exitCode: 3 }],
      operation: { state: 'FAILED' },
    });
    expect(JSON.stringify(at(answer, 'operation', 'output'))).toContain('[secret]');
    expect(JSON.stringify(answer)).not.toContain(secret);
    await quiet();
  });

  it('that lacks one says which', async () => {
    const input = dockerfile(`RUN ${mount('wanted', ',required=true')} true`);
    expect(await build(gateway, { ...input, secrets: [{ id: 'other', value: secret }] })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'BuildSessionError', message: expect.stringContaining('"wanted"') }],
    });
    await quiet();
  });

  it('that wants an SSH agent says that there is none', async () => {
    expect(await build(gateway, dockerfile('RUN --mount=type=ssh,required=true true'))).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'BuildSessionError', message: expect.stringContaining('SSH agent') }],
    });
    await quiet();
  });

  it('does without where the Dockerfile does not insist', async () => {
    const answer = await build(gateway, dockerfile(`RUN ${mount('absent')} test ! -e /run/secrets/absent`));
    expect(answer).toMatchObject(fine);
  });

  it('leaves no session when it is canceled', async () => {
    const input = {
      ...dockerfile(`RUN ${mount('x')} sleep 100`),
      secrets: [{ id: 'x', value: secret }],
      wait: false,
    };
    const answer = await build(gateway, input);
    const reader = follow(gateway, answer);
    await reader.until(
      (state) =>
        JSON.stringify(state).includes('"RUNNING","status":"Running"') &&
        JSON.stringify(state).includes('sleep 100'),
    );
    expect(await cancel(gateway, answer)).toMatchObject({ changed: true });
    expect(await ended(gateway, answer)).toMatchObject({ state: 'CANCELED' });
    await quiet();
  });

  it.each([
    [{ secrets: [{ id: '', value: secret }] }, ['input', 'secrets', '0', 'id']],
    [{ secrets: [{ id: 'a,b', value: secret }] }, ['input', 'secrets', '0', 'id']],
    [{ secrets: [{ id: 'a' }] }, ['input', 'secrets', '0']],
    [{ secrets: [{ id: 'a', value: secret, valueBase64: 'AA==' }] }, ['input', 'secrets', '0']],
    [{ secrets: [{ id: 'a', valueBase64: `${secret}!` }] }, ['input', 'secrets', '0', 'valueBase64']],
    [
      {
        secrets: [
          { id: 'a', value: secret },
          { id: 'a', value: secret },
        ],
      },
      ['input', 'secrets', '1', 'id'],
    ],
    [{ secrets: [{ id: 'a', value: 'x'.repeat(512_001) }] }, ['input', 'secrets', '0']],
    [{ secrets: [{ id: 'a', value: secret }], builder: 'CLASSIC' }, ['input', 'secrets']],
    [
      { auth: [{ registry: 'r.example', auth: { registryToken: secret } }] },
      ['input', 'auth', '0', 'auth', 'registryToken'],
    ],
  ])('that cannot be is refused: %#', async (wrong, path) => {
    const answer = await build(gateway, { ...dockerfile('RUN true'), ...wrong });
    expect(answer).toMatchObject({
      changed: false,
      operation: null,
      userErrors: [{ __typename: 'InvalidInputError', path }],
    });
    expect(JSON.stringify(answer)).not.toContain(secret);
  });

  it('does not repeat them where the input is none at all', async () => {
    const { errors } = await gateway.query(
      'mutation ($input: ImageBuildInput!) { imageBuild(input: $input) { changed } }',
      {
        input: {
          context: { dockerfile: 'FROM busybox' },
          secrets: [{ id: 'a', value: secret, valueBase64: 5 }],
          nope: 1,
        },
      },
    );
    expect(errors[0]?.code).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(errors)).not.toContain(secret);
    expect(at(errors[0], 'message')).toContain('credentials');
  });
});
