import { describe, expect, it } from 'vitest';
import { createContext } from '../../../src/context.ts';
import { BadUserInput } from '../../../src/errors.ts';
import { ordered, type PageArguments, paginate, type SortKey } from '../../../src/graph/kit/connection.ts';
import type { NodeModel } from '../../../src/graph/kit/node.ts';
import { services } from '../../support/services.ts';

const scope = createContext([], { requestId: '', signal: new AbortController().signal }, services()).scope;

/** Only the key of a node matters here; its engine is never asked. */
const node = (key: string): NodeModel => ({
  type: 'Container',
  key,
  get scope() {
    return scope();
  },
});
const sorted = (...items: readonly (readonly [key: string, sortKey: SortKey])[]) =>
  items.map(([key, sortKey]) => ({ item: node(key), sortKey }));
const keysOf = (page: { edges: readonly { node: NodeModel }[] }) => page.edges.map((edge) => edge.node.key);

const five = sorted(['a', 1], ['b', 2], ['c', 3], ['d', 4], ['e', 5]);

describe('a page', () => {
  it('is everything without first and last', () => {
    const page = paginate(five, {});
    expect(keysOf(page)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(page.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    expect(page.totalCount).toBe(5);
  });

  it('is followed by the next one until the end', () => {
    const first = paginate(five, { first: 2 });
    const second = paginate(five, { first: 2, after: first.pageInfo.endCursor });
    const third = paginate(five, { first: 2, after: second.pageInfo.endCursor });
    expect([keysOf(first), keysOf(second), keysOf(third)]).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect([first, second, third].map((page) => page.pageInfo.hasNextPage)).toEqual([true, true, false]);
    expect([first, second, third].map((page) => page.pageInfo.hasPreviousPage)).toEqual([false, true, true]);
  });

  it('is found from the end', () => {
    const last = paginate(five, { last: 2 });
    const before = paginate(five, { last: 2, before: last.pageInfo.startCursor });
    expect([keysOf(last), keysOf(before)]).toEqual([
      ['d', 'e'],
      ['b', 'c'],
    ]);
  });

  it('goes on at its place when the object of the cursor is gone', () => {
    const { endCursor } = paginate(five, { first: 2 }).pageInfo;
    const without = five.filter(({ item }) => item.key !== 'b');
    expect(keysOf(paginate(without, { first: 2, after: endCursor }))).toEqual(['c', 'd']);
  });

  it('tells equal sort keys apart by identity, and unknown ones come first', () => {
    const page = paginate(sorted(['z', 'same'], ['y', 'same'], ['x', null]), {});
    expect(keysOf(page)).toEqual(['x', 'y', 'z']);
  });

  it('runs backwards when asked to', () => {
    const page = paginate(five, { first: 2 }, true);
    expect(keysOf(page)).toEqual(['e', 'd']);
    expect(keysOf(paginate(five, { first: 2, after: page.pageInfo.endCursor }, true))).toEqual(['c', 'b']);
  });

  it('tells what lies around it when it is empty', () => {
    const around = (args: PageArguments) => {
      const { hasNextPage, hasPreviousPage } = paginate(five, args).pageInfo;
      return { hasNextPage, hasPreviousPage };
    };
    const end = paginate(five, {}).pageInfo.endCursor;
    const start = paginate(five, {}).pageInfo.startCursor;
    expect(around({ first: 0 })).toEqual({ hasNextPage: true, hasPreviousPage: false });
    expect(around({ last: 0 })).toEqual({ hasNextPage: false, hasPreviousPage: true });
    expect(around({ after: end })).toEqual({ hasNextPage: false, hasPreviousPage: true });
    expect(around({ before: start })).toEqual({ hasNextPage: true, hasPreviousPage: false });
    expect(paginate(five, { after: end, before: start }).edges).toEqual([]);
  });

  it('keeps its place among integers that a double cannot tell apart', () => {
    const items = sorted(['a', 9_007_199_254_740_993n], ['b', 9_007_199_254_740_994n]);
    const { endCursor } = paginate(items, { first: 1 }).pageInfo;
    expect(keysOf(paginate(items, { after: endCursor }))).toEqual(['b']);
  });
});

describe('a list in an order', () => {
  const items = five.map(({ item }) => item);
  const list = (args: Parameters<typeof ordered<NodeModel, 'NAME' | 'IMAGE'>>[1]) =>
    ordered(items, args, 'NAME', (item) => item.key);

  it('goes on from a cursor of its own', () => {
    const { endCursor } = list({ first: 2 }).pageInfo;
    expect(keysOf(list({ first: 2, after: endCursor, orderBy: { field: 'NAME' } }))).toEqual(['c', 'd']);
  });

  it('refuses a cursor of another order, whose place means nothing here', () => {
    const { endCursor } = list({ first: 2 }).pageInfo;
    expect(() => list({ after: endCursor, orderBy: { field: 'IMAGE' } })).toThrow(/NAME.*IMAGE/);
  });
});

describe('a page that cannot be', () => {
  it.each([
    ['a negative count', { first: -1 }],
    ['a negative count from the end', { last: -1 }],
    ['a cursor of no list', { after: 'nonsense' }],
    ['a cursor with another shape', { before: Buffer.from('{"a":1}').toString('base64url') }],
  ])('is refused for %s', (_what, args) => {
    expect(() => paginate(five, args)).toThrow(BadUserInput);
  });
});
