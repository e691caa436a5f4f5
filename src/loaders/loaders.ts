/** What one operation has read so far, and how the rest is fetched with the fewest calls. One line a loader. */

import DataLoader from 'dataloader';
import type { Filters } from '../engine/operation.ts';
import { containers } from '../engine/operations/containers.ts';
import { execs } from '../engine/operations/exec.ts';
import { images } from '../engine/operations/images.ts';
import { networks } from '../engine/operations/networks.ts';
import { plugins } from '../engine/operations/plugins.ts';
import { type DiskUsageQuery, system } from '../engine/operations/system.ts';
import { volumes } from '../engine/operations/volumes.ts';
import type { RegistryLook } from '../engine/registry/memory.ts';
import type {
  ContainerInspect,
  ContainerSummary,
  ImageInspect,
  ImageManifest,
  ImageSummary,
  NetworkSummary,
  Plugin,
  Volume,
} from '../engine/types.ts';
import { asError, batched, each, once, onceFor, orNull } from './batch.ts';
import type { Call } from './call.ts';
import { groupBy, indexBy } from './grouping.ts';
import { swarmLoaders } from './swarm.ts';

/** What is asked of the list of containers. */
export interface ContainerQuery {
  readonly filters?: Filters;
  readonly limit?: number;
}

/** What is asked of the list of images. */
interface ImageQuery {
  /** Intermediate ones too. */
  readonly all: boolean;
  readonly filters: Filters;
}

/** Above so many images one list costs the daemon less, and the plan is shorter, than an inspect for each. */
const inspectImagesUpTo = 1;
/** Up to about ten containers, parallel inspects cost the daemon less than a list filtered to them. */
const inspectContainersUpTo = 10;
/** Filtered lists stay below the daemon's limit on the length of a request line. */
const keysPerCall = 300;

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

/** IDs of a container's networks; what they were asked for by, mostly the name, before its first start. */
const networkKeysOf = (container: ContainerSummary): string[] =>
  Object.entries(container.NetworkSettings?.Networks ?? {}).map(
    ([name, endpoint]) => endpoint?.NetworkID || name,
  );

const volumeNamesOf = (container: ContainerSummary): string[] =>
  (container.Mounts ?? []).flatMap((mount) => (mount.Type === 'volume' && mount.Name ? [mount.Name] : []));

/** A container as it was found: by inspect, or as an entry of a list where many were asked for. */
type ContainerFound =
  | { readonly details: ContainerInspect; readonly summary?: undefined }
  | { readonly summary: ContainerSummary; readonly details?: undefined };

const isFullId = (ref: string) => /^[0-9a-f]{64}$/.test(ref);

function containerLoaders(call: Call) {
  const matching = onceFor((query: ContainerQuery) => call(containers.list, { all: true, ...query }));
  const inspect = each((id: string) => orNull(call(containers.inspect, { id })));
  let allAsked = false;
  /** The whole list, stopped ones too. */
  const all = () => {
    allAsked = true;
    return matching({});
  };
  /** List entries of full IDs: from the whole list if it is at hand, else from one list of just these. */
  const summaries = async (ids: readonly string[]) => {
    const lists = allAsked
      ? [await all()]
      : await Promise.all(
          chunks(ids, keysPerCall).map((id) => call(containers.list, { all: true, filters: { id } })),
        );
    return indexBy(lists.flat(), ({ Id }) => [Id]);
  };
  let walksAll = false;
  const allWithSize = once(async () =>
    indexBy(await call(containers.listSizes, { all: true, size: true }), ({ Id }) => [Id]),
  );
  const inspected = async (ref: string): Promise<ContainerFound | null> => {
    const details = await orNull(call(containers.inspect, { id: ref }));
    if (!details?.Id) return null;
    inspect.prime(details.Id, details);
    return { details };
  };
  return {
    all,
    matching,
    inspect,
    summary: batched<ContainerSummary>(summaries),
    /** By whatever the daemon takes: ID, unique prefix, name. Many full IDs at once are one filtered list. */
    find: new DataLoader<string, ContainerFound | null>(async (refs) => {
      const fullIds = refs.filter(isFullId);
      const listed = fullIds.length > inspectContainersUpTo ? await summaries(fullIds) : undefined;
      return Promise.all(
        refs.map(async (ref) => {
          if (!listed || !isFullId(ref)) return inspected(ref).catch(asError);
          const summary = listed.get(ref);
          return summary ? { summary } : null;
        }),
      );
    }),
    /** List entries with the sizes of their layers: a walk over the disk, and no longer one than is needed. */
    withSize: batched<ContainerSummary>(async (ids) => {
      if (walksAll || (allAsked && (await all()).length <= ids.length)) {
        walksAll = true;
        return allWithSize();
      }
      const walks = chunks(ids, keysPerCall).map((id) =>
        call(containers.listSizes, { all: true, size: true, filters: { id } }),
      );
      return indexBy((await Promise.all(walks)).flat(), ({ Id }) => [Id]);
    }),
    size: each((id: string) => orNull(call(containers.inspectSize, { id, size: true }))),
    byImage: once(async () => groupBy(await all(), ({ ImageID }) => [ImageID])),
    byNetwork: once(async () => groupBy(await all(), networkKeysOf)),
    byVolume: once(async () => groupBy(await all(), volumeNamesOf)),
    /** Groups by the value of one label; what has no such label is in none. */
    byLabel: onceFor(async (label: string) => groupBy(await all(), ({ Labels }) => [Labels?.[label]])),
    stats: each((id: string) => orNull(call(containers.stats, { id, stream: false }))),
    statsOnce: each((id: string) => orNull(call(containers.stats, { id, stream: false, 'one-shot': true }))),
    top: each((id: string) => orNull(call(containers.top, { id }))),
    /** The daemon writes null for no changes. */
    changes: each((id: string) => orNull(call(containers.changes, { id }).then((changes) => changes ?? []))),
  };
}

/** There is no list of them: containers know the IDs of theirs. */
const execLoaders = (call: Call) => ({
  inspect: each((id: string) => orNull(call(execs.inspect, { id }))),
});

/** An image as its edges need it: from the list, or from inspect where only one was asked for. */
export type ImageFound =
  | { readonly summary: ImageSummary; readonly details?: undefined }
  | { readonly details: ImageInspect; readonly summary?: undefined };

/** Everything that a container's `ImageID` may name: with the containerd store it can be a manifest's digest. */
const imageKeys = ({ Id, Descriptor, Manifests }: ImageSummary) => [
  Id,
  Descriptor?.digest,
  ...(Manifests ?? []).map(({ ID }) => ID),
];

function imageLoaders(call: Call) {
  const listed = once(() => call(images.list, { all: true }));
  const inspect = each((name: string) => orNull(call(images.inspect, { name })));
  let allAsked = false;
  const all = () => {
    allAsked = true;
    return listed();
  };
  const index = once(async () => indexBy(await all(), imageKeys));
  return {
    /** The whole list, intermediate ones too. */
    all,
    matching: onceFor((query: ImageQuery) => call(images.list, query)),
    /** Images by the ID of the one they were made from. */
    byParent: once(async () => groupBy(await all(), ({ ParentId }) => [ParentId])),
    inspect,
    /** With per-platform manifests (API 1.48). */
    manifests: each((name: string) => orNull(call(images.inspect, { name, manifests: true }))),
    /** What is known of the origin of manifests (API 1.54), by their digests. */
    identities: once(async () => {
      const all = await call(images.listIdentities, { all: true, manifests: true, identity: true });
      return indexBy(
        all.flatMap(({ Manifests }): readonly ImageManifest[] => Manifests ?? []),
        ({ ID }) => [ID],
      );
    }),
    /** Images by full ID, as containers name theirs. */
    byId: batched<ImageFound>(async (ids) => {
      if (!allAsked && ids.length <= inspectImagesUpTo) {
        const found = await Promise.all(ids.map((id) => inspect.load(id)));
        return new Map(
          found.flatMap((details, i) => (details && ids[i] ? [[ids[i], { details }] as const] : [])),
        );
      }
      const known = await index();
      return new Map([...known].map(([id, summary]) => [id, { summary }]));
    }),
    /** List entries by full ID. */
    summary: batched<ImageSummary>(async () => index()),
    sharedSizes: once(async () =>
      indexBy(await call(images.listSharedSizes, { all: true, 'shared-size': true }), ({ Id }) => [Id]),
    ),
    history: each((name: string) => orNull(call(images.history, { name }))),
  };
}

function networkLoaders(call: Call) {
  const all = once(() => call(networks.list, {}));
  const index = once(async () => indexBy(await all(), ({ Id }) => [Id]));
  return {
    all,
    matching: onceFor((filters: Filters) => call(networks.list, { filters })),
    inspect: each((id: string) => orNull(call(networks.inspect, { id }))),
    /** Groups by the value of one label. */
    byLabel: onceFor(async (label: string) => groupBy(await all(), ({ Labels }) => [Labels?.[label]])),
    /** With the services of a swarm on it: slow there. */
    inspectVerbose: each((id: string) => orNull(call(networks.inspect, { id, verbose: true }))),
    /** List entries by full ID. */
    summary: batched<NetworkSummary>(async () => index()),
  };
}

function volumeLoaders(call: Call) {
  const all = once(() => call(volumes.list, {}));
  const index = once(async () => indexBy((await all()).Volumes ?? [], ({ Name }) => [Name]));
  return {
    all,
    matching: onceFor((filters: Filters) => call(volumes.list, { filters })),
    inspect: each((name: string) => orNull(call(volumes.inspect, { name }))),
    /** Groups by the value of one label. */
    byLabel: onceFor(async (label: string) =>
      groupBy((await all()).Volumes ?? [], ({ Labels }) => [Labels?.[label]]),
    ),
    /** List entries by name. */
    byName: batched<Volume>(async () => index()),
  };
}

function systemLoaders(call: Call) {
  return {
    ping: once(() => call(system.ping, {})),
    swarmState: once(() => call(system.swarmState, {})),
    info: once(() => call(system.info, {})),
    version: once(() => call(system.version, {})),
    /** A walk over the disk for each distinct query. */
    diskUsage: onceFor((query: DiskUsageQuery) => call(system.diskUsage, query)),
  };
}

function pluginLoaders(call: Call) {
  /** The daemon writes null for none. */
  const all = once(async () => (await call(plugins.list, {})) ?? []);
  return {
    all,
    matching: onceFor(async (filters: Filters) => (await call(plugins.list, { filters })) ?? []),
    inspect: each((name: string) => orNull(call(plugins.inspect, { name }))),
    byId: batched<Plugin>(async () => indexBy(await all(), ({ Id }) => [Id])),
  };
}

/** The scope's way to a registry. */
type Look = (reference: string, wish: { readonly refresh: boolean }) => Promise<RegistryLook>;

const registryLoaders = (look: Look) => ({
  /** What a registry has, for credentials that are stored: asked at most once for each name. */
  look: onceFor(({ reference, refresh }: { readonly reference: string; readonly refresh: boolean }) =>
    look(reference, { refresh }),
  ),
});

export const createLoaders = (call: Call, look: Look) => ({
  containers: containerLoaders(call),
  execs: execLoaders(call),
  images: imageLoaders(call),
  networks: networkLoaders(call),
  volumes: volumeLoaders(call),
  system: systemLoaders(call),
  plugins: pluginLoaders(call),
  registry: registryLoaders(look),
  ...swarmLoaders(call),
});

export type Loaders = ReturnType<typeof createLoaders>;
