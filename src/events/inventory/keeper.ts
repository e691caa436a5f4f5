/** Keeps what an Engine has, as long as somebody wants to know what they missed: lists it, and lists it again. */
import { type Backoff, type Clock, sleep, waitBefore } from '../clock.ts';
import type { EngineEvent } from '../event.ts';
import type { HubLogger } from '../stream.ts';
import { blursImages, changeOf } from './change.ts';
import { Ledger } from './ledger.ts';
import type { ListThings } from './lists.ts';
import { type Differences, type Noun, sizeOf, type Thing } from './thing.ts';

/**
 * - `START`: a subscriber begins, and has to be told what there is
 * - `GAP`: events were missed
 * - `DRIFT`: none were known to be missed, and still the Engine has something else than its events told
 */
export type ResyncReason = 'START' | 'GAP' | 'DRIFT';

/** One noun as it was found. */
export interface Finding {
  readonly things: readonly Thing[];
  /** undefined where nothing was known before to compare with. */
  readonly differences: Differences | undefined;
}
export type Findings = ReadonlyMap<Noun, Finding>;

export interface KeeperOptions {
  readonly list: ListThings;
  readonly clock: Clock;
  readonly logger: HubLogger;
  /** Between two attempts to list. */
  readonly backoff: Backoff;
  /** Milliseconds between two comparisons that nothing asks for, give or take a fifth; 0 for none. */
  readonly period: number;
  /** Milliseconds for which a noun is kept that nobody wants any more. */
  readonly linger: number;
  /** Tells everybody. Must not throw. */
  readonly tell: (reason: ResyncReason, findings: Findings) => void;
  /** A list has failed: the stream may be lost as well. */
  readonly doubt: () => void;
}

/** How often what. Grows only. */
export interface ResyncCounts {
  /** Times that something was listed. */
  readonly lists: number;
  /** Lists that failed. */
  readonly failures: number;
  /** Objects that were found to differ though no events were missed. */
  readonly drift: number;
}

export interface Keeper {
  readonly counts: ResyncCounts;
  /** Wants these to be kept; the answer takes that back. */
  want(wanted: Iterable<Noun>): () => void;
  /** Every event, in order. */
  see(event: EngineEvent): void;
  /** Events were missed. */
  gap(): void;
  /** The stream is live, for the first time or again. */
  live(): void;
  /** The stream is lost. */
  lost(): void;
  /**
   * Calls back with all that there is of these nouns as soon as that is known: at once, or after what is being listed.
   * They have to be wanted.
   */
  owe(wanted: readonly Noun[], pay: (findings: Findings) => void): void;
  /** Nobody listens any more: forgets everything. */
  forget(): void;
}

/**
 * Milliseconds between the last event that may have been missed and the reading of a list: by then the list shows it.
 * Measured were 70 at most, on a quiet machine.
 */
const listLag = 250;
/** Milliseconds for events to come that are older than the list: an answer may overtake them. */
const eventLag = 100;
/** By how much periods differ, so that many gateways do not list at once. */
const jitter = 0.2;

/** Milliseconds after a return before drift is looked for: until then a gap may yet show. */
const doubtfulTime = 2_000;

/** What is listed for. */
type Purpose = 'BASELINE' | 'GAP' | 'DRIFT';

interface Debt {
  readonly nouns: readonly Noun[];
  readonly pay: (findings: Findings) => void;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { list, clock, logger, backoff, period, linger, tell, doubt } = options;
  const wantedBy = new Map<Noun, number>();
  const ledgers = new Map<Noun, Ledger>();
  const debts = new Set<Debt>();
  const counts = { lists: 0, failures: 0, drift: 0 };
  /** Takes back what drops a noun that is not wanted any more. */
  const dropping = new Map<Noun, () => void>();
  /** What is to be listed because of a gap, until that is told. */
  const gapped = new Set<Noun>();
  /** What could not be listed, and is not asked for before a while has passed. */
  const failing = new Map<
    Noun,
    { readonly failures: number; readonly cancel: () => void; isResting: boolean }
  >();
  let liveSince: number | undefined;
  let imagesAreBlurred = false;
  let round: AbortController | undefined;
  let cancelPeriod: (() => void) | undefined;

  const ledgerOf = (noun: Noun): Ledger => {
    const ledger = ledgers.get(noun) ?? new Ledger();
    ledgers.set(noun, ledger);
    return ledger;
  };

  function endRound(): void {
    round?.abort();
    round = undefined;
  }

  /** Begins what is to be done next, if anything is and can be. */
  function proceed(): void {
    if (liveSince === undefined || round || wantedBy.size === 0) return;
    const wanted = [...wantedBy.keys()].filter((noun) => !failing.get(noun)?.isResting);
    const missed = wanted.filter((noun) => gapped.has(noun));
    const unlisted = wanted.filter((noun) => !ledgers.get(noun)?.things);
    if (missed.length > 0) run('GAP', missed);
    else if (unlisted.length > 0) run('BASELINE', unlisted);
    else if (period > 0) {
      cancelPeriod ??= clock.after(period * (1 + jitter * (2 * clock.random() - 1)), compareAgain);
    }
  }

  function compareAgain(): void {
    cancelPeriod = undefined;
    const wanted = [...wantedBy.keys()].filter((noun) => !failing.has(noun));
    const isDoubtful = liveSince === undefined || clock.now() - liveSince < doubtfulTime;
    if (isDoubtful || round) cancelPeriod = clock.after(doubtfulTime, compareAgain);
    else if (wanted.length > 0) run('DRIFT', wanted);
  }

  function run(purpose: Purpose, wanted: readonly Noun[]): void {
    const controller = new AbortController();
    round = controller;
    listOnce(purpose, wanted, controller.signal)
      .catch((err: unknown) => logger.warn({ err }, 'The inventory could not be compared.'))
      .finally(() => {
        if (round !== controller) return;
        round = undefined;
        proceed();
      });
  }

  /** Asks for it again later; meanwhile the other nouns need not wait for it. */
  function rest(noun: Noun): void {
    const failures = failing.get(noun)?.failures ?? 0;
    const cancel = clock.after(waitBefore(backoff, failures, clock), () => {
      state.isResting = false;
      proceed();
    });
    const state = { failures: failures + 1, cancel, isResting: true };
    failing.set(noun, state);
  }

  function recovered(noun: Noun): void {
    failing.get(noun)?.cancel();
    failing.delete(noun);
  }

  async function listOnce(purpose: Purpose, wanted: readonly Noun[], signal: AbortSignal): Promise<void> {
    for (const noun of wanted) ledgerOf(noun).record();
    await sleep(clock, listLag, signal);
    if (signal.aborted) return;
    counts.lists += wanted.length;
    const wasBlurred = imagesAreBlurred;
    // From here on events may blur what the list shows.
    imagesAreBlurred = false;
    const answers = await Promise.allSettled(wanted.map((noun) => list(noun, signal)));
    if (!signal.aborted) await sleep(clock, eventLag, signal);
    const found = new Map<Noun, readonly Thing[]>();
    for (const [index, noun] of wanted.entries()) {
      const answer = answers[index];
      if (answer?.status === 'fulfilled') found.set(noun, answer.value);
      else if (!signal.aborted) fail(noun, answer?.reason);
    }
    if (signal.aborted || !found.has('image')) imagesAreBlurred ||= wasBlurred;
    if (signal.aborted) return;
    // A daemon that does not list may be gone altogether.
    if (found.size < wanted.length) doubt();
    if (found.size > 0) conclude(purpose, found, wasBlurred || imagesAreBlurred);
  }

  function fail(noun: Noun, err: unknown): void {
    counts.failures++;
    logger.debug({ err, noun }, 'A list for the inventory failed; it is asked for again.');
    rest(noun);
  }

  function conclude(purpose: Purpose, found: ReadonlyMap<Noun, readonly Thing[]>, isBlurred: boolean): void {
    const findings = new Map<Noun, Finding>();
    let size = 0;
    for (const [noun, listed] of found) {
      // Nobody wants it any more.
      const ledger = ledgers.get(noun);
      recovered(noun);
      gapped.delete(noun);
      if (!ledger) continue;
      const differences = ledger.replace(listed);
      findings.set(noun, { things: [...(ledger.things?.values() ?? [])], differences });
      // What events have blurred differs rightly.
      if (differences && !(noun === 'image' && isBlurred)) size += sizeOf(differences);
    }
    if (purpose === 'GAP') {
      tell('GAP', findings);
    } else if (purpose === 'DRIFT' && size > 0) {
      counts.drift += size;
      logger.debug({ differences: size }, 'The Engine has something else than its events told.');
      tell('DRIFT', findings);
    }
    payDebts();
  }

  function payDebts(): void {
    if (liveSince === undefined) return;
    for (const debt of debts) {
      const findings = new Map<Noun, Finding>();
      for (const noun of debt.nouns) {
        const things = ledgers.get(noun)?.things;
        if (things && !gapped.has(noun))
          findings.set(noun, { things: [...things.values()], differences: undefined });
      }
      if (findings.size < debt.nouns.length) continue;
      debts.delete(debt);
      debt.pay(findings);
    }
  }

  function leave(noun: Noun): void {
    const count = wantedBy.get(noun);
    // All was forgotten meanwhile.
    if (count === undefined) return;
    if (count > 1) {
      wantedBy.set(noun, count - 1);
      return;
    }
    // Who comes back in a moment finds it as it was.
    dropping.set(
      noun,
      clock.after(linger, () => {
        dropping.delete(noun);
        wantedBy.delete(noun);
        ledgers.delete(noun);
        gapped.delete(noun);
        recovered(noun);
        if (wantedBy.size === 0) stopWork();
      }),
    );
  }

  function stopWork(): void {
    endRound();
    cancelPeriod?.();
    cancelPeriod = undefined;
  }

  return {
    counts,
    want(wanted) {
      const own = new Set(wanted);
      for (const noun of own) {
        const isDropping = dropping.get(noun);
        isDropping?.();
        dropping.delete(noun);
        wantedBy.set(noun, (isDropping ? 0 : (wantedBy.get(noun) ?? 0)) + 1);
      }
      proceed();
      return () => {
        for (const noun of own) leave(noun);
        own.clear();
      };
    },
    see(event) {
      if (wantedBy.size === 0) return;
      if (blursImages(event)) imagesAreBlurred = true;
      const change = changeOf(event);
      if (change) ledgers.get(change.noun)?.apply(change);
    },
    gap() {
      for (const noun of wantedBy.keys()) gapped.add(noun);
      endRound();
      proceed();
    },
    live() {
      liveSince = clock.now();
      proceed();
    },
    lost() {
      liveSince = undefined;
      endRound();
    },
    owe(wanted, pay) {
      debts.add({ nouns: wanted, pay });
      payDebts();
    },
    forget() {
      liveSince = undefined;
      stopWork();
      for (const cancel of dropping.values()) cancel();
      for (const { cancel } of failing.values()) cancel();
      dropping.clear();
      failing.clear();
      gapped.clear();
      wantedBy.clear();
      ledgers.clear();
      debts.clear();
      imagesAreBlurred = false;
    },
  };
}
