/** What clients write to a session: taken in order, no faster than it is read, and never half. */
import type { Writable } from 'node:stream';

/** The program does not read what it was sent before. Nothing of this input was taken. */
export class InputFull extends Error {
  override readonly name = 'InputFull';
}

/** There is nothing to write to any more. Nothing of this input was taken. */
export class InputClosed extends Error {
  override readonly name = 'InputClosed';
}

interface Waiting {
  readonly data: Uint8Array;
  readonly isLast: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

interface InputOptions {
  /** Bytes that may wait. */
  readonly most: number;
  /** Milliseconds that an input waits to be taken. */
  readonly patience: number;
}

export class Input {
  readonly #target: Writable;
  readonly #options: InputOptions;
  readonly #waiting: Waiting[] = [];
  #queued = 0;
  #closed: string | undefined;

  constructor(target: Writable, options: InputOptions) {
    this.#target = target;
    this.#options = options;
    target.on('drain', () => this.#pass());
    target.once('close', () => this.close('The session has ended.'));
  }

  /** Whether more can be written. */
  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  /**
   * Resolves when it was passed on, which is when what was written before has been read.
   *
   * @param isLast the end of the input comes after it
   * @throws InputFull, InputClosed
   */
  write(data: Uint8Array, isLast = false): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(new InputClosed(this.#closed));
    const { most, patience } = this.#options;
    if (this.#waiting.length > 0 && this.#queued + data.length > most) {
      return Promise.reject(this.#full());
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(one), patience);
      const one: Waiting = { data, isLast, resolve, reject, timer };
      this.#waiting.push(one);
      this.#queued += data.length;
      this.#pass();
    });
  }

  /** @param why a sentence for whoever waits or comes later */
  close(why: string): void {
    this.#closed ??= why;
    for (const { reject } of this.#takeFrom(0)) reject(new InputClosed(this.#closed));
  }

  #full(): InputFull {
    return new InputFull(
      'The program does not read its standard input: what was sent before still waits. Nothing of this was taken; send it again later.',
    );
  }

  #takeFrom(index: number, count = Number.POSITIVE_INFINITY): readonly Waiting[] {
    const taken = this.#waiting.splice(index, count);
    for (const { timer, data } of taken) {
      clearTimeout(timer);
      this.#queued -= data.length;
    }
    return taken;
  }

  /** What came after it goes too, as it would leave a hole. */
  #giveUp(one: Waiting): void {
    const index = this.#waiting.indexOf(one);
    if (index < 0) return;
    for (const { reject } of this.#takeFrom(index)) reject(this.#full());
  }

  #pass(): void {
    while (this.#closed === undefined && this.#waiting.length > 0 && !this.#target.writableNeedDrain) {
      for (const { data, isLast, resolve } of this.#takeFrom(0, 1)) {
        if (data.length > 0) this.#target.write(data);
        resolve();
        if (!isLast) continue;
        this.#target.end();
        this.close('The end of the input was written before.');
      }
    }
  }
}
