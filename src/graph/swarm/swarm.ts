/** `Swarm`. */
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { Swarm } from '../nouns.ts';
import { swarmModel } from './model.ts';

Swarm.implement({
  description: 'A swarm: Engines that run services together.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', { nullable: false, description: "Docker's own ID." }),
    engine: engineField(t),
  }),
});

findNodesWith('Swarm', async (scope, id) => {
  const data = await scope.loaders.swarm.inspect();
  return data.ID === id ? swarmModel(scope, data) : null;
});
