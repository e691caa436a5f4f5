/** One subscriber's view of the hub: a bounded queue that can be left at any moment. */
import { LeavableIterator } from '../leavable-iterator.ts';
import type { EngineEvent } from './event.ts';
import type { Noun } from './inventory/thing.ts';
import { sizeOf } from './inventory/thing.ts';
import { cursorOf, type HubItem, type Resync } from './item.ts';

const itemsPerTurn = 256;

/** Whether a resync tells anything about these. After a gap that nothing was missed is worth telling, too. */
const tellsOf = ({ reason, findings }: Resync, nouns: readonly Noun[]): boolean =>
  nouns.some((noun) => {
    const finding = findings.get(noun);
    if (!finding || reason !== 'DRIFT') return finding !== undefined;
    return finding.differences !== undefined && sizeOf(finding.differences) > 0;
  });

export class Subscription extends LeavableIterator<HubItem> {
  readonly #maxQueue: number;
  readonly #filter: (event: EngineEvent) => boolean;
  readonly #resync: readonly Noun[];
  readonly #onLeave: () => void;
  readonly #items: HubItem[] = [];
  /** What came before the queue, given at once and so not counted in it. */
  #past: readonly HubItem[] = [];
  #pastGiven = 0;
  /** Cursors of what was given already and may come again. */
  #expected: Set<string> | undefined;
  #isHeld: boolean;
  #dropped = 0;
  #lastDropped = '';
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: {
    readonly maxQueue: number;
    readonly filter: (event: EngineEvent) => boolean;
    /** Resyncs of these are wanted; none by default. */
    readonly resync?: readonly Noun[];
    /** Takes nothing until {@link begin}. */
    readonly isHeld?: boolean;
    /** Called once, when the reader leaves or its filter fails. */
    readonly onLeave: () => void;
  }) {
    super(itemsPerTurn);
    this.#maxQueue = Math.max(1, options.maxQueue);
    this.#filter = options.filter;
    this.#resync = options.resync ?? [];
    this.#onLeave = options.onLeave;
    this.#isHeld = options.isHeld ?? false;
  }

  /**
   * Ends the holding: gives what happened before, however much that is, and then what is offered from now on.
   *
   * @param expected cursors among `past` that may be offered as well, and are not to be given twice
   */
  begin(past: readonly HubItem[], expected: ReadonlySet<string> = new Set()): void {
    if (this.#ended) return;
    this.#isHeld = false;
    this.#past = past.filter((item) => this.#wants(item));
    if (expected.size > 0) this.#expected = new Set(expected);
    this.deliver();
  }

  /** Puts an item in the queue, if it is wanted. Never waits for the reader: a full queue loses its oldest. */
  offer(item: HubItem): void {
    if (this.#ended || this.#isHeld) return;
    if (item.kind === 'event' && this.#expected?.delete(cursorOf(item))) return;
    if (!this.#wants(item)) return;
    if (this.#items.length >= this.#maxQueue) {
      const oldest = this.#items.shift();
      if (oldest) this.#lastDropped = cursorOf(oldest);
      this.#dropped++;
    }
    this.#items.push(item);
    this.deliver();
  }

  /** Lets the reader have what is queued, and then the end. */
  finish(): void {
    this.#ended = true;
    this.deliver();
  }

  #wants(item: HubItem): boolean {
    if (this.#ended) return false;
    if (item.kind === 'gap') return true;
    if (item.kind === 'resync') return tellsOf(item, this.#resync);
    try {
      return this.#filter(item.event);
    } catch (error) {
      this.#failure = { error };
      this.finish();
      this.#onLeave();
      return false;
    }
  }

  protected take(): HubItem | undefined {
    const past = this.#past[this.#pastGiven];
    if (past) {
      this.#pastGiven++;
      if (this.#pastGiven === this.#past.length) {
        this.#past = [];
        this.#pastGiven = 0;
      }
      return past;
    }
    if (this.#dropped === 0) return this.#items.shift() ?? this.#fail();
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { kind: 'gap', reason: 'SLOW_SUBSCRIBER', cursor: this.#lastDropped, dropped };
  }

  protected isOver(): boolean {
    return this.#ended;
  }

  protected onLeave(): void {
    const wasEnded = this.#ended;
    this.#ended = true;
    this.#items.length = 0;
    this.#past = [];
    this.#expected = undefined;
    this.#dropped = 0;
    this.#failure = undefined;
    if (!wasEnded) this.#onLeave();
  }

  /** Tells the reader, once, what its filter has thrown. */
  #fail(): undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
  }
}
