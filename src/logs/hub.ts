/** The logs of an Engine's containers: a stream for each viewer that reads what was written, one for all who are up to date. */
import { type Batch, Joint } from './joint.ts';
import type { Position } from './position.ts';
import { type LogReader, type Meeting, MeetingReader } from './reader.ts';
import { defaultTuning, type LogEngine, LogSource, type Reading, type Tuning } from './source.ts';

export interface LogHub {
  /**
   * Opens the log of a container. It is read no faster than `next()` is called, and over restarts of the Engine and cut
   * connections without a repeat and without a loss.
   *
   * @throws EngineError when it cannot be opened
   */
  follow(reading: Reading): Promise<LogReader>;
  /** Ends all of them. */
  close(): void;
}

/** Those who read the same lines can share them. */
const keyOf = ({ id, streams, acrossRestarts }: Reading): string =>
  `${id} ${[...streams].sort().join()} ${acrossRestarts}`;

const isFromNow = ({ from: { tail, since, after } }: Reading): boolean =>
  tail === 0 && since === undefined && after === undefined;

export function createLogHub(engine: LogEngine, tuning: Partial<Tuning> = {}): LogHub {
  const settings = { ...defaultTuning, ...tuning };
  const joints = new Map<string, Joint>();
  const openings = new Map<string, Promise<Joint>>();
  const readers = new Set<LogReader>();
  let isClosed = false;

  const sourceOf = (reading: Reading): LogSource => new LogSource(engine, reading, settings);

  async function opened(reading: Reading): Promise<LogSource> {
    const source = sourceOf(reading);
    try {
      await source.open();
      return source;
    } catch (error) {
      source.leave();
      throw error;
    }
  }

  function jointOf(
    key: string,
    source: LogSource,
    rest: { readonly last?: Position | undefined; readonly pending?: Promise<Batch | undefined> } = {},
  ): Joint {
    const joint: Joint = new Joint(source, {
      ...rest,
      onClose: () => {
        if (joints.get(key) === joint) joints.delete(key);
      },
    });
    joints.set(key, joint);
    return joint;
  }

  /** The shared stream for whoever wants nothing but what comes from now on; undefined where that stands in the past. */
  function fromNow(key: string, reading: Reading): Promise<Joint> | undefined {
    const known = joints.get(key);
    if (known) return known.isFresh ? Promise.resolve(known) : undefined;
    const underWay = openings.get(key);
    if (underWay) return underWay;
    const opening = opened(reading)
      .then((source) => jointOf(key, source))
      .finally(() => openings.delete(key));
    openings.set(key, opening);
    return opening;
  }

  async function readerOf(reading: Reading): Promise<LogReader> {
    if (!reading.follow || reading.until !== undefined) return opened(reading);
    const key = keyOf(reading);
    const meeting: Meeting = {
      joint: (own, last, pending) => joints.get(key) ?? jointOf(key, own, { last, pending }),
      alone: (after, since) => sourceOf({ ...reading, from: after ? { after } : { since } }),
    };
    let joint = isFromNow(reading) ? await fromNow(key, reading) : undefined;
    // Whoever it was shared with may have gone while we waited.
    while (joint?.isOver) joint = await fromNow(key, reading);
    return new MeetingReader(
      meeting,
      joint ? { joint } : { own: await opened(reading), last: reading.from.after },
    );
  }

  return {
    follow: async (reading) => {
      const reader = await readerOf(reading);
      const leave = (): void => {
        readers.delete(reader);
        reader.leave();
      };
      if (isClosed) leave();
      else readers.add(reader);
      return { next: () => reader.next(), leave };
    },
    close: () => {
      isClosed = true;
      for (const reader of readers) reader.leave();
      readers.clear();
    },
  };
}
