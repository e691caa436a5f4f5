/** Ports of a container and what they are bound to on the host, as inspect maps them. */
import type { PortBinding } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { type Column, type ColumnOptions, mappedList } from '../kit/record.ts';
import { wire } from '../kit/wire.ts';
import { PortProtocol } from './enums.ts';

interface PortBindingModel {
  readonly containerPort: number;
  readonly protocol: string;
  readonly hostIp: string | null;
  /** One port, a range of them, or null. */
  readonly hostPort: string | null;
}

/** By `80/tcp`. */
type PortMap = Readonly<Record<string, readonly PortBinding[] | null | undefined>>;

/** Sorted by port and protocol. A port that is bound to nothing stands there once, without a host. */
export const bindingsOf = (ports: PortMap): PortBindingModel[] =>
  Object.entries(ports)
    .flatMap(([key, bindings]) => {
      const [port = '', protocol = 'tcp'] = key.split('/');
      const each = bindings?.length ? bindings : [{}];
      return each.map(({ HostIp, HostPort }: PortBinding) => ({
        containerPort: Number.parseInt(port, 10) || 0,
        protocol,
        hostIp: HostIp || null,
        hostPort: HostPort || null,
      }));
    })
    .toSorted(
      (a, b) =>
        a.containerPort - b.containerPort || (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : 0),
    );

const isOnePort = (text: string) => /^\d{1,5}$/.test(text);

const PortBindingType = builder.objectRef<PortBindingModel>('PortBinding').implement({
  description: 'A port of a container, and what it is bound to on the host.',
  fields: (t) => ({
    containerPort: t.exposeInt('containerPort', {
      nullable: false,
      description: 'The port inside the container.',
    }),
    protocol: t.field({
      type: PortProtocol.ref,
      nullable: true,
      description: 'The transport.',
      resolve: ({ protocol }) => PortProtocol.of(protocol),
    }),
    protocolRaw: t.exposeString('protocol', {
      nullable: false,
      description: "The Engine's own text for `protocol`.",
    }),
    hostIp: t.exposeString('hostIp', {
      ...wire('PortBinding.HostIp'),
      nullable: true,
      description: 'The address of the host it is bound to; null is every address, or no binding at all.',
    }),
    hostPort: t.int({
      ...wire('PortBinding.HostPort'),
      nullable: true,
      description:
        'The port of the host; null where the Engine chooses one, or where there is no binding at all.',
      resolve: ({ hostPort }) => (hostPort !== null && isOnePort(hostPort) ? Number(hostPort) : null),
    }),
    hostPortRange: t.string({
      ...wire('PortBinding.HostPort'),
      nullable: true,
      description:
        'The ports of the host that the Engine chooses from, such as `8000-8010`; null is one port, or any.',
      resolve: ({ hostPort }) => (hostPort === null || isOnePort(hostPort) ? null : hostPort),
    }),
  }),
});

/** A column of ports by `80/tcp`. */
export const portBindings = (description: string, options: ColumnOptions = {}): Column<PortMap> =>
  mappedList(PortBindingType, bindingsOf, description, options);
