import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compareApi } from '../../src/engine/version.ts';
import { importBusybox } from '../support/busybox.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { infoPaths, orNothing, wholeInfo, wholeVersion } from './engine-queries.ts';
import { type Graph, graphOver } from './image-fixture.ts';

const config = {
  labels: ['tier=front', 'site=a=b'],
  'insecure-registries': ['10.1.0.0/16', 'registry.example:5000'],
  'registry-mirrors': ['https://mirror.example'],
  'default-address-pools': [{ base: '10.123.0.0/16', size: 24 }],
  'node-generic-resources': ['GPU=UUID1', 'SSD=3'],
};

let engine: PrivateEngine;
let graph: Graph;

const json = (text: string): unknown => JSON.parse(text);
const follow = (value: unknown, path: string): unknown => at(value, ...path.split('.'));

beforeAll(async () => {
  vi.stubEnv('HTTP_PROXY', 'http://ann:secret@proxy.example:3128');
  vi.stubEnv('NO_PROXY', 'localhost,.example');
  try {
    engine = await startPrivateEngine({ config });
  } finally {
    vi.unstubAllEnvs();
  }
  graph = graphOver(engine);
  await importBusybox(engine);
  await engine.cli('run', '--detach', '--name', 'plain', 'busybox', 'sleep', '1000');
  await engine.cli('run', '--detach', '--name', 'frozen', 'busybox', 'sleep', '1000');
  await engine.cli('pause', 'frozen');
  await engine.cli('create', '--name', 'fresh', '--label', 'com.docker.compose.project=shop', 'busybox');
  await engine.cli('run', '--name', 'ended', 'busybox', 'true');
});

afterAll(async () => {
  await graph.close();
  await engine.stop();
});

describe('the info of an Engine', () => {
  it('has every text, number and flag of `docker info`', async () => {
    const info = at((await graph.ask(`{ engine { ${wholeInfo} } }`)).data, 'engine', 'info');
    const expected = json(await engine.cli('info', '--format', '{{json .}}'));
    // Newer clients drop what newer Engines no longer send.
    const raw = (await engine.mustRest('GET', '/info')).json();
    for (const [path, wire] of infoPaths) {
      const wanted = follow(expected, wire) ?? follow(raw, wire);
      expect(orNothing(follow(info, path)), path).toEqual(orNothing(wanted));
    }
  });

  it('has the lists of pairs and records of `docker info`', async () => {
    const info = at((await graph.ask(`{ engine { ${wholeInfo} } }`)).data, 'engine', 'info');
    const expected = json(await engine.cli('info', '--format', '{{json .}}'));
    expect(
      listAt(info, 'storage', 'driverStatus').map((pair) => [at(pair, 'key'), at(pair, 'value')]),
    ).toEqual(at(expected, 'DriverStatus'));
    expect(at(info, 'labels')).toEqual([
      { key: 'site', value: 'a=b' },
      { key: 'tier', value: 'front' },
    ]);
    expect(listAt(info, 'securityOptions').map((option) => at(option, 'raw'))).toEqual(
      at(expected, 'SecurityOptions'),
    );
    expect(at(info, 'networking', 'defaultAddressPools')).toEqual([{ base: '10.123.0.0/16', size: 24 }]);
    const byKind = (a: unknown, b: unknown) => textAt(a, 'kind').localeCompare(textAt(b, 'kind'));
    expect(listAt(info, 'genericResources').toSorted(byKind)).toEqual([
      { kind: 'GPU', namedValue: 'UUID1', discreteValue: null },
      { kind: 'SSD', namedValue: null, discreteValue: 3 },
    ]);
    expect(at(info, 'registry', 'config', 'indexes')).toEqual([
      { name: 'docker.io', mirrors: ['https://mirror.example/'], secure: true, official: true },
      { name: 'registry.example:5000', mirrors: [], secure: false, official: false },
    ]);
    const runtimes = Object.entries(at(expected, 'Runtimes') ?? {});
    expect(listAt(info, 'runtimes').map((runtime) => [at(runtime, 'name'), at(runtime, 'path')])).toEqual(
      runtimes.map(([name, runtime]) => [name, at(runtime, 'path')]),
    );
  });

  it('never shows the password of a proxy', async () => {
    const { data } = await graph.ask('{ engine { info { proxy { http https exceptions } } } }');
    expect(at(data, 'engine', 'info', 'proxy')).toEqual({
      http: 'http://xxxxx:xxxxx@proxy.example:3128',
      https: null,
      exceptions: 'localhost,.example',
    });
  });

  it('reads the clock and the inside of the daemon', async () => {
    const query = '{ engine { info { systemTime debug { fileDescriptors goroutines eventListeners } } } }';
    const info = at((await graph.ask(query)).data, 'engine', 'info');
    expect(Math.abs(Date.parse(textAt(info, 'systemTime')) - Date.now())).toBeLessThan(60_000);
    expect(at(info, 'debug', 'goroutines')).toBeGreaterThan(1);
    expect(at(info, 'debug', 'fileDescriptors')).toBeGreaterThan(1);
    expect(at(info, 'debug', 'eventListeners')).toBe(0);
  });
});

describe('the version of an Engine', () => {
  it('is all of what `docker version` says of the server', async () => {
    const version = at((await graph.ask(`{ engine { ${wholeVersion} } }`)).data, 'engine', 'version');
    const expected = at(json(await engine.cli('version', '--format', '{{json .}}')), 'Server');
    const paths = [
      ['version', 'Version'],
      ['apiVersion', 'ApiVersion'],
      ['minApiVersion', 'MinAPIVersion'],
      ['gitCommit', 'GitCommit'],
      ['goVersion', 'GoVersion'],
      ['os', 'Os'],
      ['arch', 'Arch'],
      ['kernelVersion', 'KernelVersion'],
      ['platformName', 'Platform.Name'],
    ] as const;
    for (const [path, wire] of paths) {
      expect(orNothing(follow(version, path)), path).toEqual(orNothing(follow(expected, wire)));
    }
    expect(at(version, 'experimental')).toBe(false);
    // The client words the time of the build in its own way.
    const raw = (await engine.mustRest('GET', '/version')).json();
    expect(at(version, 'buildTime')).toBe(at(raw, 'BuildTime'));
    const details = (component: unknown) =>
      Object.fromEntries(listAt(component, 'details').map((each) => [at(each, 'key'), at(each, 'value')]));
    expect(
      listAt(version, 'components').map((each) => ({
        Name: at(each, 'name'),
        Version: at(each, 'version'),
        Details: details(each),
      })),
    ).toEqual(at(raw, 'Components'));
  });
});

describe('the capabilities of an Engine', () => {
  it('are told by the first contact without another call', async () => {
    const query = `{ engine { capabilities {
      apiVersion daemonApiVersion isPodman experimental builderVersion
      old: supportsApi(version: "1.41") new: supportsApi(version: "9.0") } } }`;
    const { data, calls } = await graph.ask(query);
    expect(at(data, 'engine', 'capabilities')).toMatchObject({
      apiVersion: textAt(json(await engine.cli('version', '--format', '{{json .}}')), 'Server', 'ApiVersion'),
      daemonApiVersion: engine.apiVersion,
      isPodman: false,
      experimental: false,
      old: true,
      new: false,
    });
    expect(calls).toEqual([]);
  });

  it('refuse what is no version of the API', async () => {
    const { errors } = await graph.ask('{ engine { capabilities { supportsApi(version: "v28") } } }');
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('"v28"') }]);
  });

  it('are derived from one look at the info, and at the greeting of now where that tells of the swarm', async () => {
    const query = `{ engine { capabilities {
      swarmState swarmManager cgroupVersion containerdImageStore rootless userNamespaces seccomp appArmor selinux } } }`;
    const { data, calls } = await graph.ask(query);
    const info = (await engine.mustRest('GET', '/info')).json();
    const options = listAt(info, 'SecurityOptions').join(' ');
    expect(at(data, 'engine', 'capabilities')).toEqual({
      swarmState: 'INACTIVE',
      swarmManager: false,
      cgroupVersion: `V${textAt(info, 'CgroupVersion')}`,
      containerdImageStore: JSON.stringify(at(info, 'DriverStatus')).includes('io.containerd.snapshotter'),
      rootless: options.includes('name=rootless'),
      userNamespaces: options.includes('name=userns'),
      seccomp: options.includes('name=seccomp'),
      appArmor: options.includes('name=apparmor'),
      selinux: options.includes('name=selinux'),
    });
    const byHeader = compareApi(engine.apiVersion, '1.42') >= 0;
    expect([...calls].sort()).toEqual(byHeader ? ['GET /info', 'HEAD /_ping'] : ['GET /info']);
    const standing = await graph.ask('{ engine { capabilities { swarmState swarmManager } } }');
    expect(standing.calls).toEqual(byHeader ? ['HEAD /_ping'] : ['GET /info']);
  });
});

describe('the counts of an Engine', () => {
  const query = `{ engine { counts {
    containers running paused restarting created exited removing dead stopped healthy unhealthy
    images networks volumes composeProjects } } }`;

  it('agree with `docker info` and the lists of the CLI', async () => {
    const counts = at((await graph.ask(query)).data, 'engine', 'counts');
    const info = json(await engine.cli('info', '--format', '{{json .}}'));
    const lines = async (...args: readonly string[]) =>
      (await engine.cli(...args)).split('\n').filter(Boolean).length;
    expect(counts).toEqual({
      containers: at(info, 'Containers'),
      running: at(info, 'ContainersRunning'),
      paused: at(info, 'ContainersPaused'),
      stopped: at(info, 'ContainersStopped'),
      restarting: 0,
      created: await lines('ps', '--all', '--quiet', '--filter', 'status=created'),
      exited: await lines('ps', '--all', '--quiet', '--filter', 'status=exited'),
      removing: 0,
      dead: 0,
      healthy: 0,
      unhealthy: 0,
      images: await lines('images', '--quiet'),
      networks: await lines('network', 'ls', '--quiet'),
      volumes: await lines('volume', 'ls', '--quiet'),
      composeProjects: 1,
    });
    expect(at(counts, 'containers')).toBe(4);
  });

  it('cost one list of each kind, which other fields share', async () => {
    const { calls } = await graph.ask(
      `{ containers { totalCount } networks { totalCount } ${query.slice(1)}`,
    );
    expect(calls.toSorted()).toEqual([
      'GET /containers/json',
      'GET /images/json',
      'GET /networks',
      'GET /volumes',
    ]);
  });
});

describe('the engines of a gateway', () => {
  it('are found by name, by default and by their global ID', async () => {
    const { data } = await graph.ask(
      '{ engine { id name } named: engine(name: "default") { id } engines { id name } }',
    );
    const id = textAt(data, 'engine', 'id');
    expect(at(data, 'named', 'id')).toBe(id);
    expect(at(data, 'engines')).toEqual([{ id, name: 'default' }]);
    const again = await graph.ask('query ($id: ID!) { node(id: $id) { id ... on Engine { name } } }', { id });
    expect(at(again.data, 'node')).toEqual({ id, name: 'default' });
  });

  it('refuse a name that none has, and say which there are', async () => {
    const { data, errors } = await graph.ask('{ engine(name: "moon") { name } }');
    expect(at(data, 'engine')).toBeNull();
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('default') }]);
  });
});

describe('the status of an Engine', () => {
  const query = '{ engine { name status statusReason apiVersion } }';

  it('is read anew each time: gone while the daemon is down, back when it is up', async () => {
    const up = { name: 'default', status: 'CONNECTED', statusReason: null, apiVersion: engine.apiVersion };
    expect(at((await graph.ask(query)).data, 'engine')).toEqual(up);
    // A daemon that finds a paused container of its former life takes ten seconds to start.
    await engine.cli('rm', '--force', 'plain', 'frozen');
    await engine.kill();
    const down = await graph.ask('{ engine { name status statusReason } }');
    expect(down.errors).toEqual([]);
    expect(at(down.data, 'engine')).toMatchObject({ name: 'default', status: 'UNREACHABLE' });
    expect(textAt(down.data, 'engine', 'statusReason')).toContain('cannot be reached');
    await engine.start();
    expect(at((await graph.ask(query)).data, 'engine')).toEqual(up);
  });

  it('is unreachable when the daemon hangs', async () => {
    expect(at((await graph.ask(query)).data, 'engine', 'status')).toBe('CONNECTED');
    await engine.pause();
    try {
      const { data, errors } = await graph.ask('{ engine { status statusReason } }');
      expect(errors).toEqual([]);
      expect(at(data, 'engine')).toEqual({
        status: 'UNREACHABLE',
        statusReason: 'The Engine did not answer in time.',
      });
    } finally {
      await engine.resume();
    }
  });
});
