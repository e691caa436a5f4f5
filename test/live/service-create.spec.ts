import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareApi } from '../../src/engine/version.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import {
  createCases,
  everything,
  excusedCreateFlags,
  nowhere,
  type SwarmThings,
} from './service-create-cases.ts';
import { fingerprint, makeThings, specsOf } from './service-specs.ts';

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
  engine = await startPrivateEngine({ config: { experimental: true } });
  await makeThings(engine, things);
  gateway = await startGateway({ host: engine.host });
}, 90_000);
afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

const document = `mutation ($input: ServiceCreateInput!) { serviceCreate(input: $input) { changed warnings
  service { id dockerId } operation { id }
  userErrors { __typename code message path ... on NameInUseError { name existing { id ... on Service { dockerId } } }
    ... on PortInUseError { port service { dockerId } } } } }`;

const create = async (input: object): Promise<unknown> =>
  at(await gateway.data(document, { input }), 'serviceCreate');

/** Both one after the other: two services cannot have the same port. */
async function both(flags: readonly string[], args: readonly string[], input: object) {
  const quiet = ['--detach', '--quiet', '--no-resolve-image', '--constraint', nowhere];
  await engine.cli('service', 'create', '--name', 'case-x', ...quiet, ...flags, 'busybox', ...args);
  const theirs = await specsOf(engine, 'case-x');
  await engine.cli('service', 'rm', 'case-x');
  const placement: unknown = Reflect.get(input, 'placement');
  const constraints = [nowhere, ...listAt(placement, 'constraints')];
  const answer = await create({
    image: 'busybox',
    name: 'case-y',
    resolveImage: false,
    ...input,
    placement: { ...Object(placement), constraints },
  });
  expect(answer).toMatchObject({ changed: true, userErrors: [], warnings: [] });
  const ours = await specsOf(engine, 'case-y');
  await engine.cli('service', 'rm', 'case-y');
  return { theirs: theirs.map(fingerprint), ours: ours.map(fingerprint) };
}

const isKnown = (since: string): boolean => compareApi(engine.apiVersion, since) >= 0;
const cases = Object.entries(createCases(things));

describe('a service made by the mutation and by `docker service create` with the same wishes', () => {
  it.each(cases)(
    'is the same in `docker service inspect`: %s',
    async (_title, { flags, args = [], input, since }) => {
      if (since && !isKnown(since)) {
        const answer = await create({ image: 'busybox', name: 'case-z', resolveImage: false, ...input });
        // oxlint-disable-next-line vitest/no-conditional-expect -- an older Engine refuses what a newer one compares
        expect(answer).toMatchObject({ changed: false, userErrors: [{ __typename: 'ApiVersionError' }] });
        return;
      }
      const { theirs, ours } = await both(flags, args, input);
      expect(ours).toEqual(theirs);
    },
  );

  it('is the same with all of them at once', async () => {
    const { flags, args = [], input } = everything(things, isKnown);
    const { theirs, ours } = await both(flags, args, input);
    expect(ours).toEqual(theirs);
  });

  it('was compared for every flag that `docker service create` has', async () => {
    const help = await engine.cli('service', 'create', '--help');
    const flags = [...help.matchAll(/^\s+(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, flag]) => flag ?? '');
    const used = new Set(
      [...cases.map(([, each]) => each), everything(things, isKnown)].flatMap(({ flags: given }) =>
        given.filter((flag) => flag.startsWith('--')).map((flag) => flag.slice(2)),
      ),
    );
    expect(flags.length).toBeGreaterThan(65);
    expect(flags.filter((flag) => !used.has(flag) && !(flag in excusedCreateFlags))).toEqual([]);
  });
});

const plain = { image: 'busybox', resolveImage: false, placement: { constraints: [nowhere] } };
const named = async (name: string, input: object = {}): Promise<string> =>
  textAt(await create({ ...plain, name, ...input }), 'service', 'dockerId');

describe('what only the API can say', () => {
  it('is kept as it was wished for', async () => {
    await named('case-api', {
      openStdin: true,
      init: null,
      entrypoint: [],
      security: {
        selinuxContext: { user: 'u', role: 'r', type: 't', level: 'l' },
        ...(isKnown('1.44') && {
          noNewPrivileges: true,
          seccomp: { mode: 'CUSTOM', profile: '{"defaultAction":"SCMP_ACT_ALLOW"}' },
          apparmor: 'DISABLED',
        }),
      },
      placement: { constraints: [nowhere], platforms: [{ architecture: 'amd64', os: 'linux' }] },
      ports: [{ containerPort: 80, hostPort: 18090, name: 'web' }],
    });
    const [spec] = await specsOf(engine, 'case-api');
    expect(at(spec, 'EndpointSpec', 'Ports')).toMatchObject([{ Name: 'web', TargetPort: 80 }]);
    expect(at(spec, 'TaskTemplate', 'Placement', 'Platforms')).toEqual([
      { Architecture: 'amd64', OS: 'linux' },
    ]);
    const container = at(spec, 'TaskTemplate', 'ContainerSpec');
    expect(container).toMatchObject({
      OpenStdin: true,
      Command: [''],
      Privileges: { SELinuxContext: { User: 'u', Role: 'r', Type: 't', Level: 'l' } },
    });
    expect(at(container, 'Init')).toBeUndefined();
    if (isKnown('1.44')) {
      // oxlint-disable-next-line vitest/no-conditional-expect -- older Engines do not have them
      expect(at(container, 'Privileges')).toMatchObject({
        NoNewPrivileges: true,
        Seccomp: {
          Mode: 'custom',
          Profile: Buffer.from('{"defaultAction":"SCMP_ACT_ALLOW"}').toString('base64'),
        },
        AppArmor: { Mode: 'disabled' },
      });
    }
    await engine.cli('service', 'rm', 'case-api');
  });

  it('makes a service that installs a plugin', async () => {
    const plugin = {
      remote: 'example/plugin:1',
      disabled: true,
      privileges: [{ name: 'network', description: 'for all', value: ['host'] }],
      env: ['A=1'],
    };
    const answer = await create({ name: 'case-plugin', plugin, placement: { constraints: [nowhere] } });
    expect(answer).toMatchObject({ changed: true, userErrors: [] });
    const { Spec } = Object((await engine.mustRest('GET', '/services/case-plugin')).json());
    expect(at(Spec, 'TaskTemplate')).toMatchObject({
      Runtime: 'plugin',
      PluginSpec: { name: 'example/plugin:1', ...plugin },
    });
    await engine.cli('service', 'rm', 'case-plugin');
  });

  it('is named by global IDs and by unique prefixes', async () => {
    const id = await engine.cli('network', 'inspect', '--format', '{{.Id}}', things.network);
    const secret = textAt((await engine.mustRest('GET', `/secrets/${things.secret}`)).json(), 'ID');
    const config = textAt((await engine.mustRest('GET', `/configs/${things.config}`)).json(), 'ID');
    const data = await gateway.data(`{ network(ref: "${things.network}") { id engine { name } } }`);
    const engineName = textAt(data, 'network', 'engine', 'name');
    const globalId = Buffer.from(`v1:Config:${engineName}:${config}`).toString('base64url');
    await named('case-refs', {
      networks: [{ network: textAt(data, 'network', 'id') }],
      secrets: [{ secret: secret.slice(0, 12) }],
      configs: [{ config: globalId }],
    });
    const [spec] = await specsOf(engine, 'case-refs');
    expect(at(spec, 'TaskTemplate')).toMatchObject({
      Networks: [{ Target: id }],
      ContainerSpec: {
        Secrets: [{ SecretID: secret, SecretName: things.secret, File: { Name: things.secret } }],
        Configs: [{ ConfigID: config, ConfigName: things.config }],
      },
    });
    await engine.cli('service', 'rm', 'case-refs');
  });
});

describe('a service that cannot be made', () => {
  it('says who has its name', async () => {
    const id = await named('case-taken');
    expect(await create({ ...plain, name: 'case-taken' })).toMatchObject({
      changed: false,
      service: null,
      userErrors: [
        {
          __typename: 'NameInUseError',
          code: 'NAME_IN_USE',
          path: ['input', 'name'],
          name: 'case-taken',
          existing: { dockerId: id },
        },
      ],
    });
    await engine.cli('service', 'rm', 'case-taken');
  });

  it('says who has its port', async () => {
    const id = await named('case-holder', { publish: ['18070:80'] });
    expect(await create({ ...plain, name: 'case-late', publish: ['18070:80'] })).toMatchObject({
      changed: false,
      userErrors: [
        { __typename: 'PortInUseError', path: ['input', 'publish'], port: 18070, service: { dockerId: id } },
      ],
    });
    await engine.cli('service', 'rm', 'case-holder');
  });

  it.each([
    [{ networks: [{ network: 'nowhere' }] }, 'input.networks.0.network', 'NotFoundError'],
    [
      { secrets: [{ secret: 'password' }, { secret: 'nothing', target: 'x' }] },
      'input.secrets.1.secret',
      'NotFoundError',
    ],
    [{ configs: [{ config: 'nothing' }] }, 'input.configs.0.config', 'NotFoundError'],
    [
      { security: { credentialSpec: { config: 'nothing' } } },
      'input.security.credentialSpec.config',
      'NotFoundError',
    ],
    [{ networks: [{ network: 'docker_gwbridge' }] }, 'input.networks.0.network', 'NotFoundError'],
    [{ resources: { limits: { memory: 100 } } }, 'input', 'InvalidInputError'],
    [{ networks: [{ network: 'ingress' }] }, 'input', 'InvalidInputError'],
    [{ healthcheck: { command: 'true', interval: '1ns' } }, 'input', 'InvalidInputError'],
  ])(
    'is refused with the argument that is to blame, and nothing is made: %j',
    async (input, path, __typename) => {
      expect(await create({ ...plain, name: 'case-never', ...input })).toMatchObject({
        changed: false,
        service: null,
        userErrors: [{ __typename, path: path.split('.') }],
      });
      expect(await engine.cli('service', 'ls', '--quiet', '--filter', 'name=case-never')).toBe('');
    },
  );

  it.each([
    [{ image: 'Busy Box' }, 'image'],
    [{ image: 'a'.repeat(64) }, 'image'],
    [{ image: null }, 'image'],
    [{ name: 'a b' }, 'name'],
    [{ engine: 'elsewhere' }, 'engine'],
    [{ mode: 'GLOBAL', replicas: 2 }, 'replicas'],
    [{ maxConcurrent: 2 }, 'maxConcurrent'],
    [{ mode: 'GLOBAL_JOB', updateConfig: { parallelism: 1 } }, 'updateConfig'],
    [{ mode: 'UNKNOWN' }, 'mode'],
    [{ replicas: -1 }, 'replicas'],
    [{ rollbackConfig: { failureAction: 'ROLLBACK' } }, 'rollbackConfig.failureAction'],
    [{ updateConfig: { maxFailureRatio: 1.5 } }, 'updateConfig.maxFailureRatio'],
    [{ endpointMode: 'DNSRR', publish: ['80:80'] }, 'endpointMode'],
    [{ publish: ['127.0.0.1:80:80'] }, 'publish.0'],
    [{ publish: ['published=80'] }, 'publish.0'],
    [{ publish: ['target=80,mode=loud'] }, 'publish.0'],
    [{ ports: [{ containerPort: 70_000 }] }, 'ports.0.containerPort'],
    [{ placement: { constraints: ['node.role'] } }, 'placement.constraints.0'],
    [{ placement: { preferences: ['node.labels.zone'] } }, 'placement.preferences.0'],
    [{ secrets: [{ secret: 'a', mode: '9' }] }, 'secrets.0.mode'],
    [
      {
        secrets: [
          { secret: 'a', target: 'x' },
          { secret: 'b', target: 'x' },
        ],
      },
      'secrets',
    ],
    [{ secrets: [{ secret: 'a/b' }] }, 'secrets.0.secret'],
    [{ networks: [{ network: 'a' }, { network: 'a' }] }, 'networks.1.network'],
    [{ security: { credentialSpec: {} } }, 'security.credentialSpec'],
    [{ env: [{ name: 'A=B', value: '' }] }, 'env.0.name'],
    [{ mounts: [{ type: 'TMPFS', target: '/a', bind: {} }] }, 'mounts.0.bind'],
    [{ resources: { limits: { cpus: -1 } } }, 'resources.limits.cpus'],
    [{ stopGracePeriod: '-1s' }, 'stopGracePeriod'],
    [{ plugin: { remote: 'a/b:1' } }, 'image'],
    [{ timeout: '1s' }, 'timeout'],
    [{ auth: { username: 'me' } }, 'auth'],
  ])('is refused without asking the Engine: %j', async (input, path) => {
    const { data, extensions } = await gateway.query(
      document,
      { input: { ...plain, ...input } },
      { 'x-dockgraph-plan': '1' },
    );
    expect(at(data, 'serviceCreate')).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'InvalidInputError', path: ['input', ...path.split('.')] }],
    });
    expect(listAt(extensions, 'plan', 'calls')).toEqual([]);
  });

  it.each([
    ['1.44', { security: { noNewPrivileges: true } }, 'security.noNewPrivileges'],
    ['1.44', { security: { seccomp: { mode: 'UNCONFINED' } } }, 'security.seccomp'],
    ['1.44', { security: { apparmor: 'DISABLED' } }, 'security.apparmor'],
    ['1.46', { resources: { oomScoreAdj: 100 } }, 'resources.oomScoreAdj'],
    ['1.52', { resources: { swapBytes: '1g' } }, 'resources.swapBytes'],
    ['1.52', { resources: { memorySwappiness: 10 } }, 'resources.memorySwappiness'],
  ])(
    'is refused by an Engine that would drop the wish in silence, below API %s: %j',
    async (since, input, where) => {
      const answer = await create({ ...plain, name: 'case-since', ...input });
      const refused = {
        changed: false,
        userErrors: [{ __typename: 'ApiVersionError', path: ['input', ...where.split('.')] }],
      };
      expect(answer).toMatchObject(isKnown(since) ? { changed: true, userErrors: [] } : refused);
      if (isKnown(since)) await engine.cli('service', 'rm', 'case-since');
    },
  );
});
