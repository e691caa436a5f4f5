/** One viewer's way through the log of a container: alone while it catches up, together with others after that. */
import type { Batch, Joint, Place } from './joint.ts';
import type { Position } from './position.ts';
import type { LogSource } from './source.ts';

/** Milliseconds without a line after which a log that is followed counts as read up to now. */
const quiet = 50;

export interface LogReader {
  /** What comes next, undefined at the end. To be called again only after the answer. */
  next(): Promise<Batch | undefined>;
  /** Ends it at once, also while `next()` waits. */
  leave(): void;
}

/** What readers of the same log have in common. */
export interface Meeting {
  /** The stream that is shared; a reader that has caught up makes its own that one where there is none. */
  readonly joint: (own: LogSource, last: Position | undefined, pending: Promise<Batch | undefined>) => Joint;
  /** A stream of one's own, behind a position or, where there is none, from a time in Unix seconds. */
  readonly alone: (after: Position | undefined, since: string | undefined) => LogSource;
}

/**
 * Follows a stream of its own until it stands where the shared one does, and goes on with that. Where it falls so far
 * behind the others that what it has not read is kept no more, it reads that for itself, once it is asked to.
 */
export class MeetingReader implements LogReader {
  readonly #meeting: Meeting;
  #own: LogSource | undefined;
  #joint: Joint | undefined;
  #place: Place = { batch: 0, skip: 0 };
  #last: Position | undefined;
  #left = false;

  constructor(
    meeting: Meeting,
    begin: { readonly own: LogSource; readonly last: Position | undefined } | { readonly joint: Joint },
  ) {
    this.#meeting = meeting;
    if ('joint' in begin) {
      this.#last = begin.joint.last;
      this.#join(begin.joint, begin.joint.here);
    } else {
      this.#own = begin.own;
      this.#last = begin.last;
    }
  }

  async next(): Promise<Batch | undefined> {
    for (;;) {
      if (this.#left) return undefined;
      const found = this.#joint ? await this.#together(this.#joint) : await this.#alone();
      if (this.#left || found === 'end') return undefined;
      if (!found) continue;
      this.#last = found.at(-1)?.position ?? this.#last;
      return found;
    }
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#own?.leave();
    this.#joint?.leave(this);
  }

  #join(joint: Joint, place: Place): void {
    this.#joint = joint;
    this.#place = place;
    joint.enter(this);
  }

  /** A batch, the end, or undefined to look again. */
  async #together(joint: Joint): Promise<Batch | 'end' | undefined> {
    const found = joint.read(this.#place);
    if (found === 'lost') {
      joint.leave(this);
      this.#joint = undefined;
      this.#own = this.#meeting.alone(this.#last, joint.openedAt);
      await this.#own.open();
      return undefined;
    }
    if (!found) return (await joint.more(this)) ? 'end' : undefined;
    this.#place = { batch: this.#place.batch + 1, skip: 0 };
    return found;
  }

  async #alone(): Promise<Batch | 'end' | undefined> {
    const own = this.#own;
    if (!own) return 'end';
    const pending = own.next();
    if (await isQuick(pending)) return (await pending) ?? 'end';
    if (this.#left) return 'end';
    const joint = this.#meeting.joint(own, this.#last, pending);
    const place = joint.placeBehind(this.#last);
    if (!place) return (await pending) ?? 'end';
    this.#own = undefined;
    if (!joint.reads(own)) {
      own.leave();
      pending.catch(() => {});
    }
    this.#join(joint, place);
    return undefined;
  }
}

/** Whether it settles soon. */
async function isQuick(pending: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), quiet);
  });
  const settled = pending.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, isLate]);
  } finally {
    clearTimeout(timer);
  }
}
