/** From a service to all that it uses, and that works for it. */
import { configModel } from '../config/model.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { Config, Secret, Stack, SwarmNode, Task, Volume } from '../nouns.ts';
import { secretModel } from '../secret/model.ts';
import { stackOf } from '../stack/model.ts';
import { swarmNodeModel } from '../swarm-node/model.ts';
import { fittingTasks, ServiceTaskFilter } from '../task/list.ts';
import { inOrder, taskModel } from '../task/model.ts';
import { volumeModel } from '../volume/model.ts';
import { containerSpecOf, type ServiceModel, serviceLabelsOf } from './model.ts';

const tasksOf = async ({ scope, key }: ServiceModel) => (await scope.loaders.tasks.byService.load(key)) ?? [];

const isText = (text: string | null | undefined): text is string => typeof text === 'string' && text !== '';

/** Each once, in the order given. */
const idsIn = (ids: readonly (string | null | undefined)[]): string[] => [...new Set(ids.filter(isText))];

async function found<Entry>(ids: readonly string[], load: (id: string) => Promise<Entry | null>) {
  const entries = await Promise.all(ids.map(load));
  return entries.filter((entry) => entry !== null);
}

/** States that the swarm wants a task in that still counts. */
const living: ReadonlySet<string> = new Set(['running', 'ready']);

export const edgeFields = (t: FieldBuilder<ServiceModel>) => ({
  tasks: t.field({
    type: [Task],
    nullable: true,
    description:
      'Its tasks, those of the past that the swarm remembers too, as `docker service ps` lists them: by number, the newest of ' +
      'each first. However many services there are, one `GET /tasks`.',
    args: {
      filter: t.arg({ type: ServiceTaskFilter, description: 'Which ones; all if left out.' }),
    },
    resolve: async (service, { filter }) =>
      inOrder(fittingTasks(await tasksOf(service), filter)).map((task) => taskModel(service.scope, task)),
  }),
  nodes: t.field({
    type: [SwarmNode],
    nullable: true,
    description:
      'The nodes that its tasks are on which the swarm wants to run, by ID. Joined from one `GET /tasks` and one `GET /nodes`.',
    resolve: async (service) => {
      const { scope } = service;
      const tasks = (await tasksOf(service)).filter(({ DesiredState }) => living.has(DesiredState ?? ''));
      const ids = idsIn(tasks.map(({ NodeID }) => NodeID)).sort();
      const nodes = await found(ids, (id) => scope.loaders.nodes.byId.load(id));
      return nodes.map((node) => swarmNodeModel(scope, node));
    },
  }),
  secrets: t.field({
    type: [Secret],
    nullable: true,
    description:
      'The secrets that its containers get. The files they are in are in `spec.taskTemplate.containerSpec.secrets`. Joined ' +
      'from one `GET /secrets`.',
    resolve: async (service) => {
      const { scope } = service;
      const ids = idsIn((containerSpecOf(service).Secrets ?? []).map(({ SecretID }) => SecretID));
      const secrets = await found(ids, (id) => scope.loaders.secrets.byId.load(id));
      return secrets.map((secret) => secretModel(scope, secret));
    },
  }),
  configs: t.field({
    type: [Config],
    nullable: true,
    description:
      'The configs that its containers get. The files they are in are in `spec.taskTemplate.containerSpec.configs`. Joined ' +
      'from one `GET /configs`.',
    resolve: async (service) => {
      const { scope } = service;
      const spec = containerSpecOf(service);
      const ids = idsIn([
        ...(spec.Configs ?? []).map(({ ConfigID }) => ConfigID),
        spec.Privileges?.CredentialSpec?.Config,
      ]);
      const configs = await found(ids, (id) => scope.loaders.configs.byId.load(id));
      return configs.map((config) => configModel(scope, config));
    },
  }),
  volumes: t.field({
    type: [Volume],
    nullable: true,
    description:
      'The volumes of this Engine that its tasks mount when they are here: each node has volumes of its own by these names. ' +
      'Joined from one `GET /volumes`.',
    resolve: async (service) => {
      const { scope } = service;
      const mounts = (containerSpecOf(service).Mounts ?? []).filter(
        ({ Type }) => Type === 'volume' || Type === 'cluster',
      );
      const names = idsIn(mounts.map(({ Source }) => Source));
      const volumes = await found(names, (name) => scope.loaders.volumes.byName.load(name));
      return volumes.map((volume) => volumeModel(scope, volume));
    },
  }),
  stack: t.field({
    type: Stack,
    nullable: true,
    description: 'The stack its labels name.',
    resolve: (service) => stackOf(service.scope, serviceLabelsOf(service)),
  }),
});
