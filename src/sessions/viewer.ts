/** One reader of a session: what was written from its place on, and then how it ended. */
import { LeavableIterator } from '../leavable-iterator.ts';
import type { Place } from './cursor.ts';
import type { Ending } from './ending.ts';
import type { OutputLog, OutputStream } from './output-log.ts';
import { unfinished } from './utf8.ts';

export type SessionItem =
  | {
      readonly kind: 'output';
      readonly stream: OutputStream;
      readonly data: Uint8Array;
      /** The bytes of whole characters: `data` without the beginning of one at its end, after that of the item before. */
      readonly whole: Uint8Array;
      readonly after: Place;
    }
  /** Bytes that are not kept any more. */
  | { readonly kind: 'gap'; readonly bytes: number; readonly after: Place }
  | { readonly kind: 'end'; readonly ending: Ending; readonly after: Place };

export interface ViewerOptions {
  readonly log: OutputLog;
  readonly from: Place | undefined;
  /** How the session ended, once it has and nothing more is written. */
  readonly ending: () => Ending | undefined;
  /** Called when room was made by reading. */
  readonly onRead: () => void;
  /** Called once, when the reader leaves or has read the end. */
  readonly onLeave: () => void;
}

/** Most bytes of one item. */
const mostAtOnce = 65_536;
/** After so many items in a row the others get a turn. */
const turn = 64;

const nothing = new Uint8Array();

export class Viewer extends LeavableIterator<SessionItem> {
  readonly #options: ViewerOptions;
  #place: Place;

  constructor(options: ViewerOptions) {
    super(turn);
    this.#options = options;
    this.#place = options.from ?? { offset: 0, stdout: nothing, stderr: nothing };
  }

  /** Bytes before the first that it has not read. */
  get offset(): number {
    return this.#place.offset;
  }

  /** To be called when there may be something new. */
  override deliver(): void {
    super.deliver();
  }

  protected take(): SessionItem | undefined {
    const { log } = this.#options;
    const { offset } = this.#place;
    if (offset < log.start) {
      this.#place = { offset: log.start, stdout: nothing, stderr: nothing };
      return { kind: 'gap', bytes: log.start - offset, after: this.#place };
    }
    const piece = log.read(offset, mostAtOnce);
    if (piece) return this.#read(piece.stream, piece.data);
    const ending = this.#options.ending();
    if (!ending) return undefined;
    return this.#rests('stdout') ?? this.#rests('stderr') ?? { kind: 'end', ending, after: this.#place };
  }

  /** Not by itself: the last item says how it ended. */
  protected isOver(): boolean {
    return false;
  }

  protected override isLast({ kind }: SessionItem): boolean {
    return kind === 'end';
  }

  protected onLeave(): void {
    this.#options.onLeave();
  }

  #read(stream: OutputStream, data: Uint8Array): SessionItem {
    const begun = this.#place[stream];
    const all = begun.length > 0 ? Buffer.concat([begun, data]) : data;
    const whole = all.subarray(0, all.length - unfinished(all));
    // A copy: what is left would keep all that it was cut from.
    const left = Uint8Array.from(all.subarray(whole.length));
    this.#place = { ...this.#place, offset: this.#place.offset + data.length, [stream]: left };
    this.#options.onRead();
    return { kind: 'output', stream, data, whole, after: this.#place };
  }

  /** The beginning of a character whose rest never came. */
  #rests(stream: OutputStream): SessionItem | undefined {
    const whole = this.#place[stream];
    if (whole.length === 0) return undefined;
    this.#place = { ...this.#place, [stream]: nothing };
    return { kind: 'output', stream, data: nothing, whole, after: this.#place };
  }
}
