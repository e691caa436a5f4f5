import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { readBatches } from './support/batch-reader.ts';
import { type GatewayProcess, startGatewayProcess } from './support/gateway-process.ts';
import { logContainers } from './support/log-containers.ts';
import { allLogs, readLogs, type SeenLine } from './support/log-reader.ts';

/** Its own, as what is written here would hold up everybody else's. */
let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: GatewayProcess;
let containers: ReturnType<typeof logContainers>;

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGatewayProcess(proxy.host);
  containers = logContainers(engine, 'bytes-');
});
afterAll(async () => {
  await gateway?.stop();
  await proxy?.close();
  await engine?.stop();
});

/** The hash of what `docker logs` prints on one of its two streams. */
async function cli(name: string, stream: 'stdout' | 'stderr'): Promise<string> {
  const only = stream === 'stdout' ? '2>/dev/null' : '2>&1 >/dev/null';
  const output = await engine.exec('sh', ['-c', `docker logs ${containers.named(name)} ${only} | sha256sum`]);
  return output.slice(0, 64);
}

async function expectSame(name: string): Promise<number> {
  const reader = await readBatches(gateway.url, containers.refs(name));
  const { stdout, stderr, lines } = await reader.read();
  reader.leave();
  expect({ stdout, stderr }).toEqual({
    stdout: await cli(name, 'stdout'),
    stderr: await cli(name, 'stderr'),
  });
  return lines;
}

const mebibyte = 1024 ** 2;

describe('what is byte for byte what `docker logs` prints', () => {
  it('is a million short lines, in constant memory also while the client stalls in the middle', async () => {
    await containers.finished('million', 'seq 1 1000000');
    const reader = await readBatches(gateway.url, containers.refs('million'));
    await reader.read(100_000);
    const before = gateway.memory();
    reader.pause();
    const sent = () => proxy.requests.find(({ path }) => path.includes('/logs?'))?.bytes ?? 0;
    // What lies in sockets and buffers still moves for a moment.
    let last = -1;
    for (let still = 0; still < 5; still = sent() === last ? still + 1 : 0) {
      last = sent();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(sent()).toBeLessThan(38 * mebibyte);
    expect(Math.abs(gateway.memory() - before)).toBeLessThan(50 * mebibyte);
    reader.resume();
    const { stdout, lines } = await reader.read();
    reader.leave();
    expect(lines).toBe(1_000_000);
    expect(stdout).toBe(await cli('million', 'stdout'));
  }, 90_000);

  it('is a line of 100 MiB, in pieces, in constant memory', async () => {
    await containers.finished('long', 'head -c 104857600 /dev/zero | tr "\\0" x; echo; echo after');
    const before = gateway.memory();
    const lines = await expectSame('long');
    expect(lines).toBe(101);
    expect(gateway.memory() - before).toBeLessThan(150 * mebibyte);
  }, 60_000);

  it('is binary noise, as far as the log driver keeps it', async () => {
    const noise = 'head -c 3000000 /dev/urandom; head -c 100000 /dev/urandom >&2; echo; echo >&2';
    await containers.finished('noise', noise);
    await containers.finished('exact', noise, '--log-driver', 'local');
    expect(await expectSame('noise')).toBeGreaterThan(1_000);
    expect(await expectSame('exact')).toBeGreaterThan(1_000);
  }, 60_000);

  it('is the output of a terminal', async () => {
    await containers.finished('tty', 'seq 1 20000; printf "\\033[31mred\\033[0m\\n"', '--tty');
    expect(await expectSame('tty')).toBe(20_001);
  }, 60_000);

  it('is what goes to both streams in turn, also through fifty clients that each come back in the middle', async () => {
    const script = 'i=0; while [ $i -lt 10000 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done';
    await containers.finished('both', script);
    expect(await expectSame('both')).toBe(20_000);
    const identity = ({ stream, timestamp, text }: SeenLine) => `${stream} ${timestamp} ${text}`;
    const all = await allLogs(gateway.url, containers.refs('both'));
    const seen: SeenLine[] = [];
    for (let visit = 0; visit <= 50; visit++) {
      const cursor = seen.at(-1)?.cursor;
      const reader = readLogs(gateway.url, containers.refs('both') + (cursor ? `, after: "${cursor}"` : ''));
      seen.push(...(await reader.take(visit === 50 ? Number.POSITIVE_INFINITY : 391)));
      await reader.leave();
    }
    expect(seen.map(identity)).toEqual(all.map(identity));
  }, 90_000);

  it('is every line of a log that is rotated while it is followed, once, though the Engine sends some of them twice', async () => {
    const script =
      'sleep 1; i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); [ $((i%100)) = 0 ] && usleep 10000; done';
    await containers.start('rotated', script, '--log-opt', 'max-size=200k', '--log-opt', 'max-file=3');
    const reader = await readBatches(gateway.url, containers.refs('rotated'));
    const { lines, stdout } = await reader.read();
    reader.leave();
    expect(lines).toBe(20_000);
    const expected = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join('');
    expect(stdout).toBe(createHash('sha256').update(expected).digest('hex'));
    expect((await engine.cli('logs', containers.named('rotated'))).split('\n').length).toBeLessThan(20_000);
  }, 60_000);
});

describe('a client that would rather miss lines than be late', () => {
  it('learns how many it has missed, and has every other', async () => {
    const text = 'x'.repeat(100);
    await containers.start('flood', `sleep 1; yes ${text} | head -n 300000; echo last`);
    const reader = await readBatches(gateway.url, `${containers.refs('flood')}, whenSlow: DROP_OLDEST`);
    reader.pause();
    await engine.cli('wait', containers.named('flood'));
    reader.resume();
    const { lines, dropped } = await reader.read();
    reader.leave();
    expect(dropped).toBeGreaterThan(1_000);
    expect(lines + dropped).toBe(300_001);
  }, 60_000);
});
