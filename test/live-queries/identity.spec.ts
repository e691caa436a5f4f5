import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { liveOptions } from '../../src/live-queries/directive.ts';
import { identityOf } from '../../src/live-queries/identity.ts';

function identity(
  text: string,
  variableValues: Record<string, unknown> = {},
  operationName?: string,
  rights = '',
) {
  const request = { schema, document: parse(text), operationName, variableValues };
  const options = liveOptions(request);
  if (!options) throw new Error(`not live: ${text}`);
  return identityOf(request, options, rights);
}

const text =
  'query Q($ref: ID!, $format: LiveQueryFormat! = FULL) @live(format: $format) { container(ref: $ref) { name } }';

describe('two live queries are one', () => {
  it('whatever their spelling and the form of their answers', () => {
    const other =
      'query Q ($ref:ID!) @live( throttle: "0.1s" format: JSON_PATCH ) {\n container(ref:$ref){name} }';
    expect(identity(text, { ref: 'a', format: 'JSON_PATCH' })).toBe(identity(text, { ref: 'a' }));
    expect(identity(other, { ref: 'a', unused: 1 })).toBe(identity(text, { ref: 'a' }));
  });

  it('whatever the order in which the keys of a variable were written', () => {
    const filtered = 'query ($f: ContainerFilter) @live { containers(filter: $f) { totalCount } }';
    expect(identity(filtered, { f: { names: ['a'], states: ['RUNNING'] } })).toBe(
      identity(filtered, { f: { states: ['RUNNING'], names: ['a'] } }),
    );
  });
});

describe('two live queries are two', () => {
  it.each([
    ['other variables', text, { ref: 'b' }, undefined, ''],
    ['other rights', text, { ref: 'a' }, undefined, 'viewer'],
    ['another throttle', text.replace('format: $format', 'throttle: "1s"'), { ref: 'a' }, undefined, ''],
    ['a poll interval', text.replace('format: $format', 'pollInterval: "5s"'), { ref: 'a' }, undefined, ''],
    ['other fields', text.replace('name', 'state'), { ref: 'a' }, undefined, ''],
  ])('with %s', (_what, query, variables, operationName, rights) => {
    expect(identity(query, variables, operationName, rights)).not.toBe(identity(text, { ref: 'a' }));
  });

  it('when a fragment in them differs, or the operation of a document', () => {
    const withFragment = (field: string) =>
      `query @live { containers { nodes { ...F } } } fragment F on Container { ${field} }`;
    expect(identity(withFragment('name'))).not.toBe(identity(withFragment('state')));
    const both = 'query A @live { containers { totalCount } } query B @live { images { totalCount } }';
    expect(identity(both, {}, 'A')).not.toBe(identity(both, {}, 'B'));
  });
});
