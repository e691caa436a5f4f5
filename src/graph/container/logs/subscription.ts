/** `subscription { containerLogs }`. */
import { BadUserInput } from '../../../errors.ts';
import { builder } from '../../builder.ts';
import { chosenContainers, mostContainers } from '../chosen.ts';
import { ContainerFilter } from '../filter.ts';
import { decodeCursor } from './cursor.ts';
import { followLogs, type LogItem, type LogsWanted } from './follow.ts';
import { LogLineType, LogStream } from './line.ts';

interface Options {
  readonly tail?: number | null | undefined;
  readonly since?: string | null | undefined;
  readonly until?: string | null | undefined;
  readonly follow?: boolean | null | undefined;
  readonly streams?: readonly (typeof LogStream.$inferType)[] | null | undefined;
  readonly grep?: string | null | undefined;
  readonly invert?: boolean | null | undefined;
  readonly after?: string | null | undefined;
}

/** @throws BadUserInput before anything is asked of the Engine */
function wantedOf(options: Options): LogsWanted {
  const { tail, since, until, follow, streams, grep, invert, after } = options;
  if (tail !== null && tail !== undefined && tail < 0) {
    throw new BadUserInput(`\`tail\` cannot be ${tail}: give 0 or more, or leave it out for all lines.`);
  }
  if (streams?.length === 0)
    throw new BadUserInput('`streams` is empty: name one, or leave it out for both.');
  if (invert && !grep) throw new BadUserInput('`invert` turns `grep` round, and there is none: give one.');
  return {
    tail: tail ?? undefined,
    since: since ?? undefined,
    until: until ?? undefined,
    follow: follow ?? true,
    streams: new Set(streams ?? (['stdout', 'stderr'] as const)),
    matches: grep ? (text) => text.includes(grep) !== (invert ?? false) : () => true,
    after: typeof after === 'string' ? decodeCursor(after) : undefined,
  };
}

builder.subscriptionField('containerLogs', (t) =>
  t.field({
    type: LogLineType,
    nullable: false,
    description:
      'What containers write, line by line: what they have written so far, and then what they write from now on. Of several ' +
      'containers the lines come in order of time, for which a line may be held back for 100 ms. Ends when all of these ' +
      'containers have ended. Each container is one stream of the Engine (`GET /containers/{id}/logs`), read no faster ' +
      'than the client reads. An error where one of them is missing or has a log driver that cannot be read.',
    args: {
      refs: t.arg.idList({
        description: `Which containers, ${mostContainers} at most: global IDs, or what the docker CLI takes: IDs, unique prefixes of one, or names.`,
      }),
      filter: t.arg({
        type: ContainerFilter,
        description:
          'Which containers, instead of `refs`: those that fit when the subscription begins. None is the end at once.',
      }),
      tail: t.arg.int({
        description: 'How many lines of each container to begin with, counted from the end; all if left out.',
      }),
      since: t.arg({ type: 'Timestamp', description: 'Only lines written at this time or later.' }),
      until: t.arg({
        type: 'Timestamp',
        description: 'Only lines written before this time; the end comes with the first one after it.',
      }),
      follow: t.arg.boolean({
        defaultValue: true,
        description:
          'Whether to wait for lines to come; without it the end comes after the last line there is.',
      }),
      streams: t.arg({ type: [LogStream], description: 'Only lines of these streams; both if left out.' }),
      grep: t.arg.string({
        description: 'Only lines that contain this text, exactly as written: no pattern.',
      }),
      invert: t.arg.boolean({
        defaultValue: false,
        description: 'Only lines that do not contain the text of `grep`.',
      }),
      after: t.arg.string({
        description:
          'Go on behind the line with this `cursor`, with nothing lost and nothing twice as long as the Engine keeps the ' +
          'lines; `tail` and `since` then mean nothing. A container that has shown no line until then is read from the ' +
          'time of the newest one. Give the same containers and streams as before.',
      }),
      engine: t.arg.string({
        description: 'The name of the engine of the containers; the default one if left out.',
      }),
    },
    subscribe: async (_root, args, context): Promise<AsyncIterableIterator<LogItem>> => {
      const wanted = wantedOf(args);
      const lines = await followLogs(await chosenContainers(context, args), wanted);
      const leave = () => void lines.return?.();
      context.signal.addEventListener('abort', leave, { once: true });
      if (context.signal.aborted) leave();
      return lines;
    },
    resolve: (item) => {
      if (item.ok) return item.item;
      throw item.error;
    },
  }),
);
