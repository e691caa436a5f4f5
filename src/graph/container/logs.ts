/** The last lines a container has written. Following them is the subscription `containerLogs`. */

import { transportError } from '../../engine/errors.ts';
import { containers } from '../../engine/operations/containers.ts';
import { BadUserInput } from '../../errors.ts';
import { orNull } from '../../loaders/batch.ts';
import { builder } from '../builder.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { type LogBody, readBody } from './logs/body.ts';
import { PositionTracker, positionKey } from './logs/cursor.ts';
import { type LogLineModel, LogLineType, lineModel } from './logs/line.ts';
import type { ContainerModel } from './model.ts';

/** Lines in one answer, at most. */
const mostLines = 10_000;
/** Bytes of text in one answer, at most: 4 MiB. */
const mostBytes = 4_194_304;

interface LogTailModel {
  readonly lines: readonly LogLineModel[];
  readonly truncated: boolean;
}

const LogTail = builder.objectRef<LogTailModel>('LogTail').implement({
  description: 'The last lines that a container has written.',
  fields: (t) => ({
    lines: t.field({
      type: [LogLineType],
      nullable: false,
      description: 'The lines, oldest first.',
      resolve: (tail) => tail.lines,
    }),
    truncated: t.exposeBoolean('truncated', {
      nullable: false,
      description:
        'The lines asked for come to more than 4 MiB, and the oldest are left out. Ask for those with `until`.',
    }),
  }),
});

interface Wanted {
  readonly tail?: number | null | undefined;
  readonly since?: string | null | undefined;
  readonly until?: string | null | undefined;
  readonly stdout?: boolean | null | undefined;
  readonly stderr?: boolean | null | undefined;
  readonly grep?: string | null | undefined;
}

/** @throws BadUserInput for a count out of bounds, and for neither of the two streams */
function checked({ tail, since, until, stdout, stderr }: Wanted) {
  const count = tail ?? mostLines;
  if (count < 0 || count > mostLines) {
    throw new BadUserInput(
      `\`tail\` cannot be ${count}: give 0 to ${mostLines}. Older lines come with \`until\` set to the time of the oldest.`,
    );
  }
  const streams = { stdout: stdout ?? true, stderr: stderr ?? true };
  if (!streams.stdout && !streams.stderr) {
    throw new BadUserInput('`stdout` and `stderr` cannot both be false: nothing would be left.');
  }
  return {
    ...streams,
    tail: String(count),
    timestamps: true,
    ...(since && { since }),
    ...(until && { until }),
  };
}

/** Keeps what was written last, as that is what a tail is for. */
async function keepLast(
  container: ContainerModel,
  { lines, underWay }: LogBody,
  grep: string,
): Promise<LogTailModel> {
  const kept: { readonly line: LogLineModel; readonly size: number }[] = [];
  const tracker = new PositionTracker();
  const key = positionKey(container.key);
  let bytes = 0;
  let truncated = false;
  for await (const line of lines) {
    const position = tracker.accept(line, underWay());
    if (!line.text.includes(grep)) continue;
    const positions = new Map(position && [[key, position]]);
    const size = line.bytes.length;
    kept.push({ line: lineModel(container, line, positions), size });
    bytes += size;
    while (bytes > mostBytes) {
      bytes -= kept.shift()?.size ?? bytes;
      truncated = true;
    }
  }
  return { lines: kept.map(({ line }) => line), truncated };
}

async function readTail(container: ContainerModel, wanted: Wanted): Promise<LogTailModel | null> {
  const { scope, key: id } = container;
  const answer = await orNull(scope.stream(containers.logsTail, { id, ...checked(wanted) }));
  if (!answer) return null;
  try {
    return await keepLast(container, await readBody(container, answer), wanted.grep ?? '');
  } catch (error) {
    throw transportError(containers.logsTail.route, error, {
      deadline: false,
      aborted: scope.signal.aborted,
    });
  }
}

/** `logs(tail:, since:, …)`: the field of a container. */
export const logsField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    type: LogTail,
    nullable: true,
    description:
      'The last lines it has written; null once it is gone. An error where its log driver cannot be read. Each container ' +
      'is a call of its own: `GET /containers/{id}/logs`. Lines to come are in the subscription `containerLogs`.',
    args: {
      tail: t.arg.int({
        defaultValue: 100,
        description: `How many lines at most, counted from the end; null is ${mostLines}, which is the most.`,
      }),
      since: t.arg({ type: 'Timestamp', description: 'Only lines written at this time or later.' }),
      until: t.arg({ type: 'Timestamp', description: 'Only lines written before this time.' }),
      stdout: t.arg.boolean({
        defaultValue: true,
        description: 'Whether lines of standard output are wanted.',
      }),
      stderr: t.arg.boolean({
        defaultValue: true,
        description: 'Whether lines of standard error are wanted.',
      }),
      grep: t.arg.string({
        description: 'Of those lines only the ones that contain this text, exactly as written: no pattern.',
      }),
    },
    resolve: readTail,
  });
