/** What an Engine has, in the few words that events keep up to date. */

/** What is kept of an object. Never changed: another state is another thing. */
export interface Thing {
  readonly noun: Noun;
  /** ID, or the name of a volume. */
  readonly dockerId: string;
  /** undefined for an image without a name. */
  readonly name: string | undefined;
  /** The Engine's word for the state of a container; undefined for everything else, which has none. */
  readonly state: string | undefined;
}

export const nouns = ['container', 'image', 'network', 'volume'] as const;
/** What there are lists of. */
export type Noun = (typeof nouns)[number];

/** All of one noun, by ID. */
export type Things = ReadonlyMap<string, Thing>;

/** What two looks at the same noun differ in. */
export interface Differences {
  readonly appeared: readonly Thing[];
  readonly vanished: readonly Thing[];
  readonly changed: readonly { readonly before: Thing; readonly after: Thing }[];
}

/**
 * An end looks the same to events, however it goes on: a container that died may be waiting to be restarted, or be on
 * its way out, and nothing tells which.
 */
const ended: ReadonlySet<string | undefined> = new Set([
  'exited',
  'restarting',
  'removing',
  'dead',
  'stopped',
]);

/** Whether two states of a container are the same as far as events can tell. */
export const isSameState = (a: string | undefined, b: string | undefined): boolean =>
  a === b || (ended.has(a) && ended.has(b));

const isSame = (a: Thing, b: Thing): boolean => a.name === b.name && isSameState(a.state, b.state);

/** What is in one of them and not in the other, in the order in which they hold it. */
export function differencesOf(before: Things, after: Things): Differences {
  const appeared: Thing[] = [];
  const changed: { before: Thing; after: Thing }[] = [];
  for (const [id, thing] of after) {
    const known = before.get(id);
    if (!known) appeared.push(thing);
    else if (!isSame(known, thing)) changed.push({ before: known, after: thing });
  }
  return { appeared, vanished: [...before.values()].filter(({ dockerId }) => !after.has(dockerId)), changed };
}

export const sizeOf = ({ appeared, vanished, changed }: Differences): number =>
  appeared.length + vanished.length + changed.length;

/** What two looks have found alike. What only one has found was a matter of moments. */
export function inBoth(first: Differences, second: Differences): Differences {
  const among = (things: readonly Thing[], { dockerId }: Thing): boolean =>
    things.some((thing) => thing.dockerId === dockerId);
  return {
    appeared: second.appeared.filter((thing) => among(first.appeared, thing)),
    vanished: second.vanished.filter((thing) => among(first.vanished, thing)),
    changed: second.changed.filter(({ after }) =>
      first.changed.some((other) => other.after.dockerId === after.dockerId && isSame(other.after, after)),
    ),
  };
}
