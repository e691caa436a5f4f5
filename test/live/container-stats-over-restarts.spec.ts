import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { readStats } from './support/stats-reader.ts';

/** Its own, as it is restarted while its containers run on. */
let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;

const start = (name: string, script: string, ...options: readonly string[]) =>
  engine.cli('run', '--detach', '--name', name, ...options, 'busybox', 'sh', '-c', script);

beforeAll(async () => {
  engine = await startPrivateEngine({ config: { 'live-restore': true } });
  await importBusybox(engine);
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
  await start('busy', 'while :; do :; done', '--cpus', '0.3', '--memory', '64m');
  await start('idle', 'exec sleep 600', '--memory', '64m');
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

const upstreams = () => proxy.requests.filter(({ path }) => path.includes('/stats?'));

/** `1.234MiB` as the CLI writes it: four digits. */
function shown(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 3);
  return `${Number((bytes / 1024 ** power).toPrecision(4))}${units[power]}`;
}

describe('a busy and an idle container', () => {
  it.each(['busy', 'idle'])(
    'use to the last digit what `docker stats` shows of the same second: the %s one',
    async (name) => {
      const reader = readStats(
        gateway.url,
        `refs: ["${name}"]`,
        'cpuPercent memoryUsage memoryLimit memoryPercent pids',
      );
      await reader.take(2);
      const asked = engine.cli('stats', '--no-stream', '--format', '{{json .}}', name);
      const samples = await reader.take(4);
      const cli: unknown = JSON.parse(await asked);
      await reader.leave();
      const written = samples.map((sample) => ({
        CPUPerc: `${Number(at(sample, 'cpuPercent')).toFixed(2)}%`,
        MemUsage: `${shown(Number(at(sample, 'memoryUsage')))} / ${shown(Number(at(sample, 'memoryLimit')))}`,
        MemPerc: `${Number(at(sample, 'memoryPercent')).toFixed(2)}%`,
        PIDs: String(at(sample, 'pids')),
      }));
      const { CPUPerc, MemUsage, MemPerc, PIDs } = {
        CPUPerc: textAt(cli, 'CPUPerc'),
        MemUsage: textAt(cli, 'MemUsage'),
        MemPerc: textAt(cli, 'MemPerc'),
        PIDs: textAt(cli, 'PIDs'),
      };
      expect(written).toContainEqual({ CPUPerc, MemUsage, MemPerc, PIDs });
    },
  );
});

describe('an Engine that is restarted while its containers run on', () => {
  it('goes on giving samples to whoever follows them', async () => {
    const reader = readStats(gateway.url, 'refs: ["busy", "idle"]', 'container { name } readAt cpuPercent');
    await reader.take(4);
    await engine.restart();
    const back = Date.now();
    const seen = new Set<string>();
    while (seen.size < 2) {
      const sample = await reader.next();
      if (Date.parse(textAt(sample, 'readAt')) > back && at(sample, 'cpuPercent') !== null) {
        seen.add(textAt(sample, 'container', 'name'));
      }
    }
    await reader.leave();
    await proxy.until(() => upstreams().every(({ ended }) => ended));
  }, 60_000);
});

describe('containers that come and go', () => {
  it('join and leave a stream of all that run, over server-sent events and with an interval', async () => {
    const client = createClient({ url: gateway.url, retryAttempts: 0 });
    const results: AsyncIterableIterator<unknown> = client.iterate({
      query: `subscription {
        containerStats(filter: { states: [RUNNING], labels: ["come=go"] }, includeNew: true, interval: "2s") {
          container { name }
          readAt
        }
      }`,
    });
    const next = async () => {
      const sample = at((await results.next()).value, 'data', 'containerStats');
      return { name: textAt(sample, 'container', 'name'), at: Date.parse(textAt(sample, 'readAt')) };
    };
    const first = next();
    await proxy.until((requests) => requests.some(({ path }) => path.includes('come')));
    await start('one', 'exec sleep 600', '--label', 'come=go');
    expect((await first).name).toBe('one');
    const [second, third] = [await next(), await next()];
    expect(third.at - second.at).toBeGreaterThan(1_400);
    await start('two', 'exec sleep 600', '--label', 'come=go');
    while ((await next()).name !== 'two');
    await engine.cli('kill', 'one');
    const id = await engine.cli('inspect', '--format', '{{.Id}}', 'one');
    await proxy.until(() => upstreams().every(({ ended, path }) => ended || !path.includes(id)));
    const names = new Set([(await next()).name, (await next()).name]);
    expect([...names]).toContain('two');
    client.dispose();
    await results.return?.();
    await proxy.until(() => upstreams().every(({ ended }) => ended));
  }, 60_000);
});
