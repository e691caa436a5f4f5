import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareApi } from '../../src/engine/version.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { nowhere, type SwarmThings } from './service-create-cases.ts';
import { fingerprint, makeThings, specsOf } from './service-specs.ts';
import { excusedUpdateFlags, updateCases } from './service-update-cases.ts';

/** Its own, as it becomes a swarm. */
let engine: PrivateEngine;
let gateway: RunningGateway;

const things: SwarmThings = {
  network: 'front',
  second: 'back',
  secret: 'password',
  otherSecret: 'key',
  config: 'settings',
  otherConfig: 'more',
};

beforeAll(async () => {
  engine = await startPrivateEngine();
  await makeThings(engine, things);
  gateway = await startGateway({ host: engine.host });
}, 90_000);
afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

const answers = `changed warnings service { id dockerId } operation { id }
  userErrors { __typename code message path ... on VersionConflictError { currentVersion } }`;

const run = async (mutation: string, input: object): Promise<unknown> => {
  const name = mutation.charAt(0).toUpperCase() + mutation.slice(1);
  const document = `mutation ($input: ${name}Input!) { ${mutation}(input: $input) { ${answers} } }`;
  return at(await gateway.data(document, { input }), mutation);
};
const update = (ref: string, input: object): Promise<unknown> =>
  run('serviceUpdate', { ref, resolveImage: false, ...input });

const make = (name: string, ...flags: readonly string[]): Promise<string> =>
  engine.cli(
    'service',
    'create',
    '--detach',
    '--quiet',
    '--no-resolve-image',
    '--name',
    name,
    '--constraint',
    nowhere,
    ...flags,
    'busybox',
    'sleep',
    '1',
  );
const remove = (...names: readonly string[]): Promise<string> => engine.cli('service', 'rm', ...names);
const inspect = async (name: string): Promise<unknown> =>
  (await engine.mustRest('GET', `/services/${name}`)).json();
const versionOf = async (name: string): Promise<number> =>
  Number(at(await inspect(name), 'Version', 'Index'));

const isKnown = (since: string): boolean => compareApi(engine.apiVersion, since) >= 0;
const cases = Object.entries(updateCases(things));

describe('a service changed by the mutation and by `docker service update` with the same wishes', () => {
  it.each(cases)(
    'is the same in `docker service inspect`: %s',
    async (_title, { base = [], flags, input, since }) => {
      if (since && !isKnown(since)) return;
      await make('case-x', ...base);
      const quiet = ['--detach', '--quiet', ...(flags.includes('--image') ? ['--no-resolve-image'] : [])];
      await engine.cli('service', 'update', ...quiet, ...flags, 'case-x');
      const theirs = await specsOf(engine, 'case-x');
      await remove('case-x');
      await make('case-y', ...base);
      const before = await specsOf(engine, 'case-y');
      const answer = await update('case-y', input);
      const ours = await specsOf(engine, 'case-y');
      await remove('case-y');
      const [was, is] = [before, ours].map((specs) => JSON.stringify(specs.map(fingerprint)));
      expect(answer).toMatchObject({ changed: was !== is, userErrors: [], warnings: [] });
      expect(ours.map(fingerprint)).toEqual(theirs.map(fingerprint));
    },
  );

  it('was compared for every flag that `docker service update` has', async () => {
    const help = await engine.cli('service', 'update', '--help');
    const flags = [...help.matchAll(/^\s+(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, flag]) => flag ?? '');
    const used = new Set(
      cases.flatMap(([, { flags: given }]) =>
        given.filter((flag) => flag.startsWith('--')).map((flag) => flag.slice(2).replace(/=.*/, '')),
      ),
    );
    expect(flags.length).toBeGreaterThan(85);
    expect(flags.filter((flag) => !used.has(flag) && !(flag in excusedUpdateFlags))).toEqual([]);
  });
});

describe('what the docker CLI cannot do', () => {
  it('replaces whole lists', async () => {
    await make(
      'whole',
      '--env',
      'A=1',
      '--label',
      'a=1',
      '--mount',
      'source=a,target=/a',
      '--secret',
      things.secret,
    );
    const answer = await update('whole', {
      env: [{ name: 'Z', value: '26' }],
      labels: [],
      mounts: [{ source: 'b', target: '/b' }],
      secrets: [{ secret: things.otherSecret }],
      networks: [{ network: things.network }],
      ports: [{ containerPort: 80, hostPort: 19099 }],
      placement: { constraints: [nowhere, 'node.role==worker'], preferences: ['spread=node.labels.a'] },
      security: { capAdd: ['NET_ADMIN'], groupAdd: ['audio'] },
      resources: { ulimits: [{ name: 'core', soft: 1 }] },
      dns: { servers: ['10.0.0.2'], extraHosts: ['a:10.0.0.3'] },
    });
    expect(answer).toMatchObject({ changed: true, userErrors: [] });
    const [spec] = await specsOf(engine, 'whole');
    expect(at(spec, 'Labels')).toEqual({});
    expect(at(spec, 'EndpointSpec', 'Ports')).toMatchObject([{ TargetPort: 80, PublishedPort: 19099 }]);
    expect(at(spec, 'TaskTemplate', 'Networks')).toHaveLength(1);
    expect(at(spec, 'TaskTemplate', 'Placement')).toMatchObject({
      Constraints: [nowhere, 'node.role==worker'],
      Preferences: [{ Spread: { SpreadDescriptor: 'node.labels.a' } }],
    });
    expect(at(spec, 'TaskTemplate', 'ContainerSpec')).toMatchObject({
      Env: ['Z=26'],
      Mounts: [{ Target: '/b' }],
      Secrets: [{ SecretName: things.otherSecret }],
      CapabilityAdd: ['CAP_NET_ADMIN'],
      Groups: ['audio'],
      Hosts: ['10.0.0.3 a'],
    });
    await remove('whole');
  });

  it('takes settings back', async () => {
    const healthAndPolicies = ['--health-cmd', 'true', '--restart-delay', '1s', '--update-delay', '1s'];
    const others = ['--rollback-delay', '1s', '--log-driver', 'local', '--init', '--stop-grace-period', '1s'];
    await make('reset', ...healthAndPolicies, ...others);
    const reset = [
      'HEALTHCHECK',
      'RESTART_POLICY',
      'UPDATE_CONFIG',
      'ROLLBACK_CONFIG',
      'LOG_CONFIG',
      'INIT',
      'STOP_GRACE_PERIOD',
    ];
    expect(await update('reset', { reset })).toMatchObject({ changed: true, userErrors: [] });
    const [spec] = await specsOf(engine, 'reset');
    const task = at(spec, 'TaskTemplate');
    for (const key of ['UpdateConfig', 'RollbackConfig']) expect(at(spec, key)).toBeUndefined();
    for (const key of ['RestartPolicy', 'LogDriver']) expect(at(task, key)).toBeUndefined();
    for (const key of ['Healthcheck', 'Init', 'StopGracePeriod'])
      expect(at(task, 'ContainerSpec', key)).toBeUndefined();
    await remove('reset');
  });

  it('changes what the CLI has flags for and does not send', async () => {
    await make('unsent', '--mode', 'replicated-job', '--replicas', '3');
    expect(await update('unsent', { maxConcurrent: 2, replicas: 5 })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    const [spec] = await specsOf(engine, 'unsent');
    expect(at(spec, 'Mode', 'ReplicatedJob')).toEqual({ MaxConcurrent: 2, TotalCompletions: 5 });
    const answer = await update('unsent', { healthcheck: { command: 'true', startInterval: '1s' } });
    expect(answer).toMatchObject(
      isKnown('1.44') ? { changed: true } : { userErrors: [{ __typename: 'ApiVersionError' }] },
    );
    await remove('unsent');
  });

  it('writes nothing where all is so already', async () => {
    await make('same', '--env', 'A=1', '--label', 'a=1', '--replicas', '2', '--limit-cpu', '1');
    const version = await versionOf('same');
    const input = {
      addEnv: [{ name: 'A', value: '1' }],
      addLabels: [{ key: 'a', value: '1' }],
      replicas: 2,
      resources: { limits: { cpus: 1 } },
      removeMounts: ['/none'],
    };
    expect(await update('same', input)).toMatchObject({ changed: false, userErrors: [] });
    expect(await run('serviceScale', { ref: 'same', replicas: 2 })).toMatchObject({
      changed: false,
      userErrors: [],
    });
    expect(await versionOf('same')).toBe(version);
    await remove('same');
  });
});

describe('a version', () => {
  it('that is the one there is lets the change through, any other one is a conflict with the current one', async () => {
    await make('versioned');
    const version = await versionOf('versioned');
    expect(await update('versioned', { version, replicas: 2 })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    const current = await versionOf('versioned');
    for (const input of [
      { version, replicas: 3 },
      { version, addLabels: [] },
    ]) {
      expect(await update('versioned', input)).toMatchObject({
        changed: false,
        userErrors: [
          {
            __typename: 'VersionConflictError',
            code: 'VERSION_CONFLICT',
            path: ['input', 'version'],
            currentVersion: current,
          },
        ],
      });
    }
    expect(await versionOf('versioned')).toBe(current);
    await remove('versioned');
  });
});

describe('the short ways', () => {
  it('scale, restart and roll back as the docker CLI does', async () => {
    const id = await make('short');
    expect(await run('serviceScale', { ref: 'short', replicas: 3 })).toMatchObject({
      changed: true,
      service: { dockerId: id },
      userErrors: [],
    });
    expect(
      await engine.cli('service', 'inspect', '--format', '{{.Spec.Mode.Replicated.Replicas}}', 'short'),
    ).toBe('3');
    expect(await run('serviceRestart', { ref: 'short' })).toMatchObject({ changed: true, userErrors: [] });
    expect(
      await engine.cli('service', 'inspect', '--format', '{{.Spec.TaskTemplate.ForceUpdate}}', 'short'),
    ).toBe('1');
    expect(await run('serviceRollback', { ref: 'short' })).toMatchObject({ changed: true, userErrors: [] });
    const [spec] = await specsOf(engine, 'short');
    expect(spec).toMatchObject({ Mode: { Replicated: { Replicas: 3 } }, TaskTemplate: { ForceUpdate: 0 } });
    const removed = await gateway.data(
      'mutation ($input: ServiceRemoveInput!) { serviceRemove(input: $input) { changed removedId userErrors { message } } }',
      { input: { ref: 'short' } },
    );
    expect(at(removed, 'serviceRemove')).toMatchObject({
      changed: true,
      removedId: expect.any(String),
      userErrors: [],
    });
    expect(await engine.cli('service', 'ls', '--quiet', '--filter', 'name=short')).toBe('');
  });

  it('work on many, each for itself', async () => {
    await make('many-a');
    await make('many-b', '--mode', 'global');
    const scaled = await gateway.data(
      'mutation ($input: ServicesScaleInput!) { servicesScale(input: $input) { changed userErrors { message } results { ref changed userErrors { __typename path } } } }',
      { input: { services: ['many-a', 'many-b', 'none'].map((ref) => ({ ref, replicas: 2 })) } },
    );
    expect(at(scaled, 'servicesScale')).toMatchObject({
      changed: true,
      userErrors: [],
      results: [
        { ref: 'many-a', changed: true, userErrors: [] },
        {
          ref: 'many-b',
          changed: false,
          userErrors: [{ __typename: 'InvalidInputError', path: ['input', 'services', '1', 'replicas'] }],
        },
        {
          ref: 'none',
          changed: false,
          userErrors: [{ __typename: 'NotFoundError', path: ['input', 'services', '2', 'ref'] }],
        },
      ],
    });
    const removed = await gateway.data(
      'mutation ($input: ServicesRemoveInput!) { servicesRemove(input: $input) { changed results { ref changed removedId userErrors { __typename path } } } }',
      { input: { refs: ['many-a', 'none', 'many-b'] } },
    );
    expect(at(removed, 'servicesRemove')).toMatchObject({
      changed: true,
      results: [
        { ref: 'many-a', changed: true, removedId: expect.any(String), userErrors: [] },
        {
          ref: 'none',
          changed: false,
          removedId: null,
          userErrors: [{ __typename: 'NotFoundError', path: ['input', 'refs', '1'] }],
        },
        { ref: 'many-b', changed: true, userErrors: [] },
      ],
    });
    expect(await engine.cli('service', 'ls', '--quiet', '--filter', 'name=many')).toBe('');
  });
});

describe('a change that cannot be', () => {
  it.each([
    ['serviceUpdate', { ref: 'none', replicas: 1 }, ['input', 'ref'], 'NotFoundError'],
    ['serviceScale', { ref: 'fixed', replicas: 2 }, ['input', 'replicas'], 'InvalidInputError'],
    ['serviceUpdate', { ref: 'fixed', replicas: 2 }, ['input', 'replicas'], 'InvalidInputError'],
    ['serviceRollback', { ref: 'fixed' }, ['input'], 'ConflictError'],
    ['serviceUpdate', { ref: 'fixed', env: [], removeEnv: ['A'] }, ['input', 'env'], 'InvalidInputError'],
    [
      'serviceUpdate',
      { ref: 'fixed', addMounts: [{ type: 'TMPFS', target: '/a', bind: {} }] },
      ['input', 'addMounts', '0', 'bind'],
      'InvalidInputError',
    ],
    [
      'serviceUpdate',
      { ref: 'fixed', addSecrets: [{ secret: 'none' }] },
      ['input', 'addSecrets', '0', 'secret'],
      'NotFoundError',
    ],
    [
      'serviceUpdate',
      { ref: 'fixed', security: { capAdd: ['A'], allow: ['B'] } },
      ['input', 'security', 'capAdd'],
      'InvalidInputError',
    ],
    ['serviceUpdate', { ref: 'fixed', maxConcurrent: 1 }, ['input', 'maxConcurrent'], 'InvalidInputError'],
    ['serviceUpdate', { ref: 'fixed', plugin: { remote: 'a/b' } }, ['input', 'plugin'], 'InvalidInputError'],
    [
      'serviceUpdate',
      { ref: 'fixed', withRegistryAuth: true, registryAuthFrom: 'SPEC' },
      ['input', 'registryAuthFrom'],
      'InvalidInputError',
    ],
    ['serviceUpdate', { ref: 'fixed', image: 'Not One' }, ['input', 'image'], 'InvalidInputError'],
  ])('is refused with the argument that is to blame: %s %j', async (mutation, input, path, __typename) => {
    if ((await engine.cli('service', 'ls', '--quiet', '--filter', 'name=fixed')) === '')
      await make('fixed', '--mode', 'global');
    const version = await versionOf('fixed');
    expect(await run(mutation, input)).toMatchObject({ changed: false, userErrors: [{ __typename, path }] });
    expect(await versionOf('fixed')).toBe(version);
  });

  it('says who has the port that is to be added', async () => {
    const id = await make('holder', '--publish', '19070:80');
    await make('late');
    const answer = await gateway.data(
      'mutation ($input: ServiceUpdateInput!) { serviceUpdate(input: $input) { changed userErrors { __typename ... on PortInUseError { port service { dockerId } } } } }',
      { input: { ref: 'late', publish: ['19070:80'] } },
    );
    expect(at(answer, 'serviceUpdate')).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'PortInUseError', port: 19070, service: { dockerId: id } }],
    });
    expect(textAt(await inspect('late'), 'Spec', 'Name')).toBe('late');
    expect(listAt(await inspect('late'), 'Spec', 'EndpointSpec', 'Ports')).toEqual([]);
    await remove('holder', 'late');
  });
});
