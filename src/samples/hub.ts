/** The stats of an Engine's containers as they come: one stream a container, shared by all who look at it. */
import type { EngineClient } from '../engine/client.ts';
import { EngineError } from '../engine/errors.ts';
import { parseJson } from '../engine/json.ts';
import { containers } from '../engine/operations/containers.ts';
import { ndjson } from '../engine/streams/ndjson.ts';
import { type Frame, sampleOf } from './sample.ts';
import { SampleViewer } from './viewer.ts';

export interface SampleHub {
  /**
   * Follows containers by full ID until the viewer is left, or all of them are removed. A stopped one gives nothing until
   * it is started again. Whoever looks at a container that is followed already gets its last sample at once.
   *
   * @param interval milliseconds between two samples of a container, at least
   */
  watch(ids: readonly string[], interval: number): SampleViewer;
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

/** Why a stream ended that nobody left: undefined when its container was removed, which is its plain end. */
async function whyEnded(client: EngineClient, id: string, signal: AbortSignal): Promise<unknown> {
  try {
    const { State: state } = await client.call(containers.inspect, { id }, { signal });
    // A removal ends the stream before the container has gone.
    if (state?.Status === 'removing' || state?.Dead) return undefined;
    return brokenOff('The Engine ended the stats of a container that it still has: subscribe again.');
  } catch (error) {
    return isGone(error) ? undefined : error;
  }
}

export function createSampleHub(client: EngineClient): SampleHub {
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

  /** Why it ended, as {@link whyEnded} tells it. Never rejects. */
  const read = async (one: Followed): Promise<unknown> => {
    const { id, leaving } = one;
    try {
      const { body } = await client.stream(
        containers.statsStream,
        { id, stream: true },
        { signal: leaving.signal },
      );
      for await (const line of ndjson(body)) {
        if (leaving.signal.aborted) return undefined;
        accept(one, parseJson(line));
      }
    } catch (error) {
      if (isGone(error) || leaving.signal.aborted) return undefined;
      return error instanceof EngineError ? error : brokenOff('The Engine broke off the stats.', error);
    }
    return leaving.signal.aborted ? undefined : whyEnded(client, id, leaving.signal);
  };

  const follow = async (one: Followed): Promise<void> => {
    const error = await read(one);
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
    watch: (ids, interval) => {
      const viewer: SampleViewer = new SampleViewer({
        ids,
        interval,
        onLeave: () => {
          for (const id of ids) leave(id, viewer);
        },
      });
      for (const id of ids) join(id, viewer);
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
