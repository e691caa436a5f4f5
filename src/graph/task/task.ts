/** `Task`. */

import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { Task } from '../nouns.ts';
import { taskModel } from './model.ts';

Task.implement({
  description: 'A task: one container of a service, planned, running or over.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', { nullable: false, description: "Docker's own ID." }),
    engine: engineField(t),
  }),
});

findNodesWith('Task', async (scope, id) => {
  const data = await scope.loaders.tasks.inspect.load(id);
  return data?.ID ? taskModel(scope, data) : null;
});
