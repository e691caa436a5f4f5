/** The noun Container. */
import type { ContainerInspect, ContainerState as InspectState } from '../../engine/types.ts';
import { imageFound } from '../image/model.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields } from '../kit/noun.ts';
import { columnFields, flag, int, long, text, texts, time } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Container, Image } from '../nouns.ts';
import { OciDescriptorType } from '../oci.ts';
import { containerUpdateField } from '../registry/update-status.ts';
import { changesField } from './changes.ts';
import { checkpointsField } from './checkpoints.ts';
import { composeFields } from './compose.ts';
import { ContainerConfigType } from './config.ts';
import { ContainerState } from './enums.ts';
import { execsField } from './execs.ts';
import { exportFields } from './export.ts';
import { fileField } from './files.ts';
import { healthField } from './health.ts';
import { HostConfigType } from './host-config/host-config.ts';
import { logsField } from './logs.ts';
import {
  type ContainerModel,
  createdAtOf,
  detailsOf,
  fromDetails,
  fromSummary,
  imageIdOf,
  imageRefOf,
  labelsOf,
  mountsOf,
  nameOf,
  namesOf,
  stateOf,
  stateTextOf,
  summaryOf,
} from './model.ts';
import { ContainerMount } from './mounts.ts';
import { ContainerNetworkSettingsType, wholeSettings } from './network-settings.ts';
import { ContainerNetwork, containerNetworksOf } from './networks.ts';
import { PortMapping, portsOf } from './ports.ts';
import { processesField } from './processes.ts';
import { sizeField } from './size.ts';
import { statsField } from './stats.ts';
import { GraphDriver, graphDriverOf, storageField } from './storage.ts';
import { swarmFields } from './swarm.ts';
import { uptimeFields } from './uptime.ts';

/** `State` of inspect, but for what the list knows too. */
type StateScalars = Omit<InspectState, 'Status' | 'Health'>;

/** The properties of inspect that are fields of the container itself. */
type InspectScalars = Pick<
  ContainerInspect,
  | 'Path'
  | 'Args'
  | 'RestartCount'
  | 'Driver'
  | 'Platform'
  | 'ResolvConfPath'
  | 'HostnamePath'
  | 'HostsPath'
  | 'LogPath'
  | 'MountLabel'
  | 'ProcessLabel'
  | 'AppArmorProfile'
  | 'ExecIDs'
>;

const inspected = 'Needs `GET /containers/{id}/json`.';

Container.implement({
  description: 'A container that the Engine knows, running or not.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire(
        'ContainerSummary.Id',
        'ContainerInspectResponse.Id',
        'ContainerStatsResponse.id',
        'ContainerCreateResponse.Id',
      ),
      nullable: false,
      description: "Docker's own ID, 64 hexadecimal digits.",
    }),
    shortId: t.string({
      nullable: false,
      description: 'The first twelve digits of `dockerId`, as the CLI shows them.',
      resolve: ({ key }) => key.slice(0, 12),
    }),
    engine: engineField(t),
    name: t.string({
      ...wire('ContainerInspectResponse.Name', 'ContainerStatsResponse.name'),
      nullable: false,
      description:
        'The name, without the slash that the API puts before it. The short ID while it is being removed.',
      resolve: nameOf,
    }),
    names: t.stringList({
      ...wire('ContainerSummary.Names'),
      nullable: false,
      description: 'All names. From the list also legacy link aliases such as `web/db`.',
      resolve: namesOf,
    }),
    ...labelFields(t, labelsOf, 'ContainerSummary.Labels'),

    state: t.field({
      ...wire('ContainerSummary.State', 'ContainerState.Status', 'ContainerInspectResponse.State'),
      type: ContainerState.ref,
      nullable: false,
      description: 'Where it is in its life.',
      resolve: (container) => ContainerState.of(stateOf(container)) ?? 'UNKNOWN',
    }),
    stateRaw: t.string({
      nullable: false,
      description: "The Engine's own text for `state`.",
      resolve: stateTextOf,
    }),
    statusText: t.string({
      ...wire('ContainerSummary.Status'),
      nullable: true,
      description:
        'What `docker ps` shows as status, such as `Up 5 minutes (healthy)`. Needs the list of containers.',
      resolve: async (container) => (await summaryOf(container))?.Status ?? null,
    }),
    health: healthField(t),
    createdAt: t.field({
      ...wire('ContainerSummary.Created', 'ContainerInspectResponse.Created'),
      type: 'Timestamp',
      nullable: true,
      description: 'When it was made.',
      resolve: createdAtOf,
    }),
    ...columnFields<StateScalars, ContainerModel>(
      t,
      {
        [of]: 'ContainerState',
        StartedAt: time(`When it was last started; null if never. ${inspected}`),
        FinishedAt: time(`When it last ended; null if never. ${inspected}`),
        ExitCode: long(`How its main process ended, 0 while it runs. ${inspected}`),
        OOMKilled: flag(`Whether it was ended because memory ran out. ${inspected}`),
        Pid: int(`The main process as the host numbers it; 0 when it does not run. ${inspected}`),
        Error: text(`Why the last start failed; null if it did not. ${inspected}`, { name: 'startError' }),
        Running: flag(`Whether its main process exists; also true while paused or restarting. ${inspected}`, {
          name: 'isRunning',
        }),
        Paused: flag(`Whether it is frozen. ${inspected}`, { name: 'isPaused' }),
        Restarting: flag(`Whether its restart policy is about to start it again. ${inspected}`, {
          name: 'isRestarting',
        }),
        Dead: flag(`Whether its removal failed half-way. ${inspected}`, { name: 'isDead' }),
      },
      async (container) => (await detailsOf(container))?.State,
    ),
    ...uptimeFields(t),

    imageRef: t.string({
      ...wire('ContainerSummary.Image'),
      nullable: true,
      description:
        'The image as it was named; from a list its ID once that name means another image. `config.image` is always ' +
        'the name.',
      resolve: imageRefOf,
    }),
    imageId: t.string({
      ...wire('ContainerSummary.ImageID', 'ContainerInspectResponse.Image'),
      nullable: true,
      description: 'The ID of the image it was made from.',
      resolve: imageIdOf,
    }),
    image: t.field({
      type: Image,
      nullable: true,
      description:
        'The image it was made from; null once that has been removed. Many are joined from one `GET /images/json`.',
      resolve: async (container) => {
        const id = imageIdOf(container);
        return id ? imageFound(container.scope, await container.scope.loaders.images.byId.load(id)) : null;
      },
    }),
    updateStatus: containerUpdateField(t),
    imageManifestDescriptor: t.field({
      ...wire('ContainerSummary.ImageManifestDescriptor', 'ContainerInspectResponse.ImageManifestDescriptor'),
      type: OciDescriptorType,
      nullable: true,
      description: 'Which platform of a multi-platform image it runs. With the containerd image store only.',
      since: '1.48',
      resolve: ({ summary, details }) => (summary ?? details)?.ImageManifestDescriptor ?? null,
    }),
    command: t.string({
      ...wire('ContainerSummary.Command'),
      nullable: true,
      description:
        'The command line as one text, cut by nobody but without its quotes. `path` and `args` are exact.',
      resolve: ({ summary, details }) =>
        summary
          ? (summary.Command ?? null)
          : details
            ? [details.Path, ...(details.Args ?? [])].join(' ')
            : null,
    }),

    ports: t.field({
      ...wire('ContainerSummary.Ports', 'NetworkSettings.Ports'),
      type: [PortMapping],
      nullable: false,
      description:
        'The ports of a running container, published or only exposed. A stopped one has none: see `hostConfig.portBindings`.',
      resolve: portsOf,
    }),
    publishedPorts: t.field({
      type: [PortMapping],
      nullable: false,
      description: 'The ports that can be reached from the host.',
      resolve: (container) => portsOf(container).filter(({ hostPort }) => hostPort !== null),
    }),
    networks: t.field({
      ...wire(
        'ContainerSummary.NetworkSettings',
        'ContainerSummary.NetworkSettings.Networks',
        'NetworkSettings.Networks',
      ),
      type: [ContainerNetwork],
      nullable: false,
      description: 'The networks it is connected to, with its addresses there.',
      resolve: containerNetworksOf,
    }),
    networkMode: t.string({
      ...wire('ContainerSummary.HostConfig', 'ContainerSummary.HostConfig.NetworkMode'),
      nullable: true,
      description: 'Its network as it was asked for: a network, `host`, `none`, or `container:<id>`.',
      resolve: ({ summary, details }) => (summary ?? details)?.HostConfig?.NetworkMode ?? null,
    }),
    mounts: t.field({
      ...wire('ContainerSummary.Mounts', 'ContainerInspectResponse.Mounts'),
      type: [ContainerMount],
      nullable: false,
      description:
        'What is mounted into it: volumes, files of the host, images, memory asked for by `--mount`.',
      resolve: (container) => mountsOf(container).map((mount) => ({ scope: container.scope, mount })),
    }),
    size: sizeField(t),

    ...composeFields(t),
    ...swarmFields(t),

    ...columnFields<InspectScalars, ContainerModel>(
      t,
      {
        [of]: 'ContainerInspectResponse',
        Path: text(`The program that is its main process. ${inspected}`),
        Args: texts(`The arguments of that program. ${inspected}`),
        RestartCount: int(`How often its restart policy has started it again. ${inspected}`),
        Driver: text(`The storage driver of its files. ${inspected}`, { name: 'storageDriver' }),
        Platform: text(`The operating system it was made for, such as \`linux\`. ${inspected}`),
        ResolvConfPath: text(`Where on the host its resolv.conf is. ${inspected}`),
        HostnamePath: text(`Where on the host its hostname file is. ${inspected}`),
        HostsPath: text(`Where on the host its hosts file is. ${inspected}`),
        LogPath: text(`Where on the host its log is; null where the log driver keeps no file. ${inspected}`),
        MountLabel: text(`The SELinux label of its mounts. ${inspected}`),
        ProcessLabel: text(`The SELinux label of its processes. ${inspected}`),
        AppArmorProfile: text(`The AppArmor profile it is confined by. ${inspected}`, {
          name: 'appArmorProfile',
        }),
        ExecIDs: texts(
          `Commands that run in it beside its main process (\`docker exec\`), by their IDs. ${inspected}`,
        ),
      },
      detailsOf,
    ),
    graphDriver: t.field({
      ...wire('ContainerInspectResponse.GraphDriver'),
      type: GraphDriver,
      nullable: true,
      description: `Where the storage driver keeps its layers; null with the containerd image store. ${inspected}`,
      resolve: async (container) => graphDriverOf((await detailsOf(container))?.GraphDriver),
    }),
    storage: storageField(t),
    config: t.field({
      ...wire('ContainerInspectResponse.Config'),
      type: ContainerConfigType,
      nullable: true,
      description: `What runs and how, independent of the host: command, environment, user, health check. ${inspected}`,
      resolve: async (container) => (await detailsOf(container))?.Config ?? null,
    }),
    hostConfig: t.field({
      ...wire('ContainerInspectResponse.HostConfig'),
      type: HostConfigType,
      nullable: true,
      description: `What the host grants: limits, mounts, ports, privileges, restart policy. ${inspected}`,
      resolve: async (container) => (await detailsOf(container))?.HostConfig ?? null,
    }),
    networkSettings: t.field({
      ...wire('ContainerInspectResponse.NetworkSettings'),
      type: ContainerNetworkSettingsType,
      nullable: true,
      description: `Its network name space, and what old clients read of the default network. ${inspected}`,
      resolve: async (container) => {
        const settings = (await detailsOf(container))?.NetworkSettings;
        return settings ? wholeSettings(settings) : null;
      },
    }),

    stats: statsField(t),
    checkpoints: checkpointsField(t),
    top: processesField(t),
    changes: changesField(t),
    logs: logsField(t),
    execs: execsField(t),
    file: fileField(t),
    ...exportFields(t),
  }),
});

findNodesWith('Container', async (scope, key) => {
  const found = await scope.loaders.containers.find.load(key);
  if (!found) return null;
  return found.details ? fromDetails(scope, found.details) : fromSummary(scope, found.summary);
});
