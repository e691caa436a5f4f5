/** The last lines of a service or a task. Following them is `serviceLogs` and `taskLogs`. */
import { transportError } from '../../../engine/errors.ts';
import { orNull } from '../../../loaders/batch.ts';
import type { Position } from '../../../logs/position.ts';
import { type TaskEntry, TaskLogDecoder } from '../../../logs/task-decoder.ts';
import { builder } from '../../builder.ts';
import { checkedBounds, mostBytes, mostLines, type WantedLines } from '../../container/logs/bounds.ts';
import { encodeCursor } from '../../container/logs/cursor.ts';
import { textTest } from '../../container/logs/matching.ts';
import type { FieldBuilder } from '../../kit/record.ts';
import { wire } from '../../kit/wire.ts';
import type { ServiceModel } from '../../service/model.ts';
import type { TaskModel } from '../../task/model.ts';
import { type TaskLineModel, TaskLogLine } from './line.ts';
import { type LogSource, logsOfService, logsOfTask } from './source.ts';

interface TaskLogTailModel {
  readonly lines: readonly TaskLineModel[];
  readonly truncated: boolean;
}

const TaskLogTail = builder.objectRef<TaskLogTailModel>('TaskLogTail').implement({
  description: 'The last lines that tasks of a swarm have written.',
  fields: (t) => ({
    lines: t.field({
      type: [TaskLogLine],
      nullable: false,
      description: 'The lines, in the order in which the nodes sent them; those of each task oldest first.',
      resolve: (tail) => tail.lines,
    }),
    truncated: t.exposeBoolean('truncated', {
      nullable: false,
      description: 'The lines asked for come to more than 4 MiB, and the first of them are left out.',
    }),
  }),
});

async function keepLast(
  { scope, isTerminal }: LogSource,
  body: AsyncIterable<Uint8Array>,
  matches: (text: string) => boolean,
): Promise<TaskLogTailModel> {
  const kept: TaskLineModel[] = [];
  const positions = new Map<string, Position>();
  const decoder = new TaskLogDecoder(isTerminal);
  let bytes = 0;
  let truncated = false;
  const keep = (entries: readonly TaskEntry[]): void => {
    for (const entry of entries) {
      const { line, origin, position } = entry;
      if (position) positions.set(origin.task, position);
      if (!matches(line.text)) continue;
      kept.push({ scope, entry, origin, cursor: encodeCursor(positions) });
      bytes += line.size;
      while (bytes > mostBytes) {
        bytes -= kept.shift()?.entry.line.size ?? bytes;
        truncated = true;
      }
    }
  };
  for await (const chunk of body) {
    const entries: TaskEntry[] = [];
    decoder.push(chunk, entries);
    keep(entries);
  }
  const entries: TaskEntry[] = [];
  decoder.end(entries);
  keep(entries);
  return { lines: kept, truncated };
}

async function readTail(source: LogSource, wanted: WantedLines): Promise<TaskLogTailModel | null> {
  const { scope, id, row } = source;
  const matches = textTest(wanted) ?? (() => true);
  const answer = await orNull(
    scope.stream(row, { id, ...checkedBounds(wanted), follow: false, details: true }),
  );
  if (!answer) return null;
  try {
    return await keepLast(source, answer.body, matches);
  } catch (error) {
    throw transportError(row.route, error, { deadline: false, aborted: scope.signal.aborted });
  }
}

function tailField<Model>(
  t: FieldBuilder<Model>,
  description: string,
  sourceOf: (model: Model) => LogSource,
) {
  return t.field({
    type: TaskLogTail,
    nullable: true,
    description,
    args: {
      tail: t.arg.int({
        ...wire('GET /services/{id}/logs?tail', 'GET /tasks/{id}/logs?tail'),
        defaultValue: 100,
        description: `How many lines of each task at most, counted from the end; null is ${mostLines}, which is the most.`,
      }),
      since: t.arg({
        ...wire('GET /services/{id}/logs?since', 'GET /tasks/{id}/logs?since'),
        type: 'Timestamp',
        description: 'Only lines written at this time or later.',
      }),
      stdout: t.arg.boolean({
        ...wire('GET /services/{id}/logs?stdout', 'GET /tasks/{id}/logs?stdout'),
        defaultValue: true,
        description: 'Whether lines of standard output are wanted.',
      }),
      stderr: t.arg.boolean({
        ...wire('GET /services/{id}/logs?stderr', 'GET /tasks/{id}/logs?stderr'),
        defaultValue: true,
        description: 'Whether lines of standard error are wanted.',
      }),
      grep: t.arg.string({
        description: 'Of those lines only the ones that contain this text, exactly as written: no pattern.',
      }),
      grepPattern: t.arg.string({
        description:
          'Of those lines only the ones in which this pattern matches anywhere, in RE2 syntax such as `(?i)error|warn`. Not ' +
          'together with `grep`.',
      }),
      invert: t.arg.boolean({
        defaultValue: false,
        description: 'Only lines that `grep` or `grepPattern` does not find.',
      }),
    },
    resolve: (model, args) => readTail(sourceOf(model), args),
  });
}

const howItIsRead =
  'Engines are known to leave out lines here now and then: the logs of the containers have them all.';

/** `logs(tail:, since:, …)`: the field of a service. */
export const serviceLogsField = (t: FieldBuilder<ServiceModel>) =>
  tailField(
    t,
    'The last lines that its tasks have written, on all nodes; null once it is gone. Each service is a call of its own: ' +
      `\`GET /services/{id}/logs\`. Lines to come are in the subscription \`serviceLogs\`. ${howItIsRead}`,
    logsOfService,
  );

/** `logs(tail:, since:, …)`: the field of a task. */
export const taskLogsField = (t: FieldBuilder<TaskModel>) =>
  tailField(
    t,
    'The last lines that it has written, on whatever node; null once it is gone. Each task is a call of its own: ' +
      `\`GET /tasks/{id}/logs\`. Lines to come are in the subscription \`taskLogs\`. ${howItIsRead}`,
    logsOfTask,
  );
