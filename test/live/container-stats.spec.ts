import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { readStats, type StatsReader } from './support/stats-reader.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const named = (name: string) => `${prefix}${name}`;
const refs = (...names: readonly string[]) => `refs: ${JSON.stringify(names.map(named))}`;

let proxy: CountingProxy;
let gateway: RunningGateway;

const start = (name: string, script: string, ...options: readonly string[]) =>
  engine.cli('run', '--detach', '--name', named(name), ...options, 'busybox', 'sh', '-c', script);

beforeAll(async () => {
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
  await start('busy', 'while :; do :; done', '--cpus', '0.3', '--memory', '64m');
  await start('idle', 'exec sleep 600', '--memory', '64m');
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
});

const readers: StatsReader[] = [];
const follow = (args: string, selection: string): StatsReader => {
  const reader = readStats(gateway.url, args, selection);
  readers.push(reader);
  return reader;
};
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.leave()));
});

const upstreams = () => proxy.requests.filter(({ path }) => path.includes('/stats?'));
const allEnded = () => upstreams().every(({ ended }) => ended);

/** Bytes of `456KiB`. */
function shown(text: string): number {
  const [, amount = '', unit = ''] = /^([\d.]+)([KMG]i)?B$/.exec(text) ?? [];
  return Number(amount) * 1024 ** ['', 'Ki', 'Mi', 'Gi'].indexOf(unit);
}

describe('a busy and an idle container', () => {
  it('use what `docker stats` says they use, after a first sample without a comparison', async () => {
    const reader = follow(
      refs('busy', 'idle'),
      'container { name } readAt cpuPercent memoryUsage memoryLimit memoryPercent pids networkReceivedBytes networkReceivedRate',
    );
    const samples: unknown[] = [];
    const of = (name: string) =>
      samples.filter((sample) => textAt(sample, 'container', 'name') === named(name));
    while (of('busy').length < 3 || of('idle').length < 3) samples.push(...(await reader.take(1)));
    for (const [name, most] of [
      ['busy', 45],
      ['idle', 1],
    ] as const) {
      expect(of(name)[0]).toMatchObject({ cpuPercent: null, networkReceivedRate: null });
      const sample = of(name).at(-1);
      const cli: unknown = JSON.parse(
        await engine.cli('stats', '--no-stream', '--format', '{{json .}}', named(name)),
      );
      const [usage = '', limit = ''] = textAt(cli, 'MemUsage').split(' / ');
      // Two different seconds on a machine with other work: CPU time is close, what is held is the same but for pages.
      const cpu = Number(at(sample, 'cpuPercent'));
      expect(Math.abs(cpu - Number.parseFloat(textAt(cli, 'CPUPerc')))).toBeLessThan(15);
      expect(cpu).toBeLessThan(most);
      expect(Math.abs(Number(at(sample, 'memoryUsage')) - shown(usage))).toBeLessThan(512 * 1024);
      expect(at(sample, 'memoryLimit')).toBe(shown(limit));
      expect(
        Math.abs(Number(at(sample, 'memoryPercent')) - Number.parseFloat(textAt(cli, 'MemPerc'))),
      ).toBeLessThan(1);
      expect(at(sample, 'pids')).toBe(Number(textAt(cli, 'PIDs')));
      expect(at(sample, 'networkReceivedRate')).toBeGreaterThanOrEqual(0);
    }
    await reader.leave();
    await proxy.until(allEnded);
  });
});

describe('fifty viewers', () => {
  it('see the same samples over one stream of the Engine, which ends with the last of them', async () => {
    proxy.reset();
    const viewers = Array.from({ length: 50 }, () => follow(refs('busy'), 'readAt cpuPercent'));
    const seen = await Promise.all(viewers.map((viewer) => viewer.take(6)));
    expect(upstreams()).toHaveLength(1);
    const [last] = seen
      .map((samples) => textAt(samples[0], 'readAt'))
      .toSorted()
      .toReversed();
    // Whoever came later misses what was before.
    const common = seen.map((samples) =>
      samples.filter((one) => textAt(one, 'readAt') >= `${last}`).slice(0, 3),
    );
    expect(common[0]).toHaveLength(3);
    for (const samples of common) expect(samples).toEqual(common[0]);
    await Promise.all(viewers.slice(1).map((viewer) => viewer.leave()));
    expect(await viewers[0]?.take(1)).toHaveLength(1);
    expect(allEnded()).toBe(false);
    await viewers[0]?.leave();
    await proxy.until(allEnded);
    expect(upstreams()).toHaveLength(1);
  });
});

describe('a query while somebody follows', () => {
  it('is answered from the last sample, with rates and without a call', async () => {
    const reader = follow(refs('idle'), 'readAt');
    await reader.take(2);
    proxy.reset();
    const sample = textAt(await reader.next(), 'readAt');
    const data = await gateway.data(
      `{ container(ref: "${named('idle')}") { stats { readAt networkSentRate container { name } } } }`,
    );
    expect(at(data, 'container', 'stats')).toEqual({
      readAt: sample,
      networkSentRate: expect.any(Number),
      container: { name: named('idle') },
    });
    expect(upstreams()).toHaveLength(0);
  });
});

describe('a container that is stopped, started and removed', () => {
  it('gives nothing while it is stopped, goes on after the start, and ends the stream when it is removed', async () => {
    await start('moody', 'exec sleep 600');
    const reader = follow(refs('moody'), 'readAt cpuPercent networkReceivedRate');
    await reader.take(2);
    await engine.cli('kill', named('moody'));
    const sent = () => upstreams().at(-1)?.bytes ?? 0;
    // The Engine goes on sending, but nothing except zeros.
    for (let message = 0; message < 3; message++) {
      const before = sent();
      await proxy.until(() => sent() > before);
    }
    const state = async (): Promise<unknown> =>
      JSON.parse(await engine.cli('inspect', '--format', '{{json .State}}', named('moody')));
    const finishedAt = textAt(await state(), 'FinishedAt');
    await engine.cli('start', named('moody'));
    const startedAt = textAt(await state(), 'StartedAt');
    let sample = await reader.next();
    while (Date.parse(textAt(sample, 'readAt')) < Date.parse(startedAt)) {
      expect(Date.parse(textAt(sample, 'readAt'))).toBeLessThanOrEqual(Date.parse(finishedAt));
      sample = await reader.next();
    }
    expect(Date.parse(textAt(sample, 'readAt'))).toBeGreaterThanOrEqual(Date.parse(startedAt));
    await engine.cli('rm', '--force', named('moody'));
    for (let rest = await reader.next(); rest !== undefined; rest = await reader.next());
  });

  it('is refused by name when it is not there, and an interval must be a time to wait', async () => {
    const over = (args: string) => follow(args, 'readAt').next();
    await expect(over(refs('nobody'))).rejects.toThrow(/There is no container/);
    await expect(over(`${refs('idle')}, interval: "0s"`)).rejects.toThrow(/`interval` must be more than 0/);
  });
});
