import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FollowOperationDocument, OperationsDocument, PullDocument } from '../generated/graphql.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { type SlowRegistry, startSlowRegistry } from '../support/slow-registry.ts';
import { makeBigImage } from './support/big-image.ts';
import { followOperation } from './support/operation-reader.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const account = { username: 'someone', password: 'canary:s3cret' };
const megabytes = 1_000_000;
/** Bytes of the layers of the image. */
const layers = [10 * megabytes, 6 * megabytes, 8 * megabytes];

let open: SlowRegistry;
let locked: SlowRegistry;
let gateway: RunningGateway;
let imageId: string;
const big = `${prefix}big:1`;
beforeAll(async () => {
  [open, locked, gateway, imageId] = await Promise.all([
    startSlowRegistry(engine, 12 * megabytes),
    startSlowRegistry(engine, 12 * megabytes, { auth: account }),
    startGateway({ host: engine.host }),
    makeBigImage(engine, big, layers),
  ]);
});
afterAll(async () => {
  await gateway?.close();
  await Promise.all([open?.stop(), locked?.stop()]);
});

const progress =
  'id kind subject state startedAt finishedAt duration canCancel progress { current total percent } ' +
  'steps { id status state current total percent } error { __typename code message path } ' +
  'changed digest image { dockerId tags } images { dockerId } output { number text }';

const begin = async (mutation: 'imagePull' | 'imagePush', input: object): Promise<string> => {
  const type = mutation === 'imagePull' ? 'ImagePullInput' : 'ImagePushInput';
  const data = await gateway.data(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) {
      changed userErrors { message } image { id } operation { id state kind subject } } }`,
    { input: { ...input, wait: false } },
  );
  expect(at(data, mutation)).toMatchObject({ changed: false, userErrors: [], image: null });
  return textAt(data, mutation, 'operation', 'id');
};
const follow = (id: string) => followOperation(gateway.url, id, progress);
const percentsOf = (states: readonly unknown[]): number[] =>
  states.map((state) => Number(at(state, 'progress', 'percent') ?? 0));
const numbersOf = (states: readonly unknown[], field: string): number[] =>
  states.map((state) => Number(at(state, 'progress', field) ?? 0));
const rising = (values: readonly number[]) => expect(values).toEqual(values.toSorted((a, b) => a - b));

/** What is the same for whatever takes long enough to be watched. */
function expectSteadyProgress(states: readonly unknown[]): void {
  const percents = percentsOf(states);
  rising(percents);
  rising(numbersOf(states, 'current'));
  const between = new Set(percents.filter((percent) => percent > 0 && percent < 100));
  expect(between.size).toBeGreaterThan(4);
  expect(percents.at(-1)).toBe(100);
  const names = states.map((state) => textAt(state, 'state'));
  expect(new Set(names.slice(0, -1))).toEqual(new Set(['RUNNING']));
  expect(names.at(-1)).toBe('SUCCEEDED');
}

describe.each([
  ['an open registry', () => ({ registry: open, auth: undefined })],
  ['a registry that wants a login', () => ({ registry: locked, auth: account })],
])('%s', (_title, where) => {
  it('takes a push and gives it back to a pull, and both are seen to go on', async () => {
    const { registry, auth } = where();
    const reference = `${registry.address}/${prefix}big:1`;
    await engine.cli('tag', big, reference);
    const pushed = await follow(await begin('imagePush', { reference, auth })).rest();
    expectSteadyProgress(pushed);
    const digest = textAt(pushed.at(-1), 'digest');
    expect(pushed.at(-1)).toMatchObject({
      kind: 'IMAGE_PUSH',
      subject: reference,
      image: { dockerId: imageId },
      canCancel: false,
      error: null,
    });
    expect(
      (await engine.cli('image', 'inspect', '--format', '{{join .RepoDigests "\\n"}}', reference)).split(
        '\n',
      ),
    ).toContain(`${registry.address}/${prefix}big@${digest}`);

    await engine.cli('rmi', reference, big);
    const began = performance.now();
    const pulled = await follow(await begin('imagePull', { reference, auth })).rest();
    expectSteadyProgress(pulled);
    // Ten a second at most.
    expect(pulled.length).toBeLessThan((performance.now() - began) / 100 + 3);
    const last = pulled.at(-1);
    expect(last).toMatchObject({
      kind: 'IMAGE_PULL',
      changed: true,
      digest,
      image: { dockerId: imageId, tags: [reference] },
      images: [{ dockerId: imageId }],
      error: null,
    });
    expect(listAt(last, 'steps').map((step) => textAt(step, 'state'))).toEqual(['DONE', 'DONE', 'DONE']);
    expect(listAt(last, 'steps').map((step) => at(step, 'percent'))).toEqual([100, 100, 100]);
    const total = Number(at(last, 'progress', 'total'));
    const whole = layers.reduce((sum, size) => sum + size, 0);
    expect(total / 2 / whole).toBeCloseTo(1, 2);
    expect(JSON.stringify([pushed, pulled])).not.toMatch(/canary|s3cret/);
    expect(await engine.cli('image', 'inspect', '--format', '{{.Id}}', reference)).toBe(imageId);
    await engine.cli('tag', reference, big);
    await engine.cli('rmi', reference);
  });
});

const operation = (id: string): Promise<unknown> =>
  gateway
    .data(`query ($id: ID!) { operation(id: $id) { ${progress} } }`, { id })
    .then((data) => at(data, 'operation'));
const cancel = (id: string): Promise<unknown> =>
  gateway
    .data(
      `mutation ($id: ID!) { operationCancel(input: { id: $id }) {
        changed userErrors { code message path } operation { id state canCancel error { code } } } }`,
      { id },
    )
    .then((data) => at(data, 'operationCancel'));
const hasImage = (reference: string): Promise<boolean> =>
  engine.cli('image', 'inspect', reference).then(
    () => true,
    () => false,
  );

/** A reference to an image that only the open registry has, and that takes two seconds to come. */
async function remote(tag: string): Promise<string> {
  const reference = `${open.address}/${prefix}${tag}:1`;
  await makeBigImage(engine, reference, [24 * megabytes]);
  await engine.cli('push', reference);
  await engine.cli('rmi', reference);
  return reference;
}

describe('a pull that nobody waits for', () => {
  it('goes on when the client that asked for it has left', async () => {
    const reference = await remote('left');
    const client = new AbortController();
    const left = fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation ($r: String!) { imagePull(input: { reference: $r }) { changed } }',
        variables: { r: reference },
      }),
      signal: client.signal,
    });
    const underWay = async (): Promise<string> => {
      const data = await gateway.data(
        `query ($search: String) { operations(filter: { underWay: true, kinds: [IMAGE_PULL] }, search: $search) {
          totalCount nodes { id } } }`,
        { search: reference },
      );
      return textAt(data, 'operations', 'nodes', 0, 'id');
    };
    await expect.poll(underWay).not.toBe('');
    const id = await underWay();
    // Two followers, one of whom leaves too.
    const [gone, stays] = [follow(id), followOperation(gateway.url, id, progress, 'SSE')];
    await gone.until((state) => Number(at(state, 'progress', 'percent')) > 0);
    client.abort();
    await expect(left).rejects.toThrow(/abort/);
    await gone.leave();
    const states = await stays.rest();
    expect(states.at(-1)).toMatchObject({ state: 'SUCCEEDED', changed: true, subject: reference });
    expect(await hasImage(reference)).toBe(true);
    // Long after, it can still be read, by its ID and as a node.
    const data = await gateway.data(
      'query ($id: ID!) { node(id: $id) { id ... on Operation { state engine { name } duration } } }',
      { id },
    );
    expect(at(data, 'node')).toEqual({
      id,
      state: 'SUCCEEDED',
      engine: { name: 'default' },
      duration: expect.stringMatching(/^\d+(\.\d+)?s$/),
    });
    expect((await follow(id).rest()).map((state) => textAt(state, 'state'))).toEqual(['SUCCEEDED']);
  });

  it('is stopped by a cancel, in the Engine too', async () => {
    const reference = await remote('canceled');
    const before = await open.received();
    const id = await begin('imagePull', { reference });
    const follower = follow(id);
    await follower.until((state) => Number(at(state, 'progress', 'percent')) > 5);
    expect(await operation(id)).toMatchObject({ state: 'RUNNING', canCancel: true });
    expect(await cancel(id)).toEqual({
      changed: true,
      userErrors: [],
      operation: { id, state: 'CANCELED', canCancel: false, error: { code: 'CANCELED' } },
    });
    expect((await follower.rest()).at(-1)).toMatchObject({
      state: 'CANCELED',
      image: null,
      error: { __typename: 'OperationCanceledError', code: 'CANCELED', path: null },
    });
    expect(await cancel(id)).toMatchObject({
      changed: false,
      userErrors: [],
      operation: { state: 'CANCELED' },
    });
    // What is on the line may still come, and then no more does.
    const settled = async (): Promise<number> => {
      const first = await open.received();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const second = await open.received();
      return first === second ? second : settled();
    };
    expect((await settled()) - before).toBeLessThan(20 * megabytes);
    expect(await hasImage(reference)).toBe(false);
  });

  it('fails with what would be said to one who waits', async () => {
    const missing = `${open.address}/${prefix}none:1`;
    const last = async (input: object) => (await follow(await begin('imagePull', input)).rest()).at(-1);
    expect(await last({ reference: missing })).toMatchObject({
      state: 'FAILED',
      error: { __typename: 'ImageNotFoundError', path: null },
      image: null,
      changed: null,
      finishedAt: expect.any(String),
    });
    expect(await last({ reference: `127.0.0.1:1/${prefix}none:1` })).toMatchObject({
      state: 'FAILED',
      error: { __typename: 'RegistryError' },
    });
    const reference = `${locked.address}/${prefix}big:1`;
    expect(await last({ reference })).toMatchObject({
      state: 'FAILED',
      error: { __typename: 'RegistryUnauthorizedError' },
    });
    const wrong = await last({ reference, auth: { ...account, password: 'canary:wr0ng' } });
    expect(wrong).toMatchObject({ state: 'FAILED', error: { code: 'REGISTRY_UNAUTHORIZED' } });
    expect(JSON.stringify(wrong)).not.toMatch(/canary|wr0ng/);
  });

  it('does not begin where the input is wrong', async () => {
    const data = await gateway.data(
      'mutation { imagePull(input: { reference: "UPPER", wait: false }) { operation { id } userErrors { code path } } }',
    );
    expect(at(data, 'imagePull')).toEqual({
      operation: null,
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'reference'] }],
    });
  });
});

describe('a push', () => {
  it('is stopped by a cancel', async () => {
    const reference = `${open.address}/${prefix}unpushed:1`;
    await makeBigImage(engine, reference, [36 * megabytes]);
    const id = await begin('imagePush', { reference });
    await follow(id).until((state) => Number(at(state, 'progress', 'percent')) > 5);
    expect(await cancel(id)).toMatchObject({ changed: true, operation: { state: 'CANCELED' } });
    const last = (await follow(await begin('imagePull', { reference })).rest()).at(-1);
    expect(last).toMatchObject({ state: 'FAILED', error: { code: 'IMAGE_NOT_FOUND' } });
  });

  it('with the wrong password fails as that, and tells nobody the password', async () => {
    const reference = `${locked.address}/${prefix}wrong:1`;
    await engine.cli('tag', 'busybox', reference);
    const auth = { ...account, password: 'canary:wr0ng' };
    const last = (await follow(await begin('imagePush', { reference, auth })).rest()).at(-1);
    expect(last).toMatchObject({ state: 'FAILED', error: { code: 'REGISTRY_UNAUTHORIZED' } });
    expect(JSON.stringify(last)).not.toMatch(/canary|wr0ng/);
  });
});

describe('a container whose image has to be pulled', () => {
  it('shows that pull as an operation', async () => {
    const reference = await remote('run');
    const data = await gateway.data(
      `mutation ($image: ID!, $name: String!) {
        containerCreate(input: { image: $image, name: $name, command: ["x"], pull: MISSING }) {
          changed userErrors { message } } }`,
      { image: reference, name: `${prefix}run` },
    );
    expect(at(data, 'containerCreate')).toEqual({ changed: true, userErrors: [] });
    const listed = await gateway.data(
      'query ($search: String) { operations(search: $search) { nodes { kind state subject } } }',
      { search: reference },
    );
    expect(listAt(listed, 'operations', 'nodes')).toEqual([
      { kind: 'IMAGE_PULL', state: 'SUCCEEDED', subject: reference },
    ]);
  });
});

describe('what can be asked for', () => {
  it('is listed with the newest first, page by page, by what it does and how far it is', async () => {
    const names = ['one', 'two', 'three'].map((name) => `${open.address}/${prefix}absent-${name}:1`);
    for (const reference of names) await follow(await begin('imagePull', { reference })).rest();
    const list = async (args: string): Promise<unknown> =>
      at(
        await gateway.data(
          `{ operations(search: "${prefix}absent-", ${args}) {
            totalCount pageInfo { endCursor hasNextPage } nodes { subject kind state } } }`,
        ),
        'operations',
      );
    const subjects = (page: unknown) => listAt(page, 'nodes').map((node) => textAt(node, 'subject'));
    const first = await list('first: 2');
    expect(subjects(first)).toEqual([names[2], names[1]]);
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const second = await list(`first: 2, after: "${textAt(first, 'pageInfo', 'endCursor')}"`);
    expect(subjects(second)).toEqual([names[0]]);
    expect(await list('filter: { states: [FAILED], kinds: [IMAGE_PULL] }')).toMatchObject({ totalCount: 3 });
    for (const filter of ['states: [SUCCEEDED]', 'kinds: [IMAGE_PUSH]', 'underWay: true']) {
      expect(await list(`filter: { ${filter} }`)).toMatchObject({ totalCount: 0 });
    }
    const engines = await gateway.data('{ engines { operations(first: 1) { totalCount } } }');
    expect(Number(at(engines, 'engines', 0, 'operations', 'totalCount'))).toBeGreaterThan(2);
  });

  it('is what the worked examples ask for', async () => {
    const reference = `${open.address}/${prefix}example:1`;
    await engine.cli('tag', 'busybox', reference);
    await engine.cli('push', reference);
    const pull = at(await gateway.data(print(PullDocument), { reference }), 'imagePull');
    expect(pull).toMatchObject({ operation: { state: 'RUNNING' }, userErrors: [] });
    const id = textAt(pull, 'operation', 'id');
    const states = await followOperation(gateway.url, id, print(FollowOperationDocument)).rest();
    expect(states.at(-1)).toMatchObject({
      state: 'SUCCEEDED',
      image: { tags: expect.arrayContaining([reference]) },
    });
    const listed = await gateway.data(print(OperationsDocument));
    expect(listAt(listed, 'operations', 'nodes')[0]).toMatchObject({
      id,
      subject: reference,
      state: 'SUCCEEDED',
    });
  });

  it('costs the Engine nothing', async () => {
    const { extensions } = await gateway.query(
      '{ operations { nodes { id state progress { percent } steps { id } error { code } engine { name } } } }',
      {},
      { 'x-dockgraph-plan': '1' },
    );
    expect(listAt(extensions, 'plan', 'calls')).toEqual([]);
  });

  it('is null, or an error, for what there is not', async () => {
    const image = await gateway.data('{ images(first: 1) { nodes { id } } }');
    const imageNode = textAt(image, 'images', 'nodes', 0, 'id');
    const absent = Buffer.from(`v1:Operation:default:${'0'.repeat(32)}`).toString('base64url');
    expect(await operation(absent)).toBeNull();
    expect(await cancel(absent)).toMatchObject({
      changed: false,
      operation: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'id'] }],
    });
    await expect(follow(absent).next()).rejects.toThrow(/^NOT_FOUND: There is no operation/);
    for (const id of ['nonsense', imageNode]) {
      await expect(operation(id)).rejects.toThrow(/is not the ID of an operation/);
      await expect(follow(id).next()).rejects.toThrow(/^BAD_USER_INPUT: /);
      expect(await cancel(id)).toMatchObject({
        userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'id'] }],
      });
    }
  });
});
