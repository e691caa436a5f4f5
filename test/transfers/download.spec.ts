import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { EngineError } from '../../src/engine/errors.ts';
import type { Download } from '../../src/transfers/transfers.ts';
import { talk } from '../server/raw.ts';
import {
  bytesOf,
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

const offer = (server: TransferServer, open: Download['open'], filename = 'web.tar') =>
  server.transfers.offerDownload({ what: 'spec', filename, contentType: 'application/x-tar', open });

/** A source without an end that says when it was left. */
function endless(chunk: Uint8Array) {
  let given = 0;
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  async function* generate(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        given += chunk.length;
        yield chunk;
      }
    } finally {
      leave();
    }
  }
  return { body: generate(), left, given: () => given };
}

describe('a download', () => {
  it('gives its bytes with a name, a type and no parts, as often as asked', async () => {
    const server = await start();
    const { url, method } = offer(server, async () => ({ body: bytesOf(['one', 'two']) }), 'wéb "1".tar');
    expect(method).toBe('GET');
    expect(url).toMatch(/^\/transfers\/[\w-]{43}$/);
    for (let round = 0; round < 2; round += 1) {
      const answer = await fetchRaw(server.origin, url, { headers: { range: 'bytes=1-2' } });
      expect(answer).toMatchObject({ status: 200, complete: true });
      expect(answer.body.toString()).toBe('onetwo');
      expect(answer.headers).toMatchObject({
        'content-type': 'application/x-tar',
        'content-disposition': `attachment; filename="w_b__1_.tar"; filename*=UTF-8''w%C3%A9b%20%221%22.tar`,
        'accept-ranges': 'none',
        'cache-control': 'no-store',
        'transfer-encoding': 'chunked',
      });
    }
  });

  it('says by HEAD what it is without beginning', async () => {
    const server = await start();
    let opened = 0;
    const { url } = offer(server, async () => {
      opened += 1;
      return { body: bytesOf([]) };
    });
    const answer = await fetchRaw(server.origin, url, { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, headers: { 'accept-ranges': 'none' } });
    expect(opened).toBe(0);
  });

  it('ends with its digest where the client wants one', async () => {
    const server = await start();
    const { url } = offer(server, async () => ({ body: bytesOf(['one', 'two']), length: 6 }));
    const answer = await fetchRaw(server.origin, url, { headers: { 'want-content-digest': 'sha-256=1' } });
    const digest = createHash('sha256').update('onetwo').digest('base64');
    expect(answer.trailers).toEqual({ 'content-digest': `sha-256=:${digest}:` });
    const plain = await fetchRaw(server.origin, url);
    expect(plain).toMatchObject({ trailers: {}, headers: { 'content-length': '6' } });
  });

  it('is an error in JSON where it fails before its first byte', async () => {
    const server = await start();
    const failure = (status: number) => async (): Promise<never> => {
      throw new EngineError({
        kind: 'response',
        route: 'GET /containers/{id}/archive',
        status,
        message: 'Could not find the file /x',
      });
    };
    const missing = await fetchRaw(server.origin, offer(server, failure(404)).url);
    expect(missing).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(missing.body.toString()).toContain('Could not find the file /x');
    expect(await fetchRaw(server.origin, offer(server, failure(500)).url)).toMatchObject({
      status: 502,
      code: 'ENGINE_ERROR',
    });
    const fault = async () => ({
      body: bytesOf([], () => {
        throw new TypeError('secret');
      }),
    });
    const masked = await fetchRaw(server.origin, offer(server, fault).url);
    expect(masked).toMatchObject({ status: 500, code: 'INTERNAL_SERVER_ERROR' });
    expect(masked.body.toString()).not.toContain('secret');
  });

  it.each([undefined, 1000])('is visibly broken where it fails after that (length %s)', async (length) => {
    const server = await start();
    const { url } = offer(server, async () => ({
      length,
      body: bytesOf(['one', 'two'], async () => {
        await setTimeout(20);
        throw new Error('cut');
      }),
    }));
    expect(await fetchRaw(server.origin, url)).toMatchObject({ status: 200, complete: false });
    const exit = await new Promise<number | string | null | undefined>((resolve) => {
      execFile('curl', ['-sS', '-o', '/dev/null', new URL(url, server.origin).href], (error) =>
        resolve(error ? error.code : 0),
      );
    });
    expect(exit).toBe(18);
  });

  it('is broken where fewer bytes come than were announced', async () => {
    const server = await start();
    const { url } = offer(server, async () => ({
      length: 7,
      body: bytesOf(['one', 'two'], () => setTimeout(20)),
    }));
    expect(await fetchRaw(server.origin, url)).toMatchObject({ status: 200, complete: false });
  });

  it('is refused over HTTP/1.0, where the end cannot be told from a cut', async () => {
    const server = await start();
    const { url } = offer(server, async () => ({ body: bytesOf(['one']) }));
    const text = await talk(server.port, `GET ${url} HTTP/1.0\r\nHost: localhost:${server.port}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1.1 505 /);
    expect(text).toContain('proxy_http_version 1.1');
  });

  it('holds its source up while the client does not read, and leaves it with the client', async () => {
    const server = await start();
    const source = endless(Buffer.alloc(65_536));
    const { url } = offer(server, async () => ({ body: source.body }));
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`GET ${url} HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    });
    socket.pause();
    let before = -1;
    await expect
      .poll(() => {
        const stood = before === source.given() && before > 0;
        before = source.given();
        return stood;
      })
      .toBe(true);
    expect(source.given()).toBeLessThan(32 * 1024 ** 2);
    socket.destroy();
    await source.left;
  });

  it('is cut off where the client reads nothing for too long', async () => {
    const server = await start({ idleMs: 200 });
    const source = endless(Buffer.alloc(65_536));
    const { url } = offer(server, async () => ({ body: source.body }));
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`GET ${url} HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    });
    socket.pause();
    await source.left;
    await expect
      .poll(() => server.log.find(({ msg }) => msg === 'transfer'))
      .toMatchObject({
        failure: expect.stringContaining('ClientStalled'),
      });
    socket.destroy();
  });

  it('leaves all sources of a connection that goes, also those that wait for their turn', async () => {
    const server = await start();
    const sources = [endless(Buffer.alloc(65_536)), endless(Buffer.alloc(65_536))];
    const urls = sources.map((source) => offer(server, async () => ({ body: source.body })).url);
    const host = `Host: localhost:${server.port}`;
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(urls.map((url) => `GET ${url} HTTP/1.1\r\n${host}\r\n\r\n`).join(''));
    });
    socket.pause();
    await expect.poll(() => sources.every(({ given }) => given() > 0)).toBe(true);
    socket.destroy();
    await Promise.all(sources.map(({ left }) => left));
    await expect.poll(() => server.log.filter(({ msg }) => msg === 'transfer').length).toBe(2);
  });

  it('follows another on one connection, each with its own bytes', async () => {
    const server = await start();
    const urls = ['one', 'two'].map((text) => offer(server, async () => ({ body: bytesOf([text]) })).url);
    const host = `Host: localhost:${server.port}`;
    const text = await talk(
      server.port,
      urls.map((url) => `GET ${url} HTTP/1.1\r\n${host}\r\n\r\n`).join(''),
      (seen) => seen.split('\r\n0\r\n\r\n').length === 3,
    );
    expect(text.indexOf('\r\none\r\n')).toBeGreaterThan(0);
    expect(text.indexOf('\r\ntwo\r\n')).toBeGreaterThan(text.indexOf('\r\none\r\n'));
  });
});
