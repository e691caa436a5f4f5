/** Identical live queries: executed once for each change of what they read, whoever and however many look at them. */
import type { ExecutionResult } from 'graphql';
import type { Clock } from '../events/clock.ts';
import type { EngineEvent } from '../events/event.ts';
import type { Engine, Observe } from '../loaders/scope.ts';
import { type Answer, createAnswer, isOutage } from './answer.ts';
import { type Compare, isEqual } from './comparison.ts';
import type { Interests } from './interests.ts';
import { isShown, type Outdated, outdated } from './outdating.ts';
import { createPace } from './pace.ts';
import { type Read, readOf, tellsOfTasks } from './read.ts';
import { LiveViewer } from './viewer.ts';
import { type Watch, watchEngine } from './watch.ts';

export interface GroupOptions {
  /** One execution, with a context of its own. Must not reject. */
  readonly execute: (observe: Observe, signal: AbortSignal) => Promise<ExecutionResult>;
  readonly interests: Interests;
  readonly compare: Compare;
  /** Milliseconds between the beginnings of two executions, at least. */
  readonly throttle: number;
  /** Milliseconds after which it is executed though nothing has happened; undefined for never. */
  readonly pollInterval: number | undefined;
  readonly clock: Clock;
  /** Called once, when the last viewer has left. */
  readonly onEmpty: () => void;
}

export interface LiveGroup {
  readonly join: (patches: boolean) => LiveViewer;
  readonly close: () => void;
}

/** Milliseconds for which events that come together are gathered. */
const gathering = 10;
/** Milliseconds after a late event until the daemon's lists mostly show it. */
const firstLook = 40;
/** Milliseconds after a late event until they show it for certain: 70 at most were measured. */
const settled = 250;
/** Milliseconds for which an answer with ages or measures in it is good enough for a new viewer. */
const freshness = 1_000;
/** Bounds of the wait before an Engine that is away, or tells no events, is asked again, in milliseconds. */
const retries = { first: 500, most: 5_000 };

/** Events of the same key have the same effects. */
const keyOf = (engine: string, { type, action, actorId, attributes }: EngineEvent): string =>
  JSON.stringify([engine, type, action, actorId, attributes.get('container') ?? attributes.get('driver')]);

/** A late event that no answer has shown yet. */
interface Unsettled {
  readonly event: EngineEvent;
  readonly engine: string;
  readonly at: number;
}

/** Milliseconds between two looks at what only the gateway knows. */
const ownLook = 1_000;
/** Milliseconds after which everything is read again though nothing was told: a daemon may drop events without a word. */
const audit = 300_000;
/** Events kept while an execution is under way; after more of them everything is read again. */
const mostMeanwhile = 1_000;

export function createGroup(options: GroupOptions): LiveGroup {
  const { execute, interests, compare, throttle, pollInterval, clock, onEmpty } = options;
  const lookInterval = pollInterval ?? (interests.ownState ? ownLook : undefined);
  const viewers = new Set<LiveViewer>();
  /** Those who have no answer yet, by the number of the first execution that is good enough for them. */
  const newcomers = new Map<LiveViewer, number>();
  const watches = new Map<string, Watch>();
  const closing = new AbortController();
  let executions = 0;
  let reads: readonly Read[] = [];
  /** What has happened since the execution began that is under way; undefined when none is. */
  let meanwhile: { readonly engine: string; readonly event: EngineEvent }[] | undefined;
  let unsettled = new Map<string, Unsettled>();
  /** What was found of events since the execution began that found the reads: floods are made of the same ones. */
  const judged = new Map<string, Outdated>();
  /** Engines on which long work has changed since then. */
  const changedWork = new Set<string>();
  /** Something is known to have changed since the last execution began. */
  let isOutdated = false;
  let answer: Answer | undefined;
  let nextLook = 0;
  let nextAudit = 0;
  let failures = 0;

  const isSame = (before: Answer, after: Answer): boolean =>
    before.trouble === after.trouble && compare(before.data, after.data, (after.at - before.at) / 1_000);

  const pace = createPace({ run, throttle, clock });

  function again(delay: number): void {
    isOutdated = true;
    pace.want(delay);
  }

  const readsOf = (engine: string): readonly Read[] => reads.filter((read) => read.engine === engine);

  /** Acts on an event, if it outdates what the last execution has read. */
  function judge(engine: string, event: EngineEvent): void {
    const key = keyOf(engine, event);
    const effect = judged.get(key) ?? outdated(event, readsOf(engine), interests);
    if (judged.size < mostMeanwhile) judged.set(key, effect);
    if (effect === 'now') again(gathering);
    if (effect !== 'late') return;
    unsettled.set(key, { event, engine, at: clock.now() });
    again(firstLook);
  }

  function onEvent(engine: string, event: EngineEvent): void {
    if (!meanwhile) judge(engine, event);
    else if (meanwhile.length < mostMeanwhile) meanwhile.push({ engine, event });
    else again(settled);
  }

  const readsWork = (engine: string): boolean =>
    readsOf(engine).some(({ subject }) => subject === 'operations');

  function onWork(engine: string): void {
    if (meanwhile) changedWork.add(engine);
    else if (readsWork(engine)) again(gathering);
  }

  function watched(engine: Engine): Watch {
    const { name } = engine.client;
    const known = watches.get(name);
    if (known) return known;
    const watch = watchEngine(engine, {
      onEvent: (event) => onEvent(name, event),
      onDoubt: () => again(0),
      onTasks: () => again(gathering),
      onWork: () => onWork(name),
    });
    watches.set(name, watch);
    return watch;
  }

  /** Nobody has changed anything through this gateway since the execution began. */
  const isUnwritten = (): boolean =>
    [...watches.values()].every(({ engine, writes }) => engine.client.writes() === writes);

  /** Whether what was last found is still so, as far as anybody here can know. */
  const isFresh = (): boolean =>
    answer !== undefined &&
    answer.trouble === undefined &&
    !isOutdated &&
    unsettled.size === 0 &&
    isUnwritten() &&
    [...watches.values()].every(({ engine }) => engine.events.state === 'live') &&
    !((interests.unannounced || reads.some(({ ofTasks }) => ofTasks)) && clock.now() - answer.at > freshness);

  /** Late events that this execution has not shown are looked at again when they must be there. */
  function settle(begun: number): void {
    const left = [...unsettled].filter(
      ([, { event, engine, at }]) =>
        begun < at || (begun < at + settled && !isShown(event, readsOf(engine), interests)),
    );
    unsettled = new Map(left);
    const last = Math.max(...left.map(([, { at }]) => at));
    if (left.length > 0) pace.want(Math.max(0, last + settled - clock.now()));
  }

  function publish(result: ExecutionResult, begun: number, isExact: boolean): void {
    const before = answer;
    const place = { revision: (before?.revision ?? 0) + 1, turn: (before?.turn ?? 0) + 1, at: begun };
    const found = createAnswer(result, place);
    const isNews =
      !before ||
      (isExact
        ? found.trouble !== before.trouble || !isEqual(found.data, before.data)
        : !isSame(before, found));
    // Newcomers get what was read for them, which is nothing new for the others.
    if (isNews) answer = found;
    else if (newcomers.size > 0 && !isEqual(found.data, before.data)) {
      answer = createAnswer(result, { ...place, turn: before.turn });
    }
    if (!answer) return;
    for (const viewer of viewers) {
      if ((newcomers.get(viewer) ?? 0) > executions) continue;
      newcomers.delete(viewer);
      viewer.offer(answer);
    }
  }

  async function run(): Promise<void> {
    const begun = clock.now();
    // Timers may be early by less than that.
    const isLook = lookInterval !== undefined && begun + 1 >= nextLook;
    const isExact = isLook && pollInterval !== undefined;
    const found: Read[] = [];
    executions++;
    meanwhile = [];
    changedWork.clear();
    isOutdated = false;
    for (const watch of watches.values()) watch.writes = watch.engine.client.writes();
    const observe: Observe = async (engine, request, perform) => {
      // All have left in the middle of it: nobody would close what is opened now.
      closing.signal.throwIfAborted();
      const watch = watched(engine);
      await watch.stands;
      if (tellsOfTasks(request)) {
        await watch.followTasks();
        closing.signal.throwIfAborted();
      }
      const { name } = engine.client;
      try {
        const given = await perform();
        found.push(readOf(name, request, given));
        return given;
      } catch (error) {
        found.push(readOf(name, request, undefined));
        throw error;
      }
    };
    const result = await execute(observe, closing.signal);
    if (closing.signal.aborted) return;
    const events = meanwhile;
    meanwhile = undefined;
    reads = found;
    judged.clear();
    settle(begun);
    // Rows are of use for that only, and the lists of many live queries would be much to keep.
    reads = found.map((read) => ({ ...read, rows: undefined }));
    for (const [name, watch] of watches) {
      if (!readsOf(name).some(({ ofTasks }) => ofTasks)) watch.leaveTasks();
    }
    for (const { engine, event } of events) judge(engine, event);
    if ([...changedWork].some(readsWork)) again(gathering);
    publish(result, begun, isExact);
    if (watches.size === 0 && lookInterval === undefined) {
      // Nothing was asked of any Engine, so nothing will ever tell of a change.
      close();
      return;
    }
    // Without events there is only asking again.
    const isBlind = [...watches.values()].some(({ engine }) => engine.events.state !== 'live');
    failures = isOutage(result) || isBlind ? failures + 1 : 0;
    if (failures > 0) pace.want(Math.min(retries.most, retries.first * 2 ** (failures - 1)));
    if (begun >= nextAudit) {
      nextAudit = begun + audit;
      pace.want(Math.max(0, nextAudit - clock.now()));
    }
    if (isLook) {
      nextLook = begun + lookInterval;
      pace.want(Math.max(0, nextLook - clock.now()));
    }
  }

  function close(): void {
    if (closing.signal.aborted) return;
    closing.abort();
    pace.close();
    for (const watch of watches.values()) watch.close();
    watches.clear();
    for (const viewer of viewers) viewer.finish();
    viewers.clear();
    newcomers.clear();
    onEmpty();
  }

  return {
    join: (patches) => {
      const viewer = new LiveViewer({
        patches,
        isSame,
        onLeave: () => {
          newcomers.delete(viewer);
          if (viewers.delete(viewer) && viewers.size === 0) close();
        },
      });
      viewers.add(viewer);
      const isBeginning = meanwhile?.length === 0 && isUnwritten();
      if (answer && !meanwhile && isFresh()) {
        viewer.offer(answer);
      } else if (isBeginning) {
        newcomers.set(viewer, executions);
      } else {
        newcomers.set(viewer, executions + 1);
        pace.wantNow();
      }
      return viewer;
    },
    close,
  };
}
