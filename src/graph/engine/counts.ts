/** How many objects there are, from the lists that other fields share: `GET /info` would start programs on the host. */
import type { ContainerSummary } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { healthOfSummary } from '../compose/health.ts';
import { composeLabel } from '../compose/model.ts';
import { imagesMatching } from '../image/filter.ts';
import type { EngineModel } from './model.ts';

const containersOf = ({ scope }: EngineModel): Promise<readonly ContainerSummary[]> => scope.loaders.containers.all();

const listed = 'Needs `GET /containers/json`.';

export const EngineCounts = builder.objectRef<EngineModel>('EngineCounts').implement({
  description: 'How many objects an Engine has. Each list is asked for once and shared with the rest of the query.',
  fields: (t) => {
    const count = (description: string, counts: (container: ContainerSummary) => boolean) =>
      t.int({
        nullable: true,
        description: `${description} ${listed}`,
        resolve: async (engine) => (await containersOf(engine)).filter(counts).length,
      });
    const inState = (state: string, description: string) => count(description, ({ State }) => State === state);
    return {
      containers: count('All containers, stopped ones too.', () => true),
      running: inState('running', 'Containers that run. Paused and restarting ones are counted as such only.'),
      paused: inState('paused', 'Containers that are frozen.'),
      restarting: inState('restarting', 'Containers that are about to be started again by their restart policy.'),
      created: inState('created', 'Containers that were never started.'),
      exited: inState('exited', 'Containers that ended.'),
      removing: inState('removing', 'Containers that are being deleted.'),
      dead: inState('dead', 'Containers that could not be removed wholly.'),
      stopped: count(
        'Containers that neither run nor are paused: what `docker info` calls stopped.',
        ({ State }) => State !== 'running' && State !== 'paused',
      ),
      healthy: count('Running containers whose health check succeeds.', (each) => healthOfSummary(each) === 'healthy'),
      unhealthy: count('Running containers whose health check fails.', (each) => healthOfSummary(each) === 'unhealthy'),
      images: t.int({
        nullable: true,
        description: 'Images, without intermediate ones: as many as `docker images` knows. Needs `GET /images/json`.',
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
