/** From the bytes of a log to its lines, each with its place. */
import { FrameDecoder } from '../engine/streams/frames.ts';
import { LineSplitter, type LogLine } from '../engine/streams/lines.ts';
import { type Entry, entryOf, PositionTracker } from './position.ts';

/** Reads an answer that was asked for with timestamps, chunk by chunk. */
export class LogDecoder {
  readonly #splitter: LineSplitter;
  readonly #tracker = new PositionTracker();
  readonly #frames: FrameDecoder | undefined;
  #lines: LogLine[] = [];

  constructor(isTerminal: boolean) {
    this.#splitter = new LineSplitter({ timestamps: isTerminal ? 'line' : 'frame' });
    if (!isTerminal) {
      this.#frames = new FrameDecoder((stream, data) => this.#splitter.accept(stream, data, this.#lines));
    }
  }

  /**
   * Adds the lines that end in this chunk.
   *
   * @throws StreamError for a fault, after the lines before it were added
   */
  push(chunk: Uint8Array, entries: Entry[]): void {
    try {
      if (this.#frames) this.#frames.push(chunk);
      else this.#splitter.accept('stdout', chunk, this.#lines);
    } finally {
      this.#place(entries);
    }
  }

  /** Adds what is held of lines that do not go on. Throws StreamError when the answer ended inside a frame. */
  end(entries: Entry[]): void {
    this.#splitter.end(this.#lines);
    this.#place(entries);
    this.#frames?.end();
  }

  #place(entries: Entry[]): void {
    const lines = this.#lines;
    this.#lines = [];
    for (const line of lines) entries.push(entryOf(line, this.#tracker.place(line)));
  }
}
