import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { download, type Fetched, upload } from '../live/support/transfer-client.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { tar } from '../support/tar.ts';
import { temporarySocket } from '../support/temporary-socket.ts';

const id = 'a'.repeat(64);
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const inspected = { Id: id, Name: '/x', Config: {}, State: { Status: 'running' } };
const archive = tar([
  { path: 'a', content: 'a'.repeat(300_000) },
  { path: 'zeros', content: Buffer.alloc(300_000) },
]);

async function behind(handler: FakeHandler): Promise<{ engine: FakeEngine; gateway: RunningGateway }> {
  const engine = await startFakeEngine({
    handlers: {
      'GET /containers/{id}/json': () => inspected,
      'GET /containers/{id}/export': handler,
      'GET /images/{name}/json': () => ({ Id: `sha256:${id}`, RepoTags: ['app:1'] }),
      'GET /images/get': handler,
      'GET /images/{name}/get': handler,
    },
  });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

async function fetched(gateway: RunningGateway, query: string): Promise<Fetched> {
  const data = await gateway.data(`{ ${query} }`);
  return download(gateway.url, at(data, 'container', 'export') ?? at(data, 'imagesSave'));
}
const exported = 'container(ref: "x") { export { url } }';
const saved = 'imagesSave(refs: ["app:1"]) { url }';

/** Says bytes in their turn, and then how it ends. */
const saying =
  (parts: readonly Uint8Array[], end: 'cut' | 'well'): FakeHandler =>
  async (_request, { response, cut }) => {
    response.writeHead(200, { 'content-type': 'application/x-tar' });
    for (const part of parts) {
      response.write(part);
      await setTimeout(20);
    }
    if (end === 'cut') cut();
    else response.end();
  };

const halves = [archive.subarray(0, 200_000), archive.subarray(200_000, 400_000)] as const;
const complaint = Buffer.from('{"errorDetail":{"message":"no space left"},"error":"no space left"}\r\n');

describe('a download whose Engine fails in the middle', () => {
  it.each([
    ['is cut', saying(halves, 'cut')],
    ['ends as if all were well, within content', saying(halves, 'well')],
    [
      'ends as if all were well, within zeros',
      saying([...halves, archive.subarray(400_000, 500_000)], 'well'),
    ],
    ['ends without the end of the archive', saying([archive.subarray(0, -1024), Buffer.alloc(512)], 'well')],
    ['says why behind the bytes', saying([...halves, complaint], 'well')],
    ['says why behind a whole archive', saying([...halves, archive.subarray(400_000), complaint], 'well')],
  ])('is visibly broken where it %s', async (_how, handler) => {
    const { gateway } = await behind(handler);
    expect(await fetched(gateway, exported)).toMatchObject({ status: 200, complete: false });
  });

  it('is an error in the words of the Engine where nothing came before', async () => {
    const { gateway } = await behind(saying([complaint], 'well'));
    const got = await fetched(gateway, saved);
    expect(got.status).toBe(502);
    expect(JSON.parse(got.body.toString())).toMatchObject({
      errors: [{ message: 'no space left', extensions: { code: 'ENGINE_ERROR' } }],
    });
  });

  it('is an error where the Engine goes before its answer', async () => {
    const { gateway } = await behind((_request, { cut }) => cut());
    const got = await fetched(gateway, exported);
    expect(got.status).toBe(502);
    expect(got.body.toString()).toContain('ENGINE_PROTOCOL');
  });

  it('is whole where nothing fails', async () => {
    const { gateway } = await behind(saying([...halves, archive.subarray(400_000)], 'well'));
    const got = await fetched(gateway, saved);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.body.equals(archive)).toBe(true);
  });
});

describe('a download that nobody reads any more', () => {
  it('is held up at the Engine, and given up there with the client', async () => {
    let given = 0;
    let gone = false;
    const { gateway } = await behind(async (_request, { response, clientGone }) => {
      response.writeHead(200);
      void clientGone.then(() => {
        gone = true;
      });
      while (!gone) {
        given += 65_536;
        if (!response.write(Buffer.alloc(65_536, 1))) {
          await Promise.race([once(response, 'drain'), clientGone]);
        }
      }
    });
    const url = new URL(
      textAt(await gateway.data(`{ ${exported} }`), 'container', 'export', 'url'),
      gateway.url,
    );
    const socket = connect(Number(url.port), '127.0.0.1', () => {
      socket.write(`GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
    });
    socket.pause();
    let before = -1;
    await expect
      .poll(
        () => {
          const stood = given > 0 && before === given;
          before = given;
          return stood;
        },
        { interval: 200, timeout: 10_000 },
      )
      .toBe(true);
    expect(given).toBeLessThan(64 * 1024 ** 2);
    expect(gone).toBe(false);
    socket.destroy();
    await expect.poll(() => gone).toBe(true);
  });
});

interface Taken {
  bytes: number;
  /** Whether the request came to its end, as HTTP sees it. */
  whole: boolean | undefined;
  readonly headers: IncomingMessage['headers'];
}

/** A daemon that sees how an upload ends. */
async function takingUploads(
  answer: (incoming: IncomingMessage, response: ServerResponse, taken: Taken) => void = (
    _incoming,
    response,
    taken,
  ) => {
    if (taken.whole === true) response.end();
  },
) {
  const uploads: Taken[] = [];
  const stat = { name: 'etc', size: 0, mode: 2 ** 31, mtime: '2026-11-20T17:30:00Z', linkTarget: '' };
  const server = createServer((incoming, response) => {
    response.setHeader('api-version', '1.45');
    const { method, url = '' } = incoming;
    if (url.endsWith('/_ping')) response.end('OK');
    else if (method === 'HEAD') {
      const value = Buffer.from(JSON.stringify(stat)).toString('base64');
      response.writeHead(200, { 'x-docker-container-path-stat': value }).end();
    } else if (method === 'GET') response.end(JSON.stringify(inspected));
    else {
      const taken: Taken = { bytes: 0, whole: undefined, headers: incoming.headers };
      uploads.push(taken);
      incoming.on('data', (chunk: Buffer) => {
        taken.bytes += chunk.length;
        answer(incoming, response, taken);
      });
      incoming.on('error', () => {});
      incoming.once('close', () => {
        taken.whole = incoming.complete;
        if (!response.writableEnded) answer(incoming, response, taken);
      });
    }
  });
  const { socketPath, remove } = temporarySocket();
  server.listen(socketPath);
  await once(server, 'listening');
  const gateway = await startGateway({ host: `unix://${socketPath}` });
  opened.push(gateway, {
    close: async () => {
      server.closeAllConnections();
      server.close();
      remove();
    },
  });
  const offer = async (file = ''): Promise<unknown> =>
    at(
      await gateway.data(
        `mutation { containerCopyTo(input: { ref: "x", path: "/etc" ${file} }) { upload { url } userErrors { message } } }`,
      ),
      'containerCopyTo',
      'upload',
    );
  return { gateway, uploads, offer };
}

describe('an upload whose client is cut off', () => {
  it.each([
    ['with a length', ['Content-Length: 1000000'], (bytes: Buffer) => bytes],
    [
      'chunked',
      ['Transfer-Encoding: chunked'],
      (bytes: Buffer) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes]),
    ],
  ])('is seen to break off by the Engine (%s)', async (_how, lines, framed) => {
    const { gateway, uploads, offer } = await takingUploads();
    const url = new URL(textAt(await offer(), 'url'), gateway.url);
    const socket = connect(Number(url.port), '127.0.0.1', () => {
      socket.write([`PUT ${url.pathname} HTTP/1.1`, `Host: ${url.host}`, ...lines, '', ''].join('\r\n'));
      socket.write(framed(archive.subarray(0, 200_000)));
    });
    await expect.poll(() => uploads[0]?.bytes).toBe(200_000);
    socket.destroy();
    await expect.poll(() => uploads[0]?.whole).toBe(false);
    expect(uploads[0]?.headers['content-length']).toBe(
      lines[0]?.startsWith('Content') ? '1000000' : undefined,
    );
  });

  it('is seen to break off as a single file too', async () => {
    const { gateway, uploads, offer } = await takingUploads();
    const url = new URL(textAt(await offer('file: { name: "f" }'), 'url'), gateway.url);
    const socket = connect(Number(url.port), '127.0.0.1', () => {
      socket.write(`PUT ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 1000\r\n\r\nabc`);
    });
    await expect.poll(() => uploads[0]?.bytes).toBe(515);
    socket.destroy();
    await expect.poll(() => uploads[0]?.whole).toBe(false);
  });

  it('is seen to break off where the digest is not the one announced', async () => {
    const { gateway, uploads, offer } = await takingUploads();
    const wrong = `sha-256=:${Buffer.alloc(32).toString('base64')}:`;
    const done = await upload(gateway.url, await offer(), [archive], {
      headers: { 'content-digest': wrong },
    });
    expect(done.status).toBe(400);
    await expect.poll(() => uploads[0]?.whole).toBe(false);
  });
});

describe('an upload whose Engine', () => {
  it('takes all is whole for both', async () => {
    const { gateway, uploads, offer } = await takingUploads();
    expect(await upload(gateway.url, await offer(), [archive])).toMatchObject({ status: 200 });
    expect(uploads).toMatchObject([{ bytes: archive.length, whole: true }]);
  });

  it('goes in the middle is an error for the client', async () => {
    const { gateway, offer } = await takingUploads((incoming) => incoming.socket.destroy());
    const done = await upload(gateway.url, await offer(), [archive]);
    expect(done.status).toBe(502);
    expect(done.body.toString()).toContain('ENGINE_PROTOCOL');
  });

  it('takes nothing holds the client up', async () => {
    const { gateway, offer } = await takingUploads((incoming) => incoming.pause());
    const url = new URL(textAt(await offer(), 'url'), gateway.url);
    const outgoing = request(url, { method: 'PUT', agent: false });
    outgoing.once('error', () => {});
    let given = 0;
    const flood = (): void => {
      do given += 65_536;
      while (given < 1024 ** 3 && outgoing.write(Buffer.alloc(65_536)));
    };
    outgoing.on('drain', flood);
    flood();
    let before = -1;
    await expect
      .poll(
        () => {
          const stood = before === given;
          before = given;
          return stood;
        },
        { interval: 200, timeout: 10_000 },
      )
      .toBe(true);
    expect(given).toBeLessThan(64 * 1024 ** 2);
    outgoing.destroy();
  });
});
