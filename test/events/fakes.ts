/** A clock that stands still, and an Engine whose events happen when a test says so. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/events/clock.ts';
import type { HubLogger, OpenEvents } from '../../src/events/stream.ts';

export class FakeClock implements Clock {
  #now = 0;
  readonly #tasks = new Set<{ readonly at: number; readonly run: () => void }>();
  /** What `random` answers. */
  chance = 1;
  /** Every wait that was asked for, in order. */
  readonly waits: number[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const task = { at: this.#now + ms, run };
    this.#tasks.add(task);
    this.waits.push(ms);
    return () => void this.#tasks.delete(task);
  }

  random(): number {
    return this.chance;
  }

  get pending(): number {
    return this.#tasks.size;
  }

  /** Lets time pass, task by task, and everything that follows from each happen. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const [next] = [...this.#tasks].sort((a, b) => a.at - b.at);
      if (!next || next.at > end) break;
      this.#tasks.delete(next);
      this.#now = next.at;
      next.run();
      await settled();
    }
    this.#now = end;
  }
}

/** Lets everything happen that is not waiting for time or for others. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await turn();
}

/** One opened stream of a fake Engine. */
export class FakeStream implements AsyncIterableIterator<unknown> {
  readonly since: string | undefined;
  readonly signal: AbortSignal;
  readonly #messages: unknown[] = [];
  #wake: (() => void) | undefined;
  #end: { readonly error?: unknown } | undefined;
  /** How often it was asked for a message: it is drained when it waits for one. */
  waiting = false;

  readonly openedAt: bigint | undefined;

  constructor(since: string | undefined, signal: AbortSignal, obeys: boolean, openedAt?: bigint) {
    this.since = since;
    this.openedAt = openedAt;
    this.signal = signal;
    if (obeys) signal.addEventListener('abort', () => void this.fail(signal.reason));
  }

  send(...messages: readonly unknown[]): Promise<void> {
    this.#messages.push(...messages);
    this.#wake?.();
    return settled();
  }

  end(): Promise<void> {
    this.#end ??= {};
    this.#wake?.();
    return settled();
  }

  fail(error: unknown): Promise<void> {
    this.#end ??= { error };
    this.#wake?.();
    return settled();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    for (;;) {
      if (this.#messages.length > 0) return { done: false, value: this.#messages.shift() };
      if (this.#end) {
        if ('error' in this.#end) throw this.#end.error;
        return { done: true, value: undefined };
      }
      this.waiting = true;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.waiting = false;
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

export class FakeEngine {
  readonly streams: FakeStream[] = [];
  /** How many times it was asked, answered or not. */
  attempts = 0;
  /** Why it cannot be reached now, if so. */
  away: Error | undefined;
  /** Whether an aborted signal ends its streams, as it should. */
  obeys = true;

  /** What it remembers: the answer to every question that has an end. */
  memory: readonly unknown[] = [];
  /** Those questions, `since` and `until`. */
  readonly questions: (readonly [since: string | undefined, until: string])[] = [];
  /** The answers to them, which end at once if it is prompt. */
  readonly answers: FakeStream[] = [];
  isPrompt = true;
  /** Its clock when it answers, in seconds. */
  time: number | undefined;

  readonly open: OpenEvents = ({ since, until, signal }) => {
    if (until === undefined) this.attempts++;
    else this.questions.push([since, until]);
    if (this.away !== undefined) return Promise.reject(this.away);
    const openedAt = this.time === undefined ? undefined : BigInt(this.time) * 1_000_000_000n;
    const stream = new FakeStream(since, signal, this.obeys, openedAt);
    if (until !== undefined) {
      void stream.send(...this.memory);
      if (this.isPrompt) void stream.end();
      this.answers.push(stream);
      return Promise.resolve(stream);
    }
    this.streams.push(stream);
    return Promise.resolve(stream);
  };

  /** The stream opened last. */
  get stream(): FakeStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('no stream was opened');
    return stream;
  }
}

/** An event message; its number is its time in seconds and its actor. */
export const message = (seconds: number, more: object = {}) => ({
  Type: 'container',
  Action: 'start',
  Actor: { ID: `c${seconds}`, Attributes: {} },
  scope: 'local',
  time: Math.trunc(seconds),
  timeNano: BigInt(Math.round(seconds * 1000)) * 1_000_000n,
  ...more,
});

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn';
  readonly message: string;
  readonly fields: object;
}

export function fakeLogger(): HubLogger & { readonly entries: readonly LogEntry[] } {
  const entries: LogEntry[] = [];
  const at =
    (level: LogEntry['level']) =>
    (fields: object, message: string): void =>
      void entries.push({ level, message, fields });
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn') };
}
