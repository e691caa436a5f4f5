/** `LogLine`: what both the last lines and those to come are made of. */
import type { LogLine } from '../../../engine/streams/lines.ts';
import { builder } from '../../builder.ts';
import { wire } from '../../kit/wire.ts';
import { Container } from '../../nouns.ts';
import type { ContainerModel } from '../model.ts';
import type { Dropped } from './merge.ts';

export interface LogLineModel {
  readonly container: ContainerModel;
  readonly line: LogLine;
  readonly partial: boolean;
  /** How far each container has been read when this line has been given out. */
  readonly cursor: string;
  readonly dropped: Dropped | undefined;
}

export const LogStream = builder.enumType('LogStream', {
  description: 'Where a line was written to.',
  values: {
    STDOUT: { value: 'stdout', description: 'Standard output; with a terminal, all output.' },
    STDERR: { value: 'stderr', description: 'Standard error.' },
  } as const,
});

export const LogsDropped = builder.objectRef<Dropped>('LogsDropped').implement({
  description: 'Lines that a reader who chose `DROP_OLDEST` was too slow for.',
  fields: (t) => ({
    count: t.exposeInt('count', { nullable: false, description: 'How many lines were left out.' }),
    from: t.field({
      type: 'Timestamp',
      nullable: true,
      description: 'When the first of them was written; null where the log driver does not know.',
      resolve: ({ from }) => from ?? null,
    }),
    to: t.field({
      type: 'Timestamp',
      nullable: true,
      description: 'When the last of them was written; null where the log driver does not know.',
      resolve: ({ to }) => to ?? null,
    }),
  }),
});

export const LogLineType = builder.objectRef<LogLineModel>('LogLine').implement({
  description: 'A line that a container has written.',
  fields: (t) => ({
    container: t.field({
      type: Container,
      nullable: false,
      description: 'Which container has written it, as it was when reading its lines began.',
      resolve: ({ container }) => container,
    }),
    cursor: t.string({
      nullable: false,
      description:
        'The place of this line among all that are read: `containerLogs(after:)` goes on behind it. It tells of every ' +
        'container that is read, so with many of them it is long.',
      resolve: ({ cursor }) => cursor,
    }),
    timestamp: t.field({
      ...wire('GET /containers/{id}/logs?timestamps'),
      type: 'Timestamp',
      nullable: true,
      description: 'When it was written, with nanoseconds; null where the log driver does not know.',
      resolve: ({ line }) => line.timestamp ?? null,
    }),
    stream: t.field({
      type: LogStream,
      nullable: false,
      description: 'Where it was written to.',
      resolve: ({ line }) => line.stream,
    }),
    text: t.string({
      nullable: false,
      description:
        'The line without its end. Colours and the like are left in; bytes that are no UTF-8 are U+FFFD.',
      resolve: ({ line }) => line.text,
    }),
    base64: t.string({
      nullable: false,
      description:
        'The exact bytes of the line without its line feed, in base64: a carriage return before that, as terminals write it, is ' +
        'here and not in `text`.',
      resolve: ({ line: { exact, text } }) => Buffer.from(exact ?? text).toString('base64'),
    }),
    partial: t.exposeBoolean('partial', {
      nullable: false,
      description:
        'The line goes on in the next one of the same stream: it is longer than 1 MiB, or its container ended without ' +
        'ending it and is followed across restarts.',
    }),
    dropped: t.field({
      type: LogsDropped,
      nullable: true,
      description:
        'What was left out before this line, of any of the containers, as the reader is slower than they write; null for ' +
        'nothing, and always where `whenSlow` is `WAIT`.',
      resolve: ({ dropped }) => dropped ?? null,
    }),
  }),
});
