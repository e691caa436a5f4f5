/** `SwarmNode`. */

import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { SwarmNode } from '../nouns.ts';
import { swarmNodeModel } from './model.ts';

SwarmNode.implement({
  description: 'A machine of a swarm, with an Engine of its own.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', { nullable: false, description: "Docker's own ID." }),
    engine: engineField(t),
  }),
});

findNodesWith('SwarmNode', async (scope, id) => {
  const data = await scope.loaders.nodes.inspect.load(id);
  return data?.ID ? swarmNodeModel(scope, data) : null;
});
