import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { build, ended, uploadUrl } from '../live/support/build.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { temporarySocket } from '../support/temporary-socket.ts';

const id = `sha256:${'0123456789abcdef'.repeat(4)}`;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function behind(
  handler: FakeHandler,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ engine: FakeEngine; gateway: RunningGateway }> {
  const engine = await startFakeEngine({
    handlers: {
      'POST /build': handler,
      'GET /images/{name}/json': () => ({ Id: id, RepoTags: ['x:1'] }),
    },
  });
  const gateway = await startGateway({ host: engine.host, environment });
  opened.push(gateway, engine);
  return { engine, gateway };
}

const lines =
  (...messages: (object | string)[]): FakeHandler =>
  (_request, { stream }) =>
    stream(
      (async function* () {
        for (const message of messages)
          yield typeof message === 'string' ? message : `${JSON.stringify(message)}\r\n`;
      })(),
    );
const done = { aux: { ID: id } };
const context = { dockerfile: 'FROM scratch\n' };
const classic = { context, builder: 'CLASSIC' };

const decoded = (header: unknown): unknown =>
  JSON.parse(Buffer.from(String(header), 'base64url').toString('utf8'));

describe('what the Engine is sent', () => {
  it('is what was asked for, and an archive', async () => {
    const { engine, gateway } = await behind(lines(done));
    const answer = await build(gateway, {
      context,
      builder: 'CLASSIC',
      tags: ['a:1', 'b:2'],
      buildArgs: [{ key: 'A', value: '&x=1' }],
      labels: [{ key: 'l', value: 'ü' }],
      extraHosts: ['h:1.2.3.4'],
      ulimits: [{ name: 'nofile', soft: 5, hard: 6 }],
      cacheFrom: ['c:1'],
      noCache: true,
    });
    expect(answer).toMatchObject({ changed: true, userErrors: [], image: { dockerId: id } });
    const sent = await engine.received('POST /build');
    sent.query.sort();
    expect([...sent.query]).toEqual([
      ['buildargs', '{"A":"&x=1"}'],
      ['cachefrom', '["c:1"]'],
      ['extrahosts', 'h:1.2.3.4'],
      ['labels', '{"l":"ü"}'],
      ['nocache', '1'],
      ['rm', '1'],
      ['t', 'a:1'],
      ['t', 'b:2'],
      ['ulimits', '[{"Name":"nofile","Soft":5,"Hard":6}]'],
      ['version', '1'],
    ]);
    expect(sent.headers['content-type']).toBe('application/x-tar');
    expect(sent.headers['content-length']).toBe(String(sent.body.length));
    expect(sent.headers['x-registry-config']).toBeUndefined();
    expect(sent.body.subarray(0, 10).toString()).toBe('Dockerfile');
  });

  it('are credentials by registry, those that are given before those that are stored', async () => {
    const stored = { username: 'stored', password: 'canary-a' };
    const auth = (one: typeof stored) => Buffer.from(`${one.username}:${one.password}`).toString('base64');
    const auths = {
      'one.example:5000': { auth: auth(stored) },
      'https://index.docker.io/v1/': { auth: auth(stored) },
      'https://two.example/v2/': { identitytoken: 'canary-b' },
      'empty.example': {},
    };
    const { engine, gateway } = await behind(lines(done), { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) });
    const given = { username: 'given', password: 'canary-c' };
    const answer = await build(gateway, {
      ...classic,
      auth: [{ registry: 'one.example:5000', auth: given }],
    });
    const sent = await engine.received('POST /build');
    expect(decoded(sent.headers['x-registry-config'])).toEqual({
      'one.example:5000': { ...given, serveraddress: 'one.example:5000' },
      'https://index.docker.io/v1/': { ...stored, serveraddress: 'https://index.docker.io/v1/' },
    });
    expect(sent.url).not.toContain('canary');
    expect(JSON.stringify(answer)).not.toContain('canary');
    await build(gateway, { context, builder: 'BUILDKIT' });
    const buildKit = engine.requests.findLast(({ path }) => path === '/build');
    expect(buildKit?.query.get('version')).toBe('2');
    expect(buildKit?.headers['x-registry-config']).toBeUndefined();
  });

  it('is nothing at all for what cannot be', async () => {
    const { engine, gateway } = await behind(lines(done));
    for (const input of [
      { context: {} },
      { context, tags: ['Bad'] },
      { context: { files: [{ path: '../x', text: '' }] } },
      { context: { remote: 'https://git.example.org/x.git' } },
      { context: { upload: true }, wait: true },
    ]) {
      expect(await build(gateway, input)).toMatchObject({
        changed: false,
        operation: null,
        upload: null,
        userErrors: [{ __typename: 'InvalidInputError' }],
      });
    }
    expect(engine.requests).toEqual([]);
  });
});

describe('an answer', () => {
  it('whose last line says that it failed is a failure, though HTTP calls it a success', async () => {
    const message = 'something new went wrong';
    const { gateway } = await behind(
      lines({ stream: 'Step 1/2 : FROM scratch' }, done, { errorDetail: { message }, error: message }),
    );
    expect(await build(gateway, classic)).toMatchObject({
      changed: false,
      image: null,
      userErrors: [{ __typename: 'BuildFailedError', message, step: '[1/2] FROM scratch', exitCode: null }],
    });
  });

  it.each<[string, FakeHandler]>([
    ['has no image in it', lines({ stream: 'Successfully built nothing\n' })],
    [
      'breaks off',
      (_request, { response, cut }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(`${JSON.stringify(done)}\r\n`, () => setImmediate(cut));
      },
    ],
    ['is no JSON', lines(done, '<html>\r\n')],
  ])('that %s is never a success', async (_title, handler) => {
    const { gateway } = await behind(handler);
    const { data, errors } = await gateway.query(
      'mutation ($input: ImageBuildInput!) { imageBuild(input: $input) { changed } }',
      { input: classic },
    );
    expect(data).toEqual({ imageBuild: null });
    expect(errors).toMatchObject([{ code: 'ENGINE_PROTOCOL' }]);
  });

  it('of BuildKit that makes no sense is named as such', async () => {
    const { gateway } = await behind(lines({ id: 'moby.buildkit.trace', aux: 'Cn8B' }, done));
    const { errors } = await gateway.query(
      'mutation ($input: ImageBuildInput!) { imageBuild(input: $input) { changed } }',
      { input: { context, builder: 'BUILDKIT' } },
    );
    expect(errors).toMatchObject([{ code: 'ENGINE_PROTOCOL', message: expect.stringContaining('garbled') }]);
  });

  it('that the disk is full is typed', async () => {
    const { gateway } = await behind((_request, { fail }) =>
      fail(500, 'write /var/lib/docker/tmp/x: no space left on device'),
    );
    expect(await build(gateway, classic)).toMatchObject({ userErrors: [{ __typename: 'NoSpaceError' }] });
  });
});

/** A daemon that only looks at how what it is sent ends, and never answers a build. */
async function startOnlooker(): Promise<{ host: string; seen: string[]; close(): Promise<void> }> {
  const { socketPath, remove } = temporarySocket();
  const seen: string[] = [];
  const server = createServer((message, response) => {
    if (message.url === '/_ping') {
      response.setHeader('api-version', '1.45').end('OK');
      return;
    }
    for (const event of ['data', 'end', 'error']) message.on(event, () => seen.push(event));
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    host: `unix://${socketPath}`,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      remove();
    },
  };
}

describe('an upload that is cut off', () => {
  it.each([
    ['of a known length', { 'content-length': '1000000' }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('%s reaches the Engine as a connection that broke, never as an end', async (_title, headers) => {
    const engine = await startOnlooker();
    const gateway = await startGateway({ host: engine.host });
    opened.push(gateway, engine);
    const payload = await build(gateway, { ...classic, context: { upload: true } });
    const sent = request(uploadUrl(gateway, payload), { method: 'PUT', headers });
    sent.on('error', () => {});
    sent.write(Buffer.alloc(100_000));
    await expect.poll(() => engine.seen).toContain('data');
    sent.destroy();
    expect(await ended(gateway, payload)).toMatchObject({
      state: 'FAILED',
      error: { __typename: 'UploadError', message: expect.stringContaining('broke off') },
    });
    await expect.poll(() => engine.seen).toContain('error');
    expect(engine.seen).not.toContain('end');
  });
});
