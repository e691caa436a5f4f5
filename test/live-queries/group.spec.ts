import type { ExecutionResult } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { createEventHub, type EventHub } from '../../src/events/hub.ts';
import { isEqual } from '../../src/live-queries/comparison.ts';
import { createGroup, type GroupOptions, type LiveGroup } from '../../src/live-queries/group.ts';
import type { Interests } from '../../src/live-queries/interests.ts';
import type { Engine, Observe } from '../../src/loaders/scope.ts';
import { createLongWork } from '../../src/long-work/long-work.ts';
import { FakeClock, FakeEngine, fakeLogger, settled } from '../events/fakes.ts';
import { idOf, plain } from './fakes.ts';

const [a, b] = [idOf('a'), idOf('b')];
let number = 0;
const happened = (Action: string, ID = a, Attributes: object = {}, Type = 'container') => {
  number += 1;
  return { Type, Action, Actor: { ID, Attributes }, scope: 'local', time: number, timeNano: number * 1e9 };
};

const hubs: EventHub[] = [];
afterEach(() => {
  for (const hub of hubs.splice(0)) hub.close();
});

interface Setup extends Partial<Pick<GroupOptions, 'throttle' | 'pollInterval' | 'compare'>> {
  readonly interests?: Partial<Interests>;
  /** What the list says: states by ID. */
  readonly list?: () => Readonly<Record<string, string>>;
  readonly execute?: GroupOptions['execute'];
}

/** A group whose one read is the list of containers of an Engine whose events happen when told. */
function setUp({ list = () => ({ [a]: 'running' }), interests, execute, ...more }: Setup = {}) {
  const clock = new FakeClock();
  const upstream = new FakeEngine();
  const events = createEventHub({
    open: upstream.open,
    logger: fakeLogger(),
    clock,
    backoff: { initial: 10 },
  });
  hubs.push(events);
  let writes = 0;
  let executions = 0;
  let empty = 0;
  const longWork = createLongWork();
  // Only what is used of it: the rest of an Engine is of no interest here.
  const engine = { client: { name: 'default', writes: () => writes }, events, longWork } as unknown as Engine;
  const own: GroupOptions['execute'] = async (observe: Observe) => {
    const states = await observe(engine, { route: 'GET /containers/json', params: {} }, async () =>
      Object.entries(list()).map(([Id, State]) => ({ Id, State })),
    );
    return { data: { containers: states.map(({ Id, State }) => ({ id: Id, state: State })) } };
  };
  const group: LiveGroup = createGroup({
    execute: (observe, signal) => {
      executions += 1;
      return (execute ?? own)(observe, signal);
    },
    interests: { ...plain, ...interests },
    compare: isEqual,
    throttle: 100,
    pollInterval: undefined,
    clock,
    onEmpty: () => {
      empty += 1;
    },
    ...more,
  });
  return {
    clock,
    upstream,
    events,
    engine,
    group,
    executions: () => executions,
    empty: () => empty,
    write: () => {
      writes += 1;
    },
  };
}

/** Collects what a viewer that always reads gets. */
function collect(group: LiveGroup, patches = false) {
  const viewer = group.join(patches);
  const results: ExecutionResult[] = [];
  let ended = false;
  const read = async () => {
    for await (const result of viewer) results.push(result);
    ended = true;
  };
  void read();
  return { viewer, results, ended: () => ended, leave: () => viewer.return() };
}

/** A first answer is there. */
async function begun(setup: ReturnType<typeof setUp>) {
  await setup.clock.advance(25);
  await settled();
}

describe('the first answer', () => {
  it('is read after the stream of events stands, and shared by all who come meanwhile', async () => {
    const setup = setUp();
    const viewers = [1, 2, 3].map(() => collect(setup.group));
    await settled();
    expect(setup.upstream.attempts).toBe(1);
    expect(viewers[0]?.results).toEqual([]);
    await begun(setup);
    expect(setup.executions()).toBe(1);
    const [first] = viewers.map(({ results }) => results[0]);
    expect(first).toEqual({
      data: { containers: [{ id: a, state: 'running' }] },
      extensions: { live: { revision: 1 } },
    });
    for (const { results } of viewers) expect(results[0]).toBe(first);
  });

  it('is followed by another when something happened while it was read', async () => {
    let state = 'created';
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isFirst = true;
    const setup: ReturnType<typeof setUp> = setUp({
      execute: async (observe) => {
        const seen = await observe(setup.engine, { route: 'GET /containers/json', params: {} }, async () => [
          { Id: a, State: state },
        ]);
        if (isFirst) await gate;
        isFirst = false;
        return { data: { state: seen[0]?.State } };
      },
    });
    const { results } = collect(setup.group);
    await begun(setup);
    state = 'running';
    await setup.upstream.stream.send(happened('start'));
    release();
    await setup.clock.advance(500);
    expect(results.map(({ data }) => data)).toEqual([{ state: 'created' }, { state: 'running' }]);
  });
});

describe('an event', () => {
  it('that touches nothing that was read causes no execution', async () => {
    const setup = setUp();
    const { results } = collect(setup.group);
    await begun(setup);
    const { stream } = setup.upstream;
    await stream.send(happened('create', 'data', {}, 'volume'), happened('exec_die'), happened('kill'));
    await setup.clock.advance(5_000);
    expect(setup.executions()).toBe(1);
    expect(results).toHaveLength(1);
  });

  it('that changes nothing in the answer causes no answer', async () => {
    const setup = setUp();
    const { results } = collect(setup.group);
    await begun(setup);
    await setup.upstream.stream.send(happened('start'));
    await setup.clock.advance(5_000);
    expect(setup.executions()).toBe(2);
    expect(results).toHaveLength(1);
  });
});

describe('a late event', () => {
  it('costs one execution where the list shows it by then', async () => {
    let state = 'running';
    const setup = setUp({ list: () => ({ [a]: state }) });
    const { results } = collect(setup.group);
    await begun(setup);
    await setup.upstream.stream.send(happened('die'));
    await setup.clock.advance(30);
    state = 'exited';
    await setup.clock.advance(5_000);
    expect(setup.executions()).toBe(2);
    expect(results.map(({ data }) => data?.['containers'])).toEqual([
      [{ id: a, state: 'running' }],
      [{ id: a, state: 'exited' }],
    ]);
  });

  it('is looked at again 250 ms later where the list does not, and the old state is not sent again', async () => {
    let state = 'running';
    const setup = setUp({ list: () => ({ [a]: state }) });
    const { results } = collect(setup.group);
    await begun(setup);
    await setup.upstream.stream.send(happened('die'));
    await setup.clock.advance(200);
    state = 'exited';
    await setup.clock.advance(5_000);
    expect(setup.executions()).toBe(3);
    expect(results).toHaveLength(2);
    expect(results[1]?.data).toEqual({ containers: [{ id: a, state: 'exited' }] });
  });

  it('is looked at again where the list does not have its container at all', async () => {
    const setup = setUp({ list: () => ({ [b]: 'running' }) });
    collect(setup.group);
    await begun(setup);
    await setup.upstream.stream.send(happened('pause'));
    await setup.clock.advance(5_000);
    expect(setup.executions()).toBe(3);
  });
});

describe('a viewer who comes later', () => {
  it('gets what is known, as the same object, without an execution', async () => {
    const setup = setUp();
    const first = collect(setup.group);
    await begun(setup);
    const second = collect(setup.group);
    await settled();
    expect(second.results[0]).toBe(first.results[0]);
    expect(setup.executions()).toBe(1);
  });

  it.each([
    [
      'an event that was not acted on yet',
      async (setup: ReturnType<typeof setUp>) => {
        await setup.upstream.stream.send(happened('start'));
      },
    ],
    [
      'a change through this gateway that has had no event yet',
      async (setup: ReturnType<typeof setUp>) => {
        setup.write();
      },
    ],
    [
      'a break of the stream of events',
      async (setup: ReturnType<typeof setUp>) => {
        setup.upstream.away = new Error('away');
        await setup.upstream.stream.end();
      },
    ],
  ])('is not given what may be stale after %s', async (_what, change) => {
    let state = 'created';
    const setup = setUp({ list: () => ({ [a]: state }) });
    collect(setup.group);
    await begun(setup);
    state = 'running';
    await change(setup);
    const late = collect(setup.group);
    await settled();
    expect(late.results[0]?.data).toEqual({ containers: [{ id: a, state: 'running' }] });
  });

  it('is given ages and measures that are no older than a second, which is no answer for the others', async () => {
    let age = 0;
    const setup: ReturnType<typeof setUp> = setUp({
      interests: { unannounced: true },
      compare: () => true,
      execute: async (observe) => {
        await observe(setup.engine, { route: 'GET /containers/json', params: {} }, async () => []);
        return { data: { age } };
      },
    });
    const first = collect(setup.group);
    await begun(setup);
    await setup.clock.advance(500);
    const soon = collect(setup.group);
    await settled();
    expect(setup.executions()).toBe(1);
    expect(soon.results[0]).toBe(first.results[0]);
    age = 2;
    await setup.clock.advance(2_000);
    const later = collect(setup.group);
    await settled();
    expect(later.results[0]).toEqual({ data: { age: 2 }, extensions: { live: { revision: 2 } } });
    expect(first.results).toHaveLength(1);
  });
});

describe('a viewer who does not read', () => {
  it('gets the latest answer when it does, and none of those before', async () => {
    let state = 'created';
    const setup = setUp({ list: () => ({ [a]: state, padding: 'x'.repeat(500) }) });
    const fast = collect(setup.group, true);
    const slow = setup.group.join(true);
    await begun(setup);
    const stateOf = ({ value }: IteratorResult<ExecutionResult>) => value?.data?.['containers'];
    expect(stateOf(await slow.next())).toContainEqual({ id: a, state: 'created' });
    for (const next of ['running', 'paused', 'exited']) {
      state = next;
      await setup.upstream.stream.send(happened('start'));
      await setup.clock.advance(500);
    }
    expect(fast.results.map(({ extensions }) => extensions?.['live'])).toMatchObject([
      { revision: 1 },
      { revision: 2, base: 1 },
      { revision: 3, base: 2 },
      { revision: 4, base: 3, patch: [{ op: 'replace', path: '/containers/0/state', value: 'exited' }] },
    ]);
    // Against what it has seen last.
    expect((await slow.next()).value?.extensions?.['live']).toEqual({
      revision: 4,
      base: 1,
      patch: [{ op: 'replace', path: '/containers/0/state', value: 'exited' }],
    });
  });

  it('gets nothing where all is again as it has seen it', async () => {
    let state = 'running';
    const setup = setUp({ list: () => ({ [a]: state }) });
    const slow = setup.group.join(false);
    await begun(setup);
    await slow.next();
    for (const next of ['paused', 'running']) {
      state = next;
      await setup.upstream.stream.send(happened('start'));
      await setup.clock.advance(500);
    }
    let isAnswered = false;
    void slow.next().then(() => {
      isAnswered = true;
    });
    await settled();
    expect(isAnswered).toBe(false);
    state = 'exited';
    await setup.upstream.stream.send(happened('start'));
    await setup.clock.advance(500);
    expect(isAnswered).toBe(true);
  });
});

describe('patches', () => {
  it('are the same object for all who have seen the same', async () => {
    let state = 'created';
    const setup = setUp({ list: () => ({ [a]: state, [b]: 'x'.repeat(200) }) });
    const [one, other] = [collect(setup.group, true), collect(setup.group, true)];
    const whole = collect(setup.group);
    await begun(setup);
    state = 'running';
    await setup.upstream.stream.send(happened('start'));
    await setup.clock.advance(500);
    expect(one.results[1]).toBe(other.results[1]);
    expect(one.results[1]).not.toHaveProperty('data');
    expect(whole.results[1]).toHaveProperty('data');
  });
});

describe('an Engine that goes away and comes back', () => {
  it('is told once in errors, asked again at growing intervals, and shown as it is then', async () => {
    let isAway = false;
    const failing = { message: 'away', path: ['containers'], extensions: { code: 'ENGINE_UNAVAILABLE' } };
    const setup: ReturnType<typeof setUp> = setUp({
      execute: async (observe) => {
        await observe(setup.engine, { route: 'GET /containers/json', params: {} }, async () => []);
        // As a masked result has it, for what is looked at here.
        return (isAway
          ? { data: { containers: null }, errors: [{ ...failing, message: `away ${setup.executions()}` }] }
          : { data: { containers: [] } }) as unknown as ExecutionResult;
      },
    });
    const { results } = collect(setup.group);
    await begun(setup);
    isAway = true;
    setup.upstream.away = new Error('away');
    await setup.upstream.stream.end();
    await setup.clock.advance(60_000);
    expect(results).toHaveLength(2);
    expect(results[1]?.errors).toHaveLength(1);
    expect(setup.executions()).toBeGreaterThan(10);
    expect(setup.executions()).toBeLessThan(25);
    isAway = false;
    setup.upstream.away = undefined;
    await setup.clock.advance(30_000);
    expect(results).toHaveLength(3);
    expect(results[2]).toMatchObject({ data: { containers: [] } });
    expect(results[2]?.errors).toBeUndefined();
  });

  it('is read again when its stream is back, gap or not', async () => {
    let state = 'running';
    const setup = setUp({ list: () => ({ [a]: state }) });
    const { results } = collect(setup.group);
    await begun(setup);
    await setup.upstream.stream.end();
    state = 'exited';
    await setup.clock.advance(2_000);
    expect(results.at(-1)?.data).toEqual({ containers: [{ id: a, state: 'exited' }] });
  });
});

describe('a poll interval', () => {
  it('brings executions though nothing happens, and answers that differ in whatever', async () => {
    let age = 0;
    const setup: ReturnType<typeof setUp> = setUp({
      pollInterval: 1_000,
      compare: () => true,
      execute: async (observe) => {
        await observe(setup.engine, { route: 'GET /containers/json', params: {} }, async () => []);
        return { data: { age: Math.floor(age++ / 2) } };
      },
    });
    const { results } = collect(setup.group);
    await begun(setup);
    await setup.clock.advance(6_500);
    expect(setup.executions()).toBe(7);
    expect(results.map(({ data }) => data?.['age'])).toEqual([0, 1, 2, 3]);
  });
});

describe('what only the gateway knows', () => {
  it('is looked at once a second, and an answer comes when it differs', async () => {
    let state = 'RUNNING';
    const setup = setUp({ interests: { ownState: true }, execute: async () => ({ data: { state } }) });
    const { results, leave } = collect(setup.group);
    await begun(setup);
    await setup.clock.advance(3_000);
    expect(results).toHaveLength(1);
    expect(setup.executions()).toBe(4);
    state = 'SUCCEEDED';
    await setup.clock.advance(1_000);
    expect(results.map(({ data }) => data)).toEqual([{ state: 'RUNNING' }, { state: 'SUCCEEDED' }]);
    await leave();
    await setup.clock.advance(60_000);
    expect(setup.clock.pending).toBe(0);
  });
});

describe('the last viewer', () => {
  it('takes everything with it: timers, the stream of events, an execution under way', async () => {
    let isAborted = false;
    const setup: ReturnType<typeof setUp> = setUp({
      pollInterval: 1_000,
      execute: async (observe, signal) => {
        await observe(setup.engine, { route: 'GET /containers/json', params: {} }, async () => []);
        signal.addEventListener('abort', () => {
          isAborted = true;
        });
        return { data: { executions: setup.executions() } };
      },
    });
    const [one, other] = [collect(setup.group), collect(setup.group)];
    await begun(setup);
    await one.leave();
    expect(setup.empty()).toBe(0);
    await other.leave();
    expect(setup.empty()).toBe(1);
    expect(isAborted).toBe(true);
    await setup.clock.advance(60_000);
    expect(setup.events.state).toBe('idle');
    expect(setup.upstream.stream.signal.aborted).toBe(true);
    expect(setup.clock.pending).toBe(0);
    expect(setup.executions()).toBe(1);
    expect([one.ended(), other.ended()]).toEqual([true, true]);
  });
});

describe('a viewer that leaves in the middle of an execution', () => {
  it('leaves nothing open, whatever that would still have read', async () => {
    let goOn = (): void => {};
    const paused = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const asked: string[] = [];
    const setup: ReturnType<typeof setUp> = setUp({
      execute: async (observe) => {
        const read = (route: 'GET /containers/json' | 'GET /images/json') =>
          observe(setup.engine, { route, params: {} }, async () => {
            asked.push(route);
            return [];
          });
        await read('GET /containers/json');
        await paused;
        await read('GET /images/json').catch(() => asked.push('refused'));
        return { data: {} };
      },
    });
    const only = collect(setup.group);
    await begun(setup);
    await only.leave();
    goOn();
    await settled();
    await setup.clock.advance(60_000);
    expect(asked).toEqual(['GET /containers/json', 'refused']);
    expect(setup.events.state).toBe('idle');
    expect(setup.upstream.attempts).toBe(1);
  });
});

describe('a query that asks nothing of an Engine', () => {
  it('is answered, and ended', async () => {
    const setup = setUp({ execute: async () => ({ data: { __typename: 'Query' } }) });
    const { results, ended } = collect(setup.group);
    await settled();
    expect(results).toHaveLength(1);
    expect(ended()).toBe(true);
    expect(setup.empty()).toBe(1);
    expect(setup.upstream.attempts).toBe(0);
  });
});
