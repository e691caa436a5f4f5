/** The difference of two answers as JSON Patch (RFC 6902). */
import { createPatch, type Operation, type Pointer } from 'rfc6902';
import { isJsonObject } from '../engine/json.ts';
import { isEqual } from './comparison.ts';

export type Patch = readonly Operation[];

/** Fields by which clients tell the items of a list from one another, the best first. */
const identities = ['id', 'dockerId', 'stableKey', 'key', 'name'] as const;

type Keys = readonly (string | number)[];

/** What tells the items of both lists apart; undefined where nothing does. */
function keysOf(before: readonly unknown[], after: readonly unknown[]): readonly [Keys, Keys] | undefined {
  const keysBy = (field: string, items: readonly unknown[]): Keys | undefined => {
    const keys = items.map((item) => (isJsonObject(item) ? item[field] : undefined));
    const usable = keys.filter((key) => typeof key === 'string' || typeof key === 'number');
    return usable.length === items.length && new Set(usable).size === usable.length ? usable : undefined;
  };
  for (const field of identities) {
    const [a, b] = [keysBy(field, before), keysBy(field, after)];
    if (a && b) return [a, b];
  }
  return undefined;
}

type Recurse = (before: unknown, after: unknown, at: Pointer) => Operation[];

/** Items that stay keep their order: what went is removed, what came is added. Undefined where they change places. */
function diffKeyed(
  before: readonly unknown[],
  after: readonly unknown[],
  [keysBefore, keysAfter]: readonly [Keys, Keys],
  at: Pointer,
  recurse: Recurse,
): Operation[] | undefined {
  const [was, is] = [new Set(keysBefore), new Set(keysAfter)];
  const stayed = keysBefore.filter((key) => is.has(key));
  const arrived = keysAfter.filter((key) => was.has(key));
  if (stayed.some((key, index) => key !== arrived[index])) return undefined;
  const operations: Operation[] = [];
  for (let index = keysBefore.length - 1; index >= 0; index--) {
    const key = keysBefore[index];
    if (key !== undefined && !is.has(key))
      operations.push({ op: 'remove', path: at.add(String(index)).toString() });
  }
  const old = new Map(keysBefore.map((key, index) => [key, before[index]]));
  keysAfter.forEach((key, index) => {
    const place = at.add(String(index));
    if (was.has(key)) operations.push(...recurse(old.get(key), after[index], place));
    else operations.push({ op: 'add', path: place.toString(), value: after[index] });
  });
  return operations;
}

/** Without identities: what both ends have in common stays, and what is between them is gone through in order. */
function diffPlain(
  before: readonly unknown[],
  after: readonly unknown[],
  at: Pointer,
  recurse: Recurse,
): Operation[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && isEqual(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && isEqual(before[before.length - 1 - tail], after[after.length - 1 - tail])) {
    tail++;
  }
  const [lastBefore, lastAfter] = [before.length - tail, after.length - tail];
  const operations: Operation[] = [];
  for (let index = lastBefore - 1; index >= lastAfter; index--) {
    operations.push({ op: 'remove', path: at.add(String(index)).toString() });
  }
  for (let index = head; index < lastAfter; index++) {
    const place = at.add(String(index));
    if (index < lastBefore) operations.push(...recurse(before[index], after[index], place));
    else operations.push({ op: 'add', path: place.toString(), value: after[index] });
  }
  return operations;
}

/**
 * What makes `after` of `before`, in time that grows with their size only: the library compares each item of a list with
 * each other one. Undefined where the patch would be no shorter than `after` itself, as with lists that were sorted anew.
 */
export function patchBetween(before: unknown, after: unknown): Patch | undefined {
  const recurse: Recurse = (a, b, at) =>
    createPatch(a, b, diff).map((operation) => ({
      ...operation,
      path: `${at.toString()}${operation.path}`,
    }));
  const diff = (a: unknown, b: unknown, at: Pointer): Operation[] | undefined => {
    if (!Array.isArray(a) || !Array.isArray(b)) return undefined;
    const keys = keysOf(a, b);
    if (!keys) return diffPlain(a, b, at, recurse);
    return diffKeyed(a, b, keys, at, recurse) ?? [{ op: 'replace', path: at.toString(), value: b }];
  };
  const patch = createPatch(before, after, diff);
  return JSON.stringify(patch).length < JSON.stringify(after).length ? patch : undefined;
}
