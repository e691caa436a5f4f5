/** The last lines a container has written. Following them is the subscription `containerLogs`. */

import type { EngineStream } from '../../engine/client.ts';
import { transportError } from '../../engine/errors.ts';
import { containers } from '../../engine/operations/containers.ts';
import { orNull } from '../../loaders/batch.ts';
import { LogDecoder } from '../../logs/decoder.ts';
import type { Entry } from '../../logs/position.ts';
import { builder } from '../builder.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { wire } from '../kit/wire.ts';
import { checkedBounds, mostBytes, mostLines, type WantedLines } from './logs/bounds.ts';
import { encodeCursor, positionKey } from './logs/cursor.ts';
import { type LogLineModel, LogLineType } from './logs/line.ts';
import { textTest } from './logs/matching.ts';
import { type ContainerModel, detailsOf } from './model.ts';

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

interface Wanted extends WantedLines {
  readonly until?: string | null | undefined;
}

/** @throws BadUserInput for a count out of bounds, and for neither of the two streams */
const checked = (wanted: Wanted) => ({
  ...checkedBounds(wanted, ' Older lines come with `until` set to the time of the oldest.'),
  ...(wanted.until && { until: wanted.until }),
});

/** Below API 1.42 the answer does not say whether it comes from a terminal, so the container has to. */
async function isTerminal(container: ContainerModel, contentType: string): Promise<boolean> {
  if (contentType.startsWith('application/vnd.docker.multiplexed-stream')) return false;
  return (await detailsOf(container))?.Config?.Tty === true;
}

/** Chunk by chunk, to the end; a fault comes after the lines before it. */
async function* read(container: ContainerModel, { contentType, body }: EngineStream): AsyncGenerator<Entry> {
  let decoder: LogDecoder | undefined;
  let entries: Entry[] = [];
  for await (const chunk of body) {
    // Within the loop, as leaving that is what ends the call.
    decoder ??= new LogDecoder(await isTerminal(container, contentType));
    entries = [];
    decoder.push(chunk, entries);
    yield* entries;
  }
  entries = [];
  decoder?.end(entries);
  yield* entries;
}

/** Keeps what was written last, as that is what a tail is for. */
async function keepLast(
  container: ContainerModel,
  answer: EngineStream,
  matches: (text: string) => boolean,
): Promise<LogTailModel> {
  const kept: LogLineModel[] = [];
  const key = positionKey(container.key);
  let bytes = 0;
  let truncated = false;
  for await (const { line, position } of read(container, answer)) {
    if (!matches(line.text)) continue;
    const cursor = encodeCursor(new Map(position && [[key, position]]));
    kept.push({ container, line, partial: line.cut === 'long', cursor, dropped: undefined });
    bytes += line.size;
    while (bytes > mostBytes) {
      bytes -= kept.shift()?.line.size ?? bytes;
      truncated = true;
    }
  }
  return { lines: kept, truncated };
}

async function readTail(container: ContainerModel, wanted: Wanted): Promise<LogTailModel | null> {
  const { scope, key: id } = container;
  const matches = textTest(wanted) ?? (() => true);
  const answer = await orNull(scope.stream(containers.logsTail, { id, ...checked(wanted) }));
  if (!answer) return null;
  try {
    return await keepLast(container, answer, matches);
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
        ...wire('GET /containers/{id}/logs?tail'),
        defaultValue: 100,
        description: `How many lines at most, counted from the end; null is ${mostLines}, which is the most.`,
      }),
      since: t.arg({
        ...wire('GET /containers/{id}/logs?since'),
        type: 'Timestamp',
        description: 'Only lines written at this time or later.',
      }),
      until: t.arg({
        ...wire('GET /containers/{id}/logs?until'),
        type: 'Timestamp',
        description: 'Only lines written before this time.',
      }),
      stdout: t.arg.boolean({
        ...wire('GET /containers/{id}/logs?stdout'),
        defaultValue: true,
        description: 'Whether lines of standard output are wanted.',
      }),
      stderr: t.arg.boolean({
        ...wire('GET /containers/{id}/logs?stderr'),
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
    resolve: readTail,
  });
