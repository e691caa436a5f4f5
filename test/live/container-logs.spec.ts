import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { logContainers } from './support/log-containers.ts';
import { allLogs, bytesOf, readLogs, type SeenLine } from './support/log-reader.ts';

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

/** What `docker logs` prints on one of its two streams, byte for byte. */
async function cliBytes(name: string, stream: 'STDOUT' | 'STDERR', ...options: readonly string[]) {
  const only = stream === 'STDOUT' ? '2>/dev/null' : '2>&1 >/dev/null';
  const command = `docker logs ${options.join(' ')} ${named(name)} ${only} | base64 -w0`;
  return Buffer.from(await engine.exec('sh', ['-c', command]), 'base64');
}

/** `docker logs --timestamps`, as pairs of time and text. */
async function cliLines(name: string): Promise<string[]> {
  const both = await Promise.all(
    (['STDOUT', 'STDERR'] as const).map((stream) => cliBytes(name, stream, '--timestamps')),
  );
  return both.flatMap((bytes) => bytes.toString('utf8').split('\n').filter(Boolean));
}

const asCliLine = ({ timestamp, text }: SeenLine) => `${timestamp} ${text}`;
const identity = ({ stream, timestamp, text }: SeenLine) => `${stream} ${timestamp} ${text}`;
const followed = () => proxy.requests.filter(({ path }) => /\/logs\?.*follow=1/.test(path));

const interleaved = (pairs: number) =>
  `i=0; while [ $i -lt ${pairs} ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done`;

describe('twenty thousand lines on both streams', () => {
  let all: SeenLine[];
  beforeAll(async () => {
    await finished('many', interleaved(10_000));
    all = await allLogs(gateway.url, refs('many'));
  });

  it('are byte for byte what `docker logs` prints, and end with the container', async () => {
    expect(all).toHaveLength(20_000);
    for (const stream of ['STDOUT', 'STDERR'] as const) {
      expect(bytesOf(all, stream).equals(await cliBytes('many', stream))).toBe(true);
    }
    expect([...all].map(asCliLine).sort()).toEqual((await cliLines('many')).sort());
  });

  it('go on behind the cursor of any line, with nothing lost and nothing twice', async () => {
    const places = Array.from({ length: 20 }, (_, index) => 19_300 + index * 33);
    for (const place of places) {
      const rest = await allLogs(gateway.url, `${refs('many')}, after: "${all[place]?.cursor}"`);
      expect(rest.map(identity)).toEqual(all.slice(place + 1).map(identity));
    }
  });

  it('are whole when the client comes back twenty times, each time behind what it has seen', async () => {
    const seen: SeenLine[] = [];
    for (let visit = 0; visit < 20; visit++) {
      const last = seen.at(-1);
      const reader = readLogs(gateway.url, `${refs('many')}${last ? `, after: "${last.cursor}"` : ''}`);
      seen.push(...(await reader.take(visit === 19 ? Number.POSITIVE_INFINITY : 997)));
      await reader.leave();
    }
    expect(seen.map(identity)).toEqual(all.map(identity));
  });

  it('go on behind any line that `Container.logs` has shown', async () => {
    const data = await gateway.data(
      `{ container(ref: "${named('many')}") { logs(tail: 300) { lines { cursor } } } }`,
    );
    const cursor = textAt(listAt(data, 'container', 'logs', 'lines')[100], 'cursor');
    const rest = await allLogs(gateway.url, `${refs('many')}, after: "${cursor}"`);
    expect(rest.map(identity)).toEqual(all.slice(-199).map(identity));
  });

  it('begin where `tail` and `since` say, and are only those of a stream and with a text', async () => {
    const tail = await allLogs(gateway.url, `${refs('many')}, tail: 6`);
    expect(tail.map(identity)).toEqual(all.slice(-6).map(identity));
    const errors = await allLogs(gateway.url, `${refs('many')}, streams: [STDERR], grep: "r 99"`);
    expect(errors.map(identity)).toEqual(
      all.filter(({ stream, text }) => stream === 'STDERR' && text.includes('r 99')).map(identity),
    );
    const others = await allLogs(gateway.url, `${refs('many')}, tail: 40, grep: "9", invert: true`);
    expect(others.map(identity)).toEqual(
      all
        .slice(-40)
        .filter(({ text }) => !text.includes('9'))
        .map(identity),
    );
  });
});

describe('odd output', () => {
  it('keeps characters of several bytes, empty lines, long lines, and a last line without an end', async () => {
    const script = 'echo; echo "é 𝄞 漢字"; head -c 100000 /dev/zero | tr "\\0" x; echo; printf end';
    await finished('odd', script);
    const lines = await allLogs(gateway.url, refs('odd'), 'sse');
    expect(lines.map(({ text }) => text)).toEqual(['', 'é 𝄞 漢字', 'x'.repeat(100_000), 'end']);
    expect(
      bytesOf(lines, 'STDOUT')
        .subarray(0, -1)
        .equals(await cliBytes('odd', 'STDOUT')),
    ).toBe(true);
  });

  it('comes from a terminal as from anything else', async () => {
    await finished('tty', interleaved(300), '--tty');
    const lines = await allLogs(gateway.url, refs('tty'));
    expect(lines).toHaveLength(600);
    expect(bytesOf(lines, 'STDOUT').equals(await cliBytes('tty', 'STDOUT'))).toBe(true);
    const rest = await allLogs(gateway.url, `${refs('tty')}, after: "${lines[250]?.cursor}"`);
    expect(rest.map(identity)).toEqual(lines.slice(251).map(identity));
  });

  it('loses no line that was begun long before, and ended after, the one that reading goes on behind', async () => {
    const begin = 'head -c 40000 /dev/zero | tr "\\0" y';
    await finished('slow', `echo first; ${begin}; sleep 2.2; echo middle >&2; sleep 0.2; echo; echo last`);
    const lines = await allLogs(gateway.url, refs('slow'));
    expect(lines.map(({ text }) => text)).toEqual(['first', 'middle', 'y'.repeat(40_000), 'last']);
    const rest = await allLogs(gateway.url, `${refs('slow')}, after: "${lines[1]?.cursor}"`);
    expect(rest.map(identity)).toEqual(lines.slice(2).map(identity));
  });

  it('that is no UTF-8 is exact in base64, where the log driver keeps it', async () => {
    await finished('noise', 'printf "a\\377\\200b\\n"', '--log-driver', 'local');
    const [line] = await allLogs(gateway.url, refs('noise'));
    expect(line).toMatchObject({
      text: 'a\ufffd\ufffdb',
      base64: Buffer.from('a\xff\x80b', 'latin1').toString('base64'),
    });
  });
});

describe('several containers', () => {
  const names = ['m1', 'm2', 'm3'];
  const script =
    'i=0; while [ $i -lt 200 ]; do echo "line $i"; i=$((i+1)); [ $((i%20)) = 0 ] && sleep 0.05; done';

  it('are one stream in the order of time, and go on behind any of its lines', async () => {
    await Promise.all(names.map((name) => finished(name, script)));
    const lines = await allLogs(gateway.url, `${refs(...names)}, follow: false`);
    expect(lines).toHaveLength(600);
    expect(lines.map(({ timestamp }) => timestamp)).toEqual(lines.map(({ timestamp }) => timestamp).sort());
    for (const name of names) {
      const own = lines.filter((line) => line.name === named(name));
      expect(bytesOf(own, 'STDOUT').equals(await cliBytes(name, 'STDOUT'))).toBe(true);
    }
    for (const place of [0, 1, 2, 150, 299, 421, 598]) {
      const rest = await allLogs(
        gateway.url,
        `${refs(...names)}, follow: false, after: "${lines[place]?.cursor}"`,
      );
      expect(rest.map(identity)).toEqual(lines.slice(place + 1).map(identity));
    }
  });

  it('are followed while they run, from as many streams of the Engine, and end with the last of them', async () => {
    const slow = (last: number) =>
      `for i in 1 2 3; do echo "live $i"; sleep 0.3; done; sleep 0.${last}; echo bye`;
    await Promise.all([start('l1', slow(1)), start('l2', slow(4))]);
    proxy.reset();
    const lines = await allLogs(gateway.url, refs('l1', 'l2', 'l1'));
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toMatchObject({ name: named('l2'), text: 'bye' });
    expect(lines.map(({ timestamp }) => timestamp)).toEqual(lines.map(({ timestamp }) => timestamp).sort());
    expect(followed()).toHaveLength(2);
  });

  it('are found by a filter', async () => {
    await Promise.all(['f1', 'f2'].map((name) => finished(name, 'echo hello', '--label', `${prefix}chosen`)));
    const lines = await allLogs(gateway.url, `filter: { labels: ["${prefix}chosen"] }, follow: false`);
    expect(lines.map(({ name }) => name).sort()).toEqual([named('f1'), named('f2')]);
    expect(await allLogs(gateway.url, 'filter: { labels: ["nobody-has-this"] }')).toEqual([]);
  });
});
