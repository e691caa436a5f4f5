/** Waiting for what a container does next: its end, or its health. */
import { type CallSignal, callSignal } from '../../../engine/call-signal.ts';
import { EngineError, transportError } from '../../../engine/errors.ts';
import { isJsonObject, parseJson } from '../../../engine/json.ts';
import { containers } from '../../../engine/operations/containers.ts';
import type { ContainerWait, Int64 } from '../../../engine/types.ts';
import type { HubItem } from '../../../events/item.ts';
import { orNull } from '../../../loaders/batch.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { type Place, refuse } from '../../mutation/input-error.ts';

/** How the main process of a container ended. */
export interface Exit {
  readonly exitCode: number | null;
  /** What the daemon could not do about it, such as removing the container. */
  readonly error: string | null;
}

export const exitOf = ({ StatusCode, Error: failure }: ContainerWait): Exit => ({
  exitCode: StatusCode === null || StatusCode === undefined ? null : Number(StatusCode),
  error: failure?.Message || null,
});

/** @throws InputError for a negative time */
export function checkTimeout(timeout: Int64 | null | undefined, place: Place): void {
  if (timeout !== null && timeout !== undefined && timeout < 0) {
    refuse(place, 'cannot be negative: leave it out to wait for ever.');
  }
}

/** Aborts when the time is up, counted from now; without a time it never does. To be released after the wait. */
export const startClock = (timeout: Int64 | null | undefined): CallSignal =>
  // 0 is "never" to a call, and at once to whoever waits.
  callSignal(
    timeout === null || timeout === undefined ? 0 : Math.max(1, Math.ceil(Number(timeout) / 1e6)),
    [],
  );

/** The time was up, and nothing else ended the call. */
export const isTimeUp = (error: unknown, clock: CallSignal, scope: EngineScope): boolean =>
  clock.why().deadline && !scope.signal.aborted && error instanceof EngineError && error.kind === 'cancelled';

async function answerOf(
  scope: EngineScope,
  body: AsyncIterable<Uint8Array>,
  own: AbortSignal,
): Promise<Exit> {
  const { route } = containers.follow;
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8').trim();
    // The daemon went down: it has sent its headers, and nothing after them.
    if (text === '')
      throw new EngineError({ kind: 'protocol', route, message: 'The Engine broke off the wait.' });
    const answer = parseJson(text);
    if (!isJsonObject(answer)) throw new SyntaxError('The answer is no JSON object.');
    return exitOf(answer);
  } catch (error) {
    throw transportError(route, error, { deadline: false, aborted: own.aborted || scope.signal.aborted });
  }
}

/**
 * Begins to wait for the end of a container, and resolves once the daemon does so too: an end after that is not missed,
 * however soon it comes. `over` is the end; abort `own` to give it up.
 */
export async function followExit(
  scope: EngineScope,
  id: string,
  condition: 'next-exit' | 'removed',
  own: AbortSignal,
): Promise<{ readonly over: Promise<Exit> }> {
  const { body } = await scope.stream(containers.follow, { id, condition }, own);
  const over = answerOf(scope, body, own);
  // Given up before anybody looked: that is no failure of the process.
  over.catch(() => undefined);
  return { over };
}

/** Milliseconds in which the stream of events has to stand. */
const opensWithin = 10_000;

/** Events after which a container may stand differently. Its own checks make many more. */
const telling: ReadonlySet<string> = new Set(['health_status', 'die', 'destroy', 'start', 'restart']);

/** What happens to one container, from before it exists. */
export interface Watch {
  /** From now on the events of this container are kept. */
  readonly follow: (id: string) => void;
  /** The next event, or a gap in them; null when `signal` is aborted. */
  readonly next: (signal: AbortSignal | undefined) => Promise<HubItem | null>;
  readonly close: () => void;
}

/** @throws EngineError where the stream of events cannot be opened */
export async function watchOne(scope: EngineScope): Promise<Watch> {
  let watched: string | undefined;
  const events = scope.events.subscribe(
    ({ type, action, actorId }) => type === 'container' && actorId === watched && telling.has(action),
  );
  const close = () => void events.return?.();
  const ended = callSignal(opensWithin, [scope.signal]);
  try {
    await scope.events.ready(ended.signal);
  } catch (cause) {
    close();
    const kind = scope.signal.aborted ? 'cancelled' : 'unavailable';
    const message = 'The stream of events of the Engine could not be opened.';
    throw new EngineError({ kind, route: 'GET /events', message, cause });
  } finally {
    ended.release();
  }
  return {
    follow: (id) => {
      watched = id;
    },
    next: async (signal) => {
      if (signal?.aborted) return null;
      signal?.addEventListener('abort', close, { once: true });
      try {
        const { value } = await events.next();
        return value ?? null;
      } finally {
        signal?.removeEventListener('abort', close);
      }
    },
    close,
  };
}

export type HealthOutcome =
  | { readonly kind: 'healthy' | 'unhealthy' | 'timeout' }
  | { readonly kind: 'exited'; readonly exitCode: number | null };

const codeIn = (item: HubItem): number | null => {
  const code =
    item.kind === 'event' && item.event.action === 'die' ? item.event.attributes.get('exitCode') : '';
  return code ? Number(code) : null;
};

/**
 * Waits until a container that was started is healthy or never will be. Reads it after each event, so that nothing
 * depends on what the events say or on none being missed.
 *
 * @throws EngineError where the Engine or the client goes away meanwhile
 */
export async function untilHealthy(
  scope: EngineScope,
  id: string,
  watch: Watch,
  clock: CallSignal,
): Promise<HealthOutcome> {
  const ended = callSignal(0, [scope.signal, clock.signal]);
  let exitCode: number | null = null;
  try {
    for (;;) {
      const state = (await orNull(scope.call(containers.inspect, { id })))?.State;
      if (!state || !(state.Running || state.Restarting)) {
        return { kind: 'exited', exitCode: state ? Number(state.ExitCode ?? 0) : exitCode };
      }
      if (state.Health?.Status === 'healthy' || state.Health?.Status === 'unhealthy') {
        return { kind: state.Health.Status };
      }
      const item = await watch.next(ended.signal);
      if (item) exitCode = codeIn(item) ?? exitCode;
      else if (clock.why().deadline) return { kind: 'timeout' };
      else {
        const message = 'The wait for the health of the container was given up.';
        throw new EngineError({ kind: 'cancelled', route: 'GET /events', message });
      }
    }
  } finally {
    ended.release();
  }
}
