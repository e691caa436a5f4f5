import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { download, upload } from './support/transfer-client.ts';

let engine: PrivateEngine;
let gateway: RunningGateway;
beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  // A hole costs no disk and is written out in full: 4 GiB take longer than this spec.
  await engine.cli('run', '--name', 'box', 'busybox', 'truncate', '-s', '4G', '/hole');
  gateway = await startGateway({ host: engine.host });
});
afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

const addressOf = async (query: string, ...path: readonly string[]): Promise<URL> =>
  new URL(textAt(await gateway.data(query), ...path, 'url'), gateway.url);

const killedMidway = async (url: URL): Promise<boolean> =>
  new Promise((resolve, reject) => {
    let bytes = 0;
    let killed: Promise<void> | undefined;
    request(url, { agent: false }, (incoming) => {
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (!killed && bytes >= 32 * 1024 ** 2) killed = engine.kill();
      });
      incoming.on('error', () => {});
      incoming.once('close', () => {
        Promise.resolve(killed).then(() => resolve(incoming.complete), reject);
      });
    })
      .once('error', reject)
      .end();
  });

it.each([
  ['an export', '{ container(ref: "box") { it: export { url } } }'],
  ['an archive', '{ container(ref: "box") { it: archive(path: "/hole") { url } } }'],
])(
  '%s is visibly broken where the daemon is killed in its middle, and can be had later',
  async (_what, query) => {
    const url = await addressOf(query, 'container', 'it');
    expect(await killedMidway(url)).toBe(false);
    expect(await download(gateway.url, { url: url.pathname })).toMatchObject({ status: 503 });
    await engine.start();
    const again = await addressOf(query, 'container', 'it');
    const gone = new AbortController();
    const response = await fetch(again, { signal: gone.signal });
    expect(response.status).toBe(200);
    gone.abort();
  },
);

it('an upload is an error where the daemon is killed in its middle, and the gateway goes on', async () => {
  const data = await gateway.data(
    'mutation { containerCopyTo(input: { ref: "box", path: "/tmp", file: { name: "large" } }) { upload { url } } }',
  );
  const length = 1024 ** 3;
  let killed: Promise<void> | undefined;
  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    const chunk = Buffer.alloc(1024 ** 2);
    for (let sent = 0; sent < length; sent += chunk.length) {
      if (sent === 32 * chunk.length) {
        killed = engine.kill();
        await killed;
      }
      yield chunk;
    }
  }
  const done = await upload(gateway.url, at(data, 'containerCopyTo', 'upload'), body(), { length });
  expect([502, 503]).toContain(done.status);
  expect(done.body.toString()).toMatch(/ENGINE_(?:PROTOCOL|UNAVAILABLE)/);
  await killed;
  await engine.start();
  expect(await gateway.data('{ container(ref: "box") { file(path: "/hole") { size } } }')).toEqual({
    container: { file: { size: 4 * 1024 ** 3 } },
  });
});
