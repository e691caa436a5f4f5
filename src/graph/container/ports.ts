/** The ports of a container, the same from the list and from inspect. */
import type { PortSummary } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { wire } from '../kit/wire.ts';
import { PortProtocol } from './enums.ts';
import type { ContainerModel } from './model.ts';

export interface PortModel {
  readonly containerPort: number;
  readonly protocol: string;
  readonly hostIp: string | null;
  readonly hostPort: number | null;
}

const fromList = ({ PrivatePort, PublicPort, Type, IP }: PortSummary): PortModel => ({
  containerPort: Number(PrivatePort ?? 0),
  protocol: Type ?? 'tcp',
  hostIp: IP || null,
  hostPort: PublicPort ? Number(PublicPort) : null,
});

/** Ports from either answer, in the order of port, protocol, host address. */
export function portsOf({ summary, details }: ContainerModel): PortModel[] {
  const ports = summary
    ? (summary.Ports ?? []).map(fromList)
    : Object.entries(details?.NetworkSettings?.Ports ?? {}).flatMap(([key, bindings]): PortModel[] => {
        const [port = '0', protocol = 'tcp'] = key.split('/');
        const inside = { containerPort: Number(port), protocol };
        if (!bindings || bindings.length === 0) return [{ ...inside, hostIp: null, hostPort: null }];
        return bindings.map((binding) => ({
          ...inside,
          hostIp: binding.HostIp || null,
          hostPort: binding.HostPort ? Number(binding.HostPort) : null,
        }));
      });
  const orderOf = ({ containerPort, protocol, hostIp, hostPort }: PortModel) =>
    `${String(containerPort).padStart(5, '0')}/${protocol}/${hostIp ?? ''}/${hostPort ?? ''}`;
  return ports.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

export const PortMapping = builder.objectRef<PortModel>('PortMapping').implement({
  description: 'A port of a running container, and where on the host it can be reached, if at all.',
  fields: (t) => ({
    containerPort: t.exposeInt('containerPort', {
      ...wire('PortSummary.PrivatePort'),
      nullable: false,
      description: 'The port inside the container.',
    }),
    protocol: t.field({
      ...wire('PortSummary.Type'),
      type: PortProtocol.ref,
      nullable: false,
      description: 'The transport.',
      resolve: ({ protocol }) => PortProtocol.of(protocol) ?? 'UNKNOWN',
    }),
    protocolRaw: t.exposeString('protocol', {
      nullable: false,
      description: "The Engine's own text for `protocol`.",
    }),
    hostIp: t.exposeString('hostIp', {
      ...wire('PortSummary.IP'),
      nullable: true,
      description: 'The address of the host it is bound to; null when it is not published.',
    }),
    hostPort: t.exposeInt('hostPort', {
      ...wire('PortSummary.PublicPort'),
      nullable: true,
      description: 'The port of the host; null when it is not published.',
    }),
    isPublished: t.boolean({
      nullable: false,
      description: 'Whether it can be reached from the host.',
      resolve: ({ hostPort }) => hostPort !== null,
    }),
  }),
});
