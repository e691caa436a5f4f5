/** How many objects there are, from the lists that other fields share: `GET /info` would start programs on the host. */
import { builder } from '../builder.ts';
import { composeLabel } from '../compose/model.ts';
import { healthCounts } from '../container/health.ts';
import { type ContainerModel, fromSummary, stateOf } from '../container/model.ts';
import { imagesMatching } from '../image/filter.ts';
import type { EngineModel } from './model.ts';

const containersOf = async ({ scope }: EngineModel): Promise<readonly ContainerModel[]> =>
  (await scope.loaders.containers.all()).map((summary) => fromSummary(scope, summary));

const listed = 'Needs `GET /containers/json`.';

export const EngineCounts = builder.objectRef<EngineModel>('EngineCounts').implement({
  description:
    'How many objects an Engine has. Each list is asked for once and shared with the rest of the query.',
  fields: (t) => {
    const count = (description: string, counts: (container: ContainerModel) => boolean) =>
      t.int({
        nullable: true,
        description: `${description} ${listed}`,
        resolve: async (engine) => (await containersOf(engine)).filter(counts).length,
      });
    const inState = (state: string, description: string) =>
      count(description, (each) => stateOf(each) === state);
    return {
      containers: count('All containers, stopped ones too.', () => true),
      running: inState(
        'running',
        'Containers that run. Paused and restarting ones are counted as such only.',
      ),
      paused: inState('paused', 'Containers that are frozen.'),
      restarting: inState(
        'restarting',
        'Containers that are about to be started again by their restart policy.',
      ),
      created: inState('created', 'Containers that were never started.'),
      exited: inState('exited', 'Containers that ended.'),
      removing: inState('removing', 'Containers that are being deleted.'),
      dead: inState('dead', 'Containers that could not be removed wholly.'),
      stopped: count(
        'Containers that neither run nor are paused: what `docker info` calls stopped.',
        (each) => stateOf(each) !== 'running' && stateOf(each) !== 'paused',
      ),
      healthy: t.int({
        nullable: true,
        description: `Running containers whose health check succeeds. ${listed}`,
        resolve: async (engine) => (await healthCounts(await containersOf(engine))).healthy,
      }),
      unhealthy: t.int({
        nullable: true,
        description: `Running containers whose health check fails. ${listed}`,
        resolve: async (engine) => (await healthCounts(await containersOf(engine))).unhealthy,
      }),
      images: t.int({
        nullable: true,
        description:
          'Images, without intermediate ones: as many as `docker images` knows. Needs `GET /images/json`.',
        resolve: async ({ scope }, _args, context) => (await imagesMatching(context, scope, null)).length,
      }),
      networks: t.int({
        nullable: true,
        description: 'Networks, built-in ones too. Needs `GET /networks`.',
        resolve: async ({ scope }) => (await scope.loaders.networks.all()).length,
      }),
      volumes: t.int({
        nullable: true,
        description: 'Volumes. Needs `GET /volumes`.',
        resolve: async ({ scope }) => (await scope.loaders.volumes.all()).Volumes?.length ?? 0,
      }),
      composeProjects: t.int({
        nullable: true,
        description: `Compose projects that have containers. ${listed}`,
        resolve: async ({ scope }) => (await scope.loaders.containers.byLabel(composeLabel.project)).size,
      }),
    };
  },
});
