/** What is known of the objects of one noun: a list, kept up to date by events, and compared with the next list. */
import { type Change, changed, folded } from './change.ts';
import { type Differences, differencesOf, type Thing, type Things } from './thing.ts';

/**
 * A list is read while things go on, and answers late: with `die`, `pause` and `unpause` the Engine's list shows the
 * state before for up to 70 ms. So what events told shortly before and during the reading holds against the list.
 */
export class Ledger {
  #things: Map<string, Thing> | undefined;
  /** What was told since {@link record}, by ID: as many as there are objects at most, however many events come. */
  #recorded: Map<string, Change> | undefined;

  /** undefined before the first list. */
  get things(): Things | undefined {
    return this.#things;
  }

  apply(change: Change): void {
    const { dockerId } = change;
    const recorded = this.#recorded;
    if (recorded) recorded.set(dockerId, folded(recorded.get(dockerId), change));
    if (this.#things) applyTo(this.#things, change);
  }

  /** A list is about to be read: what is told from here on is newer than that, or as new. */
  record(): void {
    this.#recorded = new Map();
  }

  /**
   * What a list differs in from what is known. Changes nothing that is known.
   *
   * @returns undefined where nothing is known to compare with
   */
  compare(listed: readonly Thing[]): Differences | undefined {
    return this.#things && differencesOf(this.#things, this.#merged(listed));
  }

  /**
   * Takes what a list says, but for what was told since {@link record}.
   *
   * @returns what the events had not told; undefined where nothing was known to compare with
   */
  replace(listed: readonly Thing[]): Differences | undefined {
    const before = this.#things;
    const after = this.#merged(listed);
    this.#things = after;
    this.#recorded = undefined;
    return before && differencesOf(before, after);
  }

  /** Takes these differences, and nothing else. */
  repair({ appeared, vanished, changed: others }: Differences): void {
    for (const { dockerId } of vanished) this.#things?.delete(dockerId);
    for (const thing of [...appeared, ...others.map(({ after }) => after)]) {
      this.#things?.set(thing.dockerId, thing);
    }
  }

  #merged(listed: readonly Thing[]): Map<string, Thing> {
    const merged = new Map<string, Thing>();
    for (const thing of listed) merged.set(thing.dockerId, thing);
    for (const change of this.#recorded?.values() ?? []) applyTo(merged, change);
    return merged;
  }
}

function applyTo(things: Map<string, Thing>, change: Change): void {
  const before = things.get(change.dockerId);
  const after = changed(before, change);
  if (after === before) return;
  if (after) things.set(change.dockerId, after);
  else things.delete(change.dockerId);
}
