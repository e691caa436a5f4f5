import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyboxRoot } from '../support/busybox.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { tar } from '../support/tar.ts';
import { upload } from './support/uploads.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const fields =
  'id kind subject state changed error { __typename code message path } image { dockerId tags } progress { percent }';

/** Serves one archive on the loopback of the Engine's namespace. */
const program = `require('node:http').createServer((request, response) => {
  if (request.url !== '/files/root.tar') return response.writeHead(404).end();
  response.end(Buffer.from(process.argv[1], 'base64'));
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

async function serveFiles(archive: Buffer): Promise<{ readonly origin: string; stop(): void }> {
  const command = [process.execPath, '--eval', program, archive.toString('base64')];
  const server = spawn(
    'nsenter',
    [`--net=${engine.namespace}`, 'setpriv', '--pdeathsig', 'KILL', ...command],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const port = await new Promise<string>((resolve) =>
    createInterface({ input: server.stdout }).once('line', resolve),
  );
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.kill('SIGKILL') };
}

let files: { readonly origin: string; stop(): void };
let gateway: RunningGateway;
let permissive: RunningGateway;
beforeAll(async () => {
  files = await serveFiles(tar([{ path: 'etc/hello', content: 'hello' }]));
  [gateway, permissive] = await Promise.all([
    startGateway({ host: engine.host }),
    startGateway({
      host: engine.host,
      environment: { DOCKGRAPH_IMPORT_REMOTES: `${files.origin}/files,http://127.0.0.1:1` },
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([gateway?.close(), permissive?.close()]);
  files?.stop();
});

const begin = async (input: object, by: RunningGateway = gateway): Promise<unknown> =>
  at(
    await by.data(
      `mutation ($input: ImageImportInput!) { imageImport(input: $input) {
        changed userErrors { __typename code message path } image { dockerId } upload { url } operation { ${fields} } } }`,
      { input },
    ),
    'imageImport',
  );
const operation = async (id: string): Promise<unknown> =>
  at(await gateway.data(`query ($id: ID!) { operation(id: $id) { ${fields} } }`, { id }), 'operation');
const send = (begun: unknown, bytes: Uint8Array) =>
  upload(gateway.url, textAt(begun, 'upload', 'url'), bytes);
const inspect = async (reference: string): Promise<unknown> =>
  at(JSON.parse(await engine.cli('image', 'inspect', reference)), 0);

describe('an archive of files that is sent', () => {
  it('becomes an image that containers can run', async () => {
    const name = `${prefix}root:1`;
    const begun = await begin({
      name,
      message: 'from a spec',
      changes: ['CMD ["cat", "/etc/hello"]', 'env MODE=live', 'LABEL a=b'],
    });
    expect(begun).toMatchObject({
      changed: false,
      userErrors: [],
      image: null,
      operation: { kind: 'IMAGE_IMPORT', subject: name, state: 'WAITING_FOR_UPLOAD' },
    });
    const root = [...(await busyboxRoot()), { path: 'etc/hello', content: 'hello there' }];
    const answer = await send(begun, gzipSync(tar(root)));
    const image = await inspect(name);
    const id = textAt(image, 'Id');
    expect(answer).toMatchObject({ status: 200, data: { image: id } });
    expect(image).toMatchObject({
      Comment: 'from a spec',
      Config: {
        Cmd: ['cat', '/etc/hello'],
        Env: expect.arrayContaining(['MODE=live']),
        Labels: { a: 'b' },
      },
    });
    expect(await operation(textAt(begun, 'operation', 'id'))).toMatchObject({
      state: 'SUCCEEDED',
      changed: true,
      image: { dockerId: id, tags: [name] },
      progress: { percent: 100 },
    });
    const ran = await engine.cli('run', '--rm', '--name', `${prefix}cat`, '--network', 'none', name);
    expect(ran).toBe('hello there');
  });

  it('can be for another platform, and without a name', async () => {
    const begun = await begin({ platform: 'linux/arm64' });
    const answer = await send(begun, tar([{ path: 'x', content: 'y' }]));
    const id = textAt(answer.data, 'image');
    const architecture = engine.version.startsWith('20.') ? 'amd64' : 'arm64';
    expect(await inspect(id)).toMatchObject({ Architecture: architecture, Os: 'linux' });
    expect(textAt(begun, 'operation', 'subject')).toBe('');
    await engine.cli('rmi', id);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['is none', () => Buffer.from('nothing of an archive '.repeat(1_000)), /invalid tar header/],
    [
      'is not whole',
      () => tar([{ path: 'x', content: Buffer.alloc(1_000_000, 'y') }]).subarray(0, 500_000),
      /unexpected EOF/,
    ],
  ])('but %s makes no image', async (_title, bytes, said) => {
    const name = `${prefix}wrong:1`;
    const begun = await begin({ name });
    const answer = await send(begun, bytes());
    expect(answer).toMatchObject({ status: 400, message: expect.stringMatching(said) });
    expect(await operation(textAt(begun, 'operation', 'id'))).toMatchObject({
      state: 'FAILED',
      error: { code: 'ARCHIVE_INVALID' },
    });
    // containerd's store keeps under its name what it could not unpack.
    const store = await engine.cli('info', '--format', '{{.DriverStatus}}');
    const isLeft = await inspect(name).then(
      () => true,
      () => false,
    );
    expect(isLeft && !store.includes('containerd')).toBe(false);
  });

  it('for a platform that there is none of is told so', async () => {
    const begun = await begin({ platform: 'a/b/c/d' });
    const answer = await send(begun, tar([{ path: 'x', content: 'y' }]));
    expect(answer).toMatchObject({ status: 400, message: expect.stringMatching(/platform/) });
    expect(await operation(textAt(begun, 'operation', 'id'))).toMatchObject({
      error: { code: 'INVALID_INPUT' },
    });
  });
});

describe('what cannot be imported', () => {
  it.each([
    [{ name: 'UPPER' }, ['input', 'name'], /cannot be the name of an image/],
    [
      { changes: ['CMD x', 'RUN make'] },
      ['input', 'changes', '1'],
      /`changes\.1` begins with "RUN".*CMD, ENTRYPOINT/,
    ],
    [{ source: 'http://127.0.0.1:1/x.tar' }, ['input', 'source'], /DOCKGRAPH_IMPORT_REMOTES.*upload/],
  ])('is refused before anything is begun: %j', async (input, path, said) => {
    expect(await begin(input)).toEqual({
      changed: false,
      image: null,
      upload: null,
      operation: null,
      userErrors: [
        {
          __typename: 'InvalidInputError',
          code: 'INVALID_INPUT',
          message: expect.stringMatching(said),
          path,
        },
      ],
    });
  });
});

describe('an address that the Engine may fetch from', () => {
  it('is imported, and waited for', async () => {
    const name = `${prefix}remote:1`;
    const done = await begin({ name, source: `${files.origin}/files/root.tar` }, permissive);
    const id = textAt(await inspect(name), 'Id');
    expect(done).toMatchObject({
      changed: true,
      userErrors: [],
      upload: null,
      image: { dockerId: id },
      operation: { state: 'SUCCEEDED', image: { dockerId: id } },
    });
  });

  it.each([['files/absent.tar'], ['files/../secret.tar']])(
    'fails typed where nothing is: %s',
    async (path) => {
      const done = await begin({ source: `${files.origin}/${path}` }, permissive);
      expect(done).toMatchObject({
        changed: false,
        userErrors: [{ code: path.includes('..') ? 'INVALID_INPUT' : 'UPLOAD_FAILED' }],
      });
    },
  );

  it('fails typed where nobody answers', async () => {
    const done = await begin({ source: 'http://127.0.0.1:1/x.tar' }, permissive);
    expect(done).toMatchObject({
      operation: { state: 'FAILED' },
      userErrors: [{ code: 'UPLOAD_FAILED', message: expect.stringMatching(/refused/) }],
    });
  });

  it.each(['/other/root.tar', '/files-of-others/root.tar', '/files/root.tar?x=1', '/files/%2e%2e/root.tar'])(
    'is none of others: %s',
    async (path) => {
      expect(await begin({ source: `${files.origin}${path}` }, permissive)).toMatchObject({
        operation: null,
        userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'source'] }],
      });
    },
  );

  it('has no user in it', async () => {
    const source = `${files.origin.replace('http://', 'http://me:canary@')}/files/root.tar`;
    const done = await begin({ source }, permissive);
    expect(done).toMatchObject({ operation: null, userErrors: [{ path: ['input', 'source'] }] });
    expect(JSON.stringify(done)).not.toContain('canary');
  });
});
