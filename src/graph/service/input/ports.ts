/** How a service is reached: its name inside its networks, and ports on the nodes. */
import { builder } from '../../builder.ts';
import { PortProtocol } from '../../container/enums.ts';
import { parsePublish } from '../../container/input/ports.ts';
import { word } from '../../container/input/words.ts';
import { mirrors } from '../../kit/wire.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { EndpointMode, PortPublishMode } from '../enums.ts';
import { changedList, checkChange } from './change.ts';
import { defined, type EndpointBody, type PortBody } from './spec-types.ts';

export const ServicePortInput = builder.inputType('ServicePortInput', {
  ...mirrors('EndpointPortConfig', {
    containerPort: 'EndpointPortConfig.TargetPort',
    hostPort: 'EndpointPortConfig.PublishedPort',
  }),
  description: 'A port of a service to publish on nodes.',
  fields: (t) => ({
    containerPort: t.int({ required: true, description: 'The port inside the tasks, 1 to 65535.' }),
    hostPort: t.int({
      description: 'The port of the nodes; the swarm picks a free one, 30000 to 32767, if left out or 0.',
    }),
    protocol: t.field({ type: PortProtocol.ref, description: 'The transport; `TCP` if left out.' }),
    publishMode: t.field({
      type: PortPublishMode.ref,
      description: 'On which nodes; `INGRESS`, which is all, if left out.',
    }),
    name: t.string({ description: 'A name for it, which means nothing to the swarm.' }),
  }),
});

export const ServicePortMatchInput = builder.inputType('ServicePortMatchInput', {
  description: 'Ports of a service: those that are all that is given here.',
  fields: (t) => ({
    containerPort: t.int({ required: true, description: 'The port inside the tasks.' }),
    hostPort: t.int({ description: 'The port of the nodes; any if left out.' }),
    protocol: t.field({ type: PortProtocol.ref, description: 'The transport; any if left out.' }),
    publishMode: t.field({ type: PortPublishMode.ref, description: 'On which nodes; any if left out.' }),
  }),
});

type PortWish = typeof ServicePortInput.$inferInput;
type PortMatch = typeof ServicePortMatchInput.$inferInput;

export interface EndpointWish {
  readonly endpointMode?: string | null | undefined;
  readonly ports?: readonly PortWish[] | null | undefined;
  readonly publish?: readonly string[] | null | undefined;
  readonly addPorts?: readonly PortWish[] | null | undefined;
  readonly removePorts?: readonly PortMatch[] | null | undefined;
}

type Protocol = 'tcp' | 'udp' | 'sctp';
type PublishMode = 'ingress' | 'host';

const highestPort = 65_535;

function checkPort(port: number, lowest: number, place: Place): void {
  if (port < lowest || port > highestPort)
    refuse(place, `cannot be ${port}: ports are ${lowest} to ${highestPort}.`);
}

function portBody(wish: PortWish, place: Place): PortBody {
  checkPort(wish.containerPort, 1, inside(place, 'containerPort'));
  checkPort(wish.hostPort ?? 0, 0, inside(place, 'hostPort'));
  return {
    Name: given(wish.name),
    Protocol: word<Protocol>(inside(place, 'protocol'), PortProtocol, wish.protocol) ?? 'tcp',
    TargetPort: wish.containerPort,
    PublishedPort: wish.hostPort || undefined,
    PublishMode:
      word<PublishMode>(inside(place, 'publishMode'), PortPublishMode, wish.publishMode) ?? 'ingress',
  };
}

const isProtocol = (text: string): text is Protocol => ['tcp', 'udp', 'sctp'].includes(text);
const isPublishMode = (text: string): text is PublishMode => text === 'ingress' || text === 'host';

/** `published=8080,target=80,protocol=udp,mode=host`. */
function parseLong(text: string, place: Place): PortBody {
  const wrong = (why: string) => refuse(place, `cannot be ${JSON.stringify(text)}: ${why}`);
  let body: PortBody = { Protocol: 'tcp', PublishMode: 'ingress' };
  for (const field of text.toLowerCase().split(',')) {
    const [key = '', value = ''] = field.split('=', 2).map((part) => part.trim());
    if (key === 'protocol' && isProtocol(value)) body = { ...body, Protocol: value };
    else if (key === 'mode' && isPublishMode(value)) body = { ...body, PublishMode: value };
    else if ((key === 'target' || key === 'published') && /^\d{1,5}$/.test(value)) {
      checkPort(Number(value), key === 'target' ? 1 : 0, place);
      body = { ...body, [key === 'target' ? 'TargetPort' : 'PublishedPort']: Number(value) || undefined };
    } else
      return wrong(
        `\`${field}\` is none of \`target=<port>\`, \`published=<port>\`, \`protocol=tcp|udp|sctp\` and \`mode=ingress|host\`.`,
      );
  }
  return body.TargetPort ? body : wrong('`target=` is missing.');
}

/** The ports that one text stands for, as `docker service create --publish` takes it. */
function parsePort(text: string, place: Place): PortBody[] {
  if (text.includes('=')) return [parseLong(text, place)];
  return parsePublish(text, place).flatMap(({ containerPort, protocol, hostIp, hostPort }) => {
    if (hostIp !== '')
      refuse(place, `cannot be ${JSON.stringify(text)}: a service has no address of a host to bind to.`);
    const [first = 0, last = first] = hostPort === '' ? [0] : hostPort.split('-').map(Number);
    return Array.from(
      { length: last - first + 1 },
      (_, index): PortBody => ({
        Protocol: isProtocol(protocol) ? protocol : 'tcp',
        TargetPort: containerPort,
        PublishedPort: first + index || undefined,
        PublishMode: 'ingress',
      }),
    );
  });
}

const keyOf = ({ Protocol, TargetPort, PublishedPort, PublishMode }: PortBody): string =>
  `${PublishedPort ?? 0}:${TargetPort}/${Protocol || 'tcp'}/${PublishMode || 'ingress'}`;

const matches =
  ({ containerPort, hostPort, protocol, publishMode }: PortMatch) =>
  (port: PortBody): boolean =>
    port.TargetPort === containerPort &&
    (typeof hostPort !== 'number' || (port.PublishedPort ?? 0) === hostPort) &&
    (!protocol || PortProtocol.wire(protocol) === (port.Protocol || 'tcp')) &&
    (!publishMode || PortPublishMode.wire(publishMode) === (port.PublishMode || 'ingress'));

/** A port that is published for all nodes needs the virtual address. */
function checkTogether({ Mode, Ports }: EndpointBody, place: Place): void {
  if (Mode !== 'dnsrr') return;
  const index = Ports?.findIndex(({ PublishMode }) => PublishMode !== 'host') ?? -1;
  if (index >= 0) {
    refuse(
      inside(place, 'endpointMode'),
      `cannot be DNSRR with the port ${Ports?.[index]?.TargetPort}: publish it with the mode HOST, or take VIP.`,
    );
  }
}

/** @throws InputError for what is no port, a list that is both replaced and changed, and what cannot be together */
export function endpointBody(
  current: EndpointBody | null | undefined,
  wish: EndpointWish,
  place: Place,
): EndpointBody | undefined {
  const { ports, publish, addPorts, removePorts } = wish;
  checkChange(place, 'ports', { all: ports, add: addPorts, remove: removePorts });
  const typed = (field: 'ports' | 'addPorts') =>
    wish[field]?.map((port, index) => portBody(port, inside(place, field, index)));
  const short = publish?.flatMap((text, index) => parsePort(text, inside(place, 'publish', index)));
  // `publish` goes with `ports`, which say all there is to be; otherwise it adds.
  const all = typed('ports');
  const add = typed('addPorts');
  const gone = (removePorts ?? []).map(matches);
  const Ports = changedList(
    current?.Ports,
    {
      all: all && [...all, ...(short ?? [])],
      add: add || short ? [...(add ?? []), ...(short ?? [])] : undefined,
      remove: removePorts && [],
    },
    keyOf,
    (port) => gone.some((isIt) => isIt(port)),
  );
  const Mode = word<'vip' | 'dnsrr'>(inside(place, 'endpointMode'), EndpointMode, wish.endpointMode);
  if (!Ports && !Mode) return undefined;
  const body = { ...current, ...defined({ Mode, Ports }) };
  checkTogether(body, place);
  return body;
}
