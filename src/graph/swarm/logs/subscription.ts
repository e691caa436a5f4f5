/** `subscription { serviceLogs taskLogs }`: what the tasks of a swarm write. */
import type { Context } from '../../../context.ts';
import type { EngineStream } from '../../../engine/client.ts';
import type { OutputStream } from '../../../engine/streams/lines.ts';
import { BadUserInput } from '../../../errors.ts';
import { behind, type Position, replayFrom } from '../../../logs/position.ts';
import { type TaskEntry, TaskLogDecoder } from '../../../logs/task-decoder.ts';
import { builder } from '../../builder.ts';
import { decodeCursor, encodeCursor } from '../../container/logs/cursor.ts';
import { LogStream } from '../../container/logs/line.ts';
import { textTest } from '../../container/logs/matching.ts';
import { streamOf } from '../../kit/stream.ts';
import { wire } from '../../kit/wire.ts';
import { type TaskLineModel, TaskLogLine } from './line.ts';
import { type FindLogs, findServiceLogs, findTaskLogs, type LogSource } from './source.ts';

interface Options {
  readonly ref: string;
  readonly tail?: number | null | undefined;
  readonly since?: string | null | undefined;
  readonly follow?: boolean | null | undefined;
  readonly streams?: readonly (typeof LogStream.$inferType)[] | null | undefined;
  readonly grep?: string | null | undefined;
  readonly grepPattern?: string | null | undefined;
  readonly invert?: boolean | null | undefined;
  readonly after?: string | null | undefined;
  readonly engine?: string | null | undefined;
}

type Item =
  | { readonly ok: true; readonly line: TaskLineModel }
  | { readonly ok: false; readonly error: unknown };

/** Which lines of a replay are behind a cursor, for each task by itself. */
function selection(positions: ReadonlyMap<string, Position>, streams: ReadonlySet<OutputStream>) {
  const selects = new Map([...positions].map(([task, from]) => [task, behind(from, streams)]));
  return (entry: TaskEntry): TaskEntry | undefined => {
    const select = selects.get(entry.origin.task);
    const selected = select ? select(entry) : entry;
    return selected && { ...selected, origin: entry.origin };
  };
}

/** The lines of an answer, read no faster than they are taken. */
function linesOf(
  { scope, isTerminal }: LogSource,
  { body }: EngineStream,
  select: (entry: TaskEntry) => TaskEntry | undefined,
  matches: ((text: string) => boolean) | undefined,
  positions: Map<string, Position>,
): () => Promise<Item | undefined> {
  const chunks = body[Symbol.asyncIterator]();
  const decoder = new TaskLogDecoder(isTerminal);
  let ready: TaskEntry[] = [];
  let taken = 0;
  let failure: { readonly error: unknown } | undefined;
  let isOver = false;
  const read = async (): Promise<void> => {
    const found: TaskEntry[] = [];
    try {
      const { done, value } = await chunks.next();
      if (done) {
        isOver = true;
        decoder.end(found);
      } else {
        decoder.push(value, found);
      }
    } catch (error) {
      failure = { error };
      isOver = true;
    }
    ready = found.map(select).filter((entry) => entry !== undefined);
    if (matches) ready = ready.filter(({ line }) => matches(line.text));
    taken = 0;
  };
  return async () => {
    while (taken === ready.length && !isOver) await read();
    const entry = ready[taken++];
    if (entry) {
      const { origin, position } = entry;
      if (position) positions.set(origin.task, position);
      return { ok: true, line: { scope, entry, origin, cursor: encodeCursor(positions) } };
    }
    if (!failure) return undefined;
    const { error } = failure;
    failure = undefined;
    return { ok: false, error };
  };
}

async function followTasks(
  context: Context,
  options: Options,
  find: FindLogs,
): Promise<AsyncIterableIterator<Item, undefined, undefined>> {
  const { ref, tail, since, follow, streams: chosen, after, engine } = options;
  if (tail !== null && tail !== undefined && tail < 0) {
    throw new BadUserInput(`\`tail\` cannot be ${tail}: give 0 or more, or leave it out for all lines.`);
  }
  if (chosen?.length === 0) throw new BadUserInput('`streams` is empty: name one, or leave it out for both.');
  const streams = new Set(chosen ?? (['stdout', 'stderr'] as const));
  const matches = textTest(options);
  const positions = new Map(typeof after === 'string' ? decodeCursor(after) : []);
  const oldest = [...positions.values()].map(replayFrom).sort((a, b) => Number(a) - Number(b))[0];
  const begin =
    oldest === undefined
      ? { ...(typeof tail === 'number' && { tail: String(tail) }), ...(since && { since }) }
      : { since: oldest };
  const source = await find(context, ref, engine);
  const { scope, id, row } = source;
  const leaving = new AbortController();
  const leave = (): void => {
    context.signal.removeEventListener('abort', leave);
    leaving.abort();
  };
  const answer = await scope.stream(
    row,
    {
      id,
      follow: follow ?? true,
      stdout: streams.has('stdout'),
      stderr: streams.has('stderr'),
      timestamps: true,
      details: true,
      ...begin,
    },
    leaving.signal,
  );
  context.signal.addEventListener('abort', leave, { once: true });
  if (context.signal.aborted) leave();
  const next = linesOf(source, answer, selection(new Map(positions), streams), matches, positions);
  return streamOf(async () => (leaving.signal.aborted ? undefined : next()), leave);
}

type SubscriptionBuilder = Parameters<Parameters<typeof builder.subscriptionField>[1]>[0];

const logArguments = (t: SubscriptionBuilder) => ({
  tail: t.arg.int({
    ...wire('GET /services/{id}/logs?tail', 'GET /tasks/{id}/logs?tail'),
    description: 'How many lines of each task to begin with, counted from the end; all if left out.',
  }),
  since: t.arg({
    ...wire('GET /services/{id}/logs?since', 'GET /tasks/{id}/logs?since'),
    type: 'Timestamp',
    description: 'Only lines written at this time or later.',
  }),
  follow: t.arg.boolean({
    ...wire('GET /services/{id}/logs?follow', 'GET /tasks/{id}/logs?follow'),
    defaultValue: true,
    description: 'Whether to wait for lines to come; without it the end comes after the last line there is.',
  }),
  streams: t.arg({
    ...wire(
      'GET /services/{id}/logs?stdout',
      'GET /tasks/{id}/logs?stdout',
      'GET /services/{id}/logs?stderr',
      'GET /tasks/{id}/logs?stderr',
    ),
    type: [LogStream],
    description: 'Only lines of these streams; both if left out.',
  }),
  grep: t.arg.string({ description: 'Only lines that contain this text, exactly as written.' }),
  grepPattern: t.arg.string({
    description:
      'Only lines in which this pattern matches anywhere, in RE2 syntax. Not together with `grep`.',
  }),
  invert: t.arg.boolean({
    defaultValue: false,
    description: 'Only lines that `grep` or `grepPattern` does not find.',
  }),
  after: t.arg.string({
    description:
      'Go on behind the line with this `cursor`, for each task with nothing lost and nothing twice; `tail` and `since` then ' +
      'mean nothing.',
  }),
  engine: t.arg.string({ description: 'The name of the engine; the default one if left out.' }),
});

const howItIsRead =
  'Lines come in the order in which the nodes of the swarm send them; each task keeps its own. Only a manager of a swarm can ' +
  'be asked. Where the connection to it is lost the stream ends with an error, and `after` goes on. Engines are known to leave ' +
  'out lines here now and then: the logs of the containers have them all.';

builder.subscriptionField('serviceLogs', (t) =>
  t.field({
    type: TaskLogLine,
    nullable: false,
    description: `What all tasks of a service write, on all nodes (\`GET /services/{id}/logs\`). ${howItIsRead}`,
    args: {
      ref: t.arg.id({
        required: true,
        description: 'Which service: its global ID, its name, its ID, or a unique prefix of that.',
      }),
      ...logArguments(t),
    },
    subscribe: (_root, args, context) => followTasks(context, args, findServiceLogs),
    resolve: (item) => {
      if (item.ok) return item.line;
      throw item.error;
    },
  }),
);

builder.subscriptionField('taskLogs', (t) =>
  t.field({
    type: TaskLogLine,
    nullable: false,
    description: `What one task of a service writes (\`GET /tasks/{id}/logs\`). ${howItIsRead}`,
    args: {
      ref: t.arg.id({
        required: true,
        description: 'Which task: its global ID, its ID, or a unique prefix of that.',
      }),
      ...logArguments(t),
    },
    subscribe: (_root, args, context) => followTasks(context, args, findTaskLogs),
    resolve: (item) => {
      if (item.ok) return item.line;
      throw item.error;
    },
  }),
);
