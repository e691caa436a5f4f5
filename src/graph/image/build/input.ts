/** What `imageBuild` takes, and what can be said against it before the Engine is asked. */
import { stringify } from 'lossless-json';
import { parseImageReference } from '../../../engine/image-reference.ts';
import type { BuildParams } from '../../../engine/operations/build.ts';
import type { Greeting } from '../../../engine/version.ts';
import { builder } from '../../builder.ts';
import { hostEntry } from '../../container/input/dns.ts';
import { UlimitInput, ulimitsBody } from '../../container/input/resources.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';
import { engineInput, labelsInput } from '../../mutation/fields.ts';
import { given, inside, type Place, refuse, since } from '../../mutation/input-error.ts';
import { BuildRegistryAuthInput, checkForBuildKit } from './auths.ts';
import { BuildContextInput } from './context.ts';
import { BuildSecretInput } from './secrets.ts';

const ImageBuilder = builder.enumType('ImageBuilder', {
  description: 'Who builds an image out of a Dockerfile.',
  values: {
    BUILDKIT: { description: 'BuildKit, which does steps side by side, and leaves out what is not needed.' },
    CLASSIC: { description: 'The builder of old, which does one step after the other, each in a container.' },
  } as const,
});

export const ImageBuildInput = builder.inputType('ImageBuildInput', {
  ...mirrors('POST /build', {
    tags: 'POST /build?t',
    removeContainers: 'POST /build?rm',
    forceRemoveContainers: 'POST /build?forcerm',
    memorySwap: 'POST /build?memswap',
    builder: 'POST /build?version',
    keepImage: 'POST /build?outputs',
  }),
  description: 'What `imageBuild` takes.',
  fields: (t) => ({
    context: t.field({
      type: BuildContextInput,
      required: true,
      description: 'Where the files come from.',
    }),
    dockerfile: t.string({
      description: 'The path of the Dockerfile in the context; `Dockerfile` if left out.',
    }),
    tags: t.stringList({
      description:
        'Names for the image, such as `team/app:1.2`; each is taken from another image that has it. None if left out.',
    }),
    target: t.string({ description: 'The stage to build; the last one if left out.' }),
    keepImage: t.boolean({
      defaultValue: true,
      description:
        'Whether there is to be an image. False does all the steps and keeps what they made in the cache alone: to see ' +
        'whether it builds, or to be quicker next time. BuildKit only.',
    }),
    platform: t.string({
      description: "What to build for, such as `linux/arm64`; the Engine's own platform if left out.",
    }),
    buildArgs: t.field({
      type: [KeyValueInput],
      description:
        'Values for `ARG` of the Dockerfile. No place for secrets: everybody who has the image can read them in its history.',
    }),
    labels: labelsInput(t),
    builder: t.field({
      type: ImageBuilder,
      description:
        'Who builds. As the docker CLI chooses if left out: BuildKit where the Engine recommends it (since 23.0), the ' +
        'classic builder else.',
    }),
    pull: t.boolean({
      defaultValue: false,
      description: 'Ask the registries for newer base images, though there are some on the Engine.',
    }),
    noCache: t.boolean({ defaultValue: false, description: 'Do all steps anew.' }),
    cacheFrom: t.stringList({ description: 'Images whose steps may be used as if they had been done here.' }),
    networkMode: t.string({
      description:
        'The network of `RUN`: `default`, `none` or `host`; for the classic builder also the name of a network.',
    }),
    extraHosts: t.stringList({
      description:
        'Entries for the hosts file of `RUN`, as `name:address`; `host-gateway` stands for the host.',
    }),
    shmSize: t.field({
      type: 'ByteSize',
      description: 'Size of `/dev/shm` of `RUN`. With BuildKit since API 1.42.',
    }),
    ulimits: t.field({
      type: [UlimitInput],
      description: 'Limits of each process of `RUN`. With BuildKit since API 1.42.',
    }),
    removeContainers: t.boolean({
      defaultValue: true,
      description: 'Classic builder: remove the containers of steps that went well.',
    }),
    forceRemoveContainers: t.boolean({
      defaultValue: false,
      description: 'Classic builder: remove the container of a step that failed too.',
    }),
    squash: t.boolean({
      defaultValue: false,
      description:
        'Classic builder: one layer for all steps. Only on an Engine with experimental features on.',
    }),
    memory: t.field({ type: 'ByteSize', description: 'Classic builder: limit of memory, such as `512m`.' }),
    memorySwap: t.field({
      type: 'ByteSize',
      description: 'Classic builder: limit of memory and swap together; -1 is unlimited swap.',
    }),
    cpuShares: t.int({
      description: 'Classic builder: share of CPU time against others when time is short.',
    }),
    cpuPeriod: t.field({
      type: 'Long',
      description: 'Classic builder: the span that `cpuQuota` counts in, in microseconds.',
    }),
    cpuQuota: t.field({
      type: 'Long',
      description: 'Classic builder: limit of CPU time in microseconds per `cpuPeriod`.',
    }),
    cpusetCpus: t.string({ description: 'Classic builder: the CPUs it may run on, such as `0-3`.' }),
    cpusetMems: t.string({ description: 'Classic builder: the memory nodes it may use, such as `0-1`.' }),
    cgroupParent: t.string({
      description: 'Classic builder: the cgroup that those of its containers are in.',
    }),
    auth: t.field({
      type: [BuildRegistryAuthInput],
      description:
        'Credentials for registries of base images, beside and before those that the Docker configuration of the gateway has. ' +
        'The classic builder gets all of them, and gives each to its own registry only; BuildKit asks for those of the ' +
        'registries that it goes to, and takes no `registryToken`.',
    }),
    secrets: t.field({
      type: [BuildSecretInput],
      description:
        'BuildKit: secrets for `RUN --mount=type=secret`. They are no part of the image. Lines of them that a step prints are ' +
        'shown as `[secret]`.',
    }),
    wait: t.boolean({
      description:
        'Whether to answer only when the build is over. True if left out, but for `context.upload`, where it cannot be.',
    }),
    engine: engineInput(t),
  }),
});

export type BuildWish = typeof ImageBuildInput.$inferInput;
export type Builder = 'BUILDKIT' | 'CLASSIC';

/** Characters of the query, in which all of it goes: the Engine hangs up on 1 MiB. */
const longestQuery = 800_000;

/** What only the classic builder heeds; BuildKit would leave it out without a word. */
const classicOnly = [
  'squash',
  'memory',
  'memorySwap',
  'cpuShares',
  'cpuPeriod',
  'cpuQuota',
  'cpusetCpus',
  'cpusetMems',
  'cgroupParent',
  'forceRemoveContainers',
] as const satisfies readonly (keyof BuildWish)[];

const buildKitNetworks: ReadonlySet<string> = new Set(['', 'default', 'none', 'host']);

/**
 * Who is to build: whom the user wants, else whom the Engine recommends, as the docker CLI does.
 *
 * @throws InputError where the Engine is Podman, which takes a wish for BuildKit and does not fulfil it
 */
export function chosenBuilder(wish: BuildWish, greeting: Greeting, place: Place): Builder {
  if (wish.builder === 'BUILDKIT' && greeting.product === 'PODMAN')
    refuse(
      inside(place, 'builder'),
      'cannot be BUILDKIT here: this is Podman, which has no BuildKit. Leave it out.',
    );
  return wish.builder ?? (greeting.builderVersion === '2' ? 'BUILDKIT' : 'CLASSIC');
}

function checkTags(tags: readonly string[], place: Place): void {
  for (const [index, tag] of tags.entries()) {
    const parsed = parseImageReference(tag);
    if (!parsed || parsed.digest)
      refuse(
        inside(place, index),
        `cannot be ${JSON.stringify(tag.slice(0, 300))}: give lower-case letters, digits and separators, such as "team/app:1.2".`,
      );
  }
}

function checkKeys(entries: BuildWish['buildArgs'], place: Place): void {
  for (const [index, { key }] of (entries ?? []).entries()) {
    if (key === '' || key.includes('='))
      refuse(
        inside(place, index, 'key'),
        `cannot be ${JSON.stringify(key)}: give a name, and what follows \`=\` as \`value\`.`,
      );
  }
}

/** A path in the context, which is not to lead out of it. */
function checkDockerfile(path: string | undefined, place: Place): void {
  if (path === undefined) return;
  const isOutside = path.startsWith('/') || path.split('/').includes('..');
  if (path === '' || isOutside || path.includes('\0') || path.length > 1024)
    refuse(
      place,
      `cannot be ${JSON.stringify(path.slice(0, 100))}: give a path inside the context, such as "docker/Dockerfile".`,
    );
}

function checkHosts(hosts: readonly string[], place: Place): void {
  for (const [index, host] of hosts.entries()) {
    if (!/^[^:\s]+:\S+$/.test(host))
      refuse(inside(place, index), `cannot be ${JSON.stringify(host)}: give \`name:address\`.`);
  }
}

function checkBuildKit(wish: BuildWish, place: Place): void {
  for (const field of classicOnly) {
    const value = wish[field];
    if (value === null || value === undefined || value === false) continue;
    refuse(
      inside(place, field),
      'is for the classic builder only, and BuildKit is to build this. Leave it out, or give `builder: CLASSIC`.',
    );
  }
  checkForBuildKit(wish.auth, inside(place, 'auth'));
  const mode = wish.networkMode ?? '';
  if (!buildKitNetworks.has(mode))
    refuse(inside(place, 'networkMode'), `cannot be "${mode}" with BuildKit: give default, none or host.`);
}

/**
 * What can be said against it whoever builds.
 *
 * @throws InputError
 */
export function checkBuild(wish: BuildWish, place: Place): void {
  checkTags(wish.tags ?? [], inside(place, 'tags'));
  checkKeys(wish.buildArgs, inside(place, 'buildArgs'));
  checkKeys(wish.labels, inside(place, 'labels'));
  checkDockerfile(given(wish.dockerfile), inside(place, 'dockerfile'));
  checkHosts((wish.extraHosts ?? []).map(hostEntry), inside(place, 'extraHosts'));
  if (wish.keepImage === false && wish.tags?.length)
    refuse(
      inside(place, 'tags'),
      'are names for an image, and `keepImage: false` wants none: leave one out.',
    );
  if (wish.context.upload && wish.wait)
    refuse(
      inside(place, 'wait'),
      'cannot be true with `context.upload`: the address to upload to is in the answer. Leave it out, and follow the operation.',
    );
}

/**
 * The query of `POST /build`, but for what depends on the context and for credentials.
 *
 * @param experimental whether the Engine has its experimental features on
 * @throws InputError
 */
export function buildParams(
  wish: BuildWish,
  who: Builder,
  { api, experimental }: Pick<Greeting, 'api' | 'experimental'>,
  place: Place,
): BuildParams {
  const isBuildKit = who === 'BUILDKIT';
  if (isBuildKit) checkBuildKit(wish, place);
  else if (wish.secrets?.length)
    refuse(inside(place, 'secrets'), 'are for BuildKit only: give `builder: BUILDKIT`, or leave them out.');
  else if (wish.keepImage === false)
    refuse(
      inside(place, 'keepImage'),
      'can be false with BuildKit only, and the classic builder is to build this. Leave it out, or give `builder: BUILDKIT`.',
    );
  if (wish.squash && !experimental)
    refuse(inside(place, 'squash'), 'needs an Engine with experimental features on. Leave it out.');
  const here = { ...place, api };
  const ulimits = ulimitsBody(wish.ulimits, inside(place, 'ulimits'));
  const params: BuildParams = {
    version: isBuildKit ? '2' : '1',
    dockerfile: given(wish.dockerfile),
    t: wish.tags ?? [],
    target: given(wish.target),
    outputs: wish.keepImage === false ? JSON.stringify([{ Type: 'cacheonly' }]) : undefined,
    platform: given(wish.platform),
    buildargs: wish.buildArgs?.length ? mapOf(wish.buildArgs) : undefined,
    labels: wish.labels?.length ? mapOf(wish.labels) : undefined,
    cachefrom: wish.cacheFrom?.length ? JSON.stringify(wish.cacheFrom) : undefined,
    extrahosts: (wish.extraHosts ?? []).map(hostEntry),
    networkmode: given(wish.networkMode),
    // Below that, BuildKit ignores them in silence.
    shmsize: isBuildKit ? since(inside(here, 'shmSize'), '1.42', wish.shmSize) : given(wish.shmSize),
    ulimits: ulimits?.length
      ? stringify(isBuildKit ? since(inside(here, 'ulimits'), '1.42', ulimits) : ulimits)
      : undefined,
    pull: wish.pull || undefined,
    nocache: wish.noCache || undefined,
    ...(!isBuildKit && {
      rm: wish.removeContainers ?? true,
      forcerm: wish.forceRemoveContainers || undefined,
      squash: wish.squash || undefined,
      memory: given(wish.memory),
      memswap: given(wish.memorySwap),
      cpushares: given(wish.cpuShares),
      cpuperiod: given(wish.cpuPeriod),
      cpuquota: given(wish.cpuQuota),
      cpusetcpus: given(wish.cpusetCpus),
      cpusetmems: given(wish.cpusetMems),
      cgroupparent: given(wish.cgroupParent),
    }),
  };
  const length = encodeURIComponent(stringify(params) ?? '').length;
  if (length > longestQuery)
    refuse(
      place,
      `is too long: build arguments, labels and names may have ${longestQuery} characters together.`,
    );
  return params;
}
