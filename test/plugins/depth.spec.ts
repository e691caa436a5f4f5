import fc from 'fast-check';
import { getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { depthOf } from '../../src/plugins/depth.ts';

const depth = (text: string): number => depthOf(parse(text));

describe('the depth of a document', () => {
  it('counts levels of fields, of the deepest operation', () => {
    expect(depth('{ a }')).toBe(1);
    expect(depth('{ a { b { c } } d }')).toBe(3);
    expect(depth('query A { a } query B { a { b } }')).toBe(2);
    expect(depth('fragment F on T { a { b } }')).toBe(0);
  });

  it('counts fragments by what they hold, wherever they are spread', () => {
    expect(depth('{ ... { ... on T { a } } }')).toBe(1);
    expect(depth('{ x { ...F } y { z { ...F } } } fragment F on T { a { b } }')).toBe(4);
    expect(depth('{ ...Missing }')).toBe(0);
  });

  it('does not follow fragments in circles', () => {
    expect(depth('{ ...A } fragment A on T { a { ...B } } fragment B on T { b { ...A } }')).toBe(2);
  });

  it('measures a document in time that grows with its length, whatever it expands to', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on T { a { ...F${i + 1} } b { ...F${i + 1} } }`,
    );
    expect(depth(`{ ...F0 } ${fragments.join(' ')} fragment F60 on T { c }`)).toBe(61);
  });

  it('is the same with every field in a fragment of its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (levels) => {
        const plain = `${'{ a '.repeat(levels)}${'}'.repeat(levels)}`;
        const split = Array.from(
          { length: levels - 1 },
          (_, i) => `fragment F${i + 1} on T { a ${i + 2 <= levels - 1 ? `{ ...F${i + 2} }` : ''} }`,
        );
        const root = levels === 1 ? '{ a }' : '{ a { ...F1 } }';
        expect(depth(plain)).toBe(levels);
        expect(depth(`${root} ${split.join(' ')}`)).toBe(levels);
      }),
    );
  });

  it('of the introspection of GraphiQL is what the default limit allows', () => {
    expect(
      depth(getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true })),
    ).toBeLessThanOrEqual(15);
  });
});
