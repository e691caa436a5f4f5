import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { tar } from '../support/tar.ts';
import { upload } from './support/transfer-client.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const running = `${prefix}running`;
const stopped = `${prefix}stopped`;
const readOnly = `${prefix}read-only`;

let directory: string;
let proxy: CountingProxy;
let gateway: RunningGateway;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dockgraph-files-'));
  proxy = await startCountingProxy(engine.socketPath);
  const script = [
    'mkdir -p /data/dir',
    'printf "hello\\n" > /data/text',
    'printf "\\000\\377\\376" > /data/binary',
    'dd if=/dev/zero of=/data/long bs=1000 count=200 2>/dev/null',
    'touch -d "2001-02-03 04:05:06" /data/text',
    'chmod 4750 /data/text',
    'chmod 1777 /data/dir',
    'ln -s text /data/link',
    'ln -s /nowhere /data/dangling',
    'mkfifo /data/pipe',
    'echo odd > "/data/a b\nc"',
  ].join('; ');
  await Promise.all([
    engine.cli(
      'run',
      '-d',
      '--name',
      running,
      '--stop-timeout',
      '0',
      '-v',
      '/volume',
      'busybox',
      'sleep',
      '3600',
    ),
    engine.cli('create', '--name', stopped, 'busybox', 'true'),
    engine.cli('create', '--name', readOnly, '--read-only', '--tmpfs', '/tmp', 'busybox', 'true'),
  ]);
  await engine.cli('exec', running, 'sh', '-c', script);
  gateway = await startGateway({ host: proxy.host });
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  if (directory) await rm(directory, { recursive: true });
});

const file = async (path: string, fields: string, ref = running): Promise<unknown> =>
  at(
    await gateway.data(
      `query ($ref: ID!, $path: String!) { container(ref: $ref) { file(path: $path) { ${fields} } } }`,
      { ref, path },
    ),
    'container',
    'file',
  );

describe('a path in a container', () => {
  it('is described as stat sees it', async () => {
    const all = 'name type size mode permissions modifiedAt linkTarget';
    expect(await file('/data/text', all)).toEqual({
      name: 'text',
      type: 'FILE',
      size: 6,
      mode: '4750',
      permissions: '-rwsr-x---',
      modifiedAt: '2001-02-03T04:05:06Z',
      linkTarget: null,
    });
    expect(await file('/data/dir', all)).toMatchObject({
      type: 'DIRECTORY',
      mode: '1777',
      permissions: 'drwxrwxrwt',
    });
    expect(await file('/data/pipe', all)).toMatchObject({ type: 'NAMED_PIPE', permissions: /^p/ });
    expect(await file('/data/long', 'size')).toEqual({ size: 200_000 });
    const stat = await engine.cli('exec', running, 'stat', '-c', '%a %s', '/bin/busybox');
    const { mode, size } = (await file('/bin/busybox', 'mode size')) as { mode: string; size: number };
    expect(`${Number(mode)} ${size}`).toBe(stat);
  });

  it('is found in stopped containers, volumes, by relative and by odd names', async () => {
    expect(await file('etc/passwd', 'path name', stopped)).toEqual({ path: 'etc/passwd', name: 'passwd' });
    expect(await file('/volume', 'type')).toEqual({ type: 'DIRECTORY' });
    expect(await file('/data/../data/./text', 'name')).toEqual({ name: 'text' });
    expect(await file('/data/a b\nc', 'name content { text }')).toEqual({
      name: 'a b\nc',
      content: { text: 'odd\n' },
    });
    expect(await file('/../../etc/passwd', 'name')).toEqual({ name: 'passwd' });
  });

  it('is null where there is nothing', async () => {
    expect(await file('/data/nothing', 'name')).toBeNull();
    expect(await file('/data/text/below', 'name')).toBeNull();
  });

  it('that is a link is told with what it leads to', async () => {
    const fields = 'type linkTarget target { path type content { text } } content { text }';
    expect(await file('/data/link', fields)).toEqual({
      type: 'SYMLINK',
      linkTarget: '/data/text',
      target: { path: '/data/text', type: 'FILE', content: { text: 'hello\n' } },
      content: { text: 'hello\n' },
    });
    expect(await file('/data/dangling', 'type target { name } content { text }')).toEqual({
      type: 'SYMLINK',
      target: null,
      content: null,
    });
  });

  it.each(['', 'a\0b', `/${'x'.repeat(5000)}`, '/\ud800'])(
    'like %j is refused and costs nothing',
    async (path) => {
      proxy.reset();
      const { errors } = await gateway.query(
        'query ($ref: ID!, $path: String!) { container(ref: $ref) { file(path: $path) { name } archive(path: $path) { url } } }',
        { ref: running, path },
      );
      expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
      expect(proxy.requests.filter((request) => request.path.includes('/archive'))).toEqual([]);
    },
  );
});

describe('the content of a file', () => {
  it('is text and bytes, as far as asked', async () => {
    expect(await file('/data/binary', 'content { text base64 isTruncated }')).toEqual({
      content: { text: '\0\ufffd\ufffd', base64: 'AP/+', isTruncated: false },
    });
    const cut = await file('/data/long', 'content(maxBytes: "1k") { base64 isTruncated }');
    expect(cut).toEqual({ content: { base64: Buffer.alloc(1024).toString('base64'), isTruncated: true } });
    const whole = await file('/data/text', 'content(maxBytes: 6) { text isTruncated }');
    expect(whole).toEqual({ content: { text: 'hello\n', isTruncated: false } });
    const none = await file('/data/text', 'content(maxBytes: 0) { text isTruncated }');
    expect(none).toEqual({ content: { text: '', isTruncated: true } });
  });

  it('is null of what has none', async () => {
    expect(await file('/data', 'content { text }')).toEqual({ content: null });
    expect(await file('/data/pipe', 'content { text }')).toEqual({ content: null });
  });
});

const write = async (input: Record<string, unknown>): Promise<unknown> =>
  at(
    await gateway.data(
      `mutation ($input: ContainerFileWriteInput!) { containerFileWrite(input: $input) {
        changed file { mode size modifiedAt content { text } }
        userErrors { __typename path message } } }`,
      { input },
    ),
    'containerFileWrite',
  );

describe('a small file that is written', () => {
  it('is there, with its attributes', async () => {
    const path = '/data/sub dir/é.conf';
    await engine.cli('exec', running, 'mkdir', '-p', '/data/sub dir');
    expect(
      await write({
        ref: running,
        path,
        text: 'a=1\n',
        mode: '0600',
        uid: 12,
        gid: 34,
        modifiedAt: '2001-02-03T04:05:06Z',
      }),
    ).toEqual({
      changed: true,
      file: { mode: '0600', size: 4, modifiedAt: '2001-02-03T04:05:06Z', content: { text: 'a=1\n' } },
      userErrors: [],
    });
    expect(await engine.cli('exec', running, 'stat', '-c', '%u %g', path)).toBe('12 34');
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    await write({ ref: stopped, path: 'bytes', base64: bytes.toString('base64') });
    await engine.cli('cp', `${stopped}:/bytes`, join(directory, 'bytes'));
    expect(await readFile(join(directory, 'bytes'))).toEqual(bytes);
  });

  it.each([
    [{ path: '/missing/x', text: '' }, 'NotFoundError', ['input', 'path']],
    [{ path: '/data/text/x', text: '' }, 'NotFoundError', ['input', 'path']],
    [{ path: '/data/', text: '' }, 'InvalidInputError', ['input', 'path']],
    [{ path: '/data/dir', text: '' }, 'ConflictError', ['input', 'path']],
    [{ path: '/data/x' }, 'InvalidInputError', ['input']],
    [{ path: '/data/x', text: '', base64: '' }, 'InvalidInputError', ['input', 'text']],
    [{ path: '/data/x', base64: '?' }, 'InvalidInputError', ['input', 'base64']],
    [{ path: '/data/x', text: '', mode: '999' }, 'InvalidInputError', ['input', 'mode']],
    [{ path: '/data/x', text: '', uid: -1 }, 'InvalidInputError', ['input', 'uid']],
    [{ path: '/data/x\0', text: '' }, 'InvalidInputError', ['input', 'path']],
  ])('is refused for %j', async (input, kind, path) => {
    const answer = await write({ ref: running, ...input });
    expect(answer).toMatchObject({ changed: false, file: null, userErrors: [{ __typename: kind, path }] });
  });

  it('is refused typed where all is read-only', async () => {
    expect(await write({ ref: readOnly, path: '/etc/x', text: '' })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'ForbiddenError', message: expect.stringContaining('read-only') }],
    });
  });
});

const copyTo = async (input: Record<string, unknown>): Promise<unknown> =>
  at(
    await gateway.data(
      `mutation ($input: ContainerCopyToInput!) { containerCopyTo(input: $input) {
        changed upload { url method accepts maxBytes expiresAt filename }
        userErrors { __typename path message } } }`,
      { input },
    ),
    'containerCopyTo',
  );
const code = (body: Buffer): unknown => at(JSON.parse(body.toString()), 'errors', 0, 'extensions', 'code');

describe('what is copied in', () => {
  const members = tar([
    { path: 'one', content: '1' },
    { path: 'two/', directory: true },
    { path: 'two/three', content: '3' },
  ]);

  it('is there as docker sees it, of an archive, compressed or not', async () => {
    const answer = await copyTo({ ref: running, path: '/data/dir' });
    expect(answer).toMatchObject({
      changed: false,
      upload: { method: 'PUT', url: expect.stringMatching(/^\/transfers\//), maxBytes: null, filename: null },
      userErrors: [],
    });
    const done = await upload(gateway.url, at(answer, 'upload'), [members]);
    expect(done).toMatchObject({ status: 200 });
    expect(JSON.parse(done.body.toString())).toEqual({ data: { bytes: members.length } });
    expect(await engine.cli('exec', running, 'cat', '/data/dir/one', '/data/dir/two/three')).toBe('13');
    expect(await upload(gateway.url, at(answer, 'upload'), [members])).toMatchObject({ status: 410 });
    for (const [tool, flags] of [
      ['gzip', []],
      ['bzip2', []],
      ['xz', []],
    ] as const) {
      await writeFile(join(directory, 'x.tar'), members);
      const packed = join(directory, `x.${tool}`);
      await engine.exec('sh', [
        '-c',
        `${[tool, ...flags].join(' ')} < ${join(directory, 'x.tar')} > ${packed}`,
      ]);
      await engine.cli('exec', running, 'rm', '-r', '/data/dir/one', '/data/dir/two');
      const again = at(await copyTo({ ref: running, path: '/data/dir' }), 'upload');
      expect(await upload(gateway.url, again, [await readFile(packed)])).toMatchObject({ status: 200 });
      expect(await engine.cli('exec', running, 'cat', '/data/dir/one', '/data/dir/two/three')).toBe('13');
    }
  });

  it('is a single file as it is, with its name and attributes', async () => {
    const name = `${'ü'.repeat(110)}.txt`;
    const answer = await copyTo({
      ref: stopped,
      path: '/etc',
      file: { name, mode: '0640', uid: 1, gid: 3_000_000 },
    });
    const content = Buffer.from('the content');
    const chunked = await upload(gateway.url, at(answer, 'upload'), [content]);
    expect(chunked).toMatchObject({ status: 411 });
    const done = await upload(gateway.url, at(answer, 'upload'), [content], {
      length: content.length,
      headers: { 'content-type': 'text/plain' },
    });
    expect(done.body.toString()).toContain(`"bytes":${content.length}`);
    await engine.cli('cp', `${stopped}:/etc/${name}`, join(directory, 'copied'));
    expect(await readFile(join(directory, 'copied'), 'utf8')).toBe('the content');
    expect(await file(`/etc/${name}`, 'mode size', stopped)).toEqual({ mode: '0640', size: 11 });
  });

  it('belongs to whom the archive says, or to the user of the container', async () => {
    const user = `${prefix}user`;
    await engine.cli('create', '--name', user, '--user', 'nobody', 'busybox', 'true');
    const owners = async (copyUidGid: boolean): Promise<string> => {
      const answer = await copyTo({ ref: user, path: '/tmp', copyUidGid });
      expect(await upload(gateway.url, at(answer, 'upload'), [members])).toMatchObject({ status: 200 });
      return engine.exec('sh', ['-c', `docker cp ${user}:/tmp/one - | tar -tv --numeric-owner`]);
    };
    expect(await owners(false)).toContain(' 0/0 ');
    expect(await owners(true)).toContain(' 65534/65534 ');
  });

  it.each([
    [{ path: '/missing' }, 'NotFoundError', ['input', 'path']],
    [{ path: '/data/text' }, 'InvalidInputError', ['input', 'path']],
    [{ path: '' }, 'InvalidInputError', ['input', 'path']],
    [{ path: '/data', file: { name: 'a/b' } }, 'InvalidInputError', ['input', 'file', 'name']],
    [{ path: '/data', file: { name: '..' } }, 'InvalidInputError', ['input', 'file', 'name']],
    [{ path: '/data', file: { name: 'a', mode: 'rw' } }, 'InvalidInputError', ['input', 'file', 'mode']],
  ])('is refused before a byte is sent for %j', async (input, kind, path) => {
    expect(await copyTo({ ref: running, ...input })).toMatchObject({
      upload: null,
      userErrors: [{ __typename: kind, path }],
    });
  });

  it('gets the error of the Engine in JSON: read-only, no archive, a directory in the way', async () => {
    const to = async (input: Record<string, unknown>, body: Uint8Array) => {
      const done = await upload(gateway.url, at(await copyTo(input), 'upload'), [body]);
      return [done.status, code(done.body)];
    };
    expect(await to({ ref: readOnly, path: '/etc' }, members)).toEqual([403, 'FORBIDDEN']);
    const [status] = await to({ ref: running, path: '/data' }, Buffer.from('this is no archive'.repeat(100)));
    expect(status).toBeGreaterThanOrEqual(400);
    const clash = tar([{ path: 'dir', content: 'a file' }]);
    const [refused] = await to({ ref: running, path: '/data', noOverwriteDirNonDir: true }, clash);
    expect(refused).toBeGreaterThanOrEqual(400);
    expect(await file('/data/dir', 'type')).toEqual({ type: 'DIRECTORY' });
  });

  it('gets the answer though the Engine refuses in the middle of a long upload', async () => {
    const answer = await copyTo({ ref: running, path: '/data' });
    await engine.cli('exec', running, 'sh', '-c', 'mv /data /gone');
    async function* long(): AsyncGenerator<Uint8Array, void, undefined> {
      yield members.subarray(0, 512);
      for (let count = 0; count < 1000; count += 1) yield Buffer.alloc(65_536);
    }
    const done = await upload(gateway.url, at(answer, 'upload'), long());
    await engine.cli('exec', running, 'sh', '-c', 'mv /gone /data');
    expect([done.status, code(done.body)]).toEqual([404, 'NOT_FOUND']);
  });
});

it('leaves no connection to the Engine busy', async () => {
  await proxy.until((requests) => requests.every(({ ended, bytes }) => ended || bytes > 0));
  const { requests } = proxy;
  expect(
    requests.filter(({ path, ended }) => path.includes('/archive') && !ended).length,
  ).toBeLessThanOrEqual(1);
});
