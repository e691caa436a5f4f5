import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { sharedEngine } from '../support/live.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

/** Its own, as it becomes a swarm where it can have volumes of one. */
let engine: PrivateEngine;
let gateway: RunningGateway;
/** The Engine of this run, which ours is of the same version as. Older ones have no volumes of a swarm. */
const isNew = Number(sharedEngine().apiVersion.split('.')[1]) >= 42;
beforeAll(async () => {
  engine = await startPrivateEngine();
  gateway = await startGateway({ host: engine.host });
});
afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

const errors = 'userErrors { __typename code message path ... on VersionConflictError { currentVersion } }';
async function mutate(field: string, input: object, selection = 'volume { name }'): Promise<unknown> {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  const data = await gateway.data(
    `mutation ($input: ${type}!) { ${field}(input: $input) { changed ${selection} ${errors} } }`,
    { input },
  );
  return at(data, field);
}
const fails = (typename: string, more: object = {}) => ({
  changed: false,
  userErrors: [{ __typename: typename, ...more }],
});
/** As the Engine has it, without what it gives to each anew. */
async function stored(name: string): Promise<unknown> {
  const answer = await engine.mustRest('GET', `/volumes/${name}`);
  return at(answer.json(), 'ClusterVolume');
}
const versionOf = async (name: string): Promise<unknown> => at(await stored(name), 'Version', 'Index');

const spec = {
  group: 'fast',
  accessMode: {
    scope: 'MULTI',
    sharing: 'ONE_WRITER',
    mountOptions: { fsType: 'ext4', mountFlags: ['noatime', 'ro'] },
  },
  secrets: [{ key: 'token', secret: 'storage-token' }],
  accessibilityRequirements: {
    requisite: [
      {
        segments: [
          { key: 'zone', value: 'a' },
          { key: 'rack', value: '1' },
        ],
      },
    ],
    preferred: [{ segments: [{ key: 'zone', value: 'b' }] }],
  },
  capacityRange: { requiredBytes: '1g', limitBytes: '2g' },
  availability: 'PAUSE',
};

describe('an Engine that is in no swarm', () => {
  it('makes no volume of one', async () => {
    const wish = { name: 'lonely', driver: 'csi', clusterVolumeSpec: {} };
    expect(await mutate('volumeCreate', wish)).toMatchObject(
      isNew
        ? fails('SwarmInactiveError')
        : fails('ApiVersionError', { path: ['input', 'clusterVolumeSpec'] }),
    );
    expect(await engine.cli('volume', 'ls', '--quiet')).toBe('');
  });

  it('changes none of its own', async () => {
    await engine.cli('volume', 'create', 'own');
    expect(await mutate('volumeUpdate', { ref: 'own', spec: { availability: 'DRAIN' } })).toMatchObject(
      isNew
        ? fails('InvalidInputError', {
            path: ['input', 'ref'],
            message: expect.stringMatching(/"own" is one of this Engine/),
          })
        : fails('ApiVersionError', { path: ['input', 'spec'] }),
    );
    expect(await mutate('volumeUpdate', { ref: 'nothing', spec: {} })).toMatchObject(fails('NotFoundError'));
  });
});

const withVolumesOfSwarm = (): void => {
  let secret = '';
  beforeAll(async () => {
    await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
    const made = await engine.mustRest('POST', '/secrets/create', {
      body: { Name: 'storage-token', Data: Buffer.from('x').toString('base64') },
    });
    secret = textAt(made.json(), 'ID');
  });

  it('is made with all that can be asked for, as the Engine would have it', async () => {
    const wish = {
      name: 'all',
      driver: 'csi.example',
      options: [{ key: 'tier', value: 'gold' }],
      labels: [{ key: 'team', value: 'a' }],
      clusterVolumeSpec: spec,
    };
    expect(await mutate('volumeCreate', wish)).toMatchObject({
      changed: true,
      volume: { name: 'all' },
      userErrors: [],
    });
    await engine.mustRest('POST', '/volumes/create', {
      body: {
        Name: 'twin',
        Driver: 'csi.example',
        DriverOpts: { tier: 'gold' },
        Labels: { team: 'a' },
        ClusterVolumeSpec: {
          Group: 'fast',
          AccessMode: {
            Scope: 'multi',
            Sharing: 'onewriter',
            MountVolume: { FsType: 'ext4', MountFlags: ['noatime', 'ro'] },
          },
          Secrets: [{ Key: 'token', Secret: secret }],
          AccessibilityRequirements: {
            Requisite: [{ Segments: { zone: 'a', rack: '1' } }],
            Preferred: [{ Segments: { zone: 'b' } }],
          },
          CapacityRange: { RequiredBytes: 1024 ** 3, LimitBytes: 2 * 1024 ** 3 },
          Availability: 'pause',
        },
      },
    });
    expect(at(await stored('all'), 'Spec')).toEqual(at(await stored('twin'), 'Spec'));
    expect(await mutate('volumeCreate', wish)).toMatchObject({ changed: false, userErrors: [] });
    const other = { ...wish, clusterVolumeSpec: { ...spec, group: 'slow' } };
    expect(await mutate('volumeCreate', other)).toMatchObject(
      fails('NameInUseError', {
        message: 'A volume "all" exists with another `group`. Give another name, or remove it first.',
      }),
    );
  });

  it('is read with all of that', async () => {
    const data =
      await gateway.data(`{ volume(ref: "all") { driver label(key: "team") plugin { id } clusterVolume {
      swarmId version createdAt spec { group availability
        accessMode { scope sharing isBlockVolume mountOptions { fsType mountFlags } } secrets { key secret }
        accessibilityRequirements { requisite { segments { key value } } preferred { segments { key value } } }
        capacityRange { requiredBytes limitBytes } }
      info { volumeId } publishStatus { nodeId } } } }`);
    const raw = await stored('all');
    expect(at(data, 'volume')).toEqual({
      driver: 'csi.example',
      label: 'a',
      plugin: null,
      clusterVolume: {
        swarmId: at(raw, 'ID'),
        version: at(raw, 'Version', 'Index'),
        createdAt: at(raw, 'CreatedAt'),
        spec: {
          group: 'fast',
          availability: 'PAUSE',
          accessMode: {
            scope: 'MULTI',
            sharing: 'ONE_WRITER',
            isBlockVolume: null,
            mountOptions: { fsType: 'ext4', mountFlags: ['noatime', 'ro'] },
          },
          secrets: [{ key: 'token', secret }],
          accessibilityRequirements: {
            requisite: [
              {
                segments: [
                  { key: 'rack', value: '1' },
                  { key: 'zone', value: 'a' },
                ],
              },
            ],
            preferred: [{ segments: [{ key: 'zone', value: 'b' }] }],
          },
          capacityRange: { requiredBytes: 1024 ** 3, limitBytes: 2 * 1024 ** 3 },
        },
        info: null,
        publishStatus: [],
      },
    });
  });

  it('is a block device for one task, as the docker CLI makes it, where nothing else is asked for', async () => {
    const wish = { name: 'least', driver: 'csi.example', clusterVolumeSpec: {} };
    expect(await mutate('volumeCreate', wish)).toMatchObject({ changed: true, userErrors: [] });
    expect(at(await stored('least'), 'Spec')).toEqual({
      AccessMode: { Scope: 'single', Sharing: 'none', BlockVolume: {} },
      Availability: 'active',
    });
    expect(await mutate('volumeCreate', wish)).toMatchObject({ changed: false, userErrors: [] });
  });

  it.each([
    ['no name', { driver: 'csi', clusterVolumeSpec: {} }, ['input', 'name']],
    ['no driver', { name: 'wrong', clusterVolumeSpec: {} }, ['input', 'driver']],
    [
      'a file system and a block device at once',
      {
        name: 'wrong',
        driver: 'csi',
        clusterVolumeSpec: { accessMode: { isBlockVolume: true, mountOptions: {} } },
      },
      ['input', 'clusterVolumeSpec', 'accessMode', 'isBlockVolume'],
    ],
    [
      'a secret that is not there',
      { name: 'wrong', driver: 'csi', clusterVolumeSpec: { secrets: [{ key: 'a', secret: 'nothing' }] } },
      ['input', 'clusterVolumeSpec', 'secrets', '0', 'secret'],
    ],
    [
      'a word that is none',
      { name: 'wrong', driver: 'csi', clusterVolumeSpec: { availability: 'UNKNOWN' } },
      ['input', 'clusterVolumeSpec', 'availability'],
    ],
  ])('is not made with %s', async (_what, wish, path) => {
    expect(await mutate('volumeCreate', wish)).toMatchObject(fails('InvalidInputError', { path }));
  });

  it('is paused and drained, and refuses a change that was made for another version', async () => {
    const update = (more: object) =>
      mutate(
        'volumeUpdate',
        { ref: 'all', ...more },
        'volume { clusterVolume { version spec { availability } } }',
      );
    const before = await versionOf('all');
    expect(await update({ version: before, spec: { availability: 'DRAIN' } })).toMatchObject({
      changed: true,
      volume: { clusterVolume: { spec: { availability: 'DRAIN' } } },
      userErrors: [],
    });
    const after = await versionOf('all');
    expect(Number(after)).toBeGreaterThan(Number(before));
    expect(await update({ version: before, spec: { availability: 'ACTIVE' } })).toMatchObject(
      fails('VersionConflictError', {
        code: 'VERSION_CONFLICT',
        currentVersion: after,
        path: ['input', 'version'],
      }),
    );
    expect(await update({ spec: { ...spec, availability: 'DRAIN' } })).toMatchObject({
      changed: false,
      userErrors: [],
    });
    expect(await versionOf('all')).toBe(after);
    expect(
      await update({ ref: at(await stored('all'), 'ID'), spec: { availability: 'ACTIVE' } }),
    ).toMatchObject({
      changed: true,
    });
    expect(at(await stored('all'), 'Spec', 'Availability')).toBe('active');
  });

  it('refuses to be what the Engine would forget', async () => {
    for (const [field, value] of [
      ['group', 'other'],
      ['capacityRange', { requiredBytes: '3g' }],
      ['accessMode', { isBlockVolume: true }],
    ] as const) {
      const wish = { ref: 'all', spec: { availability: 'PAUSE', [field]: value } };
      expect(await mutate('volumeUpdate', wish)).toMatchObject(
        fails('InvalidInputError', {
          path: ['input', 'spec', field],
          message: expect.stringMatching(/nothing but `availability`/),
        }),
      );
    }
    expect(at(await stored('all'), 'Spec', 'Availability')).toBe('active');
  });

  it('loses no change of two who write at once', async () => {
    const turns = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'PAUSE' : 'ACTIVE'));
    const answers = await Promise.all(
      turns.map((availability) => mutate('volumeUpdate', { ref: 'all', spec: { availability } })),
    );
    expect(answers.flatMap((answer) => listAt(answer, 'userErrors'))).toEqual([]);
    const version = await versionOf('all');
    const [first, second] = await Promise.all(
      ['DRAIN', 'DRAIN'].map((availability) =>
        mutate('volumeUpdate', { ref: 'all', version, spec: { availability } }),
      ),
    );
    const conflicts = [first, second].filter((answer) => listAt(answer, 'userErrors').length > 0);
    expect(conflicts.length).toBeLessThanOrEqual(1);
    expect(at(await stored('all'), 'Spec', 'Availability')).toBe('drain');
  });

  it('is removed', async () => {
    for (const ref of ['all', 'twin', 'least']) {
      expect(await mutate('volumeRemove', { ref, force: true }, 'removedId')).toMatchObject({
        changed: true,
        userErrors: [],
      });
    }
    expect(await engine.cli('volume', 'ls', '--quiet', '--filter', 'name=all')).toBe('');
  });
};

// What older Engines say is shown above: they have nothing that could be tested here.
if (isNew) describe('a volume of a swarm, without the plugin that would make it', withVolumesOfSwarm);
