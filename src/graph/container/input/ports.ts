/** Ports to expose and to publish, typed or in the short notation of `docker run --publish`. */
import { isIP } from 'node:net';
import type { ContainerCreateBody, HostConfigBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import { PortProtocol } from '../enums.ts';
import { word } from './words.ts';

export const PortPublishInput = builder.inputType('PortPublishInput', {
  ...mirrors('PortBinding'),
  description: 'A port of a container to publish on the host.',
  fields: (t) => ({
    containerPort: t.int({ required: true, description: 'The port inside the container, 1 to 65535.' }),
    protocol: t.field({ type: PortProtocol.ref, description: 'The transport; `TCP` if left out.' }),
    hostIp: t.string({
      description: 'The address of the host to bind to, such as `127.0.0.1`; every address if left out.',
    }),
    hostPort: t.int({
      description: 'The port of the host; the Engine picks a free one at each start if left out or 0.',
    }),
  }),
});

type PortWish = typeof PortPublishInput.$inferInput;

/** A port to publish. `hostPort` is one port, a range to choose from, or empty for any. */
interface Publication {
  readonly containerPort: number;
  readonly protocol: string;
  readonly hostIp: string;
  readonly hostPort: string;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

const highestPort = 65_535;
const protocols: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);

function parseRange(text: string, lowest: number): Range | undefined {
  const parts = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!parts) return undefined;
  const first = Number(parts[1]);
  const last = Number(parts[2] ?? parts[1]);
  return first >= lowest && first <= last && last <= highestPort ? { first, last } : undefined;
}

const length = ({ first, last }: Range): number => last - first + 1;

function splitProtocol(text: string): { readonly ports: string; readonly protocol: string } | undefined {
  const [ports = '', protocol = 'tcp', ...rest] = text.split('/');
  const lower = protocol.toLowerCase();
  return rest.length === 0 && protocols.has(lower) ? { ports, protocol: lower } : undefined;
}

/** `[::1]:80:80` and `::1:80:80` alike: an address may have colons, ports have none. */
function splitAddress(text: string): {
  readonly hostIp: string;
  readonly hostPort: string;
  readonly ports: string;
} {
  const parts = text.split(':');
  const ports = parts.pop() ?? '';
  const hostPort = parts.pop() ?? '';
  return { hostIp: parts.join(':').replace(/^\[(.*)\]$/, '$1'), hostPort, ports };
}

/**
 * The ports that one `--publish` text stands for: `80`, `8080:80`, `127.0.0.1:8080:80/udp`, `[::1]::80`, and ranges
 * such as `8000-8002:9000-9002` (pairs) or `8000-8010:80` (the Engine picks one of them).
 *
 * @throws InputError for anything else
 */
export function parsePublish(text: string, place: Place): Publication[] {
  const wrong = (why: string) => refuse(place, `cannot be ${JSON.stringify(text)}: ${why}`);
  const outer = splitProtocol(text);
  if (!outer) return wrong('after `/` comes `tcp`, `udp` or `sctp`.');
  const { hostIp, hostPort, ports } = splitAddress(outer.ports);
  const container = parseRange(ports, 1);
  if (!container) {
    return wrong(
      'give [host address:][host port:]container port[/protocol], such as `8080:80` or `127.0.0.1:8080:80/udp`.',
    );
  }
  if (hostIp !== '' && isIP(hostIp) === 0) return wrong(`"${hostIp}" is no IP address.`);
  const publication = (containerPort: number, onHost: string): Publication => ({
    containerPort,
    protocol: outer.protocol,
    hostIp,
    hostPort: onHost,
  });
  const inner = Array.from({ length: length(container) }, (_, index) => container.first + index);
  if (hostPort === '') return inner.map((port) => publication(port, ''));
  const host = parseRange(hostPort, 0);
  if (!host) return wrong(`"${hostPort}" is neither a port nor a range of ports.`);
  if (length(host) === length(container)) {
    return inner.map((port, index) => publication(port, String(host.first + index)));
  }
  // Several ports of the host for one of the container: the Engine takes the first that is free.
  if (inner.length === 1) return [publication(container.first, `${host.first}-${host.last}`)];
  return wrong('both ranges must have the same length.');
}

/**
 * The keys of `ExposedPorts` for `80`, `53/udp` or `8000-8010/tcp`.
 *
 * @throws InputError for anything else
 */
export function parseExpose(text: string, place: Place): string[] {
  const parts = splitProtocol(text);
  const range = parts && parseRange(parts.ports, 1);
  if (!range) {
    return refuse(
      place,
      `cannot be ${JSON.stringify(text)}: give a port or a range of ports, optionally with a protocol, such as \`53/udp\`.`,
    );
  }
  return Array.from({ length: length(range) }, (_, index) => `${range.first + index}/${parts.protocol}`);
}

function checkPort(port: number, lowest: number, place: Place): void {
  if (port < lowest || port > highestPort)
    refuse(place, `cannot be ${port}: ports are ${lowest} to ${highestPort}.`);
}

function publicationOf(wish: PortWish, place: Place): Publication {
  const { containerPort, hostIp, hostPort } = wish;
  checkPort(containerPort, 1, inside(place, 'containerPort'));
  if (hostPort) checkPort(hostPort, 1, inside(place, 'hostPort'));
  if (hostIp && isIP(hostIp) === 0)
    refuse(inside(place, 'hostIp'), `cannot be "${hostIp}": give an IP address.`);
  return {
    containerPort,
    protocol: word(inside(place, 'protocol'), PortProtocol, wish.protocol) ?? 'tcp',
    hostIp: hostIp ?? '',
    hostPort: hostPort ? String(hostPort) : '',
  };
}

export interface PortsInput {
  readonly ports?: readonly PortWish[] | null | undefined;
  readonly publish?: readonly string[] | null | undefined;
  readonly exposedPorts?: readonly string[] | null | undefined;
}

/**
 * `ExposedPorts` and `PortBindings`: what is published is exposed too, as the docker CLI has it.
 *
 * @throws InputError for what is no port
 */
export function portsBody(
  input: PortsInput,
  place: Place,
): {
  readonly exposed: ContainerCreateBody['ExposedPorts'];
  readonly bindings: HostConfigBody['PortBindings'];
} {
  const published = [
    ...(input.ports ?? []).map((wish, index) => publicationOf(wish, inside(place, 'ports', index))),
    ...(input.publish ?? []).flatMap((text, index) => parsePublish(text, inside(place, 'publish', index))),
  ];
  const exposed = (input.exposedPorts ?? []).flatMap((text, index) =>
    parseExpose(text, inside(place, 'exposedPorts', index)),
  );
  const bindings = new Map<string, { readonly HostIp: string; readonly HostPort: string }[]>();
  for (const { containerPort, protocol, hostIp, hostPort } of published) {
    const key = `${containerPort}/${protocol}`;
    bindings.set(key, [...(bindings.get(key) ?? []), { HostIp: hostIp, HostPort: hostPort }]);
  }
  const keys = [...bindings.keys(), ...exposed];
  return {
    exposed: keys.length > 0 ? Object.fromEntries(keys.map((key) => [key, {}])) : undefined,
    bindings: bindings.size > 0 ? Object.fromEntries(bindings) : undefined,
  };
}
