/** What a container is to the swarm that runs it: told by its labels. */
import { entryOf } from '../kit/key-value.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { Service, Stack, Task } from '../nouns.ts';
import { serviceModel } from '../service/model.ts';
import { stackOf } from '../stack/model.ts';
import { taskModel } from '../task/model.ts';
import { type ContainerModel, labelsOf } from './model.ts';

const ofLabel = (container: ContainerModel, noun: 'service' | 'task'): string | null =>
  entryOf(labelsOf(container), `com.docker.swarm.${noun}.id`) || null;

const managers = 'Only managers of the swarm know: others answer with a code that says so.';

export const swarmFields = (t: FieldBuilder<ContainerModel>) => ({
  service: t.field({
    type: Service,
    nullable: true,
    description:
      'The service of a swarm that it belongs to, by its label; null for none. Many are joined from one `GET /services`. ' +
      managers,
    resolve: async (container) => {
      const { scope } = container;
      const id = ofLabel(container, 'service');
      const data = id ? await scope.loaders.services.byId.load(id) : null;
      return data && serviceModel(scope, data);
    },
  }),
  task: t.field({
    type: Task,
    nullable: true,
    description:
      'The task of a swarm that it was made for, by its label; null for none, and once the swarm has forgotten the task. Many ' +
      `are joined from one \`GET /tasks\`. ${managers}`,
    resolve: async (container) => {
      const { scope } = container;
      const id = ofLabel(container, 'task');
      const data = id ? await scope.loaders.tasks.byId.load(id) : null;
      return data && taskModel(scope, data);
    },
  }),
  stack: t.field({
    type: Stack,
    nullable: true,
    description: 'The stack its labels name.',
    resolve: (container) => stackOf(container.scope, labelsOf(container)),
  }),
});
