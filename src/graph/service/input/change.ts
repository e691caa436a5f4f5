/** Lists and maps of what is updated: replaced as a whole, or item by item, as the docker CLI does with `-add` and `-rm`. */
import { inside, type Place, refuse } from '../../mutation/input-error.ts';

type Maybe<Value> = Value | null | undefined;

export interface ListChange<Item, Gone = string> {
  /** All there is to be from now on. */
  readonly all?: Maybe<readonly Item[]>;
  /** To be there too, each in place of the one with the same key. */
  readonly add?: Maybe<readonly Item[]>;
  /** To be gone. What is not there is no error. */
  readonly remove?: Maybe<readonly Gone[]>;
}

const capital = (field: string): string => field.charAt(0).toUpperCase() + field.slice(1);
/** Fields beside `env` are called `addEnv` and `removeEnv`. */
const adding = (field: string): string => `add${capital(field)}`;
const removing = (field: string): string => `remove${capital(field)}`;

/** @throws InputError for a list that is both replaced and changed */
export function checkChange(
  place: Place,
  field: string,
  { all, add, remove }: ListChange<unknown, unknown>,
): void {
  if (all && (add || remove)) {
    refuse(
      inside(place, field),
      `says all there is to be: give it alone, or \`${adding(field)}\` and \`${removing(field)}\` instead.`,
    );
  }
}

/** Undefined where nothing was wished for, so that what is there stays. */
export function changedList<Item>(
  current: Maybe<readonly Item[]>,
  { all, add, remove }: ListChange<Item, Item>,
  keyOf: (item: Item) => string,
  isGone: (item: Item) => boolean = (item) => (remove ?? []).some((gone) => keyOf(gone) === keyOf(item)),
): readonly Item[] | undefined {
  if (all) return all;
  if (!add && !remove) return undefined;
  const added = new Map((add ?? []).map((item) => [keyOf(item), item]));
  const kept = (current ?? []).filter((item) => !isGone(item));
  const replaced = kept.map((item) => {
    const key = keyOf(item);
    const newer = added.get(key);
    added.delete(key);
    return newer ?? item;
  });
  return [...replaced, ...added.values()];
}

/** The same for what is told apart by itself. */
export const changedTexts = (
  current: Maybe<readonly string[]>,
  change: ListChange<string>,
): readonly string[] | undefined => changedList(current, change, (text) => text);

interface Entry {
  readonly key: string;
  readonly value?: string | null | undefined;
}

/** The same for maps; entries are removed by their keys. */
export function changedMap(
  current: Maybe<Readonly<Record<string, string | null | undefined>>>,
  { all, add, remove }: ListChange<Entry>,
): Record<string, string> | undefined {
  const entries = Object.entries(current ?? {}).map(([key, value]) => ({ key, value: value ?? '' }));
  const gone = new Set(remove);
  const after = changedList<Entry>(
    entries,
    { all, add, remove: remove && [] },
    ({ key }) => key,
    ({ key }) => gone.has(key),
  );
  return after && Object.fromEntries(after.map(({ key, value }) => [key, value ?? '']));
}
