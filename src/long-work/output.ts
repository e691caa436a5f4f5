/** The last lines of what a piece of work puts out, however much that is. */
import type { OutputLine } from './work.ts';

export interface OutputLimits {
  readonly lines: number;
  /** Of all lines together. */
  readonly characters: number;
  /** Of one line; what is longer goes on in the next. */
  readonly lineCharacters: number;
}

export class OutputTail {
  readonly #limits: OutputLimits;
  readonly #lines: OutputLine[] = [];
  #characters = 0;
  #count = 0;
  /** The beginning of a line that has not ended yet. */
  #open = '';

  constructor(limits: OutputLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  lines(): readonly OutputLine[] {
    return [...this.#lines];
  }

  /** Takes text as it comes: a line is one once its line feed is there. */
  write(text: string): void {
    const pieces = (this.#open + text).split('\n');
    this.#open = pieces.pop() ?? '';
    for (const piece of pieces) this.#push(piece.endsWith('\r') ? piece.slice(0, -1) : piece);
    while (this.#open.length > this.#limits.lineCharacters) {
      this.#push(this.#open.slice(0, this.#limits.lineCharacters));
      this.#open = this.#open.slice(this.#limits.lineCharacters);
    }
  }

  /** No more comes: what is there of a last line is one. */
  end(): void {
    if (this.#open !== '') this.#push(this.#open);
    this.#open = '';
  }

  #push(line: string): void {
    const { lineCharacters } = this.#limits;
    for (let start = 0; start === 0 || start < line.length; start += lineCharacters) {
      const text = line.slice(start, start + lineCharacters);
      this.#count++;
      this.#lines.push({ number: this.#count, text });
      this.#characters += text.length;
    }
    while (this.#lines.length > this.#limits.lines || this.#characters > this.#limits.characters) {
      this.#characters -= this.#lines.shift()?.text.length ?? 0;
    }
  }
}
