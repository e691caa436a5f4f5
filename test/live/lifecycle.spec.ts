import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const named = (name: string) => `${prefix}${name}`;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
});
afterAll(() => gateway.close());

const stateOf = (name: string) => engine.cli('inspect', '--format', '{{.State.Status}}', named(name));

/** Makes a container that sleeps, started or not, by the CLI. */
async function sleeper(name: string, ...flags: string[]): Promise<string> {
  return engine.cli(
    'run',
    '--detach',
    '--name',
    named(name),
    '--stop-timeout',
    '0',
    ...flags,
    'busybox',
    'sleep',
    '3600',
  );
}
const created = (name: string, ...flags: string[]) =>
  engine.cli('create', '--name', named(name), ...flags, 'busybox', 'sleep', '3600');

/** One mutation on one object; `input` beside `ref`, `select` beside what is always asked. */
async function mutate(mutation: string, input: object, select = ''): Promise<unknown> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const data = await gateway.data(
    `mutation ($input: ${type}) { result: ${mutation}(input: $input) { changed userErrors { __typename code message path
      ... on NameInUseError { name existing { __typename ... on Container { name } ... on Network { name } ... on Volume { name } } }
      ... on PortInUseError { port hostIp by { name } }
      ... on ImageInUseError { containers { name } }
      ... on NetworkInUseError { containers { name } }
      ... on VolumeInUseError { containers { name } }
      ... on ContainerNotRunningError { container { name state } }
      ... on ContainerRunningError { container { name state } }
      ... on ContainerPausedError { container { name state } }
      ... on ContainerStartError { container { name state } }
      ... on AmbiguousReferenceError { candidates { dockerId name } }
    } ${select} } }`,
    { input },
  );
  return at(data, 'result');
}

const act = (mutation: string, name: string, input: object = {}) =>
  mutate(mutation, { ref: named(name), ...input }, 'container { name state }');

const done = { changed: true, userErrors: [] };
const already = { changed: false, userErrors: [] };

describe('the life of a container', () => {
  it('goes through every state that the CLI then sees too', async () => {
    await created('life');
    expect(await act('containerStart', 'life')).toMatchObject({ ...done, container: { state: 'RUNNING' } });
    expect(await stateOf('life')).toBe('running');
    expect(await act('containerStart', 'life')).toMatchObject(already);
    expect(await act('containerPause', 'life')).toMatchObject({ ...done, container: { state: 'PAUSED' } });
    expect(await stateOf('life')).toBe('paused');
    expect(await act('containerUnpause', 'life')).toMatchObject({ ...done, container: { state: 'RUNNING' } });
    expect(await stateOf('life')).toBe('running');
    expect(await act('containerRestart', 'life', { timeout: '0s' })).toMatchObject({
      ...done,
      container: { state: 'RUNNING' },
    });
    expect(await act('containerKill', 'life', { signal: 'SIGKILL' })).toMatchObject(done);
    expect(await engine.cli('wait', named('life'))).toBe('137');
    expect(await act('containerStop', 'life')).toMatchObject({ ...already, container: { state: 'EXITED' } });
    expect(await act('containerRename', 'life', { name: named('afterlife') })).toMatchObject({
      ...done,
      container: { name: named('afterlife') },
    });
    expect(await stateOf('afterlife')).toBe('exited');
    expect(await act('containerRemove', 'afterlife')).toMatchObject({ ...done, container: null });
    await expect(stateOf('afterlife')).rejects.toThrow(/No such/);
  });

  it('is stopped within the grace period that was asked for', async () => {
    await engine.cli(
      'run',
      '-d',
      '--name',
      named('stubborn'),
      'busybox',
      'sh',
      '-c',
      "trap '' TERM; while :; do sleep 1; done",
    );
    expect(await act('containerStop', 'stubborn', { timeout: '1s' })).toMatchObject({
      ...done,
      container: { state: 'EXITED' },
    });
    expect(await engine.cli('inspect', '--format', '{{.State.ExitCode}}', named('stubborn'))).toBe('137');
  });

  it('is told apart from one that is missing, by name', async () => {
    expect(await act('containerStart', 'nobody')).toMatchObject({
      changed: false,
      container: null,
      userErrors: [{ __typename: 'NotFoundError', code: 'NOT_FOUND', path: ['input', 'ref'] }],
    });
  });

  it('ends with an ID that caches can forget', async () => {
    await created('forgotten');
    const data = await gateway.data('query ($ref: ID!) { container(ref: $ref) { id } }', {
      ref: named('forgotten'),
    });
    const removed = await mutate('containerRemove', { ref: named('forgotten') }, 'removedId');
    expect(textAt(removed, 'removedId')).toBe(textAt(data, 'container', 'id'));
  });
});

describe('a conflict', () => {
  it('over a name shows who has it', async () => {
    await created('first');
    await created('second');
    expect(await act('containerRename', 'second', { name: named('first') })).toMatchObject({
      changed: false,
      userErrors: [
        { __typename: 'NameInUseError', name: named('first'), existing: { name: named('first') } },
      ],
    });
  });

  it('over a port shows who publishes it', async () => {
    await sleeper('publisher', '--publish', '127.0.0.1:18080:80');
    await created('latecomer', '--publish', '127.0.0.1:18080:80');
    expect(await act('containerStart', 'latecomer')).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'PortInUseError', port: 18_080, by: { name: named('publisher') } }],
    });
  });

  it('over an image shows who uses it', async () => {
    await engine.cli('commit', await created('base'), named('image'));
    await engine.cli('run', '-d', '--name', named('user'), named('image'), 'sleep', '3600');
    expect(await mutate('imageRemove', { ref: named('image') })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'ImageInUseError', containers: [{ name: named('user') }] }],
    });
  });

  it('over a network shows who is connected', async () => {
    await engine.cli('network', 'create', named('net'));
    await sleeper('connected', '--network', named('net'));
    expect(await mutate('networkRemove', { ref: named('net') })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'NetworkInUseError', containers: [{ name: named('connected') }] }],
    });
  });

  it('over the name of a network shows the network', async () => {
    await engine.cli('network', 'create', named('taken'));
    expect(await mutate('networkCreate', { name: named('taken') })).toMatchObject({
      changed: false,
      userErrors: [
        { __typename: 'NameInUseError', existing: { __typename: 'Network', name: named('taken') } },
      ],
    });
  });

  it('over a volume shows who uses it', async () => {
    await sleeper('writer', '--volume', `${named('volume')}:/data`);
    expect(await mutate('volumeRemove', { ref: named('volume') })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'VolumeInUseError', containers: [{ name: named('writer') }] }],
    });
  });

  it('over the meaning of a volume shows the volume', async () => {
    await engine.cli('volume', 'create', named('plain'));
    expect(await mutate('volumeCreate', { name: named('plain') })).toMatchObject(already);
    const options = [
      { key: 'type', value: 'tmpfs' },
      { key: 'device', value: 'tmpfs' },
    ];
    expect(await mutate('volumeCreate', { name: named('plain'), options })).toMatchObject({
      changed: false,
      userErrors: [
        { __typename: 'NameInUseError', existing: { __typename: 'Volume', name: named('plain') } },
      ],
    });
  });

  it('over a state shows the state', async () => {
    await created('still');
    await sleeper('busy');
    await sleeper('frozen');
    await engine.cli('pause', named('frozen'));
    const error = async (mutation: string, name: string) => at(await act(mutation, name), 'userErrors', 0);
    expect(await error('containerKill', 'still')).toMatchObject({
      __typename: 'ContainerNotRunningError',
      container: { state: 'CREATED' },
    });
    expect(await error('containerPause', 'still')).toMatchObject({ __typename: 'ContainerNotRunningError' });
    expect(await error('containerUnpause', 'busy')).toMatchObject({ code: 'CONFLICT' });
    expect(await error('containerRemove', 'busy')).toMatchObject({
      __typename: 'ContainerRunningError',
      container: { state: 'RUNNING' },
    });
    expect(await error('containerRemove', 'frozen')).toMatchObject({
      __typename: 'ContainerPausedError',
      container: { state: 'PAUSED' },
    });
    expect(await error('containerStart', 'frozen')).toMatchObject({ __typename: 'ContainerPausedError' });
  });

  it('over a program that is not there is a failed start', async () => {
    await engine.cli('create', '--name', named('broken'), 'busybox', '/no/such/program');
    expect(await act('containerStart', 'broken')).toMatchObject({
      changed: false,
      userErrors: [
        { __typename: 'ContainerStartError', container: { name: named('broken'), state: 'CREATED' } },
      ],
    });
  });

  it('over an unknown signal names it', async () => {
    await sleeper('deaf');
    expect(await act('containerKill', 'deaf', { signal: 'SIGNONSENSE' })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'InvalidInputError', message: expect.stringContaining('SIGNONSENSE') }],
    });
  });

  it('over a prefix of several IDs lists them', async () => {
    // 17 containers share a first digit among 16.
    await Promise.all(Array.from({ length: 17 }, (_, i) => created(`many${i}`)));
    const ids = (await engine.cli('ps', '--all', '--quiet', '--no-trunc')).split('\n');
    const digit =
      ids.map(([first]) => first ?? '').find((each, index, all) => all.indexOf(each) !== index) ?? '';
    const expected = ids.filter((id) => id.startsWith(digit)).sort();
    const result = await mutate('containerStart', { ref: digit });
    const candidates = at(result, 'userErrors', 0, 'candidates');
    expect(result).toMatchObject({ userErrors: [{ __typename: 'AmbiguousReferenceError' }] });
    expect(Array.isArray(candidates) && candidates.map((each) => textAt(each, 'dockerId')).sort()).toEqual(
      expected,
    );
  });
});

describe('many at once', () => {
  const bulk = (mutation: string, input: object) =>
    mutate(
      mutation,
      input,
      'matched succeeded failed results { ref changed container { name state } userErrors { code } }',
    );

  it('are each answered for', async () => {
    await sleeper('one');
    await created('two');
    expect(
      await bulk('containersStop', {
        refs: [named('one'), named('two'), named('three'), '../../info'],
        timeout: '0s',
      }),
    ).toMatchObject({
      changed: true,
      matched: 4,
      succeeded: 2,
      failed: 2,
      results: [
        { changed: true, container: { state: 'EXITED' }, userErrors: [] },
        { changed: false, container: { state: 'CREATED' }, userErrors: [] },
        { changed: false, container: null, userErrors: [{ code: 'NOT_FOUND' }] },
        { changed: false, container: null, userErrors: [{ code: 'INVALID_INPUT' }] },
      ],
    });
    expect(await stateOf('one')).toBe('exited');
  });

  it('are chosen by a filter, and only shown in a dry run', async () => {
    await sleeper('red', '--label', `${prefix}color=red`);
    await sleeper('blue', '--label', `${prefix}color=blue`);
    const filter = { labels: [`${prefix}color=red`] };
    expect(await bulk('containersKill', { filter, dryRun: true })).toMatchObject({
      changed: false,
      matched: 1,
      results: [{ container: { name: named('red'), state: 'RUNNING' } }],
    });
    expect(await stateOf('red')).toBe('running');
    expect(await bulk('containersRemove', { filter, force: true })).toMatchObject({
      changed: true,
      succeeded: 1,
    });
    await expect(stateOf('red')).rejects.toThrow(/No such/);
    expect(await stateOf('blue')).toBe('running');
  });

  it('are never all of them by accident', async () => {
    for (const input of [{}, { filter: {} }, { refs: [] }]) {
      expect(await bulk('containersRemove', { ...input, force: true })).toMatchObject({
        changed: false,
        matched: 0,
        userErrors: [{ code: 'INVALID_INPUT' }],
      });
    }
  });
});

describe('networks and volumes', () => {
  it('are made, connected, disconnected and removed as the CLI then sees', async () => {
    const ipam = { pools: [{ subnet: '10.77.0.0/24', gateway: '10.77.0.9' }] };
    const labels = [{ key: 'odd key', value: 'odd = "value"' }];
    expect(
      await mutate(
        'networkCreate',
        { name: named('lan'), ipam, labels, internal: true },
        'warnings network { name }',
      ),
    ).toMatchObject({ ...done, network: { name: named('lan') } });
    const made: unknown = JSON.parse(await engine.cli('network', 'inspect', named('lan')));
    expect(at(made, 0)).toMatchObject({
      Internal: true,
      Labels: { 'odd key': 'odd = "value"' },
      IPAM: { Config: [{ Subnet: '10.77.0.0/24', Gateway: '10.77.0.9' }] },
    });

    await sleeper('guest');
    const both = { network: named('lan'), container: named('guest') };
    expect(
      await mutate('networkConnect', { ...both, endpoint: { ipv4: '10.77.0.42', aliases: ['visitor'] } }),
    ).toMatchObject(done);
    const address = `{{(index .NetworkSettings.Networks "${named('lan')}").IPAddress}}`;
    expect(await engine.cli('inspect', '--format', address, named('guest'))).toBe('10.77.0.42');
    expect(await mutate('networkConnect', both)).toMatchObject({
      changed: false,
      userErrors: [{ code: 'CONFLICT', message: expect.stringContaining('already exists') }],
    });
    expect(await mutate('networkDisconnect', both, 'container { networks { networkName } }')).toMatchObject({
      ...done,
      container: { networks: [{ networkName: 'bridge' }] },
    });
    expect(await mutate('networkRemove', { ref: named('lan') }, 'removedId')).toMatchObject(done);
    await expect(engine.cli('network', 'inspect', named('lan'))).rejects.toThrow();

    const options = [
      { key: 'type', value: 'tmpfs' },
      { key: 'device', value: 'tmpfs' },
      { key: 'o', value: 'size=1m' },
    ];
    expect(
      await mutate('volumeCreate', { name: named('ram'), options, labels }, 'volume { name driver }'),
    ).toMatchObject({
      ...done,
      volume: { name: named('ram'), driver: 'local' },
    });
    const volume: unknown = JSON.parse(await engine.cli('volume', 'inspect', named('ram')));
    expect(at(volume, 0)).toMatchObject({
      Options: { type: 'tmpfs', o: 'size=1m' },
      Labels: { 'odd key': 'odd = "value"' },
    });
    expect(await mutate('volumeRemove', { ref: named('ram') })).toMatchObject(done);
    await expect(engine.cli('volume', 'inspect', named('ram'))).rejects.toThrow();
  });
});

describe('images', () => {
  it('are tagged and removed by name as the CLI then sees', async () => {
    const name = `${named('app')}:1`;
    await engine.cli('commit', await created('source'), `${named('app')}:0`);
    expect(await mutate('imageTag', { ref: `${named('app')}:0`, name }, 'image { tags }')).toMatchObject({
      ...done,
      image: { tags: expect.arrayContaining([name]) },
    });
    expect(await mutate('imageRemove', { ref: name }, 'untagged deleted')).toMatchObject({
      ...done,
      untagged: [name],
      deleted: [],
    });
    await expect(engine.cli('image', 'inspect', name)).rejects.toThrow();
    const last = await mutate('imageRemove', { ref: `${named('app')}:0` }, 'deleted');
    expect(at(last, 'deleted')).toContainEqual(expect.stringMatching(/^sha256:/));
    expect(await mutate('imageTag', { ref: 'busybox', name: 'UPPER case' })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'name'] }],
    });
  });
});

describe('what is unused', () => {
  it('is pruned within the labels that were given', async () => {
    const label = `${prefix}prune`;
    await created('unused', '--label', label);
    await engine.cli('network', 'create', '--label', label, named('unused'));
    await engine.cli('volume', 'create', '--label', label, named('unused'));
    const input = { labels: [label] };
    const containers = await mutate('containersPrune', input, 'removed spaceReclaimed');
    expect(at(containers, 'removed')).toHaveLength(1);
    expect(await mutate('networksPrune', input, 'removed')).toMatchObject({
      ...done,
      removed: [named('unused')],
    });
    expect(await mutate('volumesPrune', { ...input, all: true }, 'removed')).toMatchObject({
      ...done,
      removed: [named('unused')],
    });
    expect(await mutate('imagesPrune', input, 'deleted')).toMatchObject(already);
  });

  it('is spared by a label, and only goes with all the labels that were given', async () => {
    const [one, both, spared] = [`${prefix}one`, `${prefix}both`, `${prefix}spared`];
    await created('has-one', '--label', one);
    await created('has-both', '--label', one, '--label', both);
    await created('has-all', '--label', one, '--label', both, '--label', spared);
    const left = () => engine.cli('ps', '--all', '--filter', `label=${one}`, '--format', '{{.Names}}');
    expect(
      await mutate('containersPrune', { labels: [one, both], withoutLabel: spared }, 'removed'),
    ).toMatchObject({ ...done, removed: [expect.stringMatching(/^[0-9a-f]{64}$/)] });
    expect((await left()).split('\n').sort()).toEqual([named('has-all'), named('has-one')]);
  });
});
