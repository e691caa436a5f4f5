/** The noun Stack: what was deployed to a swarm together, by its label. No compose file is read. */
import { builder } from '../builder.ts';
import { configModel } from '../config/model.ts';
import { fromSummary, nameOf } from '../container/model.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { networkFromSummary, networkNameOf } from '../network/model.ts';
import { Config, Container, Network, Secret, Service, Stack, Volume } from '../nouns.ts';
import { secretModel } from '../secret/model.ts';
import { volumeModel } from '../volume/model.ts';
import {
  countsOfServices,
  exists,
  labelled,
  type StackCounts,
  servicesOf,
  stateOfCounts,
} from './members.ts';
import { stackLabel, stackModel } from './model.ts';

export const StackState = builder.enumType('StackState', {
  description: 'How a stack is, as far as its services tell.',
  values: {
    RUNNING: { description: 'Every service is as it should be: see `Service.isConverged`.' },
    PARTIAL: {
      description:
        'Tasks are missing, an update is under way or stuck, a job is not done, or tasks run though none should.',
    },
    STOPPED: { description: 'No task runs and none should, or no service is left.' },
  } as const,
});

const StackCountsType = builder.objectRef<StackCounts>('StackCounts').implement({
  description: 'The tasks of a stack: the sums over its services.',
  fields: (t) => ({
    services: t.exposeInt('services', { nullable: false, description: 'How many services it has.' }),
    convergedServices: t.exposeInt('convergedServices', {
      nullable: false,
      description: 'How many of them are as they should be.',
    }),
    desiredTasks: t.exposeInt('desiredTasks', {
      nullable: false,
      description: 'How many tasks there should be now.',
    }),
    runningTasks: t.exposeInt('runningTasks', { nullable: false, description: 'How many tasks run now.' }),
    completedTasks: t.exposeInt('completedTasks', {
      nullable: false,
      description: 'How many tasks of jobs have ended well.',
    }),
  }),
});

const listed = 'Needs `GET /services`.';

/** By name, as the Engine's order means nothing. */
const sortedBy = <Model>(models: readonly Model[], key: (model: Model) => string): readonly Model[] =>
  models.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));

Stack.implement({
  description:
    'A stack: the services, networks, secrets and configs of a swarm that carry its name in the label ' +
    '`com.docker.stack.namespace`, as `docker stack deploy` writes it. It exists as long as one of them does. Only managers ' +
    'know.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('key', { nullable: false, description: 'The name, which is its identity.' }),
    stableKey: t.string({
      nullable: false,
      description: 'A key that survives recreation: engine and name.',
      resolve: ({ scope, key }) => `${scope.name}/stack/${key}`,
    }),
    engine: engineField(t),
    state: t.field({
      type: StackState,
      nullable: true,
      description: `Whether it is as it should be. ${listed}`,
      resolve: async (stack) => stateOfCounts(await countsOfServices(await servicesOf(stack))),
    }),
    counts: t.field({
      type: StackCountsType,
      nullable: true,
      description: `How many tasks it should have and has. ${listed}`,
      resolve: async (stack) => countsOfServices(await servicesOf(stack)),
    }),
    services: t.field({
      type: [Service],
      nullable: true,
      description: `Its services, by name. ${listed}`,
      resolve: servicesOf,
    }),
    networks: t.field({
      type: [Network],
      nullable: true,
      description: 'Its networks, by name. Needs `GET /networks`.',
      resolve: async ({ scope, key }) => {
        const entries = (await scope.loaders.networks.byLabel(stackLabel)).get(key) ?? [];
        return sortedBy(
          entries.map((entry) => networkFromSummary(scope, entry)),
          networkNameOf,
        );
      },
    }),
    secrets: t.field({
      type: [Secret],
      nullable: true,
      description: 'Its secrets, by name. Needs `GET /secrets`.',
      resolve: async (stack) =>
        labelled(await stack.scope.loaders.secrets.all(), stack).map((entry) =>
          secretModel(stack.scope, entry),
        ),
    }),
    configs: t.field({
      type: [Config],
      nullable: true,
      description: 'Its configs, by name. Needs `GET /configs`.',
      resolve: async (stack) =>
        labelled(await stack.scope.loaders.configs.all(), stack).map((entry) =>
          configModel(stack.scope, entry),
        ),
    }),
    containers: t.field({
      type: [Container],
      nullable: true,
      description:
        'Its containers on this Engine, stopped ones too; those of other nodes are known to their Engines. Needs ' +
        '`GET /containers/json`.',
      resolve: async ({ scope, key }) => {
        const entries = (await scope.loaders.containers.byLabel(stackLabel)).get(key) ?? [];
        return sortedBy(
          entries.map((entry) => fromSummary(scope, entry)),
          nameOf,
        );
      },
    }),
    volumes: t.field({
      type: [Volume],
      nullable: true,
      description: 'Its volumes on this Engine, by name. Needs `GET /volumes`.',
      resolve: async ({ scope, key }) => {
        const entries = (await scope.loaders.volumes.byLabel(stackLabel)).get(key) ?? [];
        return sortedBy(
          entries.map((entry) => volumeModel(scope, entry)),
          (volume) => volume.key,
        );
      },
    }),
  }),
});

findNodesWith('Stack', async (scope, name) => {
  const stack = stackModel(scope, name);
  return (await exists(stack)) ? stack : null;
});
