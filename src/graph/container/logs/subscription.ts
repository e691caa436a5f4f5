/** `subscription { containerLogs containerLogBatches }`. */
import type { Context } from '../../../context.ts';
import { BadUserInput } from '../../../errors.ts';
import { builder } from '../../builder.ts';
import { isSelected } from '../../kit/selected.ts';
import { streamOf } from '../../kit/stream.ts';
import { wire } from '../../kit/wire.ts';
import { mostContainers } from '../chosen.ts';
import { ContainerFilter } from '../filter.ts';
import { decodeCursor } from './cursor.ts';
import { type ContainerLogs, type LogsChosen, type LogsWanted, openLogs } from './follow.ts';
import { type LogLineModel, LogLineType, LogStream, LogsDropped } from './line.ts';
import { textTest } from './matching.ts';
import type { Dropped } from './merge.ts';

const WhenSlow = builder.enumType('WhenSlow', {
  description: 'What happens where a container writes faster than the client reads.',
  values: {
    WAIT: {
      value: 'wait',
      description: 'The Engine is read more slowly: every line comes, however late, and none is lost.',
    },
    DROP_OLDEST: {
      value: 'drop-oldest',
      description:
        'About the last 512 KiB of each container wait for the client; what is older is dropped, and `dropped` says so.',
    },
  } as const,
});

interface Options {
  readonly refs?: readonly string[] | null | undefined;
  readonly filter?: LogsChosen['filter'];
  readonly engine?: string | null | undefined;
  readonly tail?: number | null | undefined;
  readonly since?: string | null | undefined;
  readonly until?: string | null | undefined;
  readonly follow?: boolean | null | undefined;
  readonly acrossRestarts?: boolean | null | undefined;
  readonly includeNew?: boolean | null | undefined;
  readonly streams?: readonly (typeof LogStream.$inferType)[] | null | undefined;
  readonly grep?: string | null | undefined;
  readonly grepPattern?: string | null | undefined;
  readonly invert?: boolean | null | undefined;
  readonly whenSlow?: typeof WhenSlow.$inferType | null | undefined;
  readonly after?: string | null | undefined;
}

/** @throws BadUserInput before anything is asked of the Engine */
function wantedOf(options: Options): Omit<LogsWanted, 'cursors'> {
  const { tail, since, until, follow, acrossRestarts, includeNew, streams, whenSlow, after } = options;
  if (tail !== null && tail !== undefined && tail < 0) {
    throw new BadUserInput(`\`tail\` cannot be ${tail}: give 0 or more, or leave it out for all lines.`);
  }
  if (streams?.length === 0)
    throw new BadUserInput('`streams` is empty: name one, or leave it out for both.');
  for (const [name, given] of [
    ['acrossRestarts', acrossRestarts],
    ['includeNew', includeNew],
  ] as const) {
    if (given && follow === false) {
      throw new BadUserInput(
        `\`${name}\` waits for what comes, and \`follow\` is false: leave one of them out.`,
      );
    }
    if (given && until) {
      throw new BadUserInput(`\`${name}\` goes on without end, and \`until\` ends: leave one of them out.`);
    }
  }
  if (includeNew && !options.filter) {
    throw new BadUserInput('`includeNew` needs `filter`, which says what containers to wait for.');
  }
  return {
    tail: tail ?? undefined,
    since: since ?? undefined,
    until: until ?? undefined,
    follow: follow ?? true,
    acrossRestarts: acrossRestarts ?? false,
    streams: new Set(streams ?? (['stdout', 'stderr'] as const)),
    matches: textTest(options),
    after: typeof after === 'string' ? decodeCursor(after) : undefined,
    whenSlow: whenSlow ?? 'wait',
  };
}

/** @param cursors whether each line needs its own */
const open = async (options: Options, context: Context, cursors: boolean): Promise<ContainerLogs> =>
  openLogs(
    context,
    {
      refs: options.refs,
      filter: options.filter,
      engine: options.engine,
      includeNew: options.includeNew ?? false,
    },
    { ...wantedOf(options), cursors },
  );

type SubscriptionBuilder = Parameters<Parameters<typeof builder.subscriptionField>[1]>[0];

const logArguments = (t: SubscriptionBuilder) => ({
  refs: t.arg.idList({
    description: `Which containers, ${mostContainers} at most: global IDs, or what the docker CLI takes: IDs, unique prefixes of one, or names.`,
  }),
  filter: t.arg({
    type: ContainerFilter,
    description:
      'Which containers, instead of `refs`: those that fit when the subscription begins, and with `includeNew` later ones. ' +
      'None is the end at once, without that.',
  }),
  includeNew: t.arg.boolean({
    defaultValue: false,
    description:
      'Also containers that fit `filter` later, as they are made, started or renamed: what they write since the ' +
      'subscription began. The stream then has no end. One that no longer fits is still read to its end.',
  }),
  tail: t.arg.int({
    ...wire('GET /containers/{id}/logs?tail'),
    description: 'How many lines of each container to begin with, counted from the end; all if left out.',
  }),
  since: t.arg({
    ...wire('GET /containers/{id}/logs?since'),
    type: 'Timestamp',
    description: 'Only lines written at this time or later.',
  }),
  until: t.arg({
    ...wire('GET /containers/{id}/logs?until'),
    type: 'Timestamp',
    description: 'Only lines written before this time; the end comes with the first one after it.',
  }),
  follow: t.arg.boolean({
    ...wire('GET /containers/{id}/logs?follow'),
    defaultValue: true,
    description: 'Whether to wait for lines to come; without it the end comes after the last line there is.',
  }),
  acrossRestarts: t.arg.boolean({
    defaultValue: false,
    description:
      'Whether to go on when a container is started again, without a repeat and without a loss. The end then comes when ' +
      'the containers have been removed.',
  }),
  streams: t.arg({
    ...wire('GET /containers/{id}/logs?stdout', 'GET /containers/{id}/logs?stderr'),
    type: [LogStream],
    description: 'Only lines of these streams; both if left out.',
  }),
  grep: t.arg.string({
    description: 'Only lines that contain this text, exactly as written: no pattern.',
  }),
  grepPattern: t.arg.string({
    description:
      'Only lines in which this pattern matches anywhere, in RE2 syntax such as `(?i)error|warn`. Not together with `grep`.',
  }),
  invert: t.arg.boolean({
    defaultValue: false,
    description: 'Only lines that `grep` or `grepPattern` does not find.',
  }),
  whenSlow: t.arg({
    type: WhenSlow,
    defaultValue: 'wait',
    description: 'What happens where the containers write faster than the client reads.',
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
});

const howItIsRead =
  'Of several containers the lines come in order of time, for which a line may be held back for 100 ms. Ends when all of ' +
  'these containers have ended. Each container is one stream of the Engine (`GET /containers/{id}/logs`), read no faster ' +
  'than the client reads, and shared by all who have read up to now. Where that is cut or the Engine is restarted it is ' +
  'opened again where it was; an Engine that is away for more than a minute is an error. So is a container that is missing ' +
  'or has a log driver that cannot be read.';

type LineItem =
  | { readonly ok: true; readonly line: LogLineModel }
  | { readonly ok: false; readonly error: unknown };

/** Lines that are made ready at once. */
const ahead = { items: 64, bytes: 65_536 } as const;

builder.subscriptionField('containerLogs', (t) =>
  t.field({
    type: LogLineType,
    nullable: false,
    description:
      'What containers write, line by line: what they have written so far, and then what they write from now on. ' +
      `${howItIsRead} For floods see \`containerLogBatches\`.`,
    args: logArguments(t),
    subscribe: async (_root, args, context, info): Promise<AsyncIterableIterator<LineItem>> => {
      const logs = await open(args, context, isSelected(info, 'cursor'));
      let ready: readonly LogLineModel[] = [];
      let given = 0;
      const next = async (): Promise<LineItem | undefined> => {
        const line = ready[given];
        if (line) {
          given++;
          return { ok: true, line };
        }
        const taken = await logs.take(ahead);
        if (!taken?.ok) return taken;
        ready = taken.lines;
        given = 0;
        return next();
      };
      return streamOf(next, () => {
        ready = [];
        logs.leave();
      });
    },
    resolve: (item) => {
      if (item.ok) return item.line;
      throw item.error;
    },
  }),
);

/** What one answer may hold. */
const batch = { items: 500, bytes: 262_144 } as const;

interface BatchModel {
  readonly lines: readonly LogLineModel[];
  readonly dropped: Dropped | undefined;
  readonly cursor: string;
}

const LogBatch = builder.objectRef<BatchModel>('LogBatch').implement({
  description: 'Lines that containers have written, as many as were at hand.',
  fields: (t) => ({
    lines: t.field({
      type: [LogLineType],
      nullable: false,
      description: 'The lines in their order: at least one, and at most 500.',
      resolve: ({ lines }) => lines,
    }),
    dropped: t.field({
      type: LogsDropped,
      nullable: true,
      description: 'What was left out before these lines; null for nothing.',
      resolve: ({ dropped }) => dropped ?? null,
    }),
    cursor: t.exposeString('cursor', {
      nullable: false,
      description: 'The place of the last of these lines: `after` goes on behind it.',
    }),
  }),
});

type BatchItem =
  | { readonly ok: true; readonly batch: BatchModel }
  | { readonly ok: false; readonly error: unknown };

builder.subscriptionField('containerLogBatches', (t) =>
  t.field({
    type: LogBatch,
    nullable: false,
    description:
      'The same lines as `containerLogs`, with as many in one answer as are at hand: several times faster where containers ' +
      `write much, and as prompt where they write little. ${howItIsRead}`,
    args: logArguments(t),
    subscribe: async (_root, args, context, info): Promise<AsyncIterableIterator<BatchItem>> => {
      const logs = await open(args, context, isSelected(info, 'lines', 'cursor'));
      const next = async (): Promise<BatchItem | undefined> => {
        const taken = await logs.take(batch);
        if (!taken?.ok) return taken;
        const { lines, dropped } = taken;
        return { ok: true, batch: { lines, dropped, cursor: logs.cursor } };
      };
      return streamOf(next, () => logs.leave());
    },
    resolve: (item) => {
      if (item.ok) return item.batch;
      throw item.error;
    },
  }),
);
