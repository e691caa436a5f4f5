import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { logContainers } from './support/log-containers.ts';
import { allLogs, type LogReader, readLogs, type SeenLine } from './support/log-reader.ts';

/** Its own, as it is restarted while its containers run on. */
let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;
let containers: ReturnType<typeof logContainers>;

beforeAll(async () => {
  engine = await startPrivateEngine({ config: { 'live-restore': true } });
  await importBusybox(engine);
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
  containers = logContainers(engine, 'again-');
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

const textsOf = async (reader: LogReader, count: number): Promise<string[]> =>
  (await reader.take(count)).map(({ text }) => text);
const logCalls = () => proxy.requests.filter(({ path }) => path.includes('/logs?'));
const numbers = (to: number) => Array.from({ length: to }, (_, index) => `line ${index}`);

describe('an Engine that is killed and comes back while its containers run on', () => {
  it('is noticed by nobody who follows a log: no line is lost and none comes twice', async () => {
    const script = 'i=0; while [ $i -lt 400 ]; do echo "line $i"; i=$((i+1)); usleep 20000; done';
    await containers.start('steady', script);
    const reader = readLogs(gateway.url, containers.refs('steady'));
    const seen = await textsOf(reader, 20);
    await engine.kill();
    await engine.start();
    seen.push(...(await textsOf(reader, 130)));
    await engine.restart();
    seen.push(...(await textsOf(reader, Number.POSITIVE_INFINITY)));
    await reader.leave();
    expect(seen).toEqual(numbers(400));
    expect(logCalls().length).toBeGreaterThanOrEqual(3);
  }, 60_000);
});

describe('a container that is stopped and started again', () => {
  const script =
    'n=$(cat /n 2>/dev/null || echo 0); echo $((n+1)) > /n; for i in 1 2 3; do echo "run $n line $i"; done; printf "run $n ends"; exec sleep 600';
  const run = (n: number) => [1, 2, 3].map((i) => `run ${n} line ${i}\n`).join('');
  const written = (lines: readonly SeenLine[]) =>
    lines.map(({ text, partial }) => text + (partial ? '' : '\n')).join('');

  it('ends the stream, unless it is followed across restarts: then every run comes once, to its removal', async () => {
    await containers.start('moody', script);
    const once = allLogs(gateway.url, containers.refs('moody'));
    const reader = readLogs(gateway.url, `${containers.refs('moody')}, acrossRestarts: true`);
    const seen = await reader.take(3);
    const until = async (end: string): Promise<void> => {
      while (!seen.at(-1)?.text.endsWith(end)) seen.push(...(await reader.take(1)));
    };
    for (let restart = 1; restart <= 3; restart++) {
      await engine.cli('restart', '--time', '0', containers.named('moody'));
      await until(`run ${restart} line 3`);
    }
    await engine.cli('kill', containers.named('moody'));
    // It had no line end.
    await until('run 3 ends');
    expect(seen.at(-1)?.partial).toBe(true);
    await engine.cli('start', containers.named('moody'));
    await until('run 4 line 3');
    expect(written(await once)).toBe(`${run(0)}run 0 ends\n`);
    const all = [0, 1, 2, 3].map((n) => `${run(n)}run ${n} ends`).join('') + run(4);
    expect(written(seen)).toBe(all);
    // A client that left at any of these goes on behind it.
    for (const place of [2, 3, 6, 9, seen.length - 4]) {
      const after = `${containers.refs('moody')}, after: "${seen[place]?.cursor}", follow: false`;
      expect(written(await allLogs(gateway.url, after))).toBe(written(seen.slice(place + 1)));
    }
    const end = reader.take(Number.POSITIVE_INFINITY);
    await engine.cli('rm', '--force', containers.named('moody'));
    expect('run 4 ends').toContain(written(await end));
    await reader.leave();
  }, 60_000);
});

describe('containers that are made, recreated and started later', () => {
  it('are read too, from their first line, where the reader wants those that fit later', async () => {
    const label = ['--label', 'project=late'];
    await containers.start('p1', 'echo p1 first; exec sleep 600', ...label);
    const reader = readLogs(
      gateway.url,
      'filter: { labels: ["project=late"] }, includeNew: true, acrossRestarts: true',
    );
    expect(await textsOf(reader, 1)).toEqual(['p1 first']);
    await containers.start('p2', 'echo p2 first; exec sleep 600', ...label);
    expect(await textsOf(reader, 1)).toEqual(['p2 first']);
    await containers.start('other', 'echo other; exec sleep 600');
    await engine.cli('rm', '--force', containers.named('p1'));
    await containers.start('p1', 'echo p1 second; exec sleep 600', ...label);
    expect(await textsOf(reader, 1)).toEqual(['p1 second']);
    await engine.cli('restart', '--time', '0', containers.named('p2'));
    const [last] = await reader.take(1);
    expect(last?.text).toBe('p2 first');
    await reader.leave();
    await proxy.until(() => logCalls().every(({ ended }) => ended));
    const rest = readLogs(
      gateway.url,
      `filter: { labels: ["project=late"] }, follow: false, after: "${last?.cursor}"`,
    );
    expect(await rest.take(5)).toEqual([]);
    await rest.leave();
  }, 60_000);

  it('are waited for where there is none yet', async () => {
    const reader = readLogs(gateway.url, 'filter: { labels: ["nobody=yet"] }, includeNew: true');
    const next = textsOf(reader, 1);
    await proxy.until((requests) => requests.some(({ path }) => path.includes('nobody')));
    await containers.start('n1', 'echo here', '--label', 'nobody=yet');
    expect(await next).toEqual(['here']);
    await reader.leave();
  });
});
