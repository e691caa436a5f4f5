import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TarWalk } from '../../src/engine/streams/tar-walk.ts';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { type GatewayProcess, startGatewayProcess } from './support/gateway-process.ts';
import { upload } from './support/transfer-client.ts';

const engine = sharedEngine();
const box = `${ownPrefix(engine)}box`;
const GiB = 1024 ** 3;
const MiB = 1024 ** 2;
const size = 2 * GiB;

let gateway: GatewayProcess;
beforeAll(async () => {
  [gateway] = await Promise.all([
    startGatewayProcess(engine.host),
    engine.cli('run', '-d', '--name', box, '--stop-timeout', '0', 'busybox', 'sleep', '3600'),
  ]);
});
afterAll(() => gateway?.stop());

/** Bytes that no two pieces of are the same, and what they hash to. */
function pseudoRandom(length: number) {
  const hash = createHash('sha256');
  const piece = randomBytes(MiB);
  async function* generate(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; at < length; at += piece.length) {
      const chunk = Buffer.from(piece);
      chunk.writeUInt32BE(at / piece.length);
      hash.update(chunk);
      yield chunk;
    }
  }
  return { body: generate(), digest: () => hash.digest('hex') };
}

/** Watches the gateway's memory while something goes on. */
async function watched<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly most: number }> {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, gateway.memory());
  }, 50);
  try {
    return { result: await work(), most };
  } finally {
    clearInterval(timer);
  }
}

/** What the only file in an archive hashes to. */
async function contentHash(url: URL): Promise<string> {
  const hash = createHash('sha256');
  const walk = new TarWalk({ begin: () => {}, content: (bytes) => void hash.update(bytes) });
  await new Promise<void>((resolve, reject) => {
    request(url, { agent: false }, (incoming) => {
      incoming.on('data', (chunk: Buffer) => walk.add(chunk));
      incoming.once('error', reject);
      incoming.once('end', resolve);
    })
      .once('error', reject)
      .end();
  });
  walk.end();
  return hash.digest('hex');
}

const copyIn = async (name: string, length: number) => {
  const data = await gateway.ask(
    `mutation { containerCopyTo(input: { ref: "${box}", path: "/tmp", file: { name: "${name}" } }) { upload { url } } }`,
  );
  const { body, digest } = pseudoRandom(length);
  const done = await upload(gateway.url, at(data, 'containerCopyTo', 'upload'), body, { length });
  expect(done).toMatchObject({ status: 200 });
  return digest();
};

const copyOut = async (name: string): Promise<string> => {
  const data = await gateway.ask(`{ container(ref: "${box}") { archive(path: "/tmp/${name}") { url } } }`);
  return contentHash(new URL(textAt(data, 'container', 'archive', 'url'), gateway.url));
};

describe('a file of 2 GiB', () => {
  it('goes in and comes out the same, through a gateway whose memory stays flat', async () => {
    // Code is compiled and buffers are made at the first use: that is not growth.
    const small = await copyIn('small', 64 * MiB);
    expect(await copyOut('small')).toBe(small);
    const before = gateway.memory();

    const begun = performance.now();
    const sent = await watched(() => copyIn('large', size));
    const between = performance.now();
    const got = await watched(() => copyOut('large'));
    const ended = performance.now();

    expect(got.result).toBe(sent.result);
    const grown = { in: (sent.most - before) / MiB, out: (got.most - before) / MiB };
    process.stdout.write(
      `2 GiB in ${((between - begun) / 1000).toFixed(1)} s, out ${((ended - between) / 1000).toFixed(1)} s; ` +
        `memory ${(before / MiB).toFixed(0)} MiB, ${grown.in.toFixed(0)} more in, ${grown.out.toFixed(0)} more out\n`,
    );
    expect(grown.in).toBeLessThan(50);
    expect(grown.out).toBeLessThan(50);
    expect(await engine.cli('exec', box, 'stat', '-c', '%s', '/tmp/large')).toBe(String(size));
  }, 120_000);
});
