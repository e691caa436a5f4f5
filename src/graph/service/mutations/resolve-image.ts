/** Which image all nodes of a swarm are to run: the digest that the registry has for a name. `GET /distribution/{name}/json`. */
import { EngineError } from '../../../engine/errors.ts';
import {
  familiarImageName,
  normalizeImageReference,
  parseImageReference,
} from '../../../engine/image-reference.ts';
import { distribution } from '../../../engine/operations/distribution.ts';
import type { RegistryAuth } from '../../../engine/registry/auth.ts';
import { CredentialError } from '../../../engine/registry/credential-error.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { type Place, refuse } from '../../mutation/input-error.ts';
import type { PlacementBody, SpecBody } from '../input/spec-types.ts';

export interface ResolvedImage {
  /** As Docker writes it, with a tag, and with its digest where that is known. */
  readonly image: string;
  /** Those that the registry has it for; undefined where it was not asked, or did not say. */
  readonly platforms: PlacementBody['Platforms'] | undefined;
  readonly warnings: readonly string[];
}

/**
 * The reference in full, as it is written into the spec.
 *
 * @throws InputError for what is none, an ID for one: other nodes could not fetch it
 */
export function taggedImage(image: string, place: Place): string {
  if (!parseImageReference(image)) {
    return refuse(
      place,
      `cannot be ${JSON.stringify(image)}: give a name, such as "nginx:1.27", with a tag or a digest; nodes cannot fetch by ID.`,
    );
  }
  return familiarImageName(normalizeImageReference(image));
}

type Platforms = NonNullable<PlacementBody['Platforms']>;

/** Nodes say `armv7l` where registries say `arm`, so that the architecture would never fit. */
const platformOf = ({
  architecture,
  os,
}: {
  architecture?: string | null;
  os?: string | null;
}): Platforms[number] => ({
  Architecture: architecture?.toLowerCase() === 'arm' ? undefined : (architecture ?? undefined),
  OS: os ?? undefined,
});

const unresolved = (image: string, why: string): string =>
  `The image ${image} could not be looked up in its registry, to run the same one on all nodes: each node fetches what it finds, ` +
  `and they may run different ones. ${why}`;

/** @throws EngineError where the Engine itself is away */
export async function resolveImage(
  scope: EngineScope,
  image: string,
  auth: RegistryAuth | undefined,
): Promise<ResolvedImage> {
  try {
    const registryAuth = await scope.registryAuth(image, auth);
    const found = await scope.call(distribution.inspect, {
      name: image,
      ...(registryAuth && { registryAuth }),
    });
    const digest = found.Descriptor?.digest;
    const has = parseImageReference(image)?.digest !== undefined;
    return {
      image: digest && !has ? `${image}@${digest}` : image,
      platforms: found.Platforms?.length ? found.Platforms.map(platformOf) : undefined,
      warnings: [],
    };
  } catch (error) {
    const isOfRegistry =
      error instanceof CredentialError ||
      (error instanceof EngineError && (error.kind === 'response' || error.kind === 'timeout'));
    if (!isOfRegistry) throw error;
    return { image, platforms: undefined, warnings: [unresolved(image, error.message)] };
  }
}

/** The spec with that image, or plugin, and where it can run; where somebody chose that, it stays. */
export function withImage(
  spec: SpecBody,
  { image, platforms }: ResolvedImage,
  choosesPlatforms: boolean,
): SpecBody {
  const task = spec.TaskTemplate;
  return {
    ...spec,
    TaskTemplate: {
      ...task,
      ContainerSpec: { ...task?.ContainerSpec, Image: image },
      ...(platforms && !choosesPlatforms && { Placement: { ...task?.Placement, Platforms: platforms } }),
    },
  };
}
