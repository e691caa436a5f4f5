/** `LogLine`: what both the last lines and those to come are made of. */
import type { LogLine } from '../../../engine/streams/lines.ts';
import { builder } from '../../builder.ts';
import { Container } from '../../nouns.ts';
import type { ContainerModel } from '../model.ts';
import { encodeCursor, type Positions } from './cursor.ts';

export interface LogLineModel {
  readonly container: ContainerModel;
  readonly timestamp: string | null;
  readonly stream: LogLine['stream'];
  readonly text: string;
  readonly partial: boolean;
  /** The bytes where `text` cannot hold them; undefined for proper UTF-8. */
  readonly exact: Uint8Array | undefined;
  /** How far each container has been read when this line has been given out. */
  readonly positions: Positions;
}

const replacement = '\ufffd';

/** Bytes are copied, as those of the Engine's answer would keep all that arrived with them. */
export const lineModel = (container: ContainerModel, line: LogLine, positions: Positions): LogLineModel => ({
  container,
  timestamp: line.timestamp ?? null,
  stream: line.stream,
  text: line.text,
  partial: line.truncated,
  exact: line.text.includes(replacement) ? Uint8Array.from(line.bytes) : undefined,
  positions,
});

export const LogStream = builder.enumType('LogStream', {
  description: 'Where a line was written to.',
  values: {
    STDOUT: { value: 'stdout', description: 'Standard output; with a terminal, all output.' },
    STDERR: { value: 'stderr', description: 'Standard error.' },
  } as const,
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
      resolve: ({ positions }) => encodeCursor(positions),
    }),
    timestamp: t.field({
      type: 'Timestamp',
      nullable: true,
      description: 'When it was written, with nanoseconds; null where the log driver does not know.',
      resolve: ({ timestamp }) => timestamp,
    }),
    stream: t.field({
      type: LogStream,
      nullable: false,
      description: 'Where it was written to.',
      resolve: ({ stream }) => stream,
    }),
    text: t.exposeString('text', {
      nullable: false,
      description:
        'The line without its end. Colours and the like are left in; bytes that are no UTF-8 are U+FFFD.',
    }),
    base64: t.string({
      nullable: false,
      description: 'The exact bytes of the line without its end, in base64.',
      resolve: ({ exact, text }) => Buffer.from(exact ?? text).toString('base64'),
    }),
    partial: t.exposeBoolean('partial', {
      nullable: false,
      description: 'The line is so long that it goes on in the next one of the same stream.',
    }),
  }),
});
