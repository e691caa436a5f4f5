/** From wishes for networks to what one call can do, and what has to be done after it. */
import type { ContainerCreateBody, EndpointBody } from '../../../engine/types.ts';
import { compareApi } from '../../../engine/version.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import { type ContainerKey, sharedMode, withRest } from './container-refs.ts';
import { endpointBody, isPlain, type NetworkWish } from './networks.ts';

/** A network that was found for a wish. */
export interface FoundNetwork {
  readonly id: string;
  /** What the container is to know it by: its name, as with the docker CLI. */
  readonly name: string;
}

export interface NetworkingWish {
  readonly networks?: readonly NetworkWish[] | null | undefined;
  readonly namespaces?: { readonly networkMode?: string | null | undefined } | null | undefined;
  readonly macAddress?: string | null | undefined;
  readonly links?: readonly string[] | null | undefined;
}

/** A network to connect after the container was made: below API 1.44 it can be made with one only. */
export interface LaterConnection {
  readonly network: string;
  readonly endpoint: EndpointBody;
  readonly path: readonly string[];
}

export interface Networking {
  readonly config: Pick<ContainerCreateBody, 'MacAddress' | 'NetworkingConfig'>;
  readonly host: { readonly NetworkMode: string | undefined; readonly Links: readonly string[] | undefined };
  readonly later: readonly LaterConnection[];
}

/** With several networks on create, and a hardware address for each. */
const severalSince = '1.44';
/** The mode of a container that nobody wished anything for, as the docker CLI writes it. */
const defaultMode = 'default';

const builtin: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'default', 'nat']);
const isUserDefined = (mode: string): boolean => !builtin.has(mode) && !mode.startsWith('container:');
/** There is no network beside the host's, none at all, or another container's. */
const isAlone = (mode: string): boolean =>
  mode === 'host' || mode === 'none' || mode.startsWith('container:');

/** The mode that was wished for, before anything is asked of the Engine. */
function modeOf(
  { networks, namespaces }: NetworkingWish,
  place: Place,
  keyOf: ContainerKey,
): string | undefined {
  const mode = sharedMode(namespaces?.networkMode, keyOf);
  if (mode && networks?.length) {
    refuse(
      inside(place, 'namespaces', 'networkMode'),
      'and `networks` both say what it is connected to: give one.',
    );
  }
  return mode;
}

function checkTogether(found: readonly FoundNetwork[], place: Place): void {
  for (const [index, { id, name }] of found.entries()) {
    const at = inside(place, 'networks', index, 'network');
    if (found.length > 1 && isAlone(name)) refuse(at, `cannot be "${name}" beside other networks.`);
    if (found.findIndex((other) => other.id === id) < index)
      refuse(at, `names "${name}" for the second time.`);
  }
}

/** The one hardware address of a container that can have only one. */
function onlyMac({ networks, macAddress }: NetworkingWish, place: Place): string | undefined {
  const first = networks?.[0]?.macAddress;
  if (macAddress && first && macAddress !== first) {
    refuse(
      inside(place, 'macAddress'),
      'and `networks.0.macAddress` differ, and both are for the first network.',
    );
  }
  return macAddress || first || undefined;
}

/**
 * @param found for each of the wished networks, in their order
 * @throws InputError for wishes that contradict each other, and for what the API of the Engine does not have yet
 */
export function networkingBody(
  input: NetworkingWish,
  found: readonly FoundNetwork[],
  place: Place,
  keyOf: ContainerKey,
): Networking {
  checkTogether(found, place);
  const several = compareApi(place.api, severalSince) >= 0;
  const mac = onlyMac(input, place);
  const links = input.links?.map((link) => withRest(link, keyOf));
  const mode = found[0]?.name ?? modeOf(input, place, keyOf);
  const endpoints = found.map((network, index) => {
    const wish = input.networks?.[index] ?? { network: network.id };
    const path = inside(place, 'networks', index);
    if (index > 0) return { ...network, path: path.path, endpoint: endpointBody(wish, path) };
    const endpoint = endpointBody({ ...wish, macAddress: several ? mac : undefined }, path);
    const linked = links?.length && isUserDefined(network.name) ? { Links: endpoint.Links ?? links } : {};
    return { ...network, path: path.path, endpoint: { ...endpoint, ...linked } };
  });
  const atOnce = several ? endpoints : endpoints.slice(0, 1);
  // A connection without wishes is left out, as the docker CLI does, unless there are several.
  const told = atOnce.length === 1 ? atOnce.filter(({ endpoint }) => !isPlain(endpoint)) : atOnce;
  const macAlone = several && mac && found.length === 0 ? { [mode ?? defaultMode]: { MacAddress: mac } } : {};
  const EndpointsConfig = {
    ...Object.fromEntries(told.map(({ name, endpoint }) => [name, endpoint])),
    ...macAlone,
  };
  return {
    config: {
      MacAddress: several ? undefined : mac,
      NetworkingConfig: Object.keys(EndpointsConfig).length > 0 ? { EndpointsConfig } : undefined,
    },
    host: { NetworkMode: mode, Links: links },
    later: endpoints.slice(atOnce.length).map(({ id, endpoint, path }) => ({ network: id, endpoint, path })),
  };
}
