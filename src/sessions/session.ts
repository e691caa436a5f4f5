/** One connection to the standard streams of a process, with what it wrote, whoever reads it, and its end. */
import type { EngineDuplex } from '../engine/hijack.ts';
import { frames, rawFrames } from '../engine/streams/frames.ts';
import type { Place } from './cursor.ts';
import type { Ending, EndReason } from './ending.ts';
import { Input, InputClosed } from './input.ts';
import { OutputLog } from './output-log.ts';
import { type SessionLimits, sentences, Tenure } from './tenure.ts';
import { Viewer } from './viewer.ts';

/** Columns and rows of a terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a session is about. */
export interface SessionFacts {
  readonly kind: 'exec' | 'container';
  /** The name of the engine. */
  readonly engine: string;
  /** Full ID of the container. */
  readonly container: string;
  /** Full ID of the command; of one that is attached to, there is none. */
  readonly exec: string | undefined;
  readonly tty: boolean;
  /** Standard output and error come as one, though there is no terminal. */
  readonly merged?: boolean;
  /** Whether it has a standard input. */
  readonly stdin: boolean;
  /** Why the input cannot be ended without more harm than that; undefined where it can. */
  readonly endless: string | undefined;
}

/** The process at the other end. */
export interface Process {
  readonly duplex: EngineDuplex;
  /** How it ended; asked once all output was read. */
  readonly ending: (said: () => string) => Promise<Ending>;
  /**
   * Resolves when the process has ended, where that is told apart from its output. One that ended before the Engine
   * attached leaves a connection that waits for the next.
   */
  readonly over?: Promise<unknown>;
  /** Gives its terminal another size. */
  readonly resize: (size: Size) => Promise<unknown>;
}

/** What is kept to be read again, in bytes. */
const kept = 2_097_152;
/** What may be written before it is read, in bytes: more holds up the process. */
const ahead = 524_288;
/** What may wait to be read by the process, in bytes. */
const mostInput = 1_048_576;
/** Milliseconds that input waits to be taken. */
const inputPatience = 10_000;
/** Milliseconds that the end of the output may come after that of the process, with nothing else coming meanwhile. */
const lateEnd = 2_000;
/** What is remembered of the beginning, in bytes: of a command that cannot be started it is the reason. */
const mostSaid = 4_096;

export class Session {
  readonly id: string;
  readonly facts: SessionFacts;
  readonly openedAt = new Date();
  readonly #log = new OutputLog();
  readonly #viewers = new Set<Viewer>();
  readonly #onEnd: () => void;
  readonly #process: Process;
  readonly #input: Input;
  readonly #abort: AbortController;
  #said = Buffer.alloc(0);
  #ending: Ending | undefined;
  #endedAt: Date | undefined;
  /** What was read by those who have left. */
  #read = 0;
  #makeRoom: (() => void) | undefined;
  readonly #tenure: Tenure;
  #lateEnd: NodeJS.Timeout | undefined;

  constructor(options: {
    readonly id: string;
    readonly facts: SessionFacts;
    readonly process: Process;
    readonly abort: AbortController;
    readonly limits: SessionLimits;
    /** Called once, when nothing is left of it at the Engine. */
    readonly onEnd: () => void;
  }) {
    this.id = options.id;
    this.facts = options.facts;
    this.#process = options.process;
    this.#abort = options.abort;
    this.#tenure = new Tenure(options.limits, (reason, message) => this.end(reason, message));
    this.#onEnd = options.onEnd;
    this.#input = new Input(options.process.duplex.input, { most: mostInput, patience: inputPatience });
    void this.#pump();
    options.process.over?.then(
      () => this.#expectEnd(this.#log.end),
      () => undefined,
    );
  }

  /** Undefined while it lasts. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  get endedAt(): Date | undefined {
    return this.#endedAt;
  }

  /** Whether input is taken. */
  get takesInput(): boolean {
    return this.facts.stdin && this.#ending === undefined && this.#input.isOpen;
  }

  /** Bytes written so far. */
  get written(): number {
    return this.#log.end;
  }

  /**
   * Passes input on; resolves when it was taken.
   *
   * @param isLast the end of the input comes after it
   * @throws InputFull, InputClosed
   */
  async write(data: Uint8Array, isLast = false): Promise<void> {
    if (!this.facts.stdin) throw new InputClosed('The session was opened without a standard input.');
    this.#tenure.touch();
    await this.#input.write(data, isLast);
    this.#tenure.stir();
    this.#tenure.touch();
  }

  resize(size: Size): Promise<unknown> {
    this.#tenure.touch();
    return this.#process.resize(size);
  }

  /**
   * What it has written and will write. What is not read holds up the process, except that one who leaves holds up
   * nobody.
   *
   * @param from undefined for the oldest that is known
   */
  view(from?: Place): Viewer {
    const viewer = new Viewer({
      log: this.#log,
      from,
      ending: () => this.#ending,
      onRead: () => this.#checkRoom(),
      onLeave: () => {
        this.#viewers.delete(viewer);
        this.#read = Math.max(this.#read, viewer.offset);
        release();
        this.#checkRoom();
      },
    });
    const release = this.hold();
    this.#viewers.add(viewer);
    return viewer;
  }

  /** Keeps it from being taken for abandoned, until the function that is returned is called. */
  hold(): () => void {
    return this.#tenure.hold();
  }

  /** Ends the connection; the process is not ended by it. */
  end(reason: EndReason, message: string | null = null): void {
    this.#finish({ reason, exitCode: null, message });
  }

  /** Ends it, unless somebody else has to do with it. */
  abandon(): void {
    if (!this.#tenure.isHeld) this.end('ABANDONED', sentences.ABANDONED);
  }

  async #pump(): Promise<void> {
    const { duplex, ending } = this.#process;
    try {
      for await (const { stream, data } of this.facts.tty || this.facts.merged
        ? rawFrames(duplex.body)
        : frames(duplex.body)) {
        this.#tenure.stir();
        if (this.#said.length < mostSaid) {
          this.#said = Buffer.concat([this.#said, data.subarray(0, mostSaid - this.#said.length)]);
        }
        this.#log.append(stream, data);
        this.#log.trim(kept, this.#needed());
        for (const viewer of this.#viewers) viewer.deliver();
        await this.#room();
        if (this.#ending) return;
      }
      this.#input.close('The session has ended.');
      if (!this.#ending) this.#finish(await ending(() => this.#said.toString('utf8').trim()));
    } catch (error) {
      const message = error instanceof Error ? error.message : 'The Engine broke off the connection.';
      this.#finish({ reason: 'LOST', exitCode: null, message });
    }
  }

  /** Ends the output where it does not end by itself, though it is being read. */
  #expectEnd(before: number): void {
    if (this.#ending) return;
    this.#lateEnd = setTimeout(() => {
      const isQuiet = this.#log.end === before && !this.#makeRoom;
      if (isQuiet) void this.#process.duplex.body.return?.();
      else this.#expectEnd(this.#log.end);
    }, lateEnd);
    this.#lateEnd.unref();
  }

  /** The first byte that somebody has not read; with nobody there, that those who have left had not. */
  #needed(): number {
    if (this.#viewers.size === 0) return this.#read;
    return Math.min(...[...this.#viewers].map(({ offset }) => offset));
  }

  #isFull(): boolean {
    return this.#ending === undefined && this.#log.costFrom(this.#needed()) >= ahead;
  }

  #room(): Promise<void> {
    if (!this.#isFull()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#makeRoom = resolve;
    });
  }

  #checkRoom(): void {
    if (!this.#makeRoom || this.#isFull()) return;
    const makeRoom = this.#makeRoom;
    this.#makeRoom = undefined;
    makeRoom();
  }

  #finish(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#endedAt = new Date();
    clearTimeout(this.#lateEnd);
    this.#tenure.end();
    this.#input.close('The session has ended.');
    this.#abort.abort();
    this.#checkRoom();
    for (const viewer of this.#viewers) viewer.deliver();
    this.#onEnd();
  }
}
