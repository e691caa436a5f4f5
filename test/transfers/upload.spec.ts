import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EngineError } from '../../src/engine/errors.ts';
import type { Upload } from '../../src/transfers/transfers.ts';
import { talk } from '../server/raw.ts';
import {
  bytesOf,
  collect,
  fetchRaw,
  startTransfers,
  type TransferServer,
  type TransferServerOptions,
} from './support.ts';

const servers: TransferServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function start(options?: TransferServerOptions): Promise<TransferServer> {
  const server = await startTransfers(options);
  servers.push(server);
  return server;
}

const offer = (server: TransferServer, receive: Upload['receive'], more: Partial<Upload> = {}) =>
  server.transfers.offerUpload({ what: 'spec', accepts: ['application/x-tar'], receive, ...more });

/** A receiver that reads all, and what became of it. */
function reading() {
  const seen: { text?: string; failure?: unknown; aborted?: boolean } = {};
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const receive: Upload['receive'] = async (body, { signal }) => {
    try {
      seen.text = (await collect(body)).toString();
      return { note: 'taken' };
    } catch (error) {
      seen.failure = error;
      seen.aborted = signal.aborted;
      throw error;
    } finally {
      settle();
    }
  };
  return { receive, seen, settled };
}

const put = (server: TransferServer, url: string, body: string, headers: Record<string, string> = {}) =>
  fetchRaw(server.origin, url, { method: 'PUT', body, headers });

/** The head of an upload by hand. */
const head = (server: TransferServer, url: string, ...lines: readonly string[]): string =>
  [`PUT ${url} HTTP/1.1`, `Host: localhost:${server.port}`, ...lines, '', ''].join('\r\n');

describe('an upload', () => {
  it('is handed on, answered with its outcome, and taken once', async () => {
    const server = await start();
    const { receive, seen } = reading();
    const { url, method } = offer(server, receive);
    expect(method).toBe('PUT');
    const answer = await put(server, url, 'content', { 'content-type': 'application/x-tar' });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': /^application\/json/ } });
    expect(JSON.parse(answer.body.toString())).toEqual({ data: { note: 'taken', bytes: 7 } });
    expect(seen.text).toBe('content');
    const again = await put(server, url, 'content');
    expect(again).toMatchObject({ status: 410, code: 'GONE' });
    expect(again.body.toString()).toContain('used already');
  });

  it('is taken from one of two that come at once', async () => {
    const server = await start();
    const { url } = offer(server, reading().receive);
    const answers = await Promise.all([put(server, url, 'one'), put(server, url, 'two')]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 410]));
  });

  it('comes chunked as well, and from clients that wait for the word to go on', async () => {
    const server = await start();
    const { receive, seen } = reading();
    await fetchRaw(server.origin, offer(server, receive).url, {
      method: 'PUT',
      body: bytesOf(['one', 'two']),
    });
    expect(seen.text).toBe('onetwo');
    const { url } = offer(server, receive);
    let sent = false;
    const text = await new Promise<string>((resolve) => {
      let got = '';
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(head(server, url, 'Content-Length: 5', 'Expect: 100-continue'));
      });
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        got += chunk;
        if (!sent && got.startsWith('HTTP/1.1 100 ')) {
          sent = true;
          socket.write('later');
        }
        if (got.includes('"bytes"')) socket.destroy();
      });
      socket.once('close', () => resolve(got));
    });
    expect(text).toContain('HTTP/1.1 200');
    expect(seen.text).toBe('later');
  });

  it.each([
    ['a type that it does not take', 415, 'UNSUPPORTED_MEDIA_TYPE', { 'content-type': 'text/html' }],
    ['a form', 415, 'UNSUPPORTED_MEDIA_TYPE', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['bytes in another encoding', 415, 'UNSUPPORTED_MEDIA_TYPE', { 'content-encoding': 'gzip' }],
    ['a digest that is none', 400, 'BAD_REQUEST', { 'content-digest': 'md5=:AA==:' }],
  ] as const)('refuses %s without using its address up', async (_what, status, code, headers) => {
    const server = await start();
    const { receive, seen } = reading();
    const { url } = offer(server, receive);
    expect(await put(server, url, 'content', headers)).toMatchObject({ status, code });
    expect(await put(server, url, 'content')).toMatchObject({ status: 200 });
    expect(seen.text).toBe('content');
  });

  it('refuses what is too long, announced or counted', async () => {
    const server = await start({ maxUploadBytes: 1000 });
    const { receive, seen } = reading();
    const small = offer(server, receive, { maxBytes: 5 });
    expect(small.maxBytes).toBe(5);
    expect(offer(server, receive, { maxBytes: 5000 }).maxBytes).toBe(1000);
    expect(await put(server, small.url, 'content')).toMatchObject({ status: 413, code: 'LIMIT_BODY_BYTES' });
    const counted = await fetchRaw(server.origin, small.url, {
      method: 'PUT',
      body: bytesOf(['123', '456']),
    });
    expect(counted).toMatchObject({ status: 413, code: 'LIMIT_BODY_BYTES' });
    expect(seen).toMatchObject({ failure: { code: 'LIMIT_BODY_BYTES' } });
    expect(seen.text).toBeUndefined();
  });

  it('wants to know the length where it needs it, and wants a body in any case', async () => {
    const server = await start();
    const { receive } = reading();
    const { url } = offer(server, receive, { needsLength: true });
    const chunked = await fetchRaw(server.origin, url, { method: 'PUT', body: bytesOf(['1']) });
    expect(chunked.status).toBe(411);
    const none = await talk(server.port, head(server, url, 'Connection: close'));
    expect(none).toMatch(/^HTTP\/1.1 411 /);
    expect(await put(server, url, '1')).toMatchObject({ status: 200 });
  });

  it.each([
    ['with a length', ['Content-Length: 100'], 'part'],
    ['chunked', ['Transfer-Encoding: chunked'], '4\r\npart\r\n'],
  ])('that is cut ends with an error for whoever takes it (%s)', async (_how, lines, body) => {
    const server = await start();
    const { receive, seen, settled } = reading();
    const { url } = offer(server, receive);
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(head(server, url, ...lines) + body, () => setImmediate(() => socket.end()));
    });
    socket.resume();
    await settled;
    expect(seen).toMatchObject({ failure: { name: 'ClientGone' } });
    expect(seen.text).toBeUndefined();
    await expect
      .poll(() => server.log.find(({ msg }) => msg === 'transfer'))
      .toMatchObject({ bytes: 4, failure: expect.stringContaining('ClientGone') });
    expect(await put(server, url, 'again')).toMatchObject({ status: 410 });
    socket.destroy();
  });

  it('that stalls is given up, and told so', async () => {
    const server = await start({ idleMs: 100 });
    const { receive, seen } = reading();
    const { url } = offer(server, receive);
    const text = await talk(server.port, `${head(server, url, 'Content-Length: 100')}part`);
    expect(text).toMatch(/^HTTP\/1.1 408 /);
    expect(seen).toMatchObject({ failure: { status: 408 } });
  });

  it('is held against the digest that the client announces, before or after it', async () => {
    const server = await start();
    const { receive, seen } = reading();
    const digest = createHash('sha256').update('content').digest('base64');
    const right = { 'content-digest': `sha-256=:${digest}:` };
    const whole = await put(server, offer(server, receive).url, 'content', right);
    expect(JSON.parse(whole.body.toString())).toMatchObject({ data: { sha256: digest } });
    const wrong = await put(server, offer(server, receive).url, 'c0ntent', right);
    expect(wrong).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(seen).toMatchObject({ failure: { status: 400 } });
    const trailing = `${head(server, offer(server, receive).url, 'Transfer-Encoding: chunked', 'Trailer: Content-Digest', 'Connection: close')}7\r\nc0ntent\r\n0\r\nContent-Digest: sha-256=:${digest}:\r\n\r\n`;
    expect(await talk(server.port, trailing)).toMatch(/^HTTP\/1.1 400 /);
  });

  it('answers with what the receiver says, though not all of it has come', async () => {
    const server = await start();
    const refuse: Upload['receive'] = async () => {
      throw new EngineError({
        kind: 'response',
        route: 'PUT /containers/{id}/archive',
        status: 403,
        message: 'container rootfs is marked read-only',
      });
    };
    const { url } = offer(server, refuse);
    const text = await talk(server.port, `${head(server, url, 'Content-Length: 100000000')}part`, (seen) =>
      seen.includes('read-only'),
    );
    expect(text).toMatch(/^HTTP\/1.1 403 /);
    expect(text).toContain('"code":"FORBIDDEN"');
  });

  it('is whole only once its end has come, though the receiver needs no more', async () => {
    const server = await start();
    const first: Upload['receive'] = async (body) => {
      await body[Symbol.asyncIterator]().next();
      return { early: true };
    };
    const answer = await put(server, offer(server, first).url, 'x'.repeat(500_000));
    expect(JSON.parse(answer.body.toString())).toEqual({ data: { early: true, bytes: 500_000 } });
    const cut = offer(server, first).url;
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`${head(server, cut, 'Content-Length: 100')}part`, () => socket.end());
    });
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).not.toContain('200');
  });

  it('goes on after its last byte though the client goes', async () => {
    const server = await start();
    let release = () => {};
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    let read = () => {};
    const all = new Promise<void>((resolve) => {
      read = resolve;
    });
    let aborted: boolean | undefined;
    const { url } = offer(server, async (body, { signal }) => {
      await collect(body);
      read();
      await open;
      aborted = signal.aborted;
      return {};
    });
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`${head(server, url, 'Content-Length: 4')}part`);
    });
    await all;
    socket.destroy();
    await new Promise((resolve) => socket.once('close', resolve));
    release();
    await expect.poll(() => aborted).toBe(false);
  });

  it('reads no faster than it is taken', async () => {
    const server = await start();
    let release = () => {};
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { url } = offer(server, async (body) => {
      await open;
      await collect(body);
      return {};
    });
    let given = 0;
    async function* flood(): AsyncGenerator<Uint8Array, void, undefined> {
      for (; given < 512; given += 1) yield Buffer.alloc(65_536);
    }
    const answer = fetchRaw(server.origin, url, { method: 'PUT', body: flood() });
    let before = -1;
    await expect
      .poll(() => {
        const stood = before === given && given > 0;
        before = given;
        return stood;
      })
      .toBe(true);
    expect(given).toBeLessThan(512);
    release();
    expect(await answer).toMatchObject({ status: 200 });
  });
});
