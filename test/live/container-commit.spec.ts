import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const named = (name: string): string => `${prefix}${name}`;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
  const flags = ['--env', 'A=1', '--label', 'kept=yes', '--expose', '80', '--stop-timeout', '0'];
  const command = ['sh', '-c', 'echo hello > /made; sleep 3600'];
  await engine.cli('run', '--detach', '--name', named('source'), ...flags, 'busybox', ...command);
  await engine.cli('exec', named('source'), 'sh', '-c', 'until [ -s /made ]; do sleep 0.05; done');
});
afterAll(() => gateway.close());

const commit = async (input: object, ref = named('source')): Promise<unknown> => {
  const data = await gateway.data(
    `mutation ($input: ContainerCommitInput!) { containerCommit(input: $input) {
      changed image { dockerId tags } userErrors { __typename path message } } }`,
    { input: { ref, ...input } },
  );
  return at(data, 'containerCommit');
};

const inspect = async (image: string): Promise<unknown> =>
  at(JSON.parse(await engine.cli('image', 'inspect', image)), 0);

describe('an image made from a container', () => {
  it('is what `docker commit` makes of it', async () => {
    const changes = ['CMD ["cat", "/made"]', 'ENV B=2', 'LABEL more=1'];
    await engine.cli(
      'commit',
      '--author',
      'Jo',
      '--message',
      'why',
      ...changes.flatMap((change) => ['--change', change]),
      named('source'),
      named('cli:1'),
    );
    const answer = await commit({ name: named('ours:1'), author: 'Jo', comment: 'why', changes });
    expect(answer).toMatchObject({ changed: true, userErrors: [], image: { tags: [named('ours:1')] } });
    const [ours, theirs] = [await inspect(named('ours:1')), await inspect(named('cli:1'))];
    expect(textAt(ours, 'Id')).toBe(textAt(answer, 'image', 'dockerId'));
    for (const key of ['Config', 'Author', 'Comment', 'Container', 'Parent', 'Os', 'Architecture']) {
      expect(at(ours, key), key).toEqual(at(theirs, key));
    }
    expect(await engine.cli('run', '--rm', named('ours:1'))).toBe('hello');
  });

  it('says what `config` says, beside what the container says', async () => {
    const config = {
      command: ['env'],
      env: [{ name: 'B', value: '2' }],
      labels: [{ key: 'more', value: '1' }],
      exposedPorts: ['53/udp'],
      user: 'nobody',
      workingDir: '/tmp',
      stopSignal: 'SIGINT',
      volumes: ['/data'],
      healthcheck: { command: 'true', interval: '5s' },
    };
    expect(await commit({ name: named('typed'), config })).toMatchObject({
      changed: true,
      image: { tags: [named('typed:latest')] },
    });
    expect(at(await inspect(named('typed')), 'Config')).toMatchObject({
      Cmd: ['env'],
      Env: expect.arrayContaining(['A=1', 'B=2']),
      Labels: { kept: 'yes', more: '1' },
      ExposedPorts: { '80/tcp': {}, '53/udp': {} },
      User: 'nobody',
      WorkingDir: '/tmp',
      StopSignal: 'SIGINT',
      Volumes: { '/data': {} },
      Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5_000_000_000 },
    });
  });

  it('has no name where none was given, and can be found by its ID', async () => {
    const answer = await commit({});
    expect(answer).toMatchObject({ changed: true, userErrors: [], image: { tags: [] } });
    const id = textAt(answer, 'image', 'dockerId');
    expect(textAt(await inspect(id), 'Id')).toBe(id);
    await engine.cli('rmi', id);
  });

  it('keeps the port of a registry apart from the tag', async () => {
    const reference = `localhost:5000/${prefix}app:2`;
    expect(await commit({ name: reference })).toMatchObject({ changed: true, image: { tags: [reference] } });
    await engine.cli('rmi', reference);
  });
});

describe('an image that cannot be made', () => {
  it.each([
    [{ name: 'Not A Name' }, ['input', 'name']],
    [{ name: `x@sha256:${'0'.repeat(64)}` }, ['input', 'name']],
    [{ config: { exposedPorts: ['nope'] } }, ['input', 'config', 'exposedPorts', '0']],
  ])('is refused: %j', async (input, path) => {
    expect(await commit(input)).toMatchObject({
      changed: false,
      image: null,
      userErrors: [{ __typename: 'InvalidInputError', path }],
    });
  });

  it("gives the Engine's own sentence for an instruction it cannot apply", async () => {
    expect(await commit({ changes: ['RUN true'] })).toMatchObject({
      changed: false,
      userErrors: [{ message: expect.stringMatching(/run is not a valid change command/i) }],
    });
  });

  it('says typed that there is no such container', async () => {
    expect(await commit({}, named('nobody'))).toMatchObject({
      userErrors: [{ __typename: 'NotFoundError', path: ['input', 'ref'] }],
    });
  });
});
