import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { tar } from '../support/tar.ts';
import { makeBigImage } from './support/big-image.ts';
import { followOperation } from './support/operation-reader.ts';
import { beginUpload, upload } from './support/uploads.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const fields =
  'id kind subject state createdAt startedAt finishedAt canCancel changed progress { current total percent } ' +
  'error { __typename code message path } image { dockerId } images { dockerId tags } output { text }';

let gateway: RunningGateway;
let hasty: RunningGateway;
beforeAll(async () => {
  [gateway, hasty] = await Promise.all([
    startGateway({ host: engine.host }),
    startGateway({ host: engine.host, flags: ['--transfer-lifetime=300ms'] }),
  ]);
});
afterAll(async () => {
  await Promise.all([gateway?.close(), hasty?.close()]);
});

interface Begun {
  readonly id: string;
  readonly url: string;
}

async function begin(by: RunningGateway = gateway, input: object = {}): Promise<Begun> {
  const data = await by.data(
    `mutation ($input: ImageLoadInput!) { imageLoad(input: $input) {
      changed userErrors { message } operation { id kind state startedAt canCancel }
      upload { url method accepts expiresAt } } }`,
    { input },
  );
  expect(at(data, 'imageLoad')).toMatchObject({
    changed: false,
    userErrors: [],
    operation: { kind: 'IMAGE_LOAD', state: 'WAITING_FOR_UPLOAD', startedAt: null, canCancel: true },
    upload: { method: 'PUT', accepts: expect.arrayContaining(['application/x-tar']) },
  });
  return {
    id: textAt(data, 'imageLoad', 'operation', 'id'),
    url: textAt(data, 'imageLoad', 'upload', 'url'),
  };
}

const operation = async (id: string, by: RunningGateway = gateway): Promise<unknown> =>
  at(await by.data(`query ($id: ID!) { operation(id: $id) { ${fields} } }`, { id }), 'operation');
const cancel = async (id: string): Promise<unknown> =>
  at(
    await gateway.data(
      'mutation ($id: ID!) { operationCancel(input: { id: $id }) { changed operation { state } } }',
      { id },
    ),
    'operationCancel',
  );
const idOf = (reference: string) => engine.cli('image', 'inspect', '--format', '{{.Id}}', reference);
const isThere = (reference: string) =>
  idOf(reference).then(
    () => true,
    () => false,
  );
const saved = async (...names: string[]): Promise<Buffer> => {
  const query = names.map((name) => `names=${encodeURIComponent(name)}`).join('&');
  return (await engine.mustRest('GET', `/images/get?${query}`)).body;
};

describe('an archive', () => {
  it('saved by the graph, and loaded after the image was removed, gives the same image', async () => {
    const name = `${prefix}kept:1`;
    const id = await makeBigImage(engine, name, [3_000_000, 1_000_000]);
    const data = await gateway.data('query ($ref: ID!) { image(ref: $ref) { save { url } } }', { ref: name });
    const archive = await fetch(new URL(textAt(data, 'image', 'save', 'url'), gateway.url));
    const bytes = Buffer.from(await archive.arrayBuffer());
    await engine.cli('rmi', name);
    expect(await isThere(id)).toBe(false);

    const begun = await begin();
    const follower = followOperation(gateway.url, begun.id, fields);
    expect(await follower.next()).toMatchObject({ state: 'WAITING_FOR_UPLOAD' });
    expect(await upload(gateway.url, begun.url, bytes)).toMatchObject({
      status: 200,
      data: { operation: begun.id, images: [id], names: [name], bytes: bytes.length },
    });
    const states = await follower.rest();
    expect(states.at(-1)).toMatchObject({
      state: 'SUCCEEDED',
      changed: true,
      error: null,
      image: { dockerId: id },
      images: [{ dockerId: id, tags: [name] }],
      progress: { current: bytes.length, total: bytes.length, percent: 100 },
    });
    expect(listAt(states.at(-1), 'output').map((line) => textAt(line, 'text'))).toContain(
      `Loaded image: ${name}`,
    );
    expect(await idOf(name)).toBe(id);
  });

  it('of several images, compressed, gives all of them', async () => {
    const names = [`${prefix}first:1`, `${prefix}second:1`];
    const ids = await Promise.all(names.map((name, index) => makeBigImage(engine, name, [1_000 + index])));
    const bytes = gzipSync(await saved(...names));
    await engine.cli('rmi', ...names);
    const begun = await begin();
    await upload(gateway.url, begun.url, bytes);
    const done = await operation(begun.id);
    expect(done).toMatchObject({ state: 'SUCCEEDED' });
    expect(
      listAt(done, 'images')
        .map((image) => textAt(image, 'dockerId'))
        .toSorted(),
    ).toEqual(ids.toSorted());
  });

  it('of an image without a name gives that', async () => {
    const name = `${prefix}unnamed:1`;
    const id = await makeBigImage(engine, name, [2_000]);
    const bytes = await saved(id);
    await engine.cli('rmi', name);
    const begun = await begin();
    expect(await upload(gateway.url, begun.url, bytes)).toMatchObject({ data: { images: [id], names: [] } });
    expect(await operation(begun.id)).toMatchObject({ images: [{ dockerId: id, tags: [] }] });
    await engine.cli('rmi', id);
  });

  const whole = tar([{ path: 'x', content: 'y' }]);
  it.each<[string, () => Promise<Uint8Array>, RegExp]>([
    ['is no archive', async () => Buffer.from('nothing of an archive '.repeat(1_000)), /invalid tar header/],
    ['is empty', async () => Buffer.alloc(0), /no image in it|unrecognized image format/],
    ['has no image in it', async () => whole, /no image in it|unrecognized image format/],
    [
      'names what is not in it',
      async () =>
        tar([
          {
            path: 'manifest.json',
            content: '[{"Config":"x.json","RepoTags":["a:b"],"Layers":["q/layer.tar"]}]',
          },
        ]),
      /x\.json/,
    ],
    [
      'was cut before it was sent',
      async () => (await saved('busybox')).subarray(0, 500_000),
      /unexpected EOF/,
    ],
  ])('that %s is told so to both who sends and who follows', async (_title, bytes, said) => {
    const begun = await begin();
    const answer = await upload(gateway.url, begun.url, await bytes());
    expect(answer).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(said),
    });
    expect(answer.message).not.toContain(engine.dataDir);
    expect(await operation(begun.id)).toMatchObject({
      state: 'FAILED',
      image: null,
      error: { __typename: 'ArchiveError', code: 'ARCHIVE_INVALID', message: answer.message },
    });
  });

  it('whose connection breaks is not loaded', async () => {
    const name = `${prefix}broken:1`;
    await makeBigImage(engine, name, [3_000_000]);
    const bytes = await saved(name);
    await engine.cli('rmi', name);
    const begun = await begin();
    const follower = followOperation(gateway.url, begun.id, fields);
    expect(await follower.next()).toMatchObject({ state: 'WAITING_FOR_UPLOAD', progress: { percent: null } });
    const { call, answer } = beginUpload(gateway.url, begun.url, bytes.length);
    call.write(bytes.subarray(0, 2_000_000));
    await follower.until((state) => at(state, 'progress', 'current') === 2_000_000);
    expect(await operation(begun.id)).toMatchObject({
      state: 'RUNNING',
      progress: { current: 2_000_000, total: bytes.length },
    });
    call.destroy();
    expect(await answer).toBeUndefined();
    expect((await follower.rest()).at(-1)).toMatchObject({
      state: 'FAILED',
      error: {
        __typename: 'UploadError',
        code: 'UPLOAD_FAILED',
        message: expect.stringMatching(/broke off/),
      },
    });
    expect(await isThere(name)).toBe(false);
  });
});

describe('an operation that waits for an archive', () => {
  it('fails when its address expires unused', async () => {
    const begun = await begin(hasty);
    const states = await followOperation(hasty.url, begun.id, fields).rest();
    expect(states.at(-1)).toMatchObject({
      state: 'FAILED',
      startedAt: null,
      error: { code: 'UPLOAD_FAILED', message: expect.stringMatching(/^Nobody sent the bytes/) },
    });
    expect(await upload(hasty.url, begun.url, Buffer.alloc(1))).toMatchObject({ status: 410 });
  });

  it('can be canceled, and its address with it', async () => {
    const begun = await begin();
    expect(await cancel(begun.id)).toEqual({ changed: true, operation: { state: 'CANCELED' } });
    expect(await upload(gateway.url, begun.url, Buffer.alloc(1))).toMatchObject({
      status: 410,
      code: 'GONE',
    });
  });

  it('can be canceled in the middle of the upload, which is told so', async () => {
    const begun = await begin();
    const bytes = tar([{ path: 'x', content: randomBytes(1_000_000) }]);
    const { call, answer } = beginUpload(gateway.url, begun.url, bytes.length);
    call.write(bytes.subarray(0, 500_000));
    await followOperation(gateway.url, begun.id, fields).until(
      (state) => Number(at(state, 'progress', 'current')) > 0,
    );
    expect(await cancel(begun.id)).toEqual({ changed: true, operation: { state: 'CANCELED' } });
    expect(await answer).toMatchObject({
      status: 409,
      code: 'CONFLICT',
      message: 'The operation was canceled.',
    });
    call.destroy();
  });

  it.each([
    ['nonsense', /cannot be "nonsense": give system and architecture/],
    ['a/b/c/d', /cannot be "a\/b\/c\/d"/],
  ])('is not begun for the platform %s', async (platform, said) => {
    const data = await gateway.data(
      `mutation ($p: String) { imageLoad(input: { platform: $p }) {
        operation { id } upload { url } userErrors { code message path } } }`,
      { p: platform },
    );
    expect(at(data, 'imageLoad')).toEqual({
      operation: null,
      upload: null,
      userErrors: [
        { code: 'INVALID_INPUT', message: expect.stringMatching(said), path: ['input', 'platform'] },
      ],
    });
  });

  it('is told where there is nothing for the platform that is wanted, or the Engine is too old for that', async () => {
    const isOld = Number(engine.apiVersion.split('.')[1]) < 48;
    const input = { platform: 'linux/s390x' };
    const refused = async (): Promise<unknown> => {
      const data = await gateway.data(
        'mutation ($input: ImageLoadInput!) { imageLoad(input: $input) { operation { id } userErrors { code path } } }',
        { input },
      );
      return at(data, 'imageLoad');
    };
    const sent = async (): Promise<unknown> =>
      upload(gateway.url, (await begin(gateway, input)).url, await saved('busybox'));
    const aboutIt: unknown = expect.stringMatching(/platform/);
    expect(await (isOld ? refused() : sent())).toMatchObject(
      isOld
        ? { operation: null, userErrors: [{ code: 'API_VERSION_UNSUPPORTED', path: ['input', 'platform'] }] }
        : { status: 400, message: aboutIt },
    );
  });
});
