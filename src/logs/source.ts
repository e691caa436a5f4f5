/** The log of one container over time: one stream of the Engine, opened again where it was whenever it is cut. */
import { callSignal } from '../engine/call-signal.ts';
import type { EngineClient, EngineStream } from '../engine/client.ts';
import { EngineError } from '../engine/errors.ts';
import { containers } from '../engine/operations/containers.ts';
import type { OutputStream } from '../engine/streams/lines.ts';
import { type Backoff, sleep, systemClock, waitBefore } from '../events/clock.ts';
import type { EventHub } from '../events/hub.ts';
import { LogDecoder } from './decoder.ts';
import { behind, type Entry, type Position, replayFrom, unixSecondsOf } from './position.ts';
import { RepeatFilter } from './repeats.ts';

/** Where reading begins: behind a line, or as the Engine takes it (`since` in Unix seconds); the whole log for neither. */
export interface Beginning {
  readonly after?: Position | undefined;
  readonly tail?: number | undefined;
  readonly since?: string | undefined;
}

export interface Reading {
  /** The full ID of the container. */
  readonly id: string;
  readonly streams: ReadonlySet<OutputStream>;
  readonly from: Beginning;
  /** Unix seconds. */
  readonly until: string | undefined;
  readonly follow: boolean;
  /** Go on when the container is started again, until it is removed. */
  readonly acrossRestarts: boolean;
  /** Whether it has a terminal, where that is known already. */
  readonly terminal: boolean | undefined;
}

/** Nanoseconds in which the last of a run is in the log, and nothing of the next run can be yet. */
const flushed = 50_000_000n;

export interface LogEngine {
  readonly client: EngineClient;
  readonly events: EventHub;
}

/** Times in milliseconds. */
export interface Tuning {
  /** For how long a log that cannot be read is tried again, before that is an error. */
  readonly patience: number;
  readonly backoff: Backoff;
}

export const defaultTuning: Tuning = {
  patience: 60_000,
  backoff: { initial: 250, factor: 2, cap: 5_000, healthy: 10_000 },
};

const isGone = (error: unknown): boolean =>
  error instanceof EngineError && error.kind === 'response' && error.status === 404;

/** The connection was lost, which says nothing about the log. */
const isCut = (error: unknown): boolean =>
  error instanceof EngineError &&
  (error.kind === 'unavailable' ||
    error.kind === 'timeout' ||
    (error.kind === 'protocol' && error.status === undefined) ||
    // What a proxy says while its Engine is away.
    (error.kind === 'response' && error.status !== undefined && error.status >= 502 && error.status <= 504));

const removedMeanwhile = (): EngineError =>
  new EngineError({
    kind: 'response',
    status: 404,
    route: containers.logs.route,
    message:
      'The container was removed while its log could not be read: what it wrote last may be missing here.',
  });

const keepsEnding = (): EngineError =>
  new EngineError({
    kind: 'protocol',
    route: containers.logs.route,
    message: 'The Engine keeps ending the log of a container that runs on.',
  });

/** What became of a container whose log ended; `anew` has been started again since the log was opened. */
type Standing = 'gone' | 'running' | 'stopped' | 'anew';

export class LogSource {
  readonly #engine: LogEngine;
  readonly #reading: Reading;
  readonly #tuning: Tuning;
  readonly #leaving = new AbortController();
  #terminal: boolean | undefined;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #decoder: LogDecoder | undefined;
  #select: ((entry: Entry) => Entry | undefined) | undefined;
  readonly #repeats = new RepeatFilter();
  #last: Position | undefined;
  /** Ends the stream that is read now. */
  #hangUp = new AbortController();
  #hasGiven = false;
  /** Whether the stream that is read now is one that waits for lines. */
  #isFollowed = true;
  /** When the container was started that was seen running last. */
  #run: string | null | undefined;
  /** When it ended last. */
  #finished: string | null | undefined;
  #state: 'reading' | 'ended' | 'over' = 'ended';
  #failure: { readonly error: unknown } | undefined;
  /** When the Engine answered first and last, in whole Unix seconds by its own clock; undefined where it does not tell. */
  #firstOpened: number | undefined;
  #opened: number | undefined;
  #openedHere = 0;
  #failures = 0;
  #troubledSince: number | undefined;

  constructor(engine: LogEngine, reading: Reading, tuning: Tuning = defaultTuning) {
    this.#engine = engine;
    this.#reading = reading;
    this.#tuning = tuning;
    this.#terminal = reading.terminal;
    this.#last = reading.from.after;
  }

  /**
   * Opens the log (`GET /containers/{id}/logs`).
   *
   * @param ended when the container ended, to read no further than that
   * @throws EngineError when that fails
   */
  async open(follow = this.#reading.follow, ended?: string | null): Promise<void> {
    const { client } = this.#engine;
    const { id, streams } = this.#reading;
    const until = this.#reading.until ?? (ended ? unixSecondsOf(ended, flushed) : undefined);
    const { signal } = this.#leaving;
    this.#hangUp.abort();
    this.#hangUp = new AbortController();
    const answer = await client.stream(
      containers.logs,
      {
        id,
        follow,
        stdout: streams.has('stdout'),
        stderr: streams.has('stderr'),
        timestamps: true,
        ...this.#beginning(),
        ...(until !== undefined && { until }),
      },
      { signal, own: this.#hangUp.signal },
    );
    const seconds = Math.trunc(Date.parse(answer.date) / 1000);
    this.#opened = Number.isNaN(seconds) ? undefined : seconds;
    this.#firstOpened ??= this.#opened;
    this.#openedHere = performance.now();
    this.#chunks = answer.body[Symbol.asyncIterator]();
    this.#decoder = new LogDecoder(await this.#isTerminal(answer));
    this.#select = this.#last && behind(this.#last, streams);
    this.#isFollowed = follow;
    this.#state = 'reading';
  }

  /** When the log was opened first, in Unix seconds; undefined where the Engine does not tell. */
  get openedAt(): string | undefined {
    return this.#firstOpened === undefined ? undefined : String(this.#firstOpened);
  }

  /** Ends it at once, also while {@link next} waits. */
  leave(): void {
    this.#state = 'over';
    this.#leaving.abort();
  }

  /**
   * What comes next; undefined at the end. Read no faster than it is asked for: an Engine that is not asked stops sending.
   *
   * @throws EngineError, StreamError, after everything that was read before
   */
  async next(): Promise<readonly Entry[] | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      if (this.#state === 'ended' && !(await this.#goesOn())) this.#state = 'over';
      if (this.#state === 'over') return undefined;
      const entries = await this.#read();
      if (entries.length > 0) return entries;
    }
  }

  /** Until something was read, a stream that is opened again begins when the first one did. */
  #beginning() {
    const { tail, since } = this.#reading.from;
    if (this.#last) return { since: replayFrom(this.#last) };
    if (tail === 0 && this.#firstOpened !== undefined) return { since: String(this.#firstOpened) };
    return { ...(tail !== undefined && { tail: String(tail) }), ...(since !== undefined && { since }) };
  }

  /** Below API 1.42 the answer does not say whether it comes from a terminal, so the container has to. */
  async #isTerminal({ contentType }: EngineStream): Promise<boolean> {
    if (contentType.startsWith('application/vnd.docker.multiplexed-stream')) return false;
    if (this.#terminal === undefined) {
      try {
        const found = await this.#inspect();
        this.#terminal = found.Config?.Tty === true;
      } catch (error) {
        this.#hangUp.abort();
        throw error;
      }
    }
    return this.#terminal;
  }

  #inspect() {
    const { id } = this.#reading;
    return this.#engine.client.call(containers.inspect, { id }, { signal: this.#leaving.signal });
  }

  get #isLeft(): boolean {
    return this.#leaving.signal.aborted;
  }

  /** One chunk's worth. Empty also when the stream ended, was opened again, or was left. */
  async #read(): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    try {
      const result = await this.#chunks?.next();
      if (this.#isLeft) return [];
      if (result && !result.done) {
        this.#decoder?.push(result.value, found);
      } else {
        this.#state = 'ended';
        this.#decoder?.end(found);
      }
    } catch (error) {
      if (this.#isLeft) return [];
      if (!isCut(error)) this.#failure = { error };
      else if (!(await this.#reopen(error))) this.#rest(found);
    }
    return this.#accept(found);
  }

  #accept(found: readonly Entry[]): readonly Entry[] {
    if (this.#isLeft) return [];
    const select = this.#select;
    const behindLast = select ? found.map(select).filter((entry) => entry !== undefined) : found;
    const wanted = behindLast.filter((entry) => this.#repeats.isNew(entry));
    if (wanted.length > 0) {
      this.#hasGiven = true;
      this.#last = wanted.at(-1)?.position ?? this.#last;
      this.#recovered();
    }
    return wanted;
  }

  #recovered(): void {
    this.#failures = 0;
    this.#troubledSince = undefined;
  }

  /** What was held of lines that will not be read to their end. */
  #rest(found: Entry[]): void {
    try {
      this.#decoder?.end(found);
    } catch {
      // That it ended in the middle of a frame is known already.
    }
  }

  /** False when the log was left, or cannot be read any more: then the failure is noted. */
  async #reopen(why: unknown): Promise<boolean> {
    if (performance.now() - this.#openedHere >= this.#tuning.backoff.healthy) this.#recovered();
    let error = why;
    // Lines without times have no place that could be gone back to.
    const isPlaced = this.#last !== undefined || !this.#hasGiven;
    while (isPlaced && (await this.#pause())) {
      try {
        await this.open();
        return true;
      } catch (failure) {
        if (this.#isLeft) return false;
        error = isGone(failure) ? removedMeanwhile() : failure;
        if (!isCut(error)) break;
      }
    }
    if (!this.#isLeft) this.#failure = { error };
    return false;
  }

  /** A while that grows with each failure. False when it has been tried for too long, or was left. */
  async #pause(): Promise<boolean> {
    const { backoff, patience } = this.#tuning;
    const now = performance.now();
    this.#troubledSince ??= now;
    if (now - this.#troubledSince > patience) return false;
    await sleep(systemClock, waitBefore(backoff, this.#failures++, systemClock), this.#leaving.signal);
    return !this.#isLeft;
  }

  /** After the plain end of an answer: whether the log has been opened again. */
  async #goesOn(): Promise<boolean> {
    const { follow, until, acrossRestarts } = this.#reading;
    if (!follow || until !== undefined) return false;
    try {
      const standing = this.#isFollowed ? await this.#standing() : 'stopped';
      if (standing === 'gone') return false;
      if ((standing === 'stopped' || standing === 'anew') && this.#isFollowed) {
        // Engines end a stream before the last of what a container wrote, when that is killed: they have it all the same.
        await this.open(false, acrossRestarts ? undefined : this.#finished);
        return true;
      }
      if (standing === 'running') {
        // Nothing came since it was opened: whoever ends it would do so again at once.
        if (!(await this.#pause())) throw keepsEnding();
      } else if (!acrossRestarts || !(await this.#startedAgain())) {
        return false;
      }
      await this.open();
      return true;
    } catch (error) {
      if (this.#isLeft || isGone(error)) return false;
      if (isCut(error)) return this.#reopen(error);
      this.#failure = { error };
      throw error;
    }
  }

  /**
   * Whether the container runs on in spite of the end; one that was started anew counts as stopped, unless the log is
   * read across restarts. An Engine that is away is waited for.
   */
  async #standing(): Promise<Standing> {
    for (;;) {
      try {
        const { State: state } = await this.#inspect();
        if (state?.Status === 'removing' || state?.Dead) return 'gone';
        this.#finished = state?.FinishedAt;
        if (!state?.Running || state.Restarting) return 'stopped';
        if (this.#run !== undefined && this.#run !== state.StartedAt) this.#recovered();
        this.#run = state.StartedAt;
        if (this.#reading.acrossRestarts) return 'running';
        const started = Date.parse(state.StartedAt ?? '') / 1000;
        return this.#opened !== undefined && started < this.#opened ? 'running' : 'anew';
      } catch (error) {
        if (isGone(error)) return 'gone';
        if (!isCut(error) || !(await this.#pause())) throw error;
      }
    }
  }

  /** Waits for the next start; false when the container has gone instead. */
  async #startedAgain(): Promise<boolean> {
    const { events } = this.#engine;
    const { id } = this.#reading;
    const { signal } = this.#leaving;
    const seen = events.subscribe(
      ({ type, actorId, action }) =>
        type === 'container' && actorId === id && (action === 'start' || action === 'destroy'),
    );
    const leave = () => void seen.return?.();
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    const patient = callSignal(this.#tuning.patience, [signal]);
    try {
      await events.ready(patient.signal).catch(() => {});
      for (;;) {
        const standing = await this.#standing();
        if (standing !== 'stopped') return standing === 'running';
        if ((await seen.next()).done) return false;
      }
    } finally {
      patient.release();
      signal.removeEventListener('abort', leave);
      leave();
    }
  }
}
