/** A service of a compose project: what its containers have in common. */
import { builder } from '../builder.ts';
import { imageIdOf, imageRefOf } from '../container/model.ts';
import { imageFound } from '../image/model.ts';
import { enumOf } from '../kit/enum.ts';
import { ComposeProject, Container, Image } from '../nouns.ts';
import type { ComposeDependency } from './labels.ts';
import {
  type ComposeServiceModel,
  countsOf,
  dependenciesOfService,
  isRunning,
  membersOf,
  servicesOf,
} from './members.ts';
import type { ComposeProjectModel } from './model.ts';

const ComposeCondition = enumOf(
  'ComposeCondition',
  'What compose waits for before it starts a dependent service.',
  {
    service_started: 'The dependency has been started.',
    service_healthy: 'Its health check succeeds.',
    service_completed_successfully: 'It has run to its end without an error.',
  },
);

export const ComposeService = builder.objectRef<ComposeServiceModel>('ComposeService');

interface DependencyModel extends ComposeDependency {
  readonly project: ComposeProjectModel;
}

const ComposeDependencyType = builder.objectRef<DependencyModel>('ComposeDependency').implement({
  description: 'A service that compose starts before another (`depends_on` in the compose file).',
  fields: (t) => ({
    name: t.exposeString('service', {
      nullable: false,
      description: 'The name of the service that is needed.',
    }),
    service: t.field({
      type: ComposeService,
      nullable: true,
      description: 'The service that is needed; null while it has no containers.',
      resolve: async ({ project, service }) =>
        servicesOf(project, await membersOf(project)).find(({ name }) => name === service) ?? null,
    }),
    condition: t.field({
      type: ComposeCondition.ref,
      nullable: false,
      description: 'What is waited for.',
      resolve: ({ condition }) => ComposeCondition.of(condition) ?? 'UNKNOWN',
    }),
    conditionRaw: t.exposeString('condition', {
      nullable: false,
      description: "Compose's own text for `condition`.",
    }),
    restart: t.boolean({
      nullable: true,
      description:
        'Whether compose restarts the dependent when it restarts this one; null where the label does not say.',
      resolve: ({ restart }) => restart,
    }),
  }),
});

/** The images of these containers, each once. One is asked for by inspect, several are joined from one list. */
export async function imagesOf(
  { scope }: ComposeProjectModel,
  containers: ComposeServiceModel['containers'],
) {
  const ids = [...new Set(containers.flatMap((container) => imageIdOf(container) ?? []))];
  const found = await scope.loaders.images.byId.loadMany(ids);
  return found.flatMap((each) => {
    if (each instanceof Error) throw each;
    return imageFound(scope, each) ?? [];
  });
}

ComposeService.implement({
  description:
    'A service of a compose project, as the labels of its containers tell. A service without containers is not seen.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: false,
      description: 'The name of the service in the compose file.',
    }),
    project: t.field({
      type: ComposeProject,
      nullable: false,
      description: 'The project it belongs to.',
      resolve: ({ project }) => project,
    }),
    containers: t.field({
      type: [Container],
      nullable: false,
      description:
        'Its containers, by their number, stopped ones too. Those of `docker compose run` are no part of it.',
      resolve: ({ containers }) => containers,
    }),
    totalCount: t.int({
      nullable: false,
      description: 'How many containers it has.',
      resolve: ({ containers }) => containers.length,
    }),
    runningCount: t.int({
      nullable: false,
      description: 'How many of them run. A paused one does not.',
      resolve: ({ containers }) => containers.filter(isRunning).length,
    }),
    healthyCount: t.int({
      nullable: false,
      description: 'How many of them have a health check that succeeds.',
      resolve: async ({ containers }) => (await countsOf(containers)).healthy,
    }),
    unhealthyCount: t.int({
      nullable: false,
      description: 'How many of them have a health check that fails.',
      resolve: async ({ containers }) => (await countsOf(containers)).unhealthy,
    }),
    imageRefs: t.stringList({
      nullable: false,
      description:
        'The images of its containers as they are named, each once; several while an update is under way.',
      resolve: ({ containers }) =>
        [...new Set(containers.flatMap((container) => imageRefOf(container) ?? []))].sort(),
    }),
    images: t.field({
      type: [Image],
      nullable: true,
      description:
        'The images of its containers, each once. Removed ones are missing. Needs `GET /images/json`.',
      resolve: ({ project, containers }) => imagesOf(project, containers),
    }),
    dependsOn: t.field({
      type: [ComposeDependencyType],
      nullable: false,
      description: 'The services that compose starts before it.',
      resolve: (service) =>
        dependenciesOfService(service).map((each) => ({ ...each, project: service.project })),
    }),
  }),
});
