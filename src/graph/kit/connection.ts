/** Relay connections whose cursors are keys, not positions: objects come and go between two pages. */

import type { Int64 } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import { builder } from '../builder.ts';
import type { NodeModel } from './node.ts';
import type { Ref } from './record.ts';

export type SortKey = string | Int64 | null;

export interface Sorted<Item> {
  readonly item: Item;
  readonly sortKey: SortKey;
}

export interface Page<Item> {
  readonly edges: readonly { readonly node: Item; readonly cursor: string }[];
  readonly totalCount: number;
  readonly pageInfo: PageInfoModel;
}

interface PageInfoModel {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

interface Position {
  readonly sortKey: SortKey;
  readonly key: string;
}

/** Nothing sorts before something; text sorts by code unit, so that every page agrees. */
function compareKeys(a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

const comparePositions = (a: Position, b: Position, sign: 1 | -1): number =>
  sign * compareKeys(a.sortKey, b.sortKey) || compareKeys(a.key, b.key);

const encodeCursor = ({ sortKey, key }: Position, order: string): string => {
  const tagged = typeof sortKey === 'bigint' ? { big: sortKey.toString() } : sortKey;
  return Buffer.from(JSON.stringify([order, tagged, key])).toString('base64url');
};

const sortKeyIn = (value: unknown): SortKey | undefined => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'object' && 'big' in value ? BigInt(String(value.big)) : undefined;
};

function parseCursor(cursor: string): (Position & { readonly order: string }) | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(value) || value.length !== 3) return undefined;
    const [order, tagged, key]: unknown[] = value;
    const sortKey = sortKeyIn(tagged);
    if (typeof order !== 'string' || typeof key !== 'string' || sortKey === undefined) return undefined;
    return { order, sortKey, key };
  } catch {
    return undefined;
  }
}

function decodeCursor(cursor: string, order: string): Position {
  const found = parseCursor(cursor);
  const remedy = 'Take it from `cursor` or `pageInfo` of the same list and order.';
  if (!found) throw new BadUserInput(`"${cursor}" is not a cursor. ${remedy}`);
  if (found.order === order) return found;
  throw new BadUserInput(
    `"${cursor}" is from a list by ${found.order}, and this one is by ${order}. ${remedy}`,
  );
}

const checkCount = (name: string, count: number | null | undefined): void => {
  if (count !== null && count !== undefined && count < 0) {
    throw new BadUserInput(`\`${name}\` cannot be ${count}: give 0 or more.`);
  }
};

/**
 * Cuts a page out of all items. Without `first` and `last` it is all of them.
 *
 * @param order what the items are sorted by: a cursor of another order is refused
 * @throws BadUserInput for a negative count or a cursor that is none of this list
 */
export function paginate<Item extends NodeModel>(
  items: readonly Sorted<Item>[],
  { first, after, last, before }: PageArguments,
  descending = false,
  order = '',
): Page<Item> {
  checkCount('first', first);
  checkCount('last', last);
  const sign = descending ? -1 : 1;
  const positions = items.map(({ item, sortKey }) => ({ item, sortKey, key: item.key }));
  positions.sort((a, b) => comparePositions(a, b, sign));
  /** How many come before a place, or before and at it. */
  const countUpTo = (place: Position, bound: 0 | 1) =>
    positions.filter((each) => comparePositions(each, place, sign) < bound).length;
  let start = after ? countUpTo(decodeCursor(after, order), 1) : 0;
  let end = before ? Math.max(start, countUpTo(decodeCursor(before, order), 0)) : positions.length;
  if (typeof first === 'number') end = Math.min(end, start + first);
  if (typeof last === 'number') start = Math.max(start, end - last);
  const edges = positions
    .slice(start, end)
    .map((each) => ({ node: each.item, cursor: encodeCursor(each, order) }));
  return {
    edges,
    totalCount: items.length,
    pageInfo: {
      hasNextPage: end < positions.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

const PageInfo = builder.objectRef<PageInfoModel>('PageInfo').implement({
  description: 'Where a page stands in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      nullable: false,
      description: 'More items come after this page.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      nullable: false,
      description: 'Items came before this page.',
    }),
    startCursor: t.exposeString('startCursor', {
      description: 'The cursor of the first item; null on an empty page.',
    }),
    endCursor: t.exposeString('endCursor', {
      description: 'The cursor of the last item; null on an empty page.',
    }),
  }),
});

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end of a sorted list comes first.',
  values: {
    ASC: {
      description: 'The smallest, earliest or alphabetically first item comes first. Unknown values lead.',
    },
    DESC: {
      description: 'The largest, latest or alphabetically last item comes first. Unknown values come last.',
    },
  } as const,
});

/** Declares `<Noun>Connection` and `<Noun>Edge`. */
export function connectionOf<Item extends NodeModel>(noun: string, plural: string, type: Ref<Item>) {
  // Pothos cannot follow a type parameter; what a page holds is checked where the page is made.
  const node: Ref<NodeModel> = type;
  const Edge = builder.objectRef<Page<NodeModel>['edges'][number]>(`${noun}Edge`).implement({
    description: `One of the ${plural} in a list, with its place there.`,
    fields: (t) => ({
      node: t.field({
        type: node,
        nullable: false,
        description: 'The object itself.',
        resolve: (edge) => edge.node,
      }),
      cursor: t.exposeString('cursor', {
        nullable: false,
        description: 'Give it to `after` or `before` to go on from here.',
      }),
    }),
  });
  return builder.objectRef<Page<NodeModel>>(`${noun}Connection`).implement({
    description: `A list of ${plural}, or a page of one.`,
    fields: (t) => ({
      nodes: t.field({
        type: [node],
        nullable: false,
        description: 'The objects of this page, without cursors.',
        resolve: ({ edges }) => edges.map(({ node }) => node),
      }),
      edges: t.field({
        type: [Edge],
        nullable: false,
        description: 'The objects of this page with cursors.',
        resolve: ({ edges }) => edges,
      }),
      totalCount: t.exposeInt('totalCount', {
        nullable: false,
        description: 'How many there are on all pages together, after filter and search.',
      }),
      pageInfo: t.field({
        type: PageInfo,
        nullable: false,
        description: 'Where this page stands.',
        resolve: ({ pageInfo }) => pageInfo,
      }),
    }),
  });
}

/** What every edge and root list has in common: an object made from it sorts by one key, then by identity. */
export interface OrderBy<Field extends string> {
  readonly field: Field;
  readonly direction?: 'ASC' | 'DESC' | null | undefined;
}

/** The list sorted as asked, by `fallback` ascending when nothing was. */
export function ordered<Item extends NodeModel, Field extends string>(
  items: readonly Item[],
  args: PageArguments & { readonly orderBy?: OrderBy<Field> | null | undefined },
  fallback: Field,
  sortKeyOf: (item: Item, field: Field) => SortKey,
): Page<Item> {
  const field = args.orderBy?.field ?? fallback;
  return paginate(
    items.map((item) => ({ item, sortKey: sortKeyOf(item, field) })),
    args,
    args.orderBy?.direction === 'DESC',
    field,
  );
}

/** Case-insensitive "contains" over what a person would search by. */
export const matches = (
  search: string | null | undefined,
  texts: readonly (string | null | undefined)[],
): boolean => {
  const wanted = search?.trim().toLowerCase();
  return !wanted || texts.some((text) => text?.toLowerCase().includes(wanted));
};
