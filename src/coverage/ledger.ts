/** The ledger: every item of the API documents with its coordinates, and everything that is wrong with that. */
import type { GraphQLSchema } from 'graphql';
import { type Claim, claimsOf, type Known, plain, routesNamed } from './claims.ts';
import { documented, type Item } from './documented.ts';
import { ownRoutesOf } from './own-routes.ts';
import { routesOfRows } from './rows.ts';
import { maxWaivers, waivers as ownWaivers, type Waiver } from './waivers.ts';

export interface Entry {
  readonly item: Item;
  readonly coordinates: readonly string[];
  /** The routes beside the graph by which its bytes come and go. */
  readonly routes: readonly string[];
  /** Why there are none. */
  readonly waiver?: string;
}

export interface Ledger {
  readonly entries: readonly Entry[];
  /** Operations that are not documented and are used all the same. */
  readonly beyond: readonly Entry[];
  /** Whole sentences; none where all is well. */
  readonly faults: readonly string[];
}

const idOf = ({ kind, name }: Pick<Item, 'kind' | 'name'>): string => `${kind} ${name}`;

/** Things to find by another thing, each list in the order they came. */
function groups<Value>(pairs: Iterable<readonly [string, Value]>): ReadonlyMap<string, readonly Value[]> {
  const found = new Map<string, Value[]>();
  for (const [key, value] of pairs) found.set(key, [...(found.get(key) ?? []), value]);
  return found;
}

function knownOf(items: readonly Item[]): Known {
  const known = new Map<string, Map<string, string>>();
  for (const { of, own, name } of items) {
    if (own === '') continue;
    const inside = known.get(of) ?? new Map<string, string>();
    known.set(of, inside.set(plain(own), name));
  }
  return known;
}

/** What one claim is about: a parameter by whoever says so, a field of an answer or of a body by which way it goes. */
const claimed = ({ names, input }: Claim): string[] =>
  names.map((name) =>
    name.includes('?') ? idOf({ kind: 'parameter', name }) : idOf({ kind: input ? 'body' : 'answer', name }),
  );

/** The coordinates of each item, by its ID. What is only a group of others is where all of those are. */
function placesOf(claims: readonly Claim[]): ReadonlyMap<string, readonly string[]> {
  const direct = groups(
    claims.flatMap((claim) => claimed(claim).map((id) => [id, claim.coordinate] as const)),
  );
  const inside = groups(
    documented.filter(({ own }) => own !== '').map((item) => [`${item.kind} ${item.of}`, item] as const),
  );
  const find = (item: Item): readonly string[] => {
    const own = direct.get(idOf(item));
    if (own) return own;
    // A definition without a name of its own is named by its place.
    const parts = ['', '[]'].flatMap((list) => inside.get(`${idOf(item)}${list}`) ?? []);
    const places = parts.map(find);
    return places.every((each) => each.length > 0) ? places.flat() : [];
  };
  return new Map(
    documented.flatMap((item) => {
      const places = [...new Set(find(item))];
      return places.length > 0 ? [[idOf(item), places] as const] : [];
    }),
  );
}

/** A coordinate that takes what the Engine only tells, or the other way round, says something that cannot be. */
function falseClaims(claims: readonly Claim[], items: ReadonlySet<string>): string[] {
  return claims.flatMap((claim) => {
    if (!claim.exists)
      return [`${claim.coordinate} is said to be ${claim.names.join()}, and is not in the schema.`];
    return claim.names.flatMap((name) => {
      const [other] = claimed({ ...claim, names: [name], input: !claim.input });
      const [id = ''] = claimed({ ...claim, names: [name] });
      // A table may have columns for what is not documented; what is documented for the other way only is a mistake.
      const isFalse = !items.has(id) && (claim.input || (other !== undefined && items.has(other)));
      return isFalse
        ? [`${claim.coordinate} says that it is ${id}, which the API documents do not have.`]
        : [];
    });
  });
}

function waiverFaults(
  waivers: readonly Waiver[],
  mapped: ReadonlyMap<string, unknown>,
  items: ReadonlySet<string>,
) {
  const faults = waivers.flatMap(({ items: waived }) =>
    waived.flatMap((id) => [
      ...(items.has(id) ? [] : [`A waiver is about ${id}, which the API documents do not have.`]),
      ...(mapped.has(id) ? [`A waiver is about ${id}, which has a place in the schema.`] : []),
    ]),
  );
  return waivers.length > maxWaivers
    ? [...faults, `There are ${waivers.length} waivers; more than ${maxWaivers} are too many.`]
    : faults;
}

/** Rows, descriptions and documents must speak of the same operations. */
function operationFaults(named: ReadonlyMap<string, readonly string[]>, rows: ReadonlySet<string>): string[] {
  const routes = new Set(documented.filter(({ kind }) => kind === 'operation').map(({ name }) => name));
  return [
    ...[...routes]
      .filter((route) => !rows.has(route))
      .map((route) => `No row of src/engine/operations is ${route}.`),
    ...[...named]
      .filter(([route]) => !rows.has(route))
      .map(
        ([route, [coordinate]]) => `${coordinate} names ${route}, which is no row of src/engine/operations.`,
      ),
    ...[...rows]
      .filter((route) => !named.has(route))
      .map((route) => `No description in the schema names ${route}.`),
  ];
}

/** Holds the schema against the API documents. */
export function ledgerOf(schema: GraphQLSchema, waivers: readonly Waiver[] = ownWaivers): Ledger {
  const items = new Set(documented.map(idOf));
  const claims = [...claimsOf(schema, knownOf(documented))];
  const mapped = placesOf(claims.filter(({ exists }) => exists));
  const named = routesNamed(schema);
  const rows = routesOfRows();
  const reasons = new Map(
    waivers.flatMap(({ reason, items: ids }) => ids.map((id) => [id, reason] as const)),
  );
  const operationEntry = (item: Item): Entry => {
    const coordinates = named.get(item.name) ?? [];
    return { item, coordinates, routes: ownRoutesOf(schema, coordinates) };
  };
  const entries = documented.map((item): Entry => {
    if (item.kind === 'operation') return operationEntry(item);
    const waiver = reasons.get(idOf(item));
    const coordinates = mapped.get(idOf(item)) ?? [];
    return { item, coordinates, routes: [], ...(waiver !== undefined && { waiver }) };
  });
  const beyond = [...rows]
    .filter((route) => !items.has(idOf({ kind: 'operation', name: route })))
    .map((route) => operationEntry({ kind: 'operation', name: route, of: route, own: '' }));
  const unmapped = entries
    .filter(
      ({ item, coordinates, waiver }) => item.kind !== 'operation' && !waiver && coordinates.length === 0,
    )
    .map(({ item }) => `Nothing in the schema is ${idOf(item)}.`);
  return {
    entries,
    beyond,
    faults: [
      ...operationFaults(named, rows),
      ...unmapped,
      ...falseClaims(claims, items),
      ...waiverFaults(waivers, mapped, items),
    ],
  };
}
