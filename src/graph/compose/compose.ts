/** The noun ComposeProject: containers, networks and volumes with the same label. No compose file is read. */
import { builder } from '../builder.ts';
import { labelsOf } from '../container/model.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { momentOfUnix } from '../kit/time.ts';
import { networkFromSummary } from '../network/model.ts';
import { ComposeProject, Container, Image, Network, Volume } from '../nouns.ts';
import { volumeModel } from '../volume/model.ts';
import { configFilesOf, workingDirOf } from './labels.ts';
import {
  type ComposeCounts,
  countsOf,
  decidingMembers,
  exists,
  membersOf,
  newestFirst,
  oldestCreated,
  servicesOf,
  stateOfMembers,
  statusTextOf,
} from './members.ts';
import { composeLabel, composeProjectModel } from './model.ts';
import { ComposeService, imagesOf } from './service.ts';

export const ComposeProjectState = builder.enumType('ComposeProjectState', {
  description:
    'How a compose project is, as far as its containers tell. Those of `docker compose run` do not count unless there are ' +
    'no others. Compose files are not read: a service that was never started is not missed.',
  values: {
    RUNNING: {
      description:
        'All its containers run, but for jobs that ended well and that others wait for (`service_completed_successfully`).',
    },
    PARTIAL: { description: 'Some run and others do not, or some are paused or restarting.' },
    STOPPED: { description: 'None runs, or none is left.' },
  } as const,
});

const ComposeProjectCounts = builder.objectRef<ComposeCounts>('ComposeProjectCounts').implement({
  description:
    'How many containers a compose project has. Those of `docker compose run` count only if there are no others.',
  fields: (t) => ({
    total: t.exposeInt('total', { nullable: false, description: 'All of them, stopped ones too.' }),
    running: t.exposeInt('running', {
      nullable: false,
      description: 'Those that run. A paused one does not.',
    }),
    healthy: t.exposeInt('healthy', { nullable: false, description: 'Those whose health check succeeds.' }),
    unhealthy: t.exposeInt('unhealthy', { nullable: false, description: 'Those whose health check fails.' }),
  }),
});

/** The Engine lists networks and volumes in a new order each time. */
const byName = <Named extends { readonly Name?: string | null }>(list: readonly Named[]): readonly Named[] =>
  list.toSorted((a, b) => ((a.Name ?? '') < (b.Name ?? '') ? -1 : 1));

const listed = 'Needs `GET /containers/json`.';

ComposeProject.implement({
  description:
    'A compose project: the containers, networks and volumes that carry its name in the label ' +
    '`com.docker.compose.project`. It exists as long as one of them does.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('key', {
      nullable: false,
      description: 'The name, which is its identity on this Engine.',
    }),
    stableKey: t.string({
      nullable: false,
      description: 'A key that survives recreation: engine and name.',
      resolve: ({ scope, key }) => `${scope.name}/compose/${key}`,
    }),
    engine: engineField(t),
    state: t.field({
      type: ComposeProjectState,
      nullable: true,
      description: `Whether it runs. ${listed}`,
      resolve: async (project) => stateOfMembers(await membersOf(project)),
    }),
    statusText: t.string({
      nullable: true,
      description: `How many containers are in which state, as \`docker compose ls --all\` writes it: \`exited(1), running(2)\`. ${listed}`,
      resolve: async (project) => statusTextOf(await membersOf(project)),
    }),
    counts: t.field({
      type: ComposeProjectCounts,
      nullable: true,
      description: `How many containers it has. ${listed}`,
      resolve: async (project) => countsOf(decidingMembers(await membersOf(project))),
    }),
    containers: t.field({
      type: [Container],
      nullable: true,
      description: `All its containers, stopped ones and those of \`docker compose run\` too, the newest first. ${listed}`,
      resolve: membersOf,
    }),
    services: t.field({
      type: [ComposeService],
      nullable: true,
      description: `Its services that have containers, by name. ${listed}`,
      resolve: async (project) => servicesOf(project, await membersOf(project)),
    }),
    service: t.field({
      type: ComposeService,
      nullable: true,
      description: `One of its services; null when that has no containers. ${listed}`,
      args: {
        name: t.arg.string({ required: true, description: 'The name of the service in the compose file.' }),
      },
      resolve: async (project, { name }) =>
        servicesOf(project, await membersOf(project)).find((service) => service.name === name) ?? null,
    }),
    networks: t.field({
      type: [Network],
      nullable: true,
      description:
        'The networks compose made for it, by name. External ones are found at its containers. Needs `GET /networks`.',
      resolve: async ({ scope, key }) =>
        byName((await scope.loaders.networks.byLabel(composeLabel.project)).get(key) ?? []).map((each) =>
          networkFromSummary(scope, each),
        ),
    }),
    volumes: t.field({
      type: [Volume],
      nullable: true,
      description:
        'The volumes compose made for it, by name. External ones are found at its containers. Needs `GET /volumes`.',
      resolve: async ({ scope, key }) =>
        byName((await scope.loaders.volumes.byLabel(composeLabel.project)).get(key) ?? []).map((each) =>
          volumeModel(scope, each),
        ),
    }),
    images: t.field({
      type: [Image],
      nullable: true,
      description: `The images of its containers, each once. Removed ones are missing. ${listed} Needs \`GET /images/json\`.`,
      resolve: async (project) => imagesOf(project, await membersOf(project)),
    }),
    workingDir: t.string({
      nullable: true,
      description: `The directory on the machine of the compose user that relative paths start from. ${listed}`,
      resolve: async (project) =>
        newestFirst(await membersOf(project))
          .map((member) => workingDirOf(labelsOf(member)))
          .find((path) => path !== null) ?? null,
    }),
    configFiles: t.stringList({
      nullable: true,
      description: `The compose files on that machine, in the order they were merged. ${listed}`,
      resolve: async (project) =>
        newestFirst(await membersOf(project))
          .map((member) => configFilesOf(labelsOf(member)))
          .find((files) => files.length > 0) ?? [],
    }),
    createdAt: t.field({
      type: 'Timestamp',
      nullable: true,
      description: `When the oldest of its containers was made; null without containers. ${listed}`,
      resolve: async (project) => momentOfUnix(oldestCreated(await membersOf(project))),
    }),
  }),
});

findNodesWith('ComposeProject', async (scope, key) => {
  const project = composeProjectModel(scope, key);
  return (await exists(project)) ? project : null;
});
