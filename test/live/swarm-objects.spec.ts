import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { schema } from '../../src/graph/schema.ts';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { fullSelection } from './support/selection.ts';
import { mutationOf } from './support/swarm-questions.ts';
import { findMissing, type Rules, reportOf } from './support/walk.ts';

/** Its own, as it becomes a swarm. */
let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;

beforeAll(async () => {
  engine = await startPrivateEngine({
    config: { labels: ['zone=a'], 'node-generic-resources': ['gpu=uuid1', 'gpu=uuid2', 'ssd=3'] },
  });
  await importBusybox(engine);
  await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({
    host: proxy.host,
    flags: ['--max-query-bytes=1m', '--max-tokens=100000', '--max-depth=40', '--max-body-bytes=2m'],
  });
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

async function mutate(name: string, input: object, selection = ''): Promise<unknown> {
  return at(await gateway.data(mutationOf(name, selection), { input }), name);
}

/** Paths that were asked for since, without versions and queries. */
async function callsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  proxy.reset();
  await work();
  return proxy.requests
    .map(({ method, path }) => `${method} ${path.replace(/^\/v[\d.]+/, '').replace(/\?.*/, '')}`)
    .sort();
}

const inspect = async (...args: readonly string[]): Promise<unknown> =>
  listAt(JSON.parse(await engine.cli(...args)))[0];

const fine = { changed: true, userErrors: [] };
const unchanged = { changed: false, userErrors: [] };

/** Resolves with a container of it when the managers know that so many run. */
async function service(name: string, replicas: number, ...options: readonly string[]): Promise<string> {
  await engine.cli(
    ...['service', 'create', '--quiet', '--detach', '--no-resolve-image', '--name', name],
    ...['--endpoint-mode', 'dnsrr', '--replicas', String(replicas), ...options, 'busybox', 'sleep', '600'],
  );
  const running = (): Promise<string> =>
    engine.cli('service', 'ls', '--filter', `name=${name}`, '--format', '{{.Replicas}}');
  await expect.poll(running, { timeout: 20_000, interval: 200 }).toBe(`${replicas}/${replicas}`);
  const label = `label=com.docker.swarm.service.name=${name}`;
  return (await engine.cli('ps', '--quiet', '--filter', label)).split('\n')[0] ?? '';
}

const common: Rules = {
  ID: { to: 'dockerId' },
  Version: { to: '' },
  'Version.Index': { to: '^versionIndex' },
};
const spec: Rules = { Spec: { to: '' }, 'Spec.Data': { to: 'dataBase64' } };

async function expectAllShown(
  type: 'SwarmNode' | 'Secret' | 'Config',
  field: string,
  docker: unknown,
  rules: Rules,
): Promise<number> {
  const everything = fullSelection(schema, type, { without: new Set() });
  const answer = await gateway.data(`{ shown: ${field} ${everything} }`);
  const { missing, looked } = findMissing(field, docker, at(answer, 'shown'), { ...common, ...rules });
  expect(reportOf(missing)).toBe('');
  return looked;
}

describe('a node', () => {
  const nodeRules: Rules = {
    ...spec,
    'Spec.Role': { to: '^role' },
    'Description.Engine.EngineVersion': { to: 'version' },
    'Description.Resources.GenericResources[]': {
      same: (docker, graph) =>
        JSON.stringify(docker) ===
        JSON.stringify(
          at(graph, 'namedValue') === null
            ? { DiscreteResourceSpec: { Kind: at(graph, 'kind'), Value: at(graph, 'discreteValue') } }
            : { NamedResourceSpec: { Kind: at(graph, 'kind'), Value: at(graph, 'namedValue') } },
        ),
    },
    'Status.Addr': { to: 'address' },
    'ManagerStatus.Addr': { to: 'address' },
  };

  it('shows every value that `docker node inspect` prints', async () => {
    const id = await engine.cli('node', 'inspect', 'self', '--format', '{{.ID}}');
    await engine.cli('node', 'update', '--label-add', 'disk=ssd', '--label-add', 'empty', id);
    const docker = await inspect('node', 'inspect', 'self');
    expect(await expectAllShown('SwarmNode', 'swarmNode(ref: "self")', docker, nodeRules)).toBeGreaterThan(
      40,
    );
  });

  it('is found by all that the CLI takes, and by the name it was given', async () => {
    const [id, hostname] = [
      await engine.cli('node', 'inspect', 'self', '--format', '{{.ID}}'),
      await engine.cli('node', 'inspect', 'self', '--format', '{{.Description.Hostname}}'),
    ];
    expect(
      await mutate('swarmNodeUpdate', { ref: 'self', name: 'lead' }, 'node { id name hostname }'),
    ).toMatchObject({
      ...fine,
      node: { name: 'lead', hostname },
    });
    const globalId = textAt(await gateway.data('{ swarmNode(ref: "self") { id } }'), 'swarmNode', 'id');
    for (const ref of [id, id.slice(0, 5), hostname, 'self', 'lead', globalId]) {
      const answer = await gateway.data('query ($ref: ID!) { swarmNode(ref: $ref) { dockerId isSelf } }', {
        ref,
      });
      expect([ref, at(answer, 'swarmNode')]).toEqual([ref, { dockerId: id, isSelf: true }]);
    }
    expect(await gateway.data('{ swarmNode(ref: "nobody") { id } }')).toEqual({ swarmNode: null });
    const node = await gateway.data('query ($id: ID!) { node(id: $id) { __typename } }', { id: globalId });
    expect(at(node, 'node', '__typename')).toBe('SwarmNode');
    expect(await mutate('swarmNodeUpdate', { ref: 'lead', name: '' }, 'node { name }')).toMatchObject({
      ...fine,
      node: { name: null },
    });
  });

  it.each([
    ['{ roles: [MANAGER] }', ['role=manager']],
    ['{ roles: [WORKER] }', ['role=worker']],
    ['{ memberships: [ACCEPTED] }', ['membership=accepted']],
    ['{ memberships: [PENDING] }', ['membership=pending']],
    ['{ labels: ["disk"] }', ['node.label=disk']],
    ['{ labels: ["disk=ssd", "empty"] }', ['node.label=disk=ssd', 'node.label=empty']],
    ['{ labels: ["disk=hdd"] }', ['node.label=disk=hdd']],
    ['{ engineLabels: ["zone=a"] }', ['label=zone=a']],
    ['{ engineLabels: ["zone=b"] }', ['label=zone=b']],
    ['{ namePrefixes: ["nobody"] }', ['name=nobody']],
  ])('passes the filter %s as it does for the CLI', async (filter, args) => {
    const expected = await engine.cli('node', 'ls', '--quiet', ...args.flatMap((arg) => ['--filter', arg]));
    const answer = await gateway.data(`{ swarmNodes(filter: ${filter}) { nodes { dockerId } totalCount } }`);
    const found = listAt(answer, 'swarmNodes', 'nodes').map((node) => textAt(node, 'dockerId'));
    expect(found).toEqual(expected.split('\n').filter(Boolean));
  });

  it('passes the filters that the gateway adds', async () => {
    const count = async (filter: string) =>
      at(await gateway.data(`{ swarmNodes(filter: ${filter}) { totalCount } }`), 'swarmNodes', 'totalCount');
    const hostname = await engine.cli('node', 'inspect', 'self', '--format', '{{.Description.Hostname}}');
    expect(await count('{ availabilities: [ACTIVE], states: [READY] }')).toBe(1);
    expect(await count('{ availabilities: [DRAIN, PAUSE] }')).toBe(0);
    expect(await count(`{ names: ["${hostname}"] }`)).toBe(1);
    expect(await count(`{ names: ["${hostname.slice(0, 1)}"] }`)).toBe(0);
    expect(await count(`{ namePrefixes: ["${hostname.slice(0, 1)}"] }`)).toBe(1);
  });

  it('tells its tasks and services with one list each', async () => {
    await service('busy', 2);
    let answer: unknown;
    const calls = await callsOf(async () => {
      answer = await gateway.data(
        '{ swarmNodes { nodes { runningTaskCount tasks(wanted: true) { dockerId } services { dockerId } } } }',
      );
    });
    expect(calls).toEqual(['GET /nodes', 'GET /services', 'GET /tasks']);
    const [node] = listAt(answer, 'swarmNodes', 'nodes');
    const tasks = await engine.cli(
      'node',
      'ps',
      '--quiet',
      '--no-trunc',
      '--filter',
      'desired-state=running',
      'self',
    );
    expect(at(node, 'runningTaskCount')).toBe(2);
    expect(
      listAt(node, 'tasks')
        .map((task) => textAt(task, 'dockerId'))
        .sort(),
    ).toEqual(tasks.split('\n').sort());
    expect(at(node, 'services')).toEqual([
      { dockerId: await engine.cli('service', 'inspect', '--format', '{{.ID}}', 'busy') },
    ]);
  });

  it('is paused, drained and activated, and says when it was so already', async () => {
    const shown = 'node { availability }';
    const availability = () => engine.cli('node', 'inspect', 'self', '--format', '{{.Spec.Availability}}');
    expect(await mutate('swarmNodePause', { ref: 'self' }, shown)).toMatchObject({
      ...fine,
      node: { availability: 'PAUSE' },
    });
    expect(await availability()).toBe('pause');
    expect(await mutate('swarmNodePause', { ref: 'self' }, shown)).toMatchObject(unchanged);
    expect(await mutate('swarmNodeDrain', { ref: 'self' }, shown)).toMatchObject(fine);
    expect(await availability()).toBe('drain');
    expect(await mutate('swarmNodeActivate', { ref: 'self' }, shown)).toMatchObject(fine);
    expect(await availability()).toBe('active');
  });

  it('gets labels one by one, and keeps the others', async () => {
    const labels = async (): Promise<unknown> =>
      JSON.parse(await engine.cli('node', 'inspect', 'self', '--format', '{{json .Spec.Labels}}'));
    const add = {
      ref: 'self',
      addLabels: [{ key: 'disk', value: 'nvme' }, { key: 'new' }],
      removeLabels: ['empty'],
    };
    expect(await mutate('swarmNodeUpdate', add)).toMatchObject(fine);
    expect(await labels()).toEqual({ disk: 'nvme', new: '' });
    expect(await mutate('swarmNodeUpdate', add)).toMatchObject(unchanged);
    expect(await mutate('swarmNodeUpdate', { ref: 'self', labels: [] })).toMatchObject(fine);
    expect(await labels()).toEqual({});
  });

  it('is changed by twenty at once, and no label is lost', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    const answers = await Promise.all(
      keys.map((key) => mutate('swarmNodeUpdate', { ref: 'self', addLabels: [{ key }] })),
    );
    const written = keys.filter((_, index) => at(answers[index], 'changed') === true);
    const kept = Object.keys(
      Object(JSON.parse(await engine.cli('node', 'inspect', 'self', '--format', '{{json .Spec.Labels}}'))),
    );
    expect(kept.sort()).toEqual(written.toSorted());
    for (const [index, answer] of answers.entries()) {
      if (!written.includes(`k${index}`)) {
        expect(answer).toMatchObject({ userErrors: [{ code: 'VERSION_CONFLICT' }] });
      }
    }
    expect(written.length).toBeGreaterThan(10);
    await mutate('swarmNodeUpdate', { ref: 'self', labels: [] });
  });

  it('stays a manager where it is the last one, and in the swarm', async () => {
    for (const [name, input] of [
      ['swarmNodeDemote', { ref: 'self' }],
      ['swarmNodeRemove', { ref: 'self' }],
      ['swarmNodeRemove', { ref: 'self', force: true }],
    ] as const) {
      expect(await mutate(name, input)).toMatchObject({ changed: false, userErrors: [{ code: 'CONFLICT' }] });
    }
    expect(await mutate('swarmNodePromote', { ref: 'self' })).toMatchObject(unchanged);
    expect(await mutate('swarmNodeUpdate', { ref: 'self', role: 'UNKNOWN' })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'role'] }],
    });
    expect(await mutate('swarmNodeDrain', { ref: 'nobody' })).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'ref'] }],
    });
  });
});

/** Every byte there is, and no UTF-8. */
const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe.each([
  ['secret', 'Secret'],
  ['config', 'Config'],
] as const)('a %s', (word, noun) => {
  const create = `${word}Create`;
  const shown = `${word} { id dockerId name versionIndex labels { key value } }`;
  const names = async (filter: string): Promise<readonly string[]> => {
    const answer = await gateway.data(`{ ${word}s(filter: ${filter}) { nodes { name } } }`);
    return listAt(answer, `${word}s`, 'nodes').map((each) => textAt(each, 'name'));
  };

  it('is made of text or bytes, with all that it can have', async () => {
    const input = {
      name: 'first',
      data: 'schlüssel {{ .Service.Name }}',
      labels: [{ key: 'team', value: 'a' }],
      templating: { name: 'golang' },
    };
    expect(await mutate(create, input, shown)).toMatchObject({
      ...fine,
      [word]: { name: 'first', labels: [{ key: 'team', value: 'a' }] },
    });
    expect(
      await mutate(create, { name: 'second', dataBase64: binary.toString('base64').replace(/=+$/, '') }),
    ).toMatchObject(fine);
    expect(
      await mutate(create, {
        name: 'stack_third',
        data: 'x',
        labels: [{ key: 'com.docker.stack.namespace', value: 'stack' }],
      }),
    ).toMatchObject(fine);
  });

  it('shows every value that the docker CLI prints', async () => {
    for (const name of ['first', 'second']) {
      const docker = await inspect(word, 'inspect', name);
      const looked = await expectAllShown(noun, `${word}(ref: "${name}")`, docker, spec);
      expect(looked).toBeGreaterThan(7);
    }
    const answer = await gateway.data(
      `{ ${word}(ref: "stack_third") { stack { name } usedBy { dockerId } } }`,
    );
    expect(at(answer, word)).toEqual({ stack: { name: 'stack' }, usedBy: [] });
  });

  it('reaches the containers of a service byte for byte, which it then cannot leave', async () => {
    const path = word === 'secret' ? '/run/secrets/second' : '/second';
    const container = await service(`uses-${word}`, 1, `--${word}`, 'second', `--${word}`, 'first');
    const bytes = await engine.exec('sh', ['-c', `docker exec ${container} base64 ${path} | tr -d '\\n'`]);
    expect(bytes).toBe(binary.toString('base64'));
    const text = await engine.cli('exec', container, 'cat', path.replace('second', 'first'));
    expect(text).toBe(`schlüssel uses-${word}`);
    const id = await engine.cli('service', 'inspect', '--format', '{{.ID}}', `uses-${word}`);
    const refused = `mutation ($input: ${noun}RemoveInput!) { ${word}Remove(input: $input) { changed removedId userErrors { code message ... on ${noun}InUseError { services { dockerId } } } } }`;
    const answer = at(await gateway.data(refused, { input: { ref: 'second' } }), `${word}Remove`);
    expect(answer).toEqual({
      changed: false,
      removedId: null,
      userErrors: [
        {
          code: `${noun.toUpperCase()}_IN_USE`,
          message: expect.stringContaining(`uses-${word}`),
          services: [{ dockerId: id }],
        },
      ],
    });
    const used = await gateway.data(`{ ${word}(ref: "first") { usedBy { dockerId } } }`);
    expect(at(used, word, 'usedBy')).toEqual([{ dockerId: id }]);
  }, 30_000);

  it.each([
    [{ name: 'first', data: 'x' }, 'NAME_IN_USE', ['input']],
    [{ name: 'a b', data: 'x' }, 'INVALID_INPUT', ['input', 'name']],
    [{ name: '-a', data: 'x' }, 'INVALID_INPUT', ['input', 'name']],
    [{ name: 'x'.repeat(65), data: 'x' }, 'INVALID_INPUT', ['input', 'name']],
    [{ name: 'new' }, 'INVALID_INPUT', ['input', 'data']],
    [{ name: 'new', data: '' }, 'INVALID_INPUT', ['input', 'data']],
    [{ name: 'new', data: '\ud800' }, 'INVALID_INPUT', ['input', 'data']],
    [{ name: 'new', data: 'x', dataBase64: 'eA==' }, 'INVALID_INPUT', ['input', 'dataBase64']],
    [{ name: 'new', dataBase64: 'e!' }, 'INVALID_INPUT', ['input', 'dataBase64']],
    [{ name: 'new', dataBase64: '' }, 'INVALID_INPUT', ['input', 'dataBase64']],
    [{ name: 'new', data: 'x'.repeat(1_024_000) }, 'INVALID_INPUT', ['input']],
  ])('is refused where it cannot be made (%#)', async (input, code, path) => {
    expect(await mutate(create, input)).toMatchObject({ changed: false, userErrors: [{ code, path }] });
  });

  it('names the holder of a name', async () => {
    const document = `mutation ($input: ${noun}CreateInput!) { ${create}(input: $input) { userErrors { ... on NameInUseError { name existing { __typename ... on ${noun} { name } } } } } }`;
    const answer = await gateway.data(document, { input: { name: 'first', data: 'x' } });
    expect(at(answer, create, 'userErrors')).toEqual([
      { name: 'first', existing: { __typename: noun, name: 'first' } },
    ]);
  });

  it('takes as much as the Engine does', async () => {
    const most = word === 'secret' ? 511_999 : 1_023_999;
    expect(await mutate(create, { name: 'most', data: 'x'.repeat(most) })).toMatchObject(fine);
    expect(await mutate(`${word}Remove`, { ref: 'most' }, 'removedId')).toMatchObject(fine);
  });

  it('is found by ID, prefix and name; a prefix of several lists them', async () => {
    const id = await engine.cli(word, 'inspect', '--format', '{{.ID}}', 'first');
    for (const ref of [id, id.slice(0, 12), 'first']) {
      const answer = await gateway.data(`query ($ref: ID!) { ${word}(ref: $ref) { dockerId id } }`, { ref });
      expect(at(answer, word, 'dockerId')).toBe(id);
      const again = await gateway.data('query ($id: ID!) { node(id: $id) { id } }', {
        id: textAt(answer, word, 'id'),
      });
      expect(at(again, 'node', 'id')).toBe(textAt(answer, word, 'id'));
    }
    expect(await gateway.data(`{ ${word}(ref: "nobody") { id } }`)).toEqual({ [word]: null });
    // As many as it takes until two begin with the same letter.
    const letters = Array.from({ length: 37 }, (_, index) => `many-${index}`);
    await Promise.all(letters.map((name) => mutate(create, { name, data: 'x' })));
    const ids = (await engine.cli(word, 'ls', '--quiet')).split('\n');
    const shared = ids.find((one) => ids.filter((other) => other[0] === one[0]).length > 1)?.[0] ?? '';
    const meant = ids.filter((one) => one.startsWith(shared));
    const { errors } = await gateway.query(`{ ${word}(ref: "${shared}") { id } }`);
    expect(errors).toMatchObject([
      { code: 'BAD_USER_INPUT', message: expect.stringContaining('is ambiguous') },
    ]);
    const document = `mutation ($input: ${noun}RemoveInput!) { ${word}Remove(input: $input) { userErrors { code ... on AmbiguousReferenceError { candidates { dockerId name } } } } }`;
    const answer = await gateway.data(document, { input: { ref: shared } });
    const [error] = listAt(answer, `${word}Remove`, 'userErrors');
    expect(at(error, 'code')).toBe('AMBIGUOUS_REFERENCE');
    expect(
      listAt(error, 'candidates')
        .map((each) => textAt(each, 'dockerId'))
        .sort(),
    ).toEqual(meant.sort());
  });

  it.each([
    ['{ namePrefixes: ["many-1"] }', ['name=many-1']],
    ['{ labels: ["team"] }', ['label=team']],
    ['{ labels: ["team=b"] }', ['label=team=b']],
    ['{ stack: "stack" }', ['label=com.docker.stack.namespace=stack']],
  ])('passes the filter %s as it does for the CLI', async (filter, args) => {
    const expected = await engine.cli(
      word,
      'ls',
      '--format',
      '{{.Name}}',
      ...args.flatMap((arg) => ['--filter', arg]),
    );
    expect(await names(filter)).toEqual(expected.split('\n').filter(Boolean).sort());
  });

  it('passes filters that the Engine takes for alternatives, or does not have', async () => {
    const id = await engine.cli(word, 'inspect', '--format', '{{.ID}}', 'first');
    expect(await names('{ names: ["first", "many-1", "nobody"] }')).toEqual(['first', 'many-1']);
    expect(await names(`{ ids: ["${id.slice(0, 20)}"] }`)).toEqual(['first']);
    expect(await names(`{ ids: ["${id}"], names: ["second"] }`)).toEqual([]);
    expect(await names('{ names: ["many-1"], namePrefixes: ["many-"] }')).toEqual(['many-1']);
    expect(await names('{ used: true }')).toEqual(['first', 'second']);
    expect(await names('{ used: false, namePrefixes: ["s"] }')).toEqual(['stack_third']);
  });

  it('gets other labels, by any version or by the one that was read', async () => {
    const labels = async (): Promise<unknown> =>
      JSON.parse(await engine.cli(word, 'inspect', '--format', '{{json .Spec.Labels}}', 'second'));
    const update = `${word}Update`;
    expect(
      await mutate(update, { ref: 'second', addLabels: [{ key: 'a', value: '1' }] }, shown),
    ).toMatchObject(fine);
    expect(await labels()).toEqual({ a: '1' });
    expect(await mutate(update, { ref: 'second', addLabels: [{ key: 'a', value: '1' }] })).toMatchObject(
      unchanged,
    );
    const version = Number(await engine.cli(word, 'inspect', '--format', '{{.Version.Index}}', 'second'));
    const strict = { ref: 'second', addLabels: [{ key: 'b' }], removeLabels: ['a'], version };
    expect(await mutate(update, strict)).toMatchObject(fine);
    expect(await labels()).toEqual({ b: '' });
    expect(await mutate(update, { ...strict, labels: null, addLabels: [{ key: 'c' }] })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'VersionConflictError', path: ['input', 'version'] }],
    });
    expect(await labels()).toEqual({ b: '' });
  });

  it('is removed one by one, or many at once, each with its result', async () => {
    expect(await mutate(`${word}Remove`, { ref: 'many-0' }, 'removedId')).toMatchObject({
      ...fine,
      removedId: expect.any(String),
    });
    expect(await mutate(`${word}Remove`, { ref: 'many-0' })).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    const results = `results { ref changed removedId ${word} { name } userErrors { code } }`;
    const many = { refs: ['many-1', 'nobody', 'first', 'many-1'], filter: { namePrefixes: ['many-1'] } };
    const dry = await mutate(`${word}sRemove`, { ...many, dryRun: true }, results);
    expect(dry).toMatchObject({ changed: false });
    expect(listAt(dry, 'results').map((each) => at(each, word, 'name') ?? null)).toEqual([
      'many-1',
      null,
      'first',
      ...Array.from({ length: 10 }, () => expect.stringMatching(/^many-1\d$/)),
    ]);
    const done = await mutate(`${word}sRemove`, many, results);
    expect(listAt(done, 'results').slice(0, 3)).toMatchObject([
      { ref: 'many-1', changed: true, removedId: expect.any(String), [word]: null, userErrors: [] },
      { ref: 'nobody', changed: false, userErrors: [{ code: 'NOT_FOUND' }] },
      { ref: 'first', changed: false, userErrors: [{ code: `${noun.toUpperCase()}_IN_USE` }] },
    ]);
    expect(await mutate(`${word}sRemove`, {})).toMatchObject({ userErrors: [{ code: 'INVALID_INPUT' }] });
    await mutate(`${word}sRemove`, { filter: { used: false } }, results);
    expect((await engine.cli(word, 'ls', '--format', '{{.Name}}')).split('\n').sort()).toEqual([
      'first',
      'second',
    ]);
  });
});

describe('an event of a swarm', () => {
  it('leads to what it is about', async () => {
    const client = createClient({
      url: gateway.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const query = `subscription { events(filter: { types: [SERVICE, NODE, SECRET, CONFIG] }) {
      __typename action
      ... on SecretEvent { secretName secret { name } }
      ... on ConfigEvent { configName config { name } }
      ... on ServiceEvent { serviceName service { dockerId } changes { what before after } }
      ... on SwarmNodeEvent { node { availability } changes { what before after } }
    } }`;
    const results = client.iterate({ query });
    try {
      const first = results.next();
      await proxy.until((requests) => requests.some(({ path }) => path.includes('/events')));
      await mutate('secretCreate', { name: 'told', data: 'x' });
      const events: unknown[] = [at((await first).value, 'data', 'events')];
      const next = async () => events.push(at((await results.next()).value, 'data', 'events'));
      await mutate('secretRemove', { ref: 'told' });
      await next();
      await mutate('configCreate', { name: 'told', data: 'x' });
      await next();
      await engine.cli('service', 'scale', '--detach', 'busy=1');
      await next();
      await mutate('swarmNodePause', { ref: 'self' });
      await next();
      const id = await engine.cli('service', 'inspect', '--format', '{{.ID}}', 'busy');
      expect(events).toEqual([
        { __typename: 'SecretEvent', action: 'CREATE', secretName: 'told', secret: { name: 'told' } },
        { __typename: 'SecretEvent', action: 'REMOVE', secretName: 'told', secret: null },
        { __typename: 'ConfigEvent', action: 'CREATE', configName: 'told', config: { name: 'told' } },
        {
          __typename: 'ServiceEvent',
          action: 'UPDATE',
          serviceName: 'busy',
          service: { dockerId: id },
          changes: [{ what: 'replicas', before: '2', after: '1' }],
        },
        {
          __typename: 'SwarmNodeEvent',
          action: 'UPDATE',
          node: { availability: 'PAUSE' },
          changes: [{ what: 'availability', before: 'active', after: 'pause' }],
        },
      ]);
    } finally {
      await results.return?.();
      await client.dispose();
    }
  }, 20_000);
});
