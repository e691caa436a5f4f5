import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { createPlugin, pluginArchive, pluginConfig } from '../support/plugin.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { tar } from '../support/tar.ts';
import { follow } from './support/live-view.ts';
import { beginUpload, upload } from './support/uploads.ts';

/** Its own: plugins are programs of the Engine itself. */
let engine: PrivateEngine;
let registry: Registry;
let locked: Registry;
let gateway: RunningGateway;
let remote: string;

beforeAll(async () => {
  engine = await startPrivateEngine();
  [registry, locked, gateway] = await Promise.all([
    startRegistry(engine),
    startRegistry(engine, { auth: { username: 'someone', password: 'secret' } }),
    startGateway({ host: engine.host }),
    importBusybox(engine),
  ]);
  remote = `${registry.address}/team/volumes:1`;
  const newer = `${registry.address}/team/volumes:2`;
  await createPlugin(engine, remote);
  await createPlugin(engine, newer, { ...pluginConfig(), description: 'Does it better' });
  for (const name of [remote, newer]) {
    await engine.cli('plugin', 'push', name);
    await engine.cli('plugin', 'rm', name);
  }
}, 120_000);
afterAll(async () => {
  await gateway?.close();
  await Promise.all([registry?.stop(), locked?.stop()]);
  await engine?.stop();
});

const errorFields = `userErrors { __typename code message path
  ... on PluginPrivilegesError { privileges { name value } missing { name value } }
  ... on PluginInUseError { plugin { name } volumes { name } networks { name } }
  ... on PluginEnabledError { plugin { name isEnabled } }
  ... on PluginStartError { plugin { name isEnabled } }
  ... on PluginDisabledError { plugin { name } }
  ... on NameInUseError { name existing { id } } }`;

async function mutate(
  field: string,
  input: object,
  selection = 'plugin { name isEnabled }',
): Promise<unknown> {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  const data = await gateway.data(
    `mutation ($input: ${type}!) { ${field}(input: $input) { changed ${selection} ${errorFields} } }`,
    { input },
  );
  return at(data, field);
}
const done = { userErrors: [] };
const fails = (typename: string, more: object = {}) => ({
  changed: false,
  userErrors: [{ __typename: typename, ...more }],
});
const inspect = async (name: string): Promise<unknown> =>
  at(JSON.parse(await engine.cli('plugin', 'inspect', name)), 0);
const names = async (): Promise<string[]> =>
  (await engine.cli('plugin', 'ls', '--format', '{{.Name}}')).split('\n').filter(Boolean).toSorted();

const privileges = [
  { name: 'network', value: ['host'] },
  { name: 'mount', value: ['/etc/hosts'] },
  { name: 'device', value: ['/dev/null'] },
  { name: 'capabilities', value: ['CAP_SYS_ADMIN'] },
];

describe('what a plugin in a registry wants to be allowed', () => {
  const ask = (reference: string) =>
    gateway.query('query ($r: String!) { pluginPrivileges(remote: $r) { name description value } }', {
      r: reference,
    });

  it('is shown before it is installed', async () => {
    const { data } = await ask(remote);
    expect(at(data, 'pluginPrivileges')).toMatchObject(privileges);
    expect(listAt(data, 'pluginPrivileges').map((each) => textAt(each, 'description'))).toContain(
      'host path to mount',
    );
  });

  it('is not nothing where the registry has no such plugin, though the Engine says so', async () => {
    const { data, errors } = await ask(`${registry.address}/team/nothing:1`);
    expect(data).toEqual({ pluginPrivileges: null });
    expect(errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('is not nothing where nobody answers', async () => {
    const { errors } = await ask('127.0.0.1:1/team/nothing:1');
    expect(errors).toMatchObject([{ code: 'ENGINE_ERROR' }]);
  });

  it('is not asked for with what is no reference', async () => {
    const { errors } = await ask('No Such:Reference');
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });
});

describe('installing a plugin', () => {
  it.each([
    ['nothing', {}, privileges],
    ['a part', { grant: privileges.slice(1) }, privileges.slice(0, 1)],
    ['something else', { grant: [...privileges, { name: 'mount', value: ['/'] }] }, []],
  ])('is refused with what it wants where %s was granted', async (_what, grant, missing) => {
    const answer = await mutate('pluginInstall', { remote, ...grant }, 'plugin { id } operation { id }');
    expect(answer).toEqual({
      changed: false,
      plugin: null,
      operation: null,
      userErrors: [
        {
          __typename: 'PluginPrivilegesError',
          code: 'PLUGIN_PRIVILEGES',
          message: expect.stringMatching(/allowed what was not granted|does not want mount \[\/\]/),
          path: ['input', 'grant'],
          privileges,
          missing,
        },
      ],
    });
    expect(await names()).toEqual([]);
  });

  it('is not begun for two ways of granting at once, or for names that are none', async () => {
    expect(await mutate('pluginInstall', { remote, grantAll: true, grant: [] })).toMatchObject(
      fails('InvalidInputError', { message: 'Give `grant` or `grantAll`, not both.' }),
    );
    expect(await mutate('pluginInstall', { remote: 'Not A Name' })).toMatchObject(fails('InvalidInputError'));
    expect(await mutate('pluginInstall', { remote, name: 'a@sha256:1' })).toMatchObject(
      fails('InvalidInputError'),
    );
  });

  it('leaves nothing of it where a setting is wrong', async () => {
    const wishes = { remote, grantAll: true, settings: ['DOCKGRAPH_MODE=x', 'FIXED=2'] };
    expect(await mutate('pluginInstall', wishes)).toMatchObject(
      fails('InvalidInputError', {
        path: ['input', 'settings', '1'],
        message: '`settings.1` cannot set "FIXED": it is fixed.',
      }),
    );
    expect(await names()).toEqual([]);
  });

  it('is told so where the registry has none, or does not answer', async () => {
    const missing = `${registry.address}/team/nothing:1`;
    expect(await mutate('pluginInstall', { remote: missing, grantAll: true })).toMatchObject(
      fails('NotFoundError', { path: ['input', 'remote'] }),
    );
    expect(await mutate('pluginInstall', { remote: '127.0.0.1:1/a/b', grantAll: true })).toMatchObject(
      fails('RegistryError'),
    );
  });

  it('does all of it with what was granted, and tells of its progress', async () => {
    const live = follow(gateway.url, 'query @live { plugins { nodes { name isEnabled } } }');
    await live.until(({ data }) => listAt(data, 'plugins', 'nodes').length === 0);
    const answer = await mutate(
      'pluginInstall',
      { remote, grant: privileges.toReversed(), settings: ['args=--one --two'] },
      `plugin { name isEnabled remote capabilities }
       operation { kind state subject digest steps { status state } progress { percent } plugin { name } }`,
    );
    expect(answer).toEqual({
      changed: true,
      plugin: { name: remote, isEnabled: true, remote, capabilities: ['volumedriver'] },
      operation: {
        kind: 'PLUGIN_INSTALL',
        state: 'SUCCEEDED',
        subject: remote,
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        steps: [{ status: 'Complete', state: 'DONE' }],
        progress: { percent: 100 },
        plugin: { name: remote },
      },
      userErrors: [],
    });
    const made = await inspect(remote);
    expect(at(made, 'Enabled')).toBe(true);
    expect(at(made, 'Settings', 'Args')).toEqual(['--one', '--two']);
    await live.until(({ data }) => at(data, 'plugins', 'nodes', 0, 'isEnabled') === true);
    await live.leave();
  });

  it('is refused where the name is taken', async () => {
    const answer = await mutate('pluginInstall', { remote, grantAll: true });
    expect(answer).toMatchObject(
      fails('NameInUseError', { name: remote, existing: { id: expect.any(String) } }),
    );
  });

  it('can be only that, under another name and unwatched', async () => {
    const wishes = { remote, name: 'store', grantAll: true, disabled: true, wait: false };
    const answer = await mutate('pluginInstall', wishes, 'operation { id }');
    expect(answer).toMatchObject({ changed: false, userErrors: [] });
    const id = textAt(answer, 'operation', 'id');
    const view = follow(
      gateway.url,
      `query @live { operation(id: "${id}") { state plugin { name isEnabled } } }`,
    );
    await view.until(({ data }) => at(data, 'operation', 'state') === 'SUCCEEDED');
    expect(at(view.latest?.data, 'operation', 'plugin')).toEqual({ name: 'store:latest', isEnabled: false });
    await view.leave();
  });
});

describe('a plugin', () => {
  const selection = `{ id dockerId shortId stableKey name isEnabled capabilities remote engine { name }
    settings { env args
      mounts { name description settable source destination type options }
      devices { name description settable path } }
    config { dockerVersion description documentation entrypoint workDir propagatedMount ipcHost pidHost
      interface { types socket protocolScheme protocolSchemeRaw } user { uid gid } network { type }
      linux { capabilities allowAllDevices devices { name } } mounts { name }
      env { name description settable value } args { name description settable value }
      rootfs { type diffIds } } }`;

  it('says all that docker plugin inspect says', async () => {
    const { plugin } = (await gateway.data(`query ($r: ID!) { plugin(ref: $r) ${selection} }`, {
      r: remote,
    })) as { plugin: unknown };
    const raw = await inspect(remote);
    const [settings, config] = [at(raw, 'Settings'), at(raw, 'Config')];
    expect(plugin).toEqual({
      id: expect.any(String),
      dockerId: at(raw, 'Id'),
      shortId: textAt(raw, 'Id').slice(0, 12),
      stableKey: `default/name/${remote}`,
      name: at(raw, 'Name'),
      isEnabled: true,
      capabilities: ['volumedriver'],
      remote: at(raw, 'PluginReference'),
      engine: { name: 'default' },
      settings: {
        env: at(settings, 'Env'),
        args: at(settings, 'Args'),
        mounts: [
          {
            name: 'hosts',
            description: 'Names of hosts',
            settable: ['source'],
            source: '/etc/hosts',
            destination: '/hosts',
            type: 'bind',
            options: ['rbind', 'ro'],
          },
        ],
        devices: [{ name: 'null', description: 'Nothing', settable: ['path'], path: '/dev/null' }],
      },
      config: {
        dockerVersion: at(config, 'DockerVersion'),
        description: at(config, 'Description'),
        documentation: at(config, 'Documentation'),
        entrypoint: at(config, 'Entrypoint'),
        workDir: at(config, 'WorkDir'),
        propagatedMount: at(config, 'PropagatedMount'),
        ipcHost: false,
        pidHost: false,
        interface: {
          types: at(config, 'Interface', 'Types'),
          socket: at(config, 'Interface', 'Socket'),
          protocolScheme: null,
          protocolSchemeRaw: null,
        },
        user: { uid: null, gid: null },
        network: { type: 'host' },
        linux: { capabilities: ['CAP_SYS_ADMIN'], allowAllDevices: false, devices: [{ name: 'null' }] },
        mounts: [{ name: 'hosts' }],
        env: [
          { name: 'DOCKGRAPH_MODE', description: 'What it does', settable: ['value'], value: 'listen' },
          { name: 'FIXED', description: 'Cannot be changed', settable: [], value: '1' },
        ],
        args: { name: 'args', description: 'Whatever', settable: ['value'], value: ['--one'] },
        rootfs: { type: 'layers', diffIds: at(config, 'rootfs', 'diff_ids') },
      },
    });
  });

  it('is found by its name with and without the tag, its ID, a prefix of it and its global ID', async () => {
    const id = textAt(await inspect('store'), 'Id');
    const query = 'query ($r: ID!) { plugin(ref: $r) { id dockerId name } }';
    const found = at(await gateway.data(query, { r: 'store' }), 'plugin');
    expect(found).toMatchObject({ dockerId: id, name: 'store:latest' });
    for (const r of ['store:latest', id, id.slice(0, 12), textAt(found, 'id')]) {
      expect(at(await gateway.data(query, { r }), 'plugin')).toEqual(found);
    }
    const node = await gateway.data('query ($r: ID!) { node(id: $r) { ... on Plugin { name } } }', {
      r: textAt(found, 'id'),
    });
    expect(at(node, 'node', 'name')).toBe('store:latest');
    expect(at(await gateway.data(query, { r: 'nobody' }), 'plugin')).toBeNull();
  });

  it('is listed, filtered, searched and sorted', async () => {
    const list = async (args: string): Promise<unknown[]> =>
      listAt(await gateway.data(`{ plugins${args} { nodes { name } } }`), 'plugins', 'nodes').map((node) =>
        textAt(node, 'name'),
      );
    expect((await list('')).toSorted()).toEqual(await names());
    expect(await list('(filter: { enabled: true })')).toEqual([remote]);
    expect(await list('(filter: { enabled: false })')).toEqual(['store:latest']);
    expect(await list('(filter: { capability: ["networkdriver", "volumedriver"] }, first: 1)')).toEqual([
      remote,
    ]);
    expect(await list('(filter: { capability: ["authz"] })')).toEqual([]);
    expect(await list('(search: "STORE")')).toEqual(['store:latest']);
    expect(await list('(orderBy: { field: ENABLED })')).toEqual(['store:latest', remote]);
  });
});

describe('the driver of a volume', () => {
  it('is a plugin that really serves it', async () => {
    const data = await gateway.data(
      `mutation ($d: String!) { volumeCreate(input: { name: "served", driver: $d }) {
        volume { name plugin { name } } userErrors { message } } }`,
      { d: remote },
    );
    expect(at(data, 'volumeCreate')).toEqual({
      volume: { name: 'served', plugin: { name: remote } },
      userErrors: [],
    });
    await engine.cli('run', '--rm', '--volume', 'served:/x', 'busybox', 'sh', '-c', 'echo kept >/x/file');
    expect(await engine.cli('run', '--rm', '--volume', 'served:/x', 'busybox', 'cat', '/x/file')).toBe(
      'kept',
    );
    const shown = await gateway.data(
      `query ($r: ID!) { volume(ref: "served") { driver status { key value } plugin { isEnabled } }
        plugin(ref: $r) { volumes { name } networks { name } } bridge: network(ref: "bridge") { plugin { id } } }`,
      { r: remote },
    );
    expect(shown).toEqual({
      volume: { driver: remote, status: [{ key: 'letters', value: '6' }], plugin: { isEnabled: true } },
      plugin: { volumes: [{ name: 'served' }], networks: [] },
      bridge: { plugin: null },
    });
  });

  it('is not disabled and not removed meanwhile, but by force', async () => {
    const inUse = {
      code: 'PLUGIN_IN_USE',
      plugin: { name: remote },
      volumes: [{ name: 'served' }],
      networks: [],
    };
    expect(await mutate('pluginDisable', { ref: remote })).toMatchObject(fails('PluginInUseError', inUse));
    expect(await mutate('pluginRemove', { ref: remote })).toMatchObject(fails('PluginInUseError', inUse));
    expect(await mutate('pluginDisable', { ref: remote, force: true })).toMatchObject({
      changed: true,
      ...done,
    });
  });

  it('cannot make volumes while it is disabled', async () => {
    const data = await gateway.data(
      `mutation ($d: String!) { volumeCreate(input: { name: "more", driver: $d }) {
        userErrors { __typename ... on PluginDisabledError { plugin { name isEnabled } } } } }`,
      { d: remote },
    );
    expect(at(data, 'volumeCreate', 'userErrors')).toEqual([
      { __typename: 'PluginDisabledError', plugin: { name: remote, isEnabled: false } },
    ]);
  });
});

describe('enabling and disabling', () => {
  it('says whether it changed anything', async () => {
    const enabled = { plugin: { name: remote, isEnabled: true }, userErrors: [] };
    const disabled = { plugin: { name: remote, isEnabled: false }, userErrors: [] };
    expect(await mutate('pluginDisable', { ref: remote })).toEqual({ changed: false, ...disabled });
    expect(await mutate('pluginEnable', { ref: remote, timeout: '5s' })).toEqual({
      changed: true,
      ...enabled,
    });
    expect(await mutate('pluginEnable', { ref: remote })).toEqual({ changed: false, ...enabled });
  });

  it('says that a program which does not listen is why, and leaves it disabled', async () => {
    await mutate('pluginSet', { ref: 'store', settings: ['DOCKGRAPH_MODE=deaf'] });
    const answer = await mutate('pluginEnable', { ref: 'store' });
    expect(answer).toMatchObject(
      fails('PluginStartError', {
        code: 'PLUGIN_START_FAILED',
        message:
          'The program of the plugin does not listen on its socket dockgraph.sock: connect: no such file or directory',
        plugin: { name: 'store:latest', isEnabled: false },
      }),
    );
  });

  it('is refused for a plugin that is not there, and for a time that cannot be', async () => {
    expect(await mutate('pluginEnable', { ref: 'nobody' })).toMatchObject(fails('NotFoundError'));
    expect(await mutate('pluginEnable', { ref: 'store', timeout: '-1s' })).toMatchObject(
      fails('InvalidInputError', { path: ['input', 'timeout'] }),
    );
  });
});

describe('setting', () => {
  const set = (...settings: string[]) => mutate('pluginSet', { ref: 'store', settings });

  it('changes what it names, as docker plugin set would', async () => {
    const wishes = ['DOCKGRAPH_MODE.value=a=b', 'hosts.source=/etc/hostname', 'null=/dev/zero', 'args=a b'];
    expect(await set(...wishes)).toMatchObject({ changed: true, ...done });
    const settings = at(await inspect('store'), 'Settings');
    expect(listAt(settings, 'Env')).toContain('DOCKGRAPH_MODE=a=b');
    expect(at(settings, 'Mounts', 0, 'Source')).toBe('/etc/hostname');
    expect(at(settings, 'Devices', 0, 'Path')).toBe('/dev/zero');
    expect(at(settings, 'Args')).toEqual(['a', 'b']);
    expect(await set(...wishes)).toMatchObject({ changed: false, ...done });
    await set('DOCKGRAPH_MODE=listen', 'hosts=/etc/hosts', 'null=/dev/null');
  });

  it.each([
    [
      'NOPE=1',
      /names "NOPE", and the plugin has no such setting\. It has DOCKGRAPH_MODE, hosts, null, args\./,
    ],
    ['FIXED=1', /cannot set "FIXED": it is fixed/],
    ['hosts.destination=/x', /cannot set "hosts\.destination": only source of it can be set/],
    ['=1', /cannot be "=1"/],
  ])('refuses %s, and what was good beside it too', async (wrong, said) => {
    expect(await set('DOCKGRAPH_MODE=other', wrong)).toMatchObject(
      fails('InvalidInputError', { path: ['input', 'settings', '1'], message: expect.stringMatching(said) }),
    );
    expect(listAt(await inspect('store'), 'Settings', 'Env')).toContain('DOCKGRAPH_MODE=listen');
  });

  it('is refused while it is enabled', async () => {
    expect(await mutate('pluginSet', { ref: remote, settings: ['args=x'] })).toMatchObject(
      fails('PluginEnabledError', { plugin: { name: remote, isEnabled: true } }),
    );
  });
});

describe('upgrading', () => {
  const selection =
    'plugin { name isEnabled config { description } settings { args } } operation { kind state }';

  it('is refused while it is enabled, and where it was not granted what it wants', async () => {
    expect(await mutate('pluginUpgrade', { ref: remote, grantAll: true })).toMatchObject(
      fails('PluginEnabledError', { plugin: { name: remote, isEnabled: true } }),
    );
    expect(await mutate('pluginUpgrade', { ref: 'store' })).toMatchObject(fails('PluginPrivilegesError'));
  });

  it('changes nothing where it is up to date', async () => {
    expect(await mutate('pluginUpgrade', { ref: 'store', grantAll: true }, selection)).toMatchObject({
      changed: false,
      operation: { kind: 'PLUGIN_UPGRADE', state: 'SUCCEEDED' },
      ...done,
    });
  });

  it('replaces it by another one, and keeps how it is set', async () => {
    const newer = `${registry.address}/team/volumes:2`;
    const wishes = { ref: 'store', remote: newer, grant: privileges };
    expect(await mutate('pluginUpgrade', wishes, selection)).toMatchObject({
      changed: true,
      plugin: {
        name: 'store:latest',
        config: { description: 'Does it better' },
        settings: { args: ['a', 'b'] },
      },
      ...done,
    });
    expect(at(await inspect('store'), 'PluginReference')).toBe(newer);
    expect(await mutate('pluginEnable', { ref: 'store' })).toMatchObject({ changed: true, ...done });
    await mutate('pluginDisable', { ref: 'store' });
  });
});

describe('an archive', () => {
  async function make(name: string, bytes: Uint8Array): Promise<unknown> {
    const begun = await mutate('pluginCreate', { name }, 'operation { id kind state } upload { url }');
    expect(begun).toMatchObject({
      changed: false,
      operation: { kind: 'PLUGIN_CREATE', state: 'WAITING_FOR_UPLOAD' },
      ...done,
    });
    const answer = await upload(gateway.url, textAt(begun, 'upload', 'url'), bytes);
    const operation = await gateway.data(
      `query ($id: ID!) { operation(id: $id) { state subject changed plugin { name isEnabled } error { __typename message } } }`,
      { id: textAt(begun, 'operation', 'id') },
    );
    return { ...answer, operation: at(operation, 'operation') };
  }

  it('becomes a plugin that is disabled', async () => {
    const answer = await make('made', pluginArchive());
    expect(answer).toMatchObject({
      status: 200,
      data: { name: 'made:latest', plugin: textAt(await inspect('made'), 'Id') },
      operation: {
        state: 'SUCCEEDED',
        subject: 'made:latest',
        changed: true,
        plugin: { name: 'made:latest', isEnabled: false },
      },
    });
  });

  it('is refused where the name is taken', async () => {
    expect(await make('made', pluginArchive())).toMatchObject({
      status: 502,
      operation: { state: 'FAILED', error: { __typename: 'NameInUseError' } },
    });
  });

  it.each([
    ['is none', () => Buffer.from('nothing of an archive '.repeat(1_000))],
    ['has no configuration', () => tar([{ path: 'rootfs/', directory: true }])],
    [
      'has a configuration that is none',
      () =>
        tar([
          { path: 'config.json', content: '{"interface": 1}' },
          { path: 'rootfs/', directory: true },
        ]),
    ],
    ['was cut', () => pluginArchive().subarray(0, 1_000_000)],
  ])('that %s is refused as such', async (_what, bytes) => {
    expect(await make('broken', bytes())).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      operation: { state: 'FAILED', plugin: null, error: { __typename: 'ArchiveError' } },
    });
    expect(await names()).not.toContain('broken:latest');
  });

  it('whose connection breaks is not made into one', async () => {
    const begun = await mutate('pluginCreate', { name: 'broken' }, 'operation { id } upload { url }');
    const bytes = pluginArchive();
    const { call, answer } = beginUpload(gateway.url, textAt(begun, 'upload', 'url'), bytes.length);
    call.write(bytes.subarray(0, 1_000_000), () => call.destroy());
    await answer;
    const id = textAt(begun, 'operation', 'id');
    const view = follow(gateway.url, `query @live { operation(id: "${id}") { state error { __typename } } }`);
    await view.until(({ data }) => at(data, 'operation', 'state') === 'FAILED');
    expect(at(view.latest?.data, 'operation', 'error', '__typename')).toBe('UploadError');
    await view.leave();
    expect(await names()).not.toContain('broken:latest');
  });
});

describe('pushing', () => {
  const selection = 'digest operation { kind state steps { state } }';

  it('sends it to its registry, where others get it', async () => {
    const name = `${registry.address}/team/mine:1`;
    await createPlugin(engine, name);
    const answer = await mutate('pluginPush', { ref: name }, selection);
    expect(answer).toMatchObject({
      changed: true,
      operation: { kind: 'PLUGIN_PUSH', state: 'SUCCEEDED', steps: Array(3).fill({ state: 'DONE' }) },
      ...done,
    });
    const distribution = await engine.mustRest('GET', `/distribution/${name}/json`);
    expect(at(answer, 'digest')).toBe(at(distribution.json(), 'Descriptor', 'digest'));
    await engine.cli('plugin', 'rm', name);
    expect(await mutate('pluginInstall', { remote: name, grantAll: true, disabled: true })).toMatchObject({
      changed: true,
      ...done,
    });
  });

  it('needs the credentials that the registry wants, and so does installing', async () => {
    const name = `${locked.address}/team/mine:1`;
    await createPlugin(engine, name);
    const [auth, wrong] = ['secret', 'guess'].map((password) => ({ username: 'someone', password }));
    // Of a registry without TLS the Engine tells only that it has none.
    expect(await mutate('pluginPush', { ref: name })).toMatchObject(fails('RegistryError'));
    expect(await mutate('pluginPush', { ref: name, auth })).toMatchObject({ changed: true, ...done });
    await engine.cli('plugin', 'rm', name);
    const wish = { remote: name, grantAll: true, disabled: true };
    expect(await mutate('pluginInstall', wish)).toMatchObject(fails('RegistryUnauthorizedError'));
    expect(await mutate('pluginInstall', { ...wish, auth: wrong })).toMatchObject(
      fails('RegistryUnauthorizedError', { path: ['input', 'auth'] }),
    );
    expect(await mutate('pluginInstall', { ...wish, auth })).toMatchObject({ changed: true, ...done });
  });
});

describe('removing', () => {
  it('is refused while it is enabled, but by force', async () => {
    await engine.cli('volume', 'rm', 'served');
    expect(await mutate('pluginRemove', { ref: remote })).toMatchObject(fails('PluginEnabledError'));
    const id = textAt(
      await gateway.data('query ($r: ID!) { plugin(ref: $r) { id } }', { r: remote }),
      'plugin',
      'id',
    );
    expect(await mutate('pluginRemove', { ref: id, force: true }, 'removedId plugin { id }')).toEqual({
      changed: true,
      removedId: id,
      plugin: null,
      userErrors: [],
    });
    expect(await names()).not.toContain(remote);
    expect(await mutate('pluginRemove', { ref: id })).toMatchObject(fails('NotFoundError'));
  });
});
