import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { at, listAt, textAt } from '../../support/json.ts';

export interface SeenLine {
  readonly name: string;
  readonly stream: string;
  readonly timestamp: string;
  readonly text: string;
  readonly base64: string;
  readonly partial: boolean;
  readonly cursor: string;
}

export interface LogReader extends AsyncIterable<SeenLine> {
  next(): Promise<SeenLine | undefined>;
  /** As many lines as that, or fewer when the end comes first. */
  take(count: number): Promise<SeenLine[]>;
  leave(): Promise<void>;
}

const selection = 'container { name } stream timestamp text base64 partial cursor';

const lineOf = (value: unknown): SeenLine => {
  const line = at(value, 'data', 'containerLogs');
  if (line === undefined || line === null) {
    const errors = listAt(value, 'errors');
    throw new Error(
      errors.map((error) => `${textAt(error, 'extensions', 'code')}: ${textAt(error, 'message')}`).join('\n'),
    );
  }
  return {
    name: textAt(line, 'container', 'name'),
    stream: textAt(line, 'stream'),
    timestamp: textAt(line, 'timestamp'),
    text: textAt(line, 'text'),
    base64: textAt(line, 'base64'),
    partial: at(line, 'partial') === true,
    cursor: textAt(line, 'cursor'),
  };
};

/** Reads a subscription as a client does. Errors of the subscription reject. */
export function readLogs(url: string, args: string, transport: 'ws' | 'sse' = 'ws'): LogReader {
  const query = `subscription { containerLogs(${args}) { ${selection} } }`;
  const client =
    transport === 'sse'
      ? createSseClient({ url, retryAttempts: 0 })
      : createWsClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  const results: AsyncIterableIterator<unknown> = client.iterate({ query });
  const next = async (): Promise<SeenLine | undefined> => {
    const { value, done } = await results.next();
    return done ? undefined : lineOf(value);
  };
  return {
    next,
    async take(count) {
      const lines: SeenLine[] = [];
      while (lines.length < count) {
        const line = await next();
        if (!line) break;
        lines.push(line);
      }
      return lines;
    },
    async leave() {
      await results.return?.();
      await client.dispose();
    },
    async *[Symbol.asyncIterator]() {
      for (let line = await next(); line; line = await next()) yield line;
    },
  };
}

/** All lines to the end. */
export async function allLogs(
  url: string,
  args: string,
  transport: 'ws' | 'sse' = 'ws',
): Promise<SeenLine[]> {
  const reader = readLogs(url, args, transport);
  try {
    return await reader.take(Number.POSITIVE_INFINITY);
  } finally {
    await reader.leave();
  }
}

/** The lines of one stream, as the docker CLI would print them. */
export const bytesOf = (lines: readonly SeenLine[], stream: 'STDOUT' | 'STDERR'): Buffer =>
  Buffer.concat(
    lines
      .filter((line) => line.stream === stream)
      .flatMap((line) => [Buffer.from(line.base64, 'base64'), Buffer.from(line.partial ? '' : '\n')]),
  );
