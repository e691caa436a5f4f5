/** `Service`. */

import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { Service } from '../nouns.ts';
import { serviceModel } from './model.ts';

Service.implement({
  description: 'A service of a swarm: a wish for tasks, that its managers keep fulfilled.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', { nullable: false, description: "Docker's own ID." }),
    engine: engineField(t),
  }),
});

findNodesWith('Service', async (scope, id) => {
  const data = await scope.loaders.services.inspect.load(id);
  return data?.ID ? serviceModel(scope, data) : null;
});
