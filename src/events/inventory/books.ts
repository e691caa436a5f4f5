/** What is known of all nouns, and what new lists make of it. */
import type { EngineEvent } from '../event.ts';
import { blursImages, changeOf } from './change.ts';
import { Ledger } from './ledger.ts';
import { type Differences, inBoth, type Noun, sizeOf, type Thing } from './thing.ts';

/** One noun as it was found. */
export interface Finding {
  readonly things: readonly Thing[];
  /** undefined where nothing was known before to compare with. */
  readonly differences: Differences | undefined;
}
export type Findings = ReadonlyMap<Noun, Finding>;

export type Lists = ReadonlyMap<Noun, readonly Thing[]>;

const findingOf = ({ things }: Ledger, differences: Differences | undefined): Finding => ({
  things: [...(things?.values() ?? [])],
  differences,
});

export class Books {
  readonly #ledgers = new Map<Noun, Ledger>();
  /** What a comparison has found, and another one has to find again. */
  readonly #suspected = new Map<Noun, Differences>();
  /** Since the last list of images that was taken, events have changed them and not told how. */
  #imagesAreBlurred = false;
  /** Where they were so when their list was asked for. */
  #wereBlurred = false;

  isKnown(noun: Noun): boolean {
    return this.#ledgers.get(noun)?.things !== undefined;
  }

  isSuspected(noun: Noun): boolean {
    return this.#suspected.has(noun);
  }

  see(event: EngineEvent): void {
    if (blursImages(event)) this.#imagesAreBlurred = true;
    const change = changeOf(event);
    if (change) this.#ledgers.get(change.noun)?.apply(change);
  }

  /** These are about to be listed: what events tell from here on holds against those lists. */
  record(nouns: readonly Noun[]): void {
    for (const noun of nouns) {
      const ledger = this.#ledgers.get(noun) ?? new Ledger();
      this.#ledgers.set(noun, ledger);
      ledger.record();
    }
    if (!nouns.includes('image')) return;
    this.#wereBlurred ||= this.#imagesAreBlurred;
    this.#imagesAreBlurred = false;
  }

  /** All of one noun; undefined before its first list. */
  find(noun: Noun): Finding | undefined {
    const ledger = this.#ledgers.get(noun);
    return ledger?.things && findingOf(ledger, undefined);
  }

  /** Believes these lists. */
  take(lists: Lists): Findings {
    const findings = new Map<Noun, Finding>();
    for (const [noun, ledger, listed] of this.#open(lists)) {
      findings.set(noun, findingOf(ledger, ledger.replace(listed)));
      this.#suspected.delete(noun);
      if (noun === 'image') this.#wereBlurred = false;
    }
    return findings;
  }

  /**
   * Believes of these lists what differed before too, and suspects the rest: under load a list may lag behind, or the
   * events, for longer than anybody waits.
   *
   * @returns what has been proven
   */
  compare(lists: Lists): Findings {
    const proven = new Map<Noun, Finding>();
    for (const [noun, ledger, listed] of this.#open(lists)) {
      const before = this.#suspected.get(noun);
      this.#suspected.delete(noun);
      const differences = ledger.compare(listed);
      const isBlurred = noun === 'image' && (this.#wereBlurred || this.#imagesAreBlurred);
      if (!differences || isBlurred || sizeOf(differences) === 0) {
        // What events have blurred differs rightly, and how an end went on.
        ledger.replace(listed);
        if (noun === 'image') this.#wereBlurred = false;
      } else if (before) {
        const lasting = inBoth(before, differences);
        ledger.repair(lasting);
        if (sizeOf(lasting) > 0) proven.set(noun, findingOf(ledger, lasting));
      } else {
        this.#suspected.set(noun, differences);
      }
    }
    return proven;
  }

  forget(noun: Noun): void {
    this.#ledgers.delete(noun);
    this.#suspected.delete(noun);
  }

  clear(): void {
    this.#ledgers.clear();
    this.#suspected.clear();
    this.#imagesAreBlurred = false;
    this.#wereBlurred = false;
  }

  /** The lists of what was not forgotten while they were read. */
  #open(lists: Lists): readonly (readonly [Noun, Ledger, readonly Thing[]])[] {
    return [...lists].flatMap(([noun, listed]) => {
      const ledger = this.#ledgers.get(noun);
      return ledger ? [[noun, ledger, listed] as const] : [];
    });
  }
}
