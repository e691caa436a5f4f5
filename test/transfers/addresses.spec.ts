import { afterEach, describe, expect, it } from 'vitest';
import { TooManyTickets } from '../../src/tickets.ts';
import { createTransfers } from '../../src/transfers/transfers.ts';
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

const open = async () => ({ body: bytesOf(['one']) });
const file = { what: 'spec', filename: 'a.tar', contentType: 'application/x-tar', open };
const upload = { what: 'spec', accepts: [], receive: async () => ({}) };

describe('the address of a transfer', () => {
  it('is unknown, spent or wrong for the method, each with its own answer', async () => {
    const { origin, transfers } = await start();
    const missing = await fetchRaw(origin, '/transfers/nothing');
    expect(missing).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const download = transfers.offerDownload(file);
    const wrong = await fetchRaw(origin, download.url, { method: 'PUT', body: 'x' });
    expect(wrong).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED', headers: { allow: 'GET, HEAD' } });
    const posted = await fetchRaw(origin, download.url, { method: 'POST', body: 'x' });
    expect(posted).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(await fetchRaw(origin, transfers.offerUpload(upload).url)).toMatchObject({ status: 405 });
    download.revoke();
    const withdrawn = await fetchRaw(origin, download.url);
    expect(withdrawn).toMatchObject({ status: 410, code: 'GONE' });
    expect(withdrawn.body.toString()).toContain('withdrawn');
  });

  it('ends after its time, and tells an upload that nobody came', async () => {
    let unused = 0;
    const { origin, transfers } = await start({ lifetimeMs: 50 });
    const { url, expiresAt } = transfers.offerUpload({
      ...upload,
      onUnused: () => {
        unused += 1;
      },
    });
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(50);
    await expect.poll(() => unused).toBe(1);
    const late = await fetchRaw(origin, url, { method: 'PUT', body: 'x' });
    expect(late).toMatchObject({ status: 410, code: 'GONE' });
    expect(late.body.toString()).toContain('expired');
  });

  it('is not enough where a token is configured', async () => {
    const { origin, transfers } = await start({ env: { DOCKGRAPH_TOKEN: 'secret' } });
    const { url } = transfers.offerDownload(file);
    expect(await fetchRaw(origin, url)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    const wrong = await fetchRaw(origin, url, { headers: { authorization: 'Bearer wrong' } });
    expect(wrong).toMatchObject({ status: 401 });
    const right = await fetchRaw(origin, url, { headers: { authorization: 'Bearer secret' } });
    expect(right).toMatchObject({ status: 200, complete: true });
  });

  it('is refused to other sites, and open to those of the list', async () => {
    const site = 'https://app.example.org';
    const { origin, transfers } = await start({ env: { DOCKGRAPH_ALLOWED_ORIGINS: site } });
    const { url } = transfers.offerUpload(upload);
    const foreign = { origin: 'https://evil.example.org' };
    expect(await fetchRaw(origin, url, { method: 'PUT', body: 'x', headers: foreign })).toMatchObject({
      status: 403,
      code: 'ORIGIN_NOT_ALLOWED',
    });
    const preflight = await fetchRaw(origin, url, {
      method: 'OPTIONS',
      headers: { origin: site, 'access-control-request-method': 'PUT' },
    });
    expect(preflight.headers['access-control-allow-methods']).toContain('PUT');
    const own = await fetchRaw(origin, url, { method: 'PUT', body: 'x', headers: { origin: site } });
    expect(own).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': site } });
  });

  it('never gets into the log', async () => {
    const server = await start();
    const { url } = server.transfers.offerDownload(file);
    await fetchRaw(server.origin, url);
    await fetchRaw(server.origin, url, { method: 'PUT' });
    await fetchRaw(server.origin, `${url}x`);
    await expect
      .poll(() => server.log.find(({ msg }) => msg === 'transfer'))
      .toMatchObject({
        transfer: 'spec',
        direction: 'download',
        bytes: 3,
      });
    expect(JSON.stringify(server.log)).not.toContain(url.slice(-43));
  });
});

describe('transfers beyond what is allowed', () => {
  it('are told to wait, and their addresses stay good', async () => {
    const server = await start({ mostUnderWay: 1 });
    let release = () => {};
    const opened = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const slow = server.transfers.offerDownload({
      ...file,
      open: async () => {
        begin();
        await opened;
        return open();
      },
    });
    const { url } = server.transfers.offerUpload(upload);
    const first = fetchRaw(server.origin, slow.url);
    await begun;
    const busy = await fetchRaw(server.origin, url, { method: 'PUT', body: 'x' });
    expect(busy).toMatchObject({ status: 503, code: 'LIMIT_TRANSFERS', headers: { 'retry-after': '5' } });
    release();
    expect(await first).toMatchObject({ status: 200 });
    expect(await fetchRaw(server.origin, url, { method: 'PUT', body: 'x' })).toMatchObject({ status: 200 });
  });

  it('get no address, however many wait', () => {
    const transfers = createTransfers({ lifetimeMs: 1000, mostUnderWay: 1, mostWaiting: 2 });
    transfers.offerDownload(file);
    transfers.offerDownload(file).revoke();
    transfers.offerDownload(file);
    expect(() => transfers.offerDownload(file)).toThrow(TooManyTickets);
    transfers.close();
  });
});

describe('a gateway that shuts down', () => {
  it('lets transfers under way finish within the grace, and takes addresses back', async () => {
    const server = await start();
    let release = () => {};
    const opened = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = server.transfers.offerDownload({
      ...file,
      open: async () => ({ body: bytesOf(['one', 'two'], () => opened) }),
    });
    let unused = 0;
    server.transfers.offerUpload({
      ...upload,
      onUnused: () => {
        unused += 1;
      },
    });
    let seen = '';
    const answer = talk(
      server.port,
      `GET ${slow.url} HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`,
      (text) => {
        seen = text;
        return text.endsWith('0\r\n\r\n');
      },
    );
    await expect.poll(() => seen).toContain('one');
    const closed = server.close(5000);
    release();
    expect(await answer).toMatch(/two\r\n0\r\n\r\n$/);
    await closed;
    expect(unused).toBe(1);
  });

  it('cuts off what takes longer, so that it is seen to be broken', async () => {
    const server = await start();
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let aborted = () => {};
    const left = new Promise<void>((resolve) => {
      aborted = resolve;
    });
    const { url } = server.transfers.offerDownload({
      ...file,
      open: async (signal) => ({
        body: bytesOf(
          ['one', 'two'],
          () =>
            new Promise((resolve) => {
              begin();
              signal.addEventListener('abort', () => {
                aborted();
                resolve();
              });
            }),
        ),
      }),
    });
    const answer = fetchRaw(server.origin, url);
    await begun;
    const closing = server.close(50);
    expect(await answer).toMatchObject({ status: 200, complete: false });
    await Promise.all([left, closing]);
  });
});
