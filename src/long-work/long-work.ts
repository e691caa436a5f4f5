/**
 * Long work: what takes longer than a client may want to wait, and goes on when it leaves. One registry lives as long as
 * the gateway (`context.longWork`). A mutation begins a piece of work so:
 *
 *     const { work, outcome } = context.longWork.start({
 *       engine: scope.name,
 *       kind: 'IMAGE_PULL',
 *       subject: reference,
 *       run: async (reporter, signal) => {
 *         const lasting = scope.lasting(signal); // the engine, beyond the end of the client's request
 *         reporter.step({ id: layer, status: 'Downloading', state: 'RUNNING', current: 1, total: 10 });
 *         reporter.progress(1, 10);
 *         return { image: reference };
 *       },
 *     });
 *
 * and answers with `work` at once, or after `await outcome`. It is shown, listed, followed and canceled by what is here;
 * its result are identities, of which the graph makes nouns.
 *
 * One that needs an upload is started with `waitsForUpload: true`: its `run` is called at once all the same, waits for
 * the bytes itself (and for `signal`), and calls `reporter.began()` when they come.
 */
import { randomBytes } from 'node:crypto';
import type { Follower } from './follower.ts';
import { LiveWork, type Reporter } from './live-work.ts';
import { type Work, WorkCanceled, type WorkKind, WorkRefused, type WorkResult } from './work.ts';

interface WorkSpec<Result extends WorkResult> {
  /** The name of the engine it is done on. */
  readonly engine: string;
  readonly kind: WorkKind;
  /** What it is about, such as a reference. Shown to everybody: no credentials, also not those in a URL. */
  readonly subject?: string | undefined;
  readonly waitsForUpload?: boolean | undefined;
  /**
   * Does it. What it throws is why it failed.
   *
   * @param signal aborted when it has to stop, whoever wants that; it is given up where it goes on for long after
   */
  readonly run: (reporter: Reporter, signal: AbortSignal) => Promise<Result>;
}

export interface Started<Result> {
  /** As it was when it began. */
  readonly work: Work;
  /** Rejects with what `run` threw, or with WorkCanceled. Nobody has to wait for it. */
  readonly outcome: Promise<Result>;
}

export interface LongWork {
  /** @throws WorkRefused where too much is under way, or the gateway ends; nothing was begun */
  readonly start: <Result extends WorkResult>(spec: WorkSpec<Result>) => Started<Result>;
  /** As it is now; undefined for what never was, or is forgotten. */
  readonly find: (key: string) => Work | undefined;
  /** What is under way on an engine, and what ended lately; the newest first. */
  readonly list: (engine: string) => readonly Work[];
  /** Its state at once, then whenever it changes, but not too often, until it has ended. Changes nothing. */
  readonly follow: (key: string) => Follower | undefined;
  /**
   * Calls back whenever something on an engine was begun, has changed or has ended, but not too often.
   *
   * @returns ends that
   */
  readonly onChange: (engine: string, listener: () => void) => () => void;
  /**
   * Tells it to stop, and waits until it has.
   *
   * @returns as it is then, and whether this is what stopped it; undefined for what is not known
   */
  readonly cancel: (key: string) => Promise<{ readonly canceled: boolean; readonly work: Work } | undefined>;
  /** Stops all, and waits until they have stopped. No more can be started. */
  readonly close: () => Promise<void>;
}

export interface LongWorkOptions {
  /** Pieces of work under way at once. */
  readonly mostUnderWay?: number;
  /** Ended ones that are remembered. */
  readonly mostEnded?: number;
  /** Milliseconds for which they are. */
  readonly memory?: number;
  /** Milliseconds that a stopped one may take to end. */
  readonly patience?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Called with each piece of work when it has ended. */
  readonly onEnd?: (work: Work) => void;
}

interface Entry {
  readonly live: LiveWork;
  readonly stop: (reason: WorkCanceled) => void;
  /** Resolves when it has ended, however that is. */
  readonly ended: Promise<void>;
}

/** 128 bits, which nobody guesses. */
const keyBytes = 16;

/** Whatever comes of `run`, and a rejection once the time after a stop is up. */
function givenUp<Result>(running: Promise<Result>, signal: AbortSignal, patience: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      timer = setTimeout(() => reject(new WorkCanceled('It did not stop in time.')), patience);
      timer.unref();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    running.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    });
  });
}

export function createLongWork(options: LongWorkOptions = {}): LongWork {
  const { mostUnderWay = 200, mostEnded = 200, memory = 24 * 3_600_000, patience = 10_000 } = options;
  const now = options.now ?? Date.now;
  /** In the order of their start. */
  const underWay = new Map<string, Entry>();
  /** In the order of their end. */
  const ended = new Map<string, LiveWork>();
  const listeners = new Map<string, Set<() => void>>();
  let started = 0;
  let isClosed = false;

  function changed(engine: string): void {
    for (const listener of listeners.get(engine) ?? []) listener();
  }

  function forget(): void {
    for (const [key, live] of ended) {
      const age = now() - (live.look().finishedAt ?? 0);
      if (ended.size <= mostEnded && age < memory) return;
      ended.delete(key);
    }
  }

  function liveOf(key: string): LiveWork | undefined {
    forget();
    return underWay.get(key)?.live ?? ended.get(key);
  }

  function start<Result extends WorkResult>(spec: WorkSpec<Result>): Started<Result> {
    if (isClosed) throw new WorkRefused('The gateway is about to end: nothing new is begun.');
    if (underWay.size >= mostUnderWay) {
      throw new WorkRefused(
        `${mostUnderWay} operations are under way, the most at once: wait until one ends, or cancel one.`,
      );
    }
    const { engine, kind, subject = null, waitsForUpload = false, run } = spec;
    const key = randomBytes(keyBytes).toString('hex');
    const live = new LiveWork({
      key,
      order: ++started,
      engine,
      kind,
      subject,
      waitsForUpload,
      now,
      onChange: () => changed(engine),
      isWatched: () => listeners.has(engine),
    });
    const controller = new AbortController();
    const { signal } = controller;
    const settle = () => {
      underWay.delete(key);
      ended.set(key, live);
      forget();
      options.onEnd?.(live.look());
    };
    const running = Promise.resolve().then(() => run(live.reporter, signal));
    const outcome = givenUp(running, signal, patience).then(
      (result) => {
        live.succeed(result);
        settle();
        return result;
      },
      (error: unknown) => {
        // Whatever it says when it was stopped, that it was stopped is why.
        const cause: unknown = signal.aborted ? signal.reason : error;
        live.fail(cause, signal.aborted ? 'CANCELED' : 'FAILED');
        settle();
        throw cause;
      },
    );
    underWay.set(key, {
      live,
      ended: outcome.then(
        () => {},
        () => {},
      ),
      stop: (reason) => {
        live.stopping();
        controller.abort(reason);
      },
    });
    changed(engine);
    return { work: live.look(), outcome };
  }

  return {
    start,
    find: (key) => liveOf(key)?.look(),
    list: (engine) => {
      forget();
      return [...Array.from(underWay.values(), ({ live }) => live), ...ended.values()]
        .map((live) => live.look())
        .filter((work) => work.engine === engine)
        .toSorted((a, b) => b.order - a.order);
    },
    follow: (key) => liveOf(key)?.follow(),
    onChange: (engine, listener) => {
      const all = listeners.get(engine) ?? new Set();
      listeners.set(engine, all.add(listener));
      return () => {
        all.delete(listener);
        if (all.size === 0 && listeners.get(engine) === all) listeners.delete(engine);
      };
    },
    cancel: async (key) => {
      const live = liveOf(key);
      if (!live) return undefined;
      const entry = underWay.get(key);
      if (!entry || live.look().isStopping || live.hasEnded) {
        await entry?.ended;
        return { canceled: false, work: live.look() };
      }
      entry.stop(new WorkCanceled('The operation was canceled.'));
      await entry.ended;
      const work = live.look();
      return { canceled: work.state === 'CANCELED', work };
    },
    close: async () => {
      isClosed = true;
      const all = [...underWay.values()];
      for (const { stop } of all) stop(new WorkCanceled('The gateway was ended, and this with it.'));
      await Promise.all(all.map((entry) => entry.ended));
    },
  };
}
