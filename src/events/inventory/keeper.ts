/** Keeps what an Engine has, as long as somebody wants to know what they missed: when it is listed, and listed again. */
import { type Backoff, type Clock, sleep, waitBefore } from '../clock.ts';
import type { EngineEvent } from '../event.ts';
import type { HubLogger } from '../stream.ts';
import { Books, type Finding, type Findings, type Lists } from './books.ts';
import type { ListThings } from './lists.ts';
import { type Noun, sizeOf, type Thing } from './thing.ts';
import { createWishes } from './wishes.ts';

/**
 * - `START`: a subscriber begins, and has to be told what there is
 * - `GAP`: events were missed
 * - `DRIFT`: none were known to be missed, and still the Engine has something else than its events told
 */
export type ResyncReason = 'START' | 'GAP' | 'DRIFT';

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
  want(nouns: Iterable<Noun>): () => void;
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
  owe(nouns: readonly Noun[], pay: (findings: Findings) => void): void;
  /** Whether everybody who wants one of these is to be told of a gap soon. */
  isGapped(nouns: readonly Noun[]): boolean;
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
/** Milliseconds after a list that was believed until it is looked at a second time. */
const secondLook = 10_000;
/** Milliseconds after a return before drift is looked for: until then a gap may yet show. */
const doubtfulTime = 2_000;

/** What is listed for. `PROOF` is of what `DRIFT` has found. */
type Purpose = 'BASELINE' | 'GAP' | 'DRIFT' | 'PROOF';

interface Debt {
  readonly nouns: readonly Noun[];
  readonly pay: (findings: Findings) => void;
}

/** A noun that could not be listed. While it rests the others do not wait for it. */
interface Failing {
  readonly failures: number;
  isResting: boolean;
  readonly cancel: () => void;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { list, clock, logger, backoff, period, linger, tell, doubt } = options;
  const books = new Books();
  const wishes = createWishes(clock, linger, drop);
  const debts = new Set<Debt>();
  const counts = { lists: 0, failures: 0, drift: 0 };
  /** What is to be listed because of a gap, until that is told. */
  const gapped = new Set<Noun>();
  const failing = new Map<Noun, Failing>();
  let liveSince: number | undefined;
  /** Something was believed that nobody has compared since. */
  let isFresh = false;
  let round: AbortController | undefined;
  let cancelPeriod: (() => void) | undefined;

  function endRound(): void {
    round?.abort();
    round = undefined;
  }

  function endPeriod(): void {
    cancelPeriod?.();
    cancelPeriod = undefined;
  }

  function drop(noun: Noun): void {
    books.forget(noun);
    gapped.delete(noun);
    recovered(noun);
    if (wishes.wanted.length > 0) return;
    endRound();
    endPeriod();
  }

  /** Begins what is to be done next, if anything is and can be. */
  function proceed(): void {
    const { wanted } = wishes;
    if (liveSince === undefined || round || wanted.length === 0) return;
    const able = wanted.filter((noun) => !failing.get(noun)?.isResting);
    const missed = able.filter((noun) => gapped.has(noun));
    const unknown = able.filter((noun) => !books.isKnown(noun));
    const suspected = able.filter((noun) => books.isSuspected(noun));
    if (missed.length > 0) run('GAP', missed);
    else if (unknown.length > 0) run('BASELINE', unknown);
    else if (suspected.length > 0) run('PROOF', suspected);
    else if (period > 0) {
      const base = isFresh ? Math.min(secondLook, period) : period;
      cancelPeriod ??= clock.after(base * (1 + jitter * (2 * clock.random() - 1)), compareAgain);
    }
  }

  function compareAgain(): void {
    cancelPeriod = undefined;
    const able = wishes.wanted.filter((noun) => books.isKnown(noun) && !failing.has(noun));
    const isDoubtful = liveSince === undefined || clock.now() - liveSince < doubtfulTime;
    if (isDoubtful || round) cancelPeriod = clock.after(doubtfulTime, compareAgain);
    else if (able.length > 0) run('DRIFT', able);
    else proceed();
  }

  function run(purpose: Purpose, nouns: readonly Noun[]): void {
    const controller = new AbortController();
    round = controller;
    look(purpose, nouns, controller.signal)
      .catch((err: unknown) => logger.warn({ err }, 'The inventory could not be compared.'))
      .finally(() => {
        if (round !== controller) return;
        round = undefined;
        proceed();
      });
  }

  async function look(purpose: Purpose, nouns: readonly Noun[], signal: AbortSignal): Promise<void> {
    books.record(nouns);
    await sleep(clock, listLag, signal);
    if (signal.aborted) return;
    counts.lists += nouns.length;
    const answers = await Promise.allSettled(nouns.map((noun) => list(noun, signal)));
    if (!signal.aborted) await sleep(clock, eventLag, signal);
    if (signal.aborted) return;
    const lists = new Map<Noun, readonly Thing[]>();
    for (const [index, noun] of nouns.entries()) {
      const answer = answers[index];
      if (answer?.status === 'fulfilled') {
        lists.set(noun, answer.value);
        recovered(noun);
      } else fail(noun, answer?.reason);
    }
    // A daemon that does not list may be gone altogether.
    if (lists.size < nouns.length) doubt();
    if (lists.size > 0) conclude(purpose, lists);
  }

  function fail(noun: Noun, err: unknown): void {
    counts.failures++;
    logger.debug({ err, noun }, 'A list for the inventory failed; it is asked for again.');
    const failures = failing.get(noun)?.failures ?? 0;
    const cancel = clock.after(waitBefore(backoff, failures, clock), () => {
      state.isResting = false;
      proceed();
    });
    const state: Failing = { failures: failures + 1, cancel, isResting: true };
    failing.set(noun, state);
  }

  function recovered(noun: Noun): void {
    failing.get(noun)?.cancel();
    failing.delete(noun);
  }

  function conclude(purpose: Purpose, lists: Lists): void {
    // The next comparison may be due earlier than was agreed.
    endPeriod();
    isFresh = purpose === 'BASELINE' || purpose === 'GAP';
    if (isFresh) {
      const findings = books.take(lists);
      for (const noun of lists.keys()) gapped.delete(noun);
      if (purpose === 'GAP') tell('GAP', findings);
    } else {
      tellDrift(books.compare(lists));
    }
    payDebts();
  }

  function tellDrift(findings: Findings): void {
    if (findings.size === 0) return;
    let drift = 0;
    for (const { differences } of findings.values()) drift += differences ? sizeOf(differences) : 0;
    counts.drift += drift;
    logger.debug({ differences: drift }, 'The Engine has something else than its events told.');
    tell('DRIFT', findings);
  }

  function payDebts(): void {
    if (liveSince === undefined) return;
    for (const debt of debts) {
      const findings = new Map<Noun, Finding>();
      for (const noun of debt.nouns) {
        const finding = gapped.has(noun) ? undefined : books.find(noun);
        if (finding) findings.set(noun, finding);
      }
      if (findings.size < debt.nouns.length) continue;
      debts.delete(debt);
      debt.pay(findings);
    }
  }

  return {
    counts,
    want(nouns) {
      const release = wishes.add(nouns);
      proceed();
      return release;
    },
    see(event) {
      if (wishes.wanted.length > 0) books.see(event);
    },
    gap() {
      for (const noun of wishes.wanted) gapped.add(noun);
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
    owe(nouns, pay) {
      debts.add({ nouns, pay });
      payDebts();
    },
    isGapped: (nouns) => nouns.some((noun) => gapped.has(noun)),
    forget() {
      liveSince = undefined;
      endRound();
      endPeriod();
      wishes.clear();
      for (const { cancel } of failing.values()) cancel();
      failing.clear();
      gapped.clear();
      debts.clear();
      books.clear();
      isFresh = false;
    },
  };
}
