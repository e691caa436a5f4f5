/** The stats of an Engine's containers as they come: one stream a container, shared by all who look at it. */
import type { EngineClient } from '../engine/client.ts';
import { EngineError } from '../engine/errors.ts';
import { parseJson } from '../engine/json.ts';
import { containers } from '../engine/operations/containers.ts';
import { ndjson } from '../engine/streams/ndjson.ts';
import { type Backoff, sleep, systemClock, waitBefore } from '../events/clock.ts';
import { type Frame, sampleOf } from './sample.ts';
import { SampleViewer } from './viewer.ts';

export interface SampleHub {
  /**
   * Follows containers by full ID until the viewer is left, or all of them are removed. A stopped one gives nothing until
   * it is started again. Whoever looks at a container that is followed already gets its last sample at once.
   *
   * @param interval milliseconds between two samples of a container, at least
   * @param grows containers may be added at any time: the viewer ends only when it is left
   */
  watch(ids: readonly string[], interval: number, grows?: boolean): SampleViewer;
  /** The last sample of a container that somebody follows, unless it is older than a second. */
  latest(id: string): Frame | undefined;
  /** Ends all streams, and with them their viewers. */
  close(): void;
}

/** Milliseconds for which a sample says what is so now. */
const freshness = 1_000;

/** One container that is followed. */
interface Followed {
  readonly id: string;
  readonly viewers: Set<SampleViewer>;
  readonly leaving: AbortController;
  last: Frame | undefined;
}

const isGone = (error: unknown): boolean =>
  error instanceof EngineError && error.kind === 'response' && error.status === 404;

const brokenOff = (message: string, cause?: unknown): EngineError =>
  new EngineError({ kind: 'protocol', route: containers.statsStream.route, message, cause });

/** Whether a container is there no more. Throws EngineError where that cannot be known. */
async function hasGone(client: EngineClient, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { State: state } = await client.call(containers.inspect, { id }, { signal });
    // A removal ends the stream before the container has gone.
    return state?.Status === 'removing' || state?.Dead === true;
  } catch (error) {
    if (isGone(error)) return true;
    throw error;
  }
}

/** What the Engine has refused outright, it will refuse again. */
const isFinal = (error: EngineError): boolean =>
  error.kind === 'response' && error.status !== undefined && error.status < 500;

/** Times in milliseconds. */
interface SampleTuning {
  /** For how long a stream that breaks is opened again without a single sample, before that is an error. */
  readonly patience: number;
  readonly backoff: Backoff;
}

const defaultTuning: SampleTuning = {
  patience: 60_000,
  backoff: { initial: 250, factor: 2, cap: 5_000, healthy: 10_000 },
};

export function createSampleHub(client: EngineClient, tuning: Partial<SampleTuning> = {}): SampleHub {
  const { patience, backoff } = { ...defaultTuning, ...tuning };
  const followed = new Map<string, Followed>();

  const forget = (one: Followed): void => {
    if (followed.get(one.id) === one) followed.delete(one.id);
    one.leaving.abort();
  };

  const accept = (one: Followed, message: unknown): void => {
    const sample = sampleOf(message);
    // What was counted before a stop has nothing to do with what comes after it.
    const previous = one.last?.sample;
    one.last = sample && { sample, ...(previous && { previous }), at: performance.now() };
    if (one.last) for (const viewer of one.viewers) viewer.offer(one.id, one.last);
  };

  /** One stream, to its end. Throws EngineError where it breaks. */
  const read = async ({ id, leaving }: Followed, onMessage: (message: unknown) => void): Promise<void> => {
    const { body } = await client.stream(
      containers.statsStream,
      { id, stream: true },
      { signal: leaving.signal },
    );
    try {
      for await (const line of ndjson(body)) {
        if (leaving.signal.aborted) return;
        onMessage(parseJson(line));
      }
    } catch (error) {
      throw error instanceof EngineError ? error : brokenOff('The Engine broke off the stats.', error);
    }
  };

  /**
   * Streams, one after the other, until the container is gone or everybody has left: an Engine that was restarted goes on
   * where it was. Answers why it ended; undefined for a plain end. Never rejects.
   */
  const readOn = async (one: Followed): Promise<unknown> => {
    const { signal } = one.leaving;
    let failures = 0;
    let troubledSince: number | undefined;
    const onMessage = (message: unknown): void => {
      failures = 0;
      troubledSince = undefined;
      accept(one, message);
    };
    while (!signal.aborted) {
      let error = brokenOff('The Engine keeps ending the stats of a container that it still has.');
      try {
        await read(one, onMessage);
        if (!signal.aborted && (await hasGone(client, one.id, signal))) return undefined;
      } catch (failure) {
        if (signal.aborted || isGone(failure)) return undefined;
        if (!(failure instanceof EngineError) || isFinal(failure)) return failure;
        error = failure;
      }
      if (signal.aborted) return undefined;
      const now = performance.now();
      troubledSince ??= now;
      if (now - troubledSince > patience) return error;
      // What comes after a break has nothing to do with the sample before it.
      one.last = undefined;
      await sleep(systemClock, waitBefore(backoff, failures++, systemClock), signal);
    }
    return undefined;
  };

  const follow = async (one: Followed): Promise<void> => {
    const error = await readOn(one);
    forget(one);
    for (const viewer of one.viewers) {
      if (error === undefined) viewer.end(one.id);
      else viewer.fail(one.id, error);
    }
  };

  const join = (id: string, viewer: SampleViewer): void => {
    const known = followed.get(id);
    if (known) {
      known.viewers.add(viewer);
      if (known.last) viewer.offer(id, known.last);
      return;
    }
    const one: Followed = {
      id,
      viewers: new Set([viewer]),
      leaving: new AbortController(),
      last: undefined,
    };
    followed.set(id, one);
    void follow(one);
  };

  const leave = (id: string, viewer: SampleViewer): void => {
    const one = followed.get(id);
    if (one?.viewers.delete(viewer) && one.viewers.size === 0) forget(one);
  };

  return {
    watch: (ids, interval, grows = false) => {
      const viewer: SampleViewer = new SampleViewer({
        interval,
        grows,
        onAdd: (id) => join(id, viewer),
        onRemove: (id) => leave(id, viewer),
      });
      viewer.update(ids);
      return viewer;
    },
    latest: (id) => {
      const last = followed.get(id)?.last;
      return last && performance.now() - last.at <= freshness ? last : undefined;
    },
    close: () => {
      for (const one of followed.values()) forget(one);
    },
  };
}
