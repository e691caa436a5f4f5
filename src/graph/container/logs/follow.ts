/** The lines of some containers, as one stream that can be left at any moment. */
import { setMaxListeners } from 'node:events';
import { containers } from '../../../engine/operations/containers.ts';
import type { LogLine } from '../../../engine/streams/lines.ts';
import { unixSeconds } from '../../kit/time.ts';
import type { ContainerModel } from '../model.ts';
import { type LogBody, readBody } from './body.ts';
import {
  isBehind,
  newestOf,
  type Position,
  type Positions,
  PositionTracker,
  positionKey,
  replayFrom,
} from './cursor.ts';
import { type LogLineModel, lineModel } from './line.ts';
import { type Merged, MergedLogs, type Timed } from './merge.ts';

/** Milliseconds that a line waits for earlier ones of other containers. */
const reorderWindow = 100;

export interface LogsWanted {
  readonly tail: number | undefined;
  /** Unix seconds. */
  readonly since: string | undefined;
  /** Unix seconds. */
  readonly until: string | undefined;
  readonly follow: boolean;
  readonly streams: ReadonlySet<LogLine['stream']>;
  /** Whether a line is wanted by its text. */
  readonly matches: (text: string) => boolean;
  /** Where to go on; undefined to begin as `tail` and `since` say. */
  readonly after: Positions | undefined;
}

export type LogItem = Merged<LogLineModel>;

interface Read {
  readonly container: ContainerModel;
  readonly line: LogLine;
  readonly position: Position | undefined;
}

/** What the Engine is asked for: all of a replay, which is cut here, or what the user says. */
function beginning({ key }: ContainerModel, { after, tail, since }: LogsWanted) {
  const newest = after && newestOf(after);
  if (!after || newest === undefined) {
    return { ...(tail !== undefined && { tail: String(tail) }), ...(since !== undefined && { since }) };
  }
  return { since: unixSeconds(replayFrom(after.get(positionKey(key)) ?? { nanos: newest })) };
}

async function* read(
  container: ContainerModel,
  { lines, underWay }: LogBody,
  { after, streams, matches }: LogsWanted,
  /** Called with the first position that is wanted, whether its line is or not. */
  onFirst: (position: Position) => void,
): AsyncGenerator<Timed<Read>, void, undefined> {
  const tracker = new PositionTracker();
  const from = after?.get(positionKey(container.key));
  const isWanted = from ? isBehind(from, streams) : () => true;
  let isFirst = true;
  for await (const line of lines) {
    const position = tracker.accept(line, underWay());
    if (!isWanted(position)) continue;
    if (isFirst && position) {
      isFirst = false;
      onFirst(position);
    }
    if (!matches(line.text)) continue;
    yield { item: { container, line, position }, nanos: position?.nanos, size: line.bytes.length };
  }
}

async function open(container: ContainerModel, wanted: LogsWanted, own: AbortSignal) {
  const { scope, key: id } = container;
  const answer = await scope.stream(
    containers.logs,
    {
      id,
      follow: wanted.follow,
      stdout: wanted.streams.has('stdout'),
      stderr: wanted.streams.has('stderr'),
      timestamps: true,
      ...beginning(container, wanted),
      ...(wanted.until !== undefined && { until: wanted.until }),
    },
    own,
  );
  return readBody(container, answer);
}

/**
 * Opens one stream of the Engine for each container (`GET /containers/{id}/logs`), and merges what they bring. Resolves
 * when all of them stand; leaving the iterator ends them.
 *
 * @throws EngineError when one of them cannot be opened; then none is left open
 */
export async function followLogs(
  found: readonly ContainerModel[],
  wanted: LogsWanted,
): Promise<AsyncIterableIterator<LogItem>> {
  const leaving = new AbortController();
  setMaxListeners(0, leaving.signal);
  const positions = new Map<string, Position>();
  for (const key of found.map((container) => positionKey(container.key))) {
    const position = wanted.after?.get(key);
    if (position) positions.set(key, position);
  }
  try {
    const opened = await Promise.all(
      found.map(async (container) => ({
        container,
        body: await open(container, wanted, leaving.signal),
      })),
    );
    const logs = opened.map(({ container, body }) => {
      const key = positionKey(container.key);
      return read(container, body, wanted, (position) => {
        // Until its first line is given out, a container stands before that one.
        if (!positions.has(key)) positions.set(key, { ...position, seen: position.seen - 1 });
      });
    });
    return new MergedLogs(logs, {
      window: wanted.follow ? reorderWindow : undefined,
      give: ({ container, line, position }: Read) => {
        if (position) positions.set(positionKey(container.key), position);
        return lineModel(container, line, new Map(positions));
      },
      onEnd: () => leaving.abort(),
    });
  } catch (error) {
    leaving.abort();
    throw error;
  }
}
