import fc from 'fast-check';
import { applyPatch, type Operation } from 'rfc6902';
import { describe, expect, it } from 'vitest';
import { patchBetween } from '../../src/live-queries/patch.ts';

const applied = (before: unknown, patch: readonly Operation[]): unknown => {
  const copy: unknown = structuredClone(before);
  expect(applyPatch(copy, structuredClone([...patch])).filter(Boolean)).toEqual([]);
  return copy;
};

const leaf = fc.oneof(fc.integer(), fc.string({ maxLength: 3 }), fc.boolean(), fc.constant(null));
/** Texts that need care in a pointer, too. */
const key = fc.constantFrom('id', 'name', 'a/b', 'a~b', '~1', '', 'x');
const { answer } = fc.letrec<{ answer: unknown }>((tie) => ({
  answer: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('answer'), { maxLength: 5 }),
    fc.dictionary(key, tie('answer'), { maxKeys: 4 }),
    fc.uniqueArray(fc.record({ id: fc.integer({ min: 0, max: 6 }), state: leaf }), {
      selector: ({ id }) => id,
      maxLength: 6,
    }),
  ),
}));
const root = fc.dictionary(key, answer, { maxKeys: 4 });

describe('a patch', () => {
  it('makes the answer after out of the answer before, whatever both are', () => {
    fc.assert(
      fc.property(root, root, (before, after) => {
        // Padded, so that it is never the longer way.
        const [a, b] = [before, after].map((inner) => ({ inner, padding: 'x'.repeat(5_000) }));
        const patch = patchBetween(a, b);
        expect(patch).toBeDefined();
        expect(applied(a, patch ?? [])).toEqual(b);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is empty between equals', () => {
    fc.assert(
      fc.property(root, (given) => {
        expect(patchBetween({ given, more: 1 }, structuredClone({ given, more: 1 }))).toEqual([]);
      }),
    );
  });

  const nodes = (count: number, skip = -1) =>
    Array.from({ length: count }, (_, id) => ({ id, name: `container-${id}`, state: 'RUNNING' })).filter(
      ({ id }) => id !== skip,
    );
  it('says no more than what changed in a list', () => {
    const [before, after] = [nodes(50), nodes(50)];
    after[7] = { id: 7, name: 'container-7', state: 'EXITED' };
    expect(patchBetween(before, after)).toEqual([{ op: 'replace', path: '/7/state', value: 'EXITED' }]);
    expect(patchBetween(nodes(50), nodes(50, 20))).toEqual([{ op: 'remove', path: '/20' }]);
    expect(patchBetween(nodes(50, 20), nodes(50))).toEqual([
      { op: 'add', path: '/20', value: { id: 20, name: 'container-20', state: 'RUNNING' } },
    ]);
  });

  it('says where one came and another changed in a list whose items nothing tells apart', () => {
    const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(50));
    expect(patchBetween(texts, [...texts.slice(0, 2), 'new', ...texts.slice(2)])).toEqual([
      { op: 'add', path: '/2', value: 'new' },
    ]);
  });

  it('is given up for the whole where that is shorter: a list sorted anew', () => {
    expect(patchBetween({ nodes: nodes(50) }, { nodes: nodes(50).reverse() })).toBeUndefined();
  });

  it('takes no longer than the answers are long', () => {
    const begun = performance.now();
    const after = nodes(5_000, 17).map((node) => (node.id % 2 ? { ...node, state: 'EXITED' } : node));
    expect(patchBetween(nodes(5_000), after)).toBeDefined();
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('works on answers as they are executed, which have no prototype', () => {
    const bare = (state: string): unknown =>
      Object.assign(Object.create(null), { state, padding: 'x'.repeat(99) });
    expect(patchBetween(bare('RUNNING'), bare('EXITED'))).toEqual([
      { op: 'replace', path: '/state', value: 'EXITED' },
    ]);
  });
});
