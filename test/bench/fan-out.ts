/**
 * How fast an event reaches everybody who watches, beside the least that a WebSocket server can do.
 *
 *     npx tsx test/bench/fan-out.ts [--quick] [--real]
 *
 * Server, bare server and subscribers are processes of their own on the loopback interface; events come from a fake
 * Engine, or with `--real` from a private Docker Engine. Read the ratios: they are of the same run, the rest is the machine's.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, now, startBuiltGateway, startChild } from './support/child.ts';
import { realSource, type Source, syntheticSource } from './support/sources.ts';

const quick = process.argv.includes('--quick');
const real = process.argv.includes('--real');
const [, only] = /--subscribers=(\d+)/.exec(process.argv.join(' ')) ?? [];
const audiences = only ? [Number(only)] : quick ? [100] : [100, 1_000, 5_000];
const repetitions = quick ? 1 : 3;
/** Events one after the other, each when all have had the one before. */
const singles = quick ? 10 : 20;
/** Events in one go. */
const burst = 20;
const query =
  'subscription { events { __typename cursor time type action actorId scope attributes { key value } } }';

interface Measured {
  readonly lastMs: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  readonly burstPerSecond: number;
  readonly cpuMicros: number;
  readonly rssKiB: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

interface Arrivals {
  readonly last: number;
  readonly p99: number;
}

/** Events until all of them have had one: a subscription over a WebSocket is not acknowledged. */
async function reachAll(source: Source, load: Child, count: number): Promise<void> {
  await load.ask('expect', Number.MAX_SAFE_INTEGER);
  const deadline = now() + 30_000;
  while (Number(await load.ask('reached')) < count) {
    if (now() > deadline)
      throw new Error(`${Number(await load.ask('reached'))} of ${count} subscribers had an event`);
    await source.cause(1);
    await wait(200);
  }
  // What is still on its way must not be counted later.
  await wait(300);
}

async function measure(
  { server, port }: { readonly server: Child; readonly port: number },
  load: Child,
  source: Source,
  count: number,
  subscribes: boolean,
) {
  const before = Number(await server.ask('rssKiB'));
  await load.ask('open', { port, count, query, subscribes });
  await reachAll(source, load, count);
  const rssKiB = (Number(await server.ask('rssKiB')) - before) / count;
  const lasts: number[] = [];
  const p99s: number[] = [];
  const round = async (events: number): Promise<number> => {
    await load.ask('expect', events);
    const began = now();
    const [{ last, p99 }] = await Promise.all([
      load.ask('arrivals').then((answer) => answer as Arrivals),
      source.cause(events),
    ]);
    p99s.push(p99 - began);
    return last - began;
  };
  // Code that has run a few times runs faster, on both servers.
  for (let each = 0; each < 20; each += 1) await round(1);
  p99s.length = 0;
  const idleMs = Number(await server.ask('cpuMs'));
  for (let each = 0; each < singles; each += 1) lasts.push(await round(1));
  const cpuMicros = ((Number(await server.ask('cpuMs')) - idleMs) * 1000) / (count * singles);
  const p99Ms = median(p99s);
  const bursts = [await round(burst), await round(burst), await round(burst)];
  const lastMs = median(lasts);
  return {
    lastMs,
    p99Ms,
    perSecond: (count * 1000) / lastMs,
    burstPerSecond: (count * burst * 1000) / median(bursts),
    cpuMicros,
    rssKiB,
  } satisfies Measured;
}

async function startGateway({ host }: Source) {
  const server = await startBuiltGateway({
    DOCKER_HOST: host,
    DOCKGRAPH_MAX_SOCKETS: '10000',
    LOG_LEVEL: 'info',
    DOCKGRAPH_LOG_FORMAT: 'json',
  });
  return { server, port: server.port };
}

async function startBareServer({ socketPath }: Source) {
  const server = startChild('./raw-server.ts', [socketPath]);
  return { server, port: Number(await server.ask('port')) };
}

async function phase(which: 'raw' | 'gateway', count: number): Promise<Measured> {
  const source = await (real ? realSource() : syntheticSource());
  const isRaw = which === 'raw';
  const load = startChild('./load.ts');
  const started = await (isRaw ? startBareServer(source) : startGateway(source));
  try {
    return await measure(started, load, source, count, !isRaw);
  } finally {
    await Promise.all([load.end(), started.server.end()]);
    await source.close();
  }
}

const medians = (all: readonly Measured[]): Measured => {
  const of = (pick: (one: Measured) => number) => median(all.map(pick));
  return {
    lastMs: of(({ lastMs }) => lastMs),
    p99Ms: of(({ p99Ms }) => p99Ms),
    perSecond: of(({ perSecond }) => perSecond),
    burstPerSecond: of(({ burstPerSecond }) => burstPerSecond),
    cpuMicros: of(({ cpuMicros }) => cpuMicros),
    rssKiB: of(({ rssKiB }) => rssKiB),
  };
};

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const ratio = (ours: number, theirs: number): string => `${(ours / theirs).toFixed(2)}x`;
const row = (cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);

row([
  'subscribers',
  'server',
  'last has it, ms',
  'p99, ms',
  'deliveries/s',
  `deliveries/s, ${burst} at once`,
  'CPU a delivery, us',
  'RSS a subscriber, KiB',
]);
row(Array.from({ length: 8 }, () => '---'));
for (const count of audiences) {
  const results = { raw: [] as Measured[], gateway: [] as Measured[] };
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const which of ['raw', 'gateway'] as const) results[which].push(await phase(which, count));
  }
  const [theirs, ours] = [medians(results.raw), medians(results.gateway)];
  for (const [name, it] of [
    ['bare `ws`', theirs],
    ['dockgraph', ours],
  ] as const) {
    row([
      whole(count),
      name,
      it.lastMs.toFixed(2),
      it.p99Ms.toFixed(2),
      whole(it.perSecond),
      whole(it.burstPerSecond),
      it.cpuMicros.toFixed(1),
      // Of a few subscribers it is lost in what the process holds for later.
      count < 1_000 ? '' : it.rssKiB.toFixed(1),
    ]);
  }
  row([
    whole(count),
    'ratio',
    ratio(ours.lastMs, theirs.lastMs),
    ratio(ours.p99Ms, theirs.p99Ms),
    ratio(ours.perSecond, theirs.perSecond),
    ratio(ours.burstPerSecond, theirs.burstPerSecond),
    ratio(ours.cpuMicros, theirs.cpuMicros),
    count < 1_000 ? '' : ratio(ours.rssKiB, theirs.rssKiB),
  ]);
}
