/** `Secret`. */

import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { Secret } from '../nouns.ts';
import { secretModel } from './model.ts';

Secret.implement({
  description: 'A secret of a swarm. What is in it can be written, and never be read.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', { nullable: false, description: "Docker's own ID." }),
    engine: engineField(t),
  }),
});

findNodesWith('Secret', async (scope, id) => {
  const data = await scope.loaders.secrets.inspect.load(id);
  return data?.ID ? secretModel(scope, data) : null;
});
