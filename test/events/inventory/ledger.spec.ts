import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/events/inventory/change.ts';
import { Ledger } from '../../../src/events/inventory/ledger.ts';
import { differencesOf, sizeOf, type Thing } from '../../../src/events/inventory/thing.ts';

const thing = (dockerId: string, state: string, name = dockerId): Thing => ({
  noun: 'container',
  dockerId,
  name,
  state,
});
const made = (dockerId: string): Change => ({
  noun: 'container',
  dockerId,
  kind: 'made',
  name: dockerId,
  state: 'created',
});
const to = (dockerId: string, state: string): Change => ({
  noun: 'container',
  dockerId,
  kind: 'changed',
  state,
});
const gone = (dockerId: string): Change => ({ noun: 'container', dockerId, kind: 'gone' });

const states = ({ things }: Ledger) => [...(things ?? [])].map(([id, { state }]) => `${id} ${state}`).sort();

/** A ledger that has been listed once. */
function listed(...things: readonly Thing[]): Ledger {
  const ledger = new Ledger();
  ledger.record();
  ledger.replace(things);
  return ledger;
}

describe('a first list', () => {
  it('is what there is, with nothing to compare with', () => {
    const ledger = new Ledger();
    expect(ledger.things).toBeUndefined();
    ledger.record();
    expect(ledger.replace([thing('a', 'running')])).toBeUndefined();
    expect(states(ledger)).toEqual(['a running']);
  });

  it('does not hold against what was told since it was asked for', () => {
    const ledger = new Ledger();
    ledger.record();
    for (const change of [to('a', 'exited'), made('b'), gone('c'), made('d'), gone('d')])
      ledger.apply(change);
    ledger.replace([thing('a', 'running'), thing('c', 'running'), thing('d', 'created')]);
    expect(states(ledger)).toEqual(['a exited', 'b created']);
  });

  it('holds against what was told before it was asked for', () => {
    const ledger = new Ledger();
    ledger.apply(gone('a'));
    ledger.record();
    ledger.replace([thing('a', 'running')]);
    expect(states(ledger)).toEqual(['a running']);
  });
});

describe('a later list', () => {
  it('differs in nothing where events told everything', () => {
    const ledger = listed(thing('a', 'running'), thing('b', 'running'));
    for (const change of [to('a', 'paused'), gone('b'), made('c')]) ledger.apply(change);
    ledger.record();
    const found = ledger.replace([thing('a', 'paused'), thing('c', 'created')]);
    expect(found && sizeOf(found)).toBe(0);
  });

  it('differs in what no event told, and in nothing else', () => {
    const ledger = listed(
      thing('a', 'running'),
      thing('b', 'running'),
      thing('c', 'running'),
      thing('d', 'paused'),
    );
    ledger.record();
    ledger.apply(to('c', 'paused'));
    const found = ledger.replace([
      thing('a', 'exited'),
      thing('c', 'running'),
      thing('d', 'paused'),
      thing('e', 'created'),
    ]);
    expect(found).toEqual({
      appeared: [thing('e', 'created')],
      vanished: [thing('b', 'running')],
      changed: [{ before: thing('a', 'running'), after: thing('a', 'exited') }],
    });
    expect(states(ledger)).toEqual(['a exited', 'c paused', 'd paused', 'e created']);
  });

  it('does not differ in how an end goes on, which no event tells, and has the last word on it', () => {
    const ledger = listed(thing('a', 'running'));
    ledger.apply(to('a', 'exited'));
    ledger.record();
    const found = ledger.replace([thing('a', 'restarting')]);
    expect([found && sizeOf(found), states(ledger)]).toEqual([0, ['a restarting']]);
  });

  it('costs no more memory than there are objects, however many events come while it is read', () => {
    const ledger = listed(thing('a', 'running'));
    ledger.record();
    for (let count = 0; count < 10_000; count++) {
      ledger.apply(to('a', 'paused'));
      ledger.apply(to('a', 'running'));
    }
    ledger.replace([thing('a', 'paused')]);
    expect(states(ledger)).toEqual(['a running']);
  });
});

describe('two looks at the same', () => {
  it('differ in names too', () => {
    const [before, after] = [thing('a', 'running', 'old'), thing('a', 'running', 'new')];
    const found = differencesOf(new Map([['a', before]]), new Map([['a', after]]));
    expect(found.changed).toEqual([{ before, after }]);
  });
});
