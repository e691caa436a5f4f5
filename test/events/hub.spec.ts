import { describe, expect, it } from 'vitest';
import type { HubState } from '../../src/events/state.ts';
import { message, settled } from './fakes.ts';
import {
  firstWait,
  hubOf,
  listen,
  live,
  longestWait,
  replayTime,
  retries,
  settleTime,
  shown,
} from './listening.ts';

describe('the stream of an Engine', () => {
  it('is opened by the first subscriber, without a place to start from', async () => {
    const { engine, hub } = hubOf();
    await settled();
    expect([hub.state, engine.attempts]).toEqual(['idle', 0]);
    listen(hub);
    expect(hub.state).toBe('connecting');
    await settled();
    expect([engine.attempts, engine.stream.since]).toEqual([1, undefined]);
  });

  it('is one for all subscribers', async () => {
    const { engine, hub, seen } = await live();
    const others = [listen(hub), listen(hub)];
    await engine.stream.send(message(1), message(2));
    expect([seen, ...others.map((other) => other.seen)]).toEqual([1, 2, 3].map(() => ['c1', 'c2']));
    expect(engine.attempts).toBe(1);
  });

  it('gives subscribers what happens after they came', async () => {
    const { engine, hub } = await live();
    await engine.stream.send(message(1));
    const late = listen(hub);
    await engine.stream.send(message(2));
    expect(late.seen).toEqual(['c2']);
  });

  it('gives each subscriber what its filter wants', async () => {
    const { engine, hub } = await live();
    const images = listen(hub, (event) => event.type === 'image');
    await engine.stream.send(message(1), message(2, { Type: 'image' }));
    expect(images.seen).toEqual(['c2']);
  });

  it('survives messages that are no events', async () => {
    const { engine, seen, logger } = await live();
    await engine.stream.send(null, 'x', { Type: 'container' }, message(1));
    expect(seen).toEqual(['c1']);
    expect(logger.entries.filter(({ level }) => level !== 'debug')).toEqual([]);
  });

  it('survives a filter that throws, which ends its own subscription only', async () => {
    const { engine, hub, seen } = await live();
    const broken = listen(hub, () => {
      throw new Error('bad filter');
    });
    const failed = expect(broken.done).rejects.toThrow('bad filter');
    await engine.stream.send(message(1), message(2));
    await failed;
    expect(seen).toEqual(['c1', 'c2']);
  });
});

describe('readiness', () => {
  const outcome = (promise: Promise<void>) => {
    const found = { is: 'pending' };
    promise.then(
      () => {
        found.is = 'ready';
      },
      (error: unknown) => {
        found.is = String(error);
      },
    );
    return found;
  };

  it('comes a moment after the headers, as the daemon subscribes after it has sent them', async () => {
    const { hub, clock, engine } = hubOf();
    const { seen } = listen(hub);
    const ready = outcome(hub.ready());
    await clock.advance(settleTime - 1);
    expect([ready.is, hub.state]).toEqual(['pending', 'connecting']);
    await engine.stream.send(message(1, { Type: '' }));
    await clock.advance(1);
    expect([ready.is, hub.state]).toEqual(['ready', 'live']);
    await engine.stream.send(message(2));
    expect(seen).toEqual(['c2']);
  });

  it('comes with the first message at the latest, which is not lost', async () => {
    const { hub, engine } = hubOf();
    const { seen } = listen(hub);
    const ready = outcome(hub.ready());
    await settled();
    await engine.stream.send(message(1));
    expect([ready.is, seen]).toEqual(['ready', ['c1']]);
  });

  it('is there at once when the stream is live', async () => {
    const { hub } = await live();
    const ready = outcome(hub.ready());
    await settled();
    expect(ready.is).toBe('ready');
  });

  it('waits while the Engine is away, and comes when it is back', async () => {
    const { hub, clock, engine } = hubOf();
    engine.away = new Error('ECONNREFUSED');
    listen(hub);
    const ready = outcome(hub.ready());
    await clock.advance(60_000);
    expect([ready.is, hub.state]).toEqual(['pending', 'connecting']);
    engine.away = undefined;
    await clock.advance(longestWait + settleTime);
    expect([ready.is, hub.state]).toEqual(['ready', 'live']);
  });

  it('is given up with the signal', async () => {
    const { hub } = hubOf();
    const leaving = new AbortController();
    const ready = outcome(hub.ready(leaving.signal));
    leaving.abort(new Error('left'));
    await settled();
    expect(ready.is).toBe('Error: left');
    await expect(hub.ready(leaving.signal)).rejects.toThrow('left');
  });

  it('is given up when the hub closes, and never comes after', async () => {
    const { hub } = hubOf();
    const ready = outcome(hub.ready());
    hub.close();
    await settled();
    expect(ready.is).toBe('Error: The event hub is closed.');
    await expect(hub.ready()).rejects.toThrow('closed');
  });
});

describe('an Engine that is away', () => {
  it('is tried for ever, for a day and more, with waits that double from 0.8 s up to 30 s', async () => {
    const { hub, clock, engine } = hubOf();
    engine.away = new Error('ENOENT');
    listen(hub);
    await clock.advance(24 * 3_600_000);
    const waits = retries(clock);
    expect(waits.slice(0, 8)).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
    expect(new Set(waits.slice(8))).toEqual(new Set([30_000]));
    expect(engine.attempts).toBeGreaterThanOrEqual((24 * 3_600) / 30);
    engine.away = undefined;
    await clock.advance(longestWait + settleTime);
    expect(hub.state).toBe('live');
  });

  it('is tried after any part of those waits, so that gateways do not come all at once', async () => {
    const { hub, clock, engine } = hubOf();
    engine.away = new Error('ENOENT');
    clock.chance = 0.5;
    listen(hub);
    await clock.advance(3_000);
    expect(retries(clock).slice(0, 3)).toEqual([400, 800, 1_600]);
  });

  it('is warned of once, and its return is told', async () => {
    const { hub, clock, engine, logger } = hubOf();
    engine.away = new Error('ENOENT');
    listen(hub);
    await clock.advance(60_000);
    engine.away = undefined;
    await clock.advance(longestWait + settleTime);
    const told = logger.entries.filter(({ level }) => level !== 'debug');
    expect(told.map(({ level }) => level)).toEqual(['warn', 'info']);
    expect(told[0]?.fields).toEqual({ err: new Error('ENOENT') });
  });

  it('is warned of again the next time', async () => {
    const { hub, clock, engine, logger } = hubOf();
    listen(hub);
    for (const _ of [1, 2]) {
      await clock.advance(120_000);
      engine.away = new Error('ENOENT');
      await engine.stream.end();
      await clock.advance(60_000);
      engine.away = undefined;
    }
    expect(logger.entries.filter(({ level }) => level === 'warn').length).toBe(2);
  });
});

describe('a stream that ends', () => {
  const restart = async (parts: Awaited<ReturnType<typeof live>>) => {
    await parts.engine.stream.end();
    expect(parts.hub.state).toBe('reconnecting');
    await parts.clock.advance(firstWait);
  };

  it('is opened again two seconds before the last event, and nothing is repeated', async () => {
    const parts = await live();
    await parts.engine.stream.send(message(10), message(11.5));
    await restart(parts);
    expect(parts.engine.stream.since).toBe('9.500000000');
    await parts.engine.stream.send(message(10), message(11.5), message(12), message(13));
    expect(parts.seen).toEqual(['c10', 'c11.5', 'c12', 'c13']);
    await parts.clock.advance(replayTime * 2);
    expect(parts.seen.length).toBe(4);
  });

  it('is opened again in silence when the Engine answers at once', async () => {
    const parts = await live();
    await parts.engine.stream.send(message(10));
    await restart(parts);
    expect(parts.logger.entries.filter(({ level }) => level !== 'debug')).toEqual([]);
  });

  it('is opened again after an error too', async () => {
    const parts = await live();
    await parts.engine.stream.send(message(10));
    await parts.engine.stream.fail(new Error('other side closed'));
    await parts.clock.advance(firstWait);
    await parts.engine.stream.send(message(10), message(11));
    expect(parts.seen).toEqual(['c10', 'c11']);
  });

  it('brings what was missed before what is new, with several subscribers', async () => {
    const parts = await live();
    const other = listen(parts.hub);
    await parts.engine.stream.send(message(10));
    await restart(parts);
    await parts.engine.stream.send(message(10), message(11), message(12));
    expect(parts.seen).toEqual(['c10', 'c11', 'c12']);
    expect(other.seen).toEqual(['c10', 'c11', 'c12']);
  });

  it('is a gap when the Engine begins with a later event: it has forgotten', async () => {
    const parts = await live();
    await parts.engine.stream.send(message(10));
    await restart(parts);
    await parts.engine.stream.send(message(20), message(21));
    expect(parts.seen).toEqual(['c10', 'gap 10..20', 'c20', 'c21']);
    await parts.clock.advance(replayTime * 2);
    expect(parts.seen.length).toBe(4);
  });

  it('is a gap when the Engine replays nothing in a second', async () => {
    const parts = await live();
    await parts.engine.stream.send(message(10));
    await parts.engine.stream.end();
    await parts.clock.advance(firstWait + replayTime - 1);
    expect(parts.seen).toEqual(['c10']);
    await parts.clock.advance(1);
    expect(parts.seen).toEqual(['c10', 'gap 10..?']);
    await parts.engine.stream.send(message(20));
    expect(parts.seen).toEqual(['c10', 'gap 10..?', 'c20']);
  });

  it('is a gap at once when no event was ever seen: there is no place to resume from', async () => {
    const parts = await live();
    await parts.engine.stream.end();
    await parts.clock.advance(firstWait);
    expect(parts.engine.stream.since).toBeUndefined();
    expect(parts.seen).toEqual(['gap ?..?']);
    await parts.engine.stream.send(message(1), message(2));
    expect(parts.seen).toEqual(['gap ?..?', 'c1', 'c2']);
  });

  it('may end again before it shows whether the Engine remembers, and loses nothing by that', async () => {
    const parts = await live();
    await parts.engine.stream.send(message(10));
    await restart(parts);
    await parts.engine.stream.end();
    await parts.clock.advance(firstWait * 2);
    expect(parts.engine.attempts).toBe(3);
    expect(parts.engine.stream.since).toBe('8.000000000');
    await parts.engine.stream.send(message(10), message(11));
    expect(parts.seen).toEqual(['c10', 'c11']);
  });

  it('does not bring events from before the hub began to watch', async () => {
    const parts = await live();
    await parts.engine.stream.send(message(10));
    await restart(parts);
    await parts.engine.stream.send(message(8.5), message(9), message(10), message(11));
    expect(parts.seen).toEqual(['c10', 'c11']);
  });

  it('brings an event that was published just before one that was seen', async () => {
    const parts = await live();
    await parts.engine.stream.send(message(10), message(12));
    await restart(parts);
    await parts.engine.stream.send(message(10), message(11), message(12), message(13));
    expect(parts.seen).toEqual(['c10', 'c12', 'c11', 'c13']);
  });

  it('tells two events of the same moment apart by what they say', async () => {
    const parts = await live();
    const [a, b] = [message(10), message(10, { Actor: { ID: 'c10', Attributes: { name: 'x' } } })];
    await parts.engine.stream.send(a);
    await restart(parts);
    await parts.engine.stream.send(a, b);
    expect(parts.seen).toEqual(['c10', 'c10']);
  });

  it('is opened again without growing waits when it was healthy for two minutes', async () => {
    const parts = await live();
    const waits: number[] = [];
    for (const lived of [0, 60_000, 119_000 - settleTime, 120_000, 0]) {
      await parts.clock.advance(lived);
      const before = parts.clock.waits.length;
      await parts.engine.stream.end();
      waits.push(parts.clock.waits[before] ?? -1);
      await parts.clock.advance((waits.at(-1) ?? 0) + settleTime);
    }
    expect(waits).toEqual([800, 1_600, 3_200, 800, 1_600]);
  });

  it('has waits that grow when it ends as soon as it is opened', async () => {
    const { hub, clock, engine, logger } = hubOf();
    listen(hub);
    await settled();
    for (let time = 0; time < 4; time++) {
      await engine.stream.end();
      await clock.advance(firstWait * 2 ** time);
    }
    expect(engine.attempts).toBe(5);
    expect(hub.state).toBe('connecting');
    expect(logger.entries.filter(({ level }) => level === 'warn').length).toBe(1);
  });
});

describe('times that are not in order', () => {
  const swarm = (seconds: number, id: string) =>
    message(seconds, { Type: 'service', scope: 'swarm', Actor: { ID: id, Attributes: {} } });

  it('do not let a swarm event, whose time is that of its object, decide where to resume', async () => {
    const { engine, clock } = await live();
    await engine.stream.send(message(100), swarm(5, 's5'), swarm(900, 's900'));
    await engine.stream.end();
    await clock.advance(firstWait);
    expect(engine.stream.since).toBe('98.000000000');
  });

  it('let swarm events decide when there is nothing better', async () => {
    const { engine, clock, seen } = await live();
    await engine.stream.send(swarm(5, 's5'), swarm(4, 's4'));
    await engine.stream.end();
    await clock.advance(firstWait);
    expect(engine.stream.since).toBe('2.000000000');
    await engine.stream.send(swarm(5, 's5'), swarm(4, 's4'), message(100));
    expect(seen).toEqual(['s5', 's4', 'c100']);
  });

  it('do not let a new swarm event pass for the memory of the Engine', async () => {
    const { engine, clock, seen } = await live();
    await engine.stream.send(message(100));
    await engine.stream.end();
    await clock.advance(firstWait);
    await engine.stream.send(swarm(5, 's5'), message(200));
    expect(seen).toEqual(['c100', 's5', 'gap 100..200', 'c200']);
  });

  it('do not let a late swarm event pass for the forgetting of the Engine', async () => {
    const { engine, clock, seen } = await live();
    await engine.stream.send(message(100));
    await engine.stream.end();
    await clock.advance(firstWait);
    await engine.stream.send(swarm(900, 's900'), message(100), message(101));
    expect(seen).toEqual(['c100', 's900', 'c101']);
  });

  it('are taken as they come when the clock of the Engine is set back', async () => {
    const { engine, clock, seen } = await live();
    await engine.stream.send(message(5_000), message(1_400), message(1_401));
    await engine.stream.end();
    await clock.advance(firstWait);
    expect(engine.stream.since).toBe('1399.000000000');
    await engine.stream.send(message(1_400), message(1_401), message(1_402));
    expect(seen).toEqual(['c5000', 'c1400', 'c1401', 'c1402']);
  });
});

describe('a subscriber', () => {
  it('that does not read loses its oldest, is told, and holds nobody up', async () => {
    const { engine, hub, seen } = await live({ maxQueue: 5 });
    const slow = hub.subscribe();
    for (let seconds = 1; seconds <= 20; seconds++) await engine.stream.send(message(seconds));
    expect(engine.stream.waiting).toBe(true);
    expect(seen.length).toBe(20);
    const read: string[] = [];
    for (let count = 0; count < 6; count++) {
      const { value } = await slow.next();
      read.push(value ? shown(value) : 'end');
    }
    expect(read).toEqual(['dropped 15', 'c16', 'c17', 'c18', 'c19', 'c20']);
  });

  it('that reads gets every event of a burst', async () => {
    const { engine, seen, clock } = await live();
    const burst = Array.from({ length: 10_000 }, (_, index) => message(index + 1));
    await engine.stream.send(...burst);
    while (!engine.stream.waiting) await settled();
    await clock.advance(0);
    expect(seen.length).toBe(10_000);
    expect(seen.some((text) => text.startsWith('dropped'))).toBe(false);
  });

  it('that leaves while it waits is let go at once', async () => {
    const { hub } = await live();
    const iterator = hub.subscribe();
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('that leaves last ends the stream, after a short while', async () => {
    const { iterator, engine, clock, hub } = await live({ linger: 2_000 });
    const second = hub.subscribe();
    await iterator.return?.();
    await clock.advance(10_000);
    expect(engine.stream.signal.aborted).toBe(false);
    await second.return?.();
    await clock.advance(1_999);
    expect([engine.stream.signal.aborted, hub.state]).toEqual([false, 'live']);
    await clock.advance(1);
    expect([engine.stream.signal.aborted, hub.state]).toEqual([true, 'idle']);
    expect(clock.pending).toBe(0);
  });

  it('that comes in that while keeps the stream', async () => {
    const { iterator, engine, clock, hub } = await live();
    await iterator.return?.();
    await clock.advance(1_000);
    const { seen } = listen(hub);
    await clock.advance(10_000);
    await engine.stream.send(message(1));
    expect([engine.attempts, hub.state, seen]).toEqual([1, 'live', ['c1']]);
  });

  it('that comes after it begins anew: no place to resume from, no gap', async () => {
    const { iterator, engine, clock, hub } = await live();
    await engine.stream.send(message(1));
    await iterator.return?.();
    await clock.advance(2_000);
    const { seen } = listen(hub);
    expect(hub.state).toBe('connecting');
    await clock.advance(replayTime * 2);
    await engine.stream.send(message(50));
    expect([engine.attempts, engine.stream.since, seen]).toEqual([2, undefined, ['c50']]);
  });

  it('that leaves while the Engine is away ends the attempts', async () => {
    const { hub, clock, engine } = hubOf();
    engine.away = new Error('ENOENT');
    const { iterator } = listen(hub);
    await clock.advance(1_000);
    await iterator.return?.();
    await clock.advance(2_000);
    const { attempts } = engine;
    await clock.advance(3_600_000);
    expect([engine.attempts, hub.state, clock.pending]).toEqual([attempts, 'idle', 0]);
  });
});

describe('a stream that does not end when it should', () => {
  it('is not heard any more', async () => {
    const { iterator, engine, clock, hub } = await live();
    engine.obeys = false;
    await engine.stream.end();
    await clock.advance(firstWait + settleTime);
    const old = engine.stream;
    await iterator.return?.();
    await clock.advance(2_000);
    const { seen } = listen(hub);
    await clock.advance(settleTime);
    await old.send(message(1));
    await engine.stream.send(message(2));
    await clock.advance(replayTime);
    expect([hub.state, seen]).toEqual(['live', ['c2']]);
  });
});

describe('the state', () => {
  it('is told to listeners until they stop listening', async () => {
    const { hub, clock, engine } = hubOf();
    const told: HubState[] = [];
    const stop = hub.onState((state) => told.push(state));
    const { iterator } = listen(hub);
    await clock.advance(settleTime);
    await engine.stream.end();
    await clock.advance(firstWait + settleTime);
    await iterator.return?.();
    await clock.advance(2_000);
    expect(told).toEqual(['connecting', 'live', 'reconnecting', 'live', 'idle']);
    stop();
    listen(hub);
    expect(told.length).toBe(5);
  });

  it('survives a listener that throws', async () => {
    const { hub, clock, logger } = hubOf();
    hub.onState(() => {
      throw new Error('bad listener');
    });
    listen(hub);
    await clock.advance(settleTime);
    expect(hub.state).toBe('live');
    expect(logger.entries.some(({ level }) => level === 'warn')).toBe(true);
  });
});

describe('closing the hub', () => {
  it('ends the stream and every subscriber, after what is queued', async () => {
    const { hub, engine, clock, done, seen } = await live();
    const queued = hub.subscribe();
    await engine.stream.send(message(1));
    hub.close();
    await done;
    const rest: string[] = [];
    for await (const item of queued) rest.push(shown(item));
    expect([seen, rest]).toEqual([['c1'], ['c1']]);
    expect([engine.stream.signal.aborted, hub.state, clock.pending]).toEqual([true, 'idle', 0]);
  });

  it('may be done twice, and with nobody there', () => {
    const { hub } = hubOf();
    hub.close();
    hub.close();
    expect(hub.state).toBe('idle');
  });

  it('leaves later subscribers with nothing', async () => {
    const { hub, engine } = hubOf();
    hub.close();
    const { done, seen } = listen(hub);
    await done;
    expect([seen, engine.attempts]).toEqual([[], 0]);
  });
});
