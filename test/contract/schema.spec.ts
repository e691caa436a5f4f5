import { readFileSync } from 'node:fs';
import {
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { printGraph, schema } from '../../src/graph/schema.ts';

interface Described {
  readonly coordinate: string;
  readonly description: string | null | undefined;
}

/** Everything in a type that a reader of the schema sees. */
function partsOf(type: GraphQLNamedType): Described[] {
  const own = { coordinate: type.name, description: type.description };
  if (isEnumType(type)) {
    const values = type.getValues();
    return [
      own,
      ...values.map(({ name, description }) => ({ coordinate: `${type.name}.${name}`, description })),
    ];
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return [
      own,
      ...fields.map(({ name, description }) => ({ coordinate: `${type.name}.${name}`, description })),
    ];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [own];
  return [
    own,
    ...Object.values(type.getFields()).flatMap((field) => [
      { coordinate: `${type.name}.${field.name}`, description: field.description },
      ...field.args.map(({ name, description }) => ({
        coordinate: `${type.name}.${field.name}(${name}:)`,
        description,
      })),
    ]),
  ];
}

const ours = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
const parts = ours.flatMap(partsOf);

describe('the contract', () => {
  it('is printed as it is', () => {
    const printed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
    expect(printGraph(), 'schema/schema.graphql is stale: npm run schema').toBe(printed);
  });

  it('describes every type, field, argument and value in a sentence', () => {
    const bare = parts.filter(({ description }) => !description || !/[.!?`)]$/.test(description.trim()));
    expect(bare.map(({ coordinate }) => coordinate)).toEqual([]);
  });

  it('has no type that stands in for knowing better', () => {
    expect(ours.filter(({ name }) => /JSON|Any|Object$/i.test(name)).map(({ name }) => name)).toEqual([]);
  });

  it('lets no mutation field fail the others: payloads are nullable and have userErrors', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(mutations.length).toBeGreaterThan(20);
    for (const { name, type, args } of mutations) {
      expect(`${name}: ${String(type)}`).toMatch(/: \w+Payload$/);
      expect(
        args.map((arg) => arg.name),
        name,
      ).toEqual(['input']);
      const payload = isObjectType(type) ? Object.keys(type.getFields()) : [];
      expect(payload, name).toEqual(expect.arrayContaining(['changed', 'userErrors']));
    }
  });

  /** Where the Engine's own text stands elsewhere. */
  const rawElsewhere: Readonly<Record<string, string>> = {
    'ContainerEvent.health': 'EngineEvent.detail',
    'EngineCapabilities.cgroupVersion': 'EngineInfo.host.cgroup.versionRaw',
    // Decided by the gateway: what the Engine and the registry said of it is in the sentence.
    'ImageUpdateStatus.state': 'ImageUpdateStatus.message',
    'EngineCapabilities.swarmState': 'EngineInfo.swarm.localNodeStateRaw',
  };

  it('gives every open enum a raw twin', () => {
    const missing = ours.flatMap((type) => {
      if (!isObjectType(type)) return [];
      const fields = type.getFields();
      return Object.values(fields)
        .filter(({ type: inner }) => {
          const named = getNamedType(inner);
          return isEnumType(named) && named.getValue('UNKNOWN') !== undefined;
        })
        .filter(({ name }) => !(`${name}Raw` in fields))
        .map(({ name }) => `${type.name}.${name}`);
    });
    expect(missing.filter((coordinate) => !(coordinate in rawElsewhere))).toEqual([]);
  });
});
