import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { describe, expect, it } from 'vitest';
import { coverageDocument } from '../../src/coverage/document.ts';
import { documented } from '../../src/coverage/documented.ts';
import { ledgerOf } from '../../src/coverage/ledger.ts';
import { rows } from '../../src/coverage/rows.ts';
import { maxWaivers, waivers } from '../../src/coverage/waivers.ts';
import { schema } from '../../src/graph/schema.ts';
import { documentedFrom } from './documented.ts';

const inTree = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const documents = inTree('../shared/engine-api');

describe('what the tree knows of the API documents', () => {
  it('is what they list', ({ skip }) => {
    // They are no part of this repository.
    if (!existsSync(documents)) skip('the documents do not stand beside this checkout: ../shared/engine-api');
    for (const [name, text] of documentedFrom(documents)) {
      expect(text, name).toBe(readFileSync(inTree(`src/coverage/documented/${name}`), 'utf8'));
    }
  });

  it('is 108 operations', () => {
    expect(documented.filter(({ kind }) => kind === 'operation')).toHaveLength(108);
  });

  it('has no item twice', () => {
    const names = documented.map(({ kind, name }) => `${kind} ${name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('the ledger', () => {
  const ledger = ledgerOf(schema);

  it('reads the rows of every file of operations', () => {
    const files = readdirSync(inTree('src/engine/operations')).map((name) => name.replace(/\.ts$/, ''));
    expect(Object.keys(rows).sort()).toEqual(files.sort());
  });

  it('finds a place for everything', () => {
    expect(ledger.faults).toEqual([]);
  });

  it('is the page that is in the tree', () => {
    expect(readFileSync(inTree('schema/coverage.md'), 'utf8')).toBe(coverageDocument(ledger));
  });

  it('waives little, and each for a reason in a sentence', () => {
    expect(waivers.length).toBeLessThanOrEqual(maxWaivers);
    for (const { reason } of waivers) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
  });
});

describe('a ledger of a schema that', () => {
  const withField = (name: string, extensions: object, description = '') =>
    new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: {
          [name]: {
            type: GraphQLString,
            description,
            args: { given: { type: GraphQLString, extensions: { ...extensions } } },
          },
        },
      }),
    });

  it('lacks something says what', () => {
    const { faults } = ledgerOf(withField('nothing', {}), []);
    expect(faults).toContain('Nothing in the schema is answer HostConfig.Memory.');
    expect(faults).toContain('No description in the schema names GET /version.');
  });

  it('names an operation that no row has says where', () => {
    const { faults } = ledgerOf(withField('odd', {}, 'Asks `GET /nowhere`.'), []);
    expect(faults).toContain('Query.odd names GET /nowhere, which is no row of src/engine/operations.');
  });

  it('takes what the Engine only tells is told so', () => {
    const { faults } = ledgerOf(withField('odd', { wire: ['ContainerState.Pid'] }), []);
    expect(faults).toContain(
      'Query.odd(given:) says that it is body ContainerState.Pid, which the API documents do not have.',
    );
  });

  it('has what a waiver says that it has not is told so', () => {
    const waiver = { reason: 'Nobody wants it.', items: ['body HostConfig.Memory', 'body No.Such'] };
    const { faults } = ledgerOf(withField('memory', { wire: ['HostConfig.Memory'] }), [waiver]);
    expect(faults).toContain('A waiver is about body HostConfig.Memory, which has a place in the schema.');
    expect(faults).toContain('A waiver is about body No.Such, which the API documents do not have.');
  });
});
