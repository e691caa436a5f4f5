import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { claimsOf, plain } from '../../src/coverage/claims.ts';
import { documented } from '../../src/coverage/documented.ts';
import { compareApi } from '../../src/engine/version.ts';
import { type ApiRange, apiRangeOf } from '../../src/graph/kit/api-versions.ts';
import { schema } from '../../src/graph/schema.ts';

/** Coordinates that say something else than the documents list, each with its reason. */
const others: Readonly<Record<string, string>> = {
  'Container.storage': 'on older Engines read from where the storage driver stands',
  'ContainerStorage.snapshotter': 'the same',
  'BuildCacheRecord.parents': 'on older Engines made of the one parent',
  'BuilderPruneInput.keepStorage': 'older Engines take it by another name',
  'ContainerCreateInput.consoleSize': 'on Linux since 1.42, though the field is older',
  'ContainerRunInput.consoleSize': 'the same',
  'ContainerNetworkInput.macAddress': 'taken since 1.44, though the field is older',
  'EndpointInput.macAddress': 'the same',
  'ExecStartInput.size': 'on older Engines the terminal is resized once the command runs',
  'Engine.diskUsage(types:)': 'on older Engines everything is measured, and what was not wanted left out',
  'DiskUsage.layersSize': 'on newer Engines the total of the images',
  'Image.dockerVersion': 'newer Engines still have it of images that the classic builder made',
  'Image.manifests': 'since 1.47 in the list, which is not asked for them',
  'Image.sharedSize': 'the field is older, and computed by request only since 1.42',
  'ImageOnPlatform.descriptor': 'the argument that leads to it is refused before 1.49',
  'ImageOnPlatform.history': 'the same',
  'SwarmNodeDescription.csiInfo': 'undocumented: found in the sources of Engine 25',
  'Task.volumes': 'undocumented: found in the sources of Engine 23',
  'TaskPluginSpec.env': 'the same',
  'NetworkCreateInput.enableIpv4': 'refused where false, as true is what older Engines do',
};

const isDiskUsage = /^(?:Images|Containers|Volumes|BuildCache)DiskUsage\.|^Engine\.diskUsage$/;
/** The daemon has told these since long before they were documented. */
const isNetworkService = /^NetworkService(?:Task)?\./;
/** Newer Engines leave them to `Networks`, from which they are computed. */
const isDefaultNetwork = /^ContainerNetworkSettings\.(?!bridge$)/;

type Versioned = GraphQLField<unknown, unknown> | GraphQLArgument | GraphQLInputField;

interface Place {
  readonly coordinate: string;
  readonly owner: string;
  readonly item: Versioned;
}

const places: readonly Place[] = Object.values(schema.getTypeMap()).flatMap((type): Place[] => {
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((item) => ({
      coordinate: `${type.name}.${item.name}`,
      owner: type.name,
      item,
    }));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((item): Place[] => [
    { coordinate: `${type.name}.${item.name}`, owner: type.name, item },
    ...item.args.map((argument) => ({
      coordinate: `${type.name}.${item.name}(${argument.name}:)`,
      owner: `${type.name}.${item.name}`,
      item: argument,
    })),
  ]);
});
const byCoordinate = new Map(places.map((place) => [place.coordinate, place]));

const oldest = (versions: readonly (string | undefined)[]): string | undefined =>
  versions.includes(undefined) ? undefined : versions.toSorted((a, b) => compareApi(a ?? '', b ?? ''))[0];

/**
 * By type, the version before which it cannot be reached, as all that leads to it needs that one at least; undefined for
 * what every version has. Types of a circle are reached from outside of it.
 */
const reached = new Map<string, string | undefined>();
const never = '9.99';
for (const { owner } of places) reached.set(owner.split('.')[0] ?? '', never);
for (const root of ['Query', 'Mutation', 'Subscription']) reached.set(root, undefined);
for (let changed = true; changed; ) {
  changed = false;
  for (const { owner, item } of places) {
    const target = getNamedType(item.type).name;
    const field = byCoordinate.get(owner);
    const own = apiRangeOf(item)?.since ?? (field && apiRangeOf(field.item)?.since);
    const way = own ?? reached.get(owner.split('.')[0] ?? '');
    const best = reached.get(target);
    if (best === undefined || (way !== undefined && compareApi(way, best) >= 0)) continue;
    if (!reached.has(target)) continue;
    reached.set(target, way);
    changed = true;
  }
}

/** The arguments of a field that is not there cannot be given a meaning either. */
function reachedSince(owner: string): string | undefined {
  const field = byCoordinate.get(owner);
  return (field && apiRangeOf(field.item)?.since) ?? reached.get(owner.split('.')[0] ?? '');
}

const known = new Map<string, Map<string, string>>();
for (const { of, own, name } of documented) {
  if (own !== '') known.set(of, (known.get(of) ?? new Map<string, string>()).set(plain(own), name));
}

/** What the documents say of everything that a coordinate shows or takes. */
function documentedRange(names: readonly string[], input: boolean): ApiRange | undefined {
  const items = names.flatMap((name) =>
    documented.filter(
      (item) =>
        item.name === name && item.kind === (name.includes('?') ? 'parameter' : input ? 'body' : 'answer'),
    ),
  );
  if (items.length === 0) return undefined;
  const last = items.every((item) => item.last)
    ? items
        .map((item) => item.last ?? '')
        .toSorted(compareApi)
        .at(-1)
    : undefined;
  const [major, minor] = (last ?? '').split('.');
  return {
    since: oldest(items.map((item) => item.since)),
    gone: last && `${major}.${Number(minor) + 1}`,
  };
}

describe('versions of the API', () => {
  it('are said of every field and argument as the documents list them', () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const { coordinate, names, input, exists } of claimsOf(schema, known)) {
      const place = byCoordinate.get(coordinate);
      const wanted = exists && place ? documentedRange(names, input) : undefined;
      if (!place || !wanted || coordinate in others) continue;
      if ([isDiskUsage, isNetworkService, isDefaultNetwork].some((pattern) => pattern.test(coordinate)))
        continue;
      compared++;
      const { since, gone } = apiRangeOf(place.item) ?? {};
      const first = since ?? reachedSince(place.owner);
      const isSaid =
        wanted.since === undefined ? since === undefined : compareApi(first ?? '', wanted.since) >= 0;
      if (isSaid && gone === wanted.gone) continue;
      wrong.push(
        `${coordinate}: documents say ${wanted.since ?? ''}..${wanted.gone ?? ''}, it says ${since ?? ''}..${gone ?? ''}`,
      );
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(400);
  });

  it('are not written by hand where the option could say it', () => {
    const byHand = places.filter(
      ({ item }) => /Since API \d/.test(item.description ?? '') && !apiRangeOf(item),
    );
    expect(byHand.map(({ coordinate }) => coordinate)).toEqual([]);
  });

  it('leave no field that must not be null without anything to say, but lists', () => {
    const impossible = places.filter(
      ({ item }) => 'resolve' in item && apiRangeOf(item) && /^[^[].*!$/.test(String(item.type)),
    );
    expect(impossible.map(({ coordinate }) => coordinate)).toEqual([]);
  });

  it('have no exception that is none', () => {
    expect(Object.keys(others).filter((coordinate) => !byCoordinate.has(coordinate))).toEqual([]);
  });
});
