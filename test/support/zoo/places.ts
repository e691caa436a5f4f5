import { join } from 'node:path';
import type { Animal, Body, Site } from './site.ts';

const binding = (HostPort: string, HostIp = ''): Body => ({ HostIp, HostPort });

/** `range(8000, 3, 'tcp', 10)`: ports 8000 to 8002, published from the zoo's own port 10 on. */
const range = ({ port }: Site, first: number, count: number, protocol: string, offset: number): Body =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${first + index}/${protocol}`,
      [binding(port(offset + index))],
    ]),
  );

function ports(site: Site): readonly Animal[] {
  const { port } = site;
  const published = {
    '53/udp': [binding(port(0), '127.0.0.1')],
    '80/tcp': [binding(port(1)), binding(port(2), '127.0.0.1')],
    '81/tcp': [binding('')],
    '443/tcp': [binding(port(3), '::1')],
    ...range(site, 8000, 5, 'tcp', 10),
    ...range(site, 5000, 3, 'udp', 20),
  };
  const exposed = [...Object.keys(published), '7000/tcp', '9899/sctp'];
  return [
    {
      name: 'ports',
      life: 'running',
      body: {
        ExposedPorts: Object.fromEntries(exposed.map((one) => [one, {}])),
        HostConfig: { PortBindings: published },
      },
    },
    {
      // Only created: few kernels can do SCTP, and every Engine can remember it.
      name: 'ports-sctp',
      life: 'created',
      body: {
        HostConfig: {
          PortBindings: { '9899/sctp': [binding(port(30))], '80/tcp': [binding('40000-40010')] },
        },
      },
    },
    {
      name: 'ports-all',
      life: 'running',
      body: { ExposedPorts: { '80/tcp': {}, '81/udp': {} }, HostConfig: { PublishAllPorts: true } },
    },
  ];
}

const networks = ({ n, subnet, subnet6, speaks }: Site): readonly Animal[] => [
  {
    name: 'networks',
    life: 'running',
    body: {
      // The place of the address of the first endpoint changed with the API.
      ...(!speaks('1.44') && { MacAddress: '02:42:0a:00:00:63' }),
      HostConfig: { NetworkMode: n('front') },
      NetworkingConfig: {
        EndpointsConfig: {
          [n('front')]: {
            IPAMConfig: { IPv4Address: `${subnet(0)}.99`, LinkLocalIPs: ['169.254.34.68'] },
            Aliases: ['web', 'www.example'],
            Links: [],
            DriverOpts: { 'org.example.option': 'value' },
            ...(speaks('1.44') && { MacAddress: '02:42:0a:00:00:63' }),
          },
        },
      },
    },
    connect: {
      [n('inner')]: { Aliases: ['backend'] },
      [n('six')]: { IPAMConfig: { IPv6Address: `${subnet6}99` }, Aliases: ['six'] },
    },
  },
  { name: 'network-none', life: 'running', body: { HostConfig: { NetworkMode: 'none' } } },
  { name: 'network-host', life: 'running', body: { HostConfig: { NetworkMode: 'host' } } },
  {
    name: 'network-container',
    life: 'running',
    after: 'networks',
    body: { HostConfig: { NetworkMode: `container:${n('networks')}` } },
  },
  {
    name: 'network-off',
    life: { exited: 0 },
    body: { Cmd: ['true'], HostConfig: { NetworkMode: n('front') } },
  },
];

const mounts = ({ n, directory, speaks }: Site): readonly Animal[] => [
  {
    name: 'volumes',
    life: 'running',
    body: {
      Volumes: { '/anonymous': {} },
      HostConfig: {
        Binds: [`${n('data')}:/data`, `${n('data')}:/read-only:ro`, `${n('memory')}:/memory:nocopy`],
      },
    },
  },
  {
    name: 'volumes-from',
    life: 'running',
    after: 'volumes',
    body: { HostConfig: { VolumesFrom: [`${n('volumes')}:ro`] } },
  },
  {
    name: 'binds',
    life: 'running',
    body: {
      HostConfig: {
        Binds: [
          `${join(directory, 'rw')}:/rw`,
          `${join(directory, 'ro')}:/ro:ro`,
          `${join(directory, 'rw')}:/shared:rshared`,
          `${join(directory, 'rw')}:/slave:ro,rslave`,
          `${join(directory, 'file.txt')}:/etc/file.txt:ro`,
        ],
      },
    },
  },
  {
    name: 'tmpfs',
    life: 'running',
    body: { HostConfig: { Tmpfs: { '/run': 'rw,noexec,nosuid,size=65536k,mode=755', '/plain': '' } } },
  },
  {
    name: 'mounts',
    life: 'running',
    body: {
      HostConfig: {
        Mounts: [
          {
            Type: 'bind',
            Source: join(directory, 'rw'),
            Target: '/bind',
            BindOptions: { Propagation: 'rslave', NonRecursive: true },
          },
          {
            Type: 'bind',
            Source: join(directory, 'ro'),
            Target: '/bind-ro',
            ReadOnly: true,
            Consistency: 'cached',
          },
          {
            Type: 'volume',
            Source: n('made-by-mount'),
            Target: '/volume',
            VolumeOptions: {
              NoCopy: true,
              Labels: { 'dockgraph.by': 'mount' },
              DriverConfig: { Name: 'local', Options: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } },
              ...(speaks('1.45') && { Subpath: '' }),
            },
          },
          { Type: 'volume', Target: '/anonymous' },
          { Type: 'tmpfs', Target: '/tmpfs', TmpfsOptions: { SizeBytes: 1_048_576, Mode: 0o1770 } },
        ],
      },
    },
  },
];

/** One container for each way to reach ports, networks, volumes and files. */
export const places = (site: Site): readonly Animal[] => [...ports(site), ...networks(site), ...mounts(site)];
