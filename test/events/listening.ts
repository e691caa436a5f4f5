/** A hub over a fake Engine, and those who listen to it. */
import { createEventHub, type EventHub, type EventHubOptions } from '../../src/events/hub.ts';
import { cursorOf, type HubItem } from '../../src/events/item.ts';
import { FakeClock, FakeEngine, fakeLogger } from './fakes.ts';

/** Milliseconds after the headers until a stream is trusted. */
export const settleTime = 25;
/** Milliseconds an Engine has to replay what was asked for. */
export const replayTime = 1_000;
/** The fake clock takes the longest of all waits that chance allows. */
export const firstWait = 800;
/** Milliseconds that an Engine has to answer with headers. */
export const openingTime = 10_000;
/** The longest of all waits. */
export const longestWait = 30_000;

export const shown = (item: HubItem): string => {
  if (item.kind === 'event') return item.event.actorId;
  if (item.kind === 'resync') return `resync ${item.reason}`;
  if (item.reason === 'SLOW_SUBSCRIBER') return `dropped ${item.dropped}`;
  const seconds = (nanos: bigint | undefined) =>
    nanos === undefined ? '?' : Number(nanos / 1_000_000n) / 1000;
  const name = item.reason === 'RECONNECTED' ? 'gap' : item.reason;
  return `${name} ${seconds(item.from)}..${seconds(item.to)}`;
};

/** The waits between attempts, of all that was waited for. */
export const retries = (clock: FakeClock): readonly number[] =>
  clock.waits.filter((ms) => ms !== openingTime && ms !== settleTime && ms !== replayTime);

export function hubOf(options: Partial<EventHubOptions> = {}) {
  const engine = new FakeEngine();
  const clock = new FakeClock();
  const logger = fakeLogger();
  const hub = createEventHub({ open: engine.open, logger, clock, ...options });
  return { engine, clock, logger, hub };
}

/** A subscriber that reads all the time; `seen` is what it has read, in short, and `cursors` the same in cursors. */
export function listen(hub: EventHub, ...given: Parameters<EventHub['subscribe']>) {
  const iterator = hub.subscribe(...given);
  const seen: string[] = [];
  const cursors: string[] = [];
  const done = (async () => {
    for await (const item of iterator) {
      seen.push(shown(item));
      cursors.push(cursorOf(item));
    }
  })();
  return { iterator, seen, cursors, done };
}

/** A hub that is live with one subscriber. */
export async function live(options: Partial<EventHubOptions> = {}) {
  const parts = hubOf(options);
  const subscriber = listen(parts.hub);
  await parts.clock.advance(settleTime);
  return { ...parts, ...subscriber };
}
