/** How long a session goes on by itself: while something happens, and while it is somebody's. */

export interface SessionLimits {
  /** Milliseconds without a byte either way after which a session ends; 0 is never. */
  readonly idleMs: number;
  /** Milliseconds that a session without a reader and without input is kept, and an ended one remembered. */
  readonly graceMs: number;
}

export const sentences = {
  IDLE: 'Nothing was read or written for as long as a session may be idle.',
  ABANDONED: 'Whoever opened it has gone.',
} as const;

type Reason = keyof typeof sentences;

export class Tenure {
  readonly #limits: SessionLimits;
  readonly #onEnd: (reason: Reason, message: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #activeAt = Date.now();
  #ownedAt = Date.now();
  #heldBy = 0;
  #isOver = false;

  /** @param onEnd called at most once */
  constructor(limits: SessionLimits, onEnd: (reason: Reason, message: string) => void) {
    this.#limits = limits;
    this.#onEnd = onEnd;
    this.#watch();
  }

  /** Whether it is somebody's now. */
  get isHeld(): boolean {
    return this.#heldBy > 0;
  }

  /** Bytes have passed. */
  stir(): void {
    this.#activeAt = Date.now();
  }

  /** Whoever it belongs to was there. */
  touch(): void {
    this.#ownedAt = Date.now();
  }

  /** It is somebody's until the function that is returned is called. */
  hold(): () => void {
    this.#heldBy += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#heldBy -= 1;
      this.touch();
      this.#watch();
    };
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** When it is to end, as it stands now. */
  #due(): { readonly at: number; readonly reason: Reason } {
    const { idleMs, graceMs } = this.#limits;
    const idle = {
      at: idleMs > 0 ? this.#activeAt + idleMs : Number.POSITIVE_INFINITY,
      reason: 'IDLE',
    } as const;
    if (this.isHeld) return idle;
    const abandoned = { at: this.#ownedAt + graceMs, reason: 'ABANDONED' } as const;
    return abandoned.at < idle.at ? abandoned : idle;
  }

  /** What has happened since is seen when the time is up: no timer is set for each byte. */
  #watch(): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { at } = this.#due();
    if (!Number.isFinite(at)) return;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, at - Date.now()));
    this.#timer.unref();
  }

  #look(): void {
    const { at, reason } = this.#due();
    if (at > Date.now()) {
      this.#watch();
      return;
    }
    this.end();
    this.#onEnd(reason, sentences[reason]);
  }
}
