/** What a document selects, as far as that decides which events matter to it. */
import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { unannounced } from './unannounced.ts';

export interface Interests {
  /** Commands that run in containers: their events come three at a time with each health check. */
  readonly execs: boolean;
  /** The results of single health checks, not only what follows from them. */
  readonly probes: boolean;
  /** Names of containers where a network tells them. */
  readonly endpoints: boolean;
  /** How many containers an image has, which newer Engines count in the image itself. */
  readonly imageUse: boolean;
  /** Disk space of containers, which tells their states as well. */
  readonly containerDisk: boolean;
  /** What is known to the gateway alone, so that nothing tells of it: sessions. */
  readonly ownState: boolean;
  /** Values that change without any event. */
  readonly unannounced: boolean;
}

/** Schema coordinates, or whole types. */
const coordinates: Readonly<Record<Exclude<keyof Interests, 'unannounced'>, readonly string[]>> = {
  execs: ['Container.execIds', 'Container.execs', 'Exec'],
  probes: ['ContainerHealth.log', 'ContainerHealth.failingStreak'],
  endpoints: ['Network.endpoints'],
  imageUse: ['Image.containerCount', 'Image.inUse'],
  containerDisk: ['ContainersDiskUsage', 'ContainerDiskUsage'],
  ownState: ['Query.session', 'Session'],
};

/** What is made for one client each time it is asked for. */
const address = 'Transfer';

/** Measured anew with each answer, so that a difference is worth telling; and no event tells when to measure. */
const measured = ['Engine.diskUsage', 'Volume.usageData', 'Image.sharedSize', 'Image.uniqueSize'];

/** Every coordinate above, for a test that they exist. */
export const interestingCoordinates: readonly string[] = [
  ...Object.values(coordinates).flat(),
  ...measured,
  address,
];

/** The first field of a document that gives out an address, which is for one client and changes with each answer. */
export function addressIn(schema: GraphQLSchema, document: DocumentNode): string | undefined {
  let found: string | undefined;
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        if (getNamedType(types.getType())?.name === address) found ??= node.name.value;
      },
    }),
  );
  return found;
}

/** All fields that a document selects anywhere, as `Type.field`, and the types they are in. */
function selected(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const found = new Set<string>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        const [parent, field] = [types.getParentType(), types.getFieldDef()];
        if (parent && field) found.add(parent.name).add(`${parent.name}.${field.name}`);
      },
    }),
  );
  return found;
}

const known = new WeakMap<DocumentNode, Interests>();

export function interestsOf(schema: GraphQLSchema, document: DocumentNode): Interests {
  const remembered = known.get(document);
  if (remembered) return remembered;
  const fields = selected(schema, document);
  const selects = (wanted: readonly string[]) => wanted.some((coordinate) => fields.has(coordinate));
  const interests: Interests = {
    execs: selects(coordinates.execs),
    probes: selects(coordinates.probes),
    endpoints: selects(coordinates.endpoints),
    imageUse: selects(coordinates.imageUse),
    containerDisk: selects(coordinates.containerDisk),
    ownState: selects(coordinates.ownState),
    unannounced: selects([...Object.keys(unannounced), ...measured]),
  };
  known.set(document, interests);
  return interests;
}
