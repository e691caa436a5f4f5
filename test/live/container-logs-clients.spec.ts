import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { logContainers } from './support/log-containers.ts';
import { allLogs, readLogs, type SeenLine } from './support/log-reader.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const { named, refs, start, finished } = logContainers(engine, prefix);

let proxy: CountingProxy;
let gateway: RunningGateway;

beforeAll(async () => {
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
});

const logCalls = () => proxy.requests.filter(({ path }) => path.includes('/logs?'));

describe('a client that leaves', () => {
  it.each(['ws', 'sse'] as const)('closes the streams of the Engine, over %s', async (transport) => {
    await Promise.all(['q1', 'q2'].map((name) => start(`${name}-${transport}`, 'echo up; exec sleep 600')));
    proxy.reset();
    const reader = readLogs(gateway.url, refs(`q1-${transport}`, `q2-${transport}`), transport);
    expect((await reader.take(2)).map(({ text }) => text)).toEqual(['up', 'up']);
    expect(logCalls().map(({ ended }) => ended)).toEqual([false, false]);
    const waiting = reader.next();
    await reader.leave();
    await waiting;
    await proxy.until(() => logCalls().every(({ ended }) => ended));
    expect(logCalls()).toHaveLength(2);
    await engine.cli('rm', '--force', named(`q1-${transport}`), named(`q2-${transport}`));
  });
});

describe('a client that comes back again and again while containers write', () => {
  it('sees every line of each once, in its order', async () => {
    const names = ['w1', 'w2'];
    const script =
      'i=0; while [ $i -lt 600 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); [ $((i%50)) = 0 ] && sleep 0.1; done';
    await Promise.all(names.map((name) => start(name, script)));
    const seen: SeenLine[] = [];
    for (let visit = 0; visit < 21; visit++) {
      const cursor = seen.at(-1)?.cursor;
      const reader = readLogs(gateway.url, refs(...names) + (cursor ? `, after: "${cursor}"` : ''));
      seen.push(...(await reader.take(visit < 20 ? 90 : Number.POSITIVE_INFINITY)));
      await reader.leave();
    }
    const numbers = Array.from({ length: 600 }, (_, index) => index);
    for (const name of names) {
      for (const [stream, word] of [
        ['STDOUT', 'out'],
        ['STDERR', 'err'],
      ] as const) {
        const texts = seen.filter((line) => line.name === named(name) && line.stream === stream);
        expect(texts.map(({ text }) => text)).toEqual(numbers.map((number) => `${word} ${number}`));
      }
    }
  });
});

describe('a client that does not read', () => {
  it('stops the Engine from sending, and then gets every line', async () => {
    const lines = 60_000;
    await finished('flood', `yes "$(head -c 300 /dev/zero | tr '\\0' y)" | head -n ${lines}`);
    proxy.reset();
    const query = `subscription { containerLogs(${refs('flood')}) { text } }`;
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    });
    const sent = () => logCalls()[0]?.bytes ?? 0;
    const samples: number[] = [];
    await vi.waitFor(
      () => {
        samples.push(sent());
        expect(samples.at(-1)).toBeGreaterThan(0);
        expect(samples.at(-1)).toBe(samples.at(-4));
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(sent()).toBeLessThan(12 * 1024 * 1024);
    const text = await response.text();
    expect(text.split('event: next').length - 1).toBe(lines);
    expect(sent()).toBeGreaterThan(lines * 300);
  }, 60_000);
});

describe('what cannot be followed', () => {
  const message = async (args: string): Promise<string> =>
    allLogs(gateway.url, args).then(
      () => 'no error',
      (error: unknown) => (error instanceof Error ? error.message : JSON.stringify(error)),
    );

  it('is refused with what would be accepted, and without a call', async () => {
    proxy.reset();
    for (const [args, expected] of [
      ['tail: 1', /`refs`, or `filter`/],
      ['refs: []', /`refs` is empty/],
      ['refs: ["a"], filter: {}', /not both/],
      ['refs: ["../../info"]', /"..\/..\/info"|reference|name/i],
      ['refs: ["ok", "a?b=1"]', /./],
      ['refs: ["ok"], tail: -1', /`tail` cannot be -1/],
      ['refs: ["ok"], streams: []', /`streams` is empty/],
      ['refs: ["ok"], invert: true', /`invert` turns `grep` round/],
      ['refs: ["ok"], after: "nonsense"', /`after` is no cursor/],
      ['refs: ["ok"], engine: "moon"', /no engine "moon"/],
    ] as const) {
      const given = await message(args);
      expect(given).toMatch(expected);
      expect(given).toMatch(/^BAD_USER_INPUT: /);
    }
    expect(proxy.requests).toEqual([]);
  });

  it('is named where it is missing, and nothing is left open', async () => {
    await start('there', 'exec sleep 600');
    proxy.reset();
    expect(await message(refs('there', 'gone'))).toMatch(/^NOT_FOUND: There is no container "t\w+-gone"/);
    expect(logCalls()).toEqual([]);
  });

  it('is told in the words of the Engine where a log driver keeps nothing, and nothing is left open', async () => {
    await start('silent', 'exec sleep 600', '--log-driver', 'none');
    proxy.reset();
    expect(await message(refs('there', 'silent'))).toMatch(/does not support reading/);
    const id = await engine.cli('inspect', '--format', '{{.Id}}', named('there'));
    await proxy.until(() => logCalls().every(({ ended, path }) => ended || !path.includes(id)));
    expect(logCalls().filter(({ path }) => path.includes(id))).toHaveLength(1);
    await engine.cli('rm', '--force', named('there'), named('silent'));
  });
});
