/** From the bytes of a service's or a task's log to lines, each with its task and its place among that one's lines. */
import { FrameDecoder } from '../engine/streams/frames.ts';
import { LineSplitter, type LogLine, type OutputStream } from '../engine/streams/lines.ts';
import { type Entry, entryOf, PositionTracker } from './position.ts';

/** Where a line is from, as the Engine tells it (`details=1`). */
export interface TaskOrigin {
  readonly task: string;
  readonly node: string;
  readonly service: string;
}

export interface TaskEntry extends Entry {
  readonly origin: TaskOrigin;
}

/** Nothing is longer that stands before the text: a time, and labels that somebody chose for a log driver. */
const longestPrefix = 65_536;
const space = 0x20;

interface Opened {
  readonly origin: TaskOrigin;
  readonly splitter: LineSplitter;
  readonly tracker: PositionTracker;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** `com.docker.swarm.node.id=…,com.docker.swarm.task.id=…`: keys and values are URL-encoded. */
function originOf(details: string): TaskOrigin {
  const found = new Map(
    details.split(',').map((pair) => {
      const [key = '', value = ''] = pair.split('=');
      return [decode(key), decode(value)] as const;
    }),
  );
  const of = (noun: string) => found.get(`com.docker.swarm.${noun}.id`) ?? '';
  return { task: of('task'), node: of('node'), service: of('service') };
}

/** Reads an answer that was asked for with timestamps and details, chunk by chunk. */
export class TaskLogDecoder {
  readonly #tasks = new Map<string, Opened>();
  readonly #frames: FrameDecoder | undefined;
  /** Of a terminal: lines with all that stands before them. */
  readonly #terminal = new LineSplitter({ maxLineBytes: 1_048_576 + longestPrefix });
  #found: TaskEntry[] = [];

  constructor(isTerminal: boolean) {
    if (!isTerminal) this.#frames = new FrameDecoder((stream, data) => this.#accept(stream, data));
  }

  /** Adds the lines that end in this chunk. Throws StreamError for a fault, after the lines before it were added. */
  push(chunk: Uint8Array, entries: TaskEntry[]): void {
    try {
      if (this.#frames) this.#frames.push(chunk);
      else this.#acceptTerminal((lines) => this.#terminal.accept('stdout', chunk, lines));
    } finally {
      this.#give(entries);
    }
  }

  /** Adds what is held of lines that do not go on. Throws StreamError when the answer ended inside a frame. */
  end(entries: TaskEntry[]): void {
    this.#acceptTerminal((lines) => this.#terminal.end(lines));
    for (const task of this.#tasks.values()) this.#add(task, (lines) => task.splitter.end(lines));
    this.#give(entries);
    this.#frames?.end();
  }

  #give(entries: TaskEntry[]): void {
    entries.push(...this.#found);
    this.#found = [];
  }

  #acceptTerminal(read: (lines: LogLine[]) => void): void {
    const lines: LogLine[] = [];
    read(lines);
    for (const { text, exact } of lines) {
      this.#accept('stdout', Buffer.concat([exact ?? Buffer.from(text), Buffer.from('\n')]));
    }
  }

  /** A time, details and text: what is in between goes, as it stands in the middle of lines that come in pieces too. */
  #accept(stream: OutputStream, data: Uint8Array): void {
    const afterTime = data.indexOf(space) + 1;
    const afterDetails = data.indexOf(space, afterTime) + 1;
    if (afterTime === 0 || afterDetails === 0 || afterDetails > longestPrefix) return;
    const origin = originOf(Buffer.from(data.subarray(afterTime, afterDetails - 1)).toString('utf8'));
    const task = this.#taskOf(origin);
    const piece = Buffer.concat([data.subarray(0, afterTime), data.subarray(afterDetails)]);
    this.#add(task, (lines) => task.splitter.accept(stream, piece, lines));
  }

  #taskOf(origin: TaskOrigin): Opened {
    const known = this.#tasks.get(origin.task);
    if (known) return known;
    const opened = {
      origin,
      splitter: new LineSplitter({ timestamps: 'frame' }),
      tracker: new PositionTracker(),
    };
    this.#tasks.set(origin.task, opened);
    return opened;
  }

  #add({ origin, tracker }: Opened, read: (lines: LogLine[]) => void): void {
    const lines: LogLine[] = [];
    read(lines);
    for (const line of lines) this.#found.push({ ...entryOf(line, tracker.place(line)), origin });
  }
}
