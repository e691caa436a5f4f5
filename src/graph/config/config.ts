/** `Config`. */

import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { Config } from '../nouns.ts';
import { configModel } from './model.ts';

Config.implement({
  description: 'A config of a swarm: a file that services get, and that is no secret.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', { nullable: false, description: "Docker's own ID." }),
    engine: engineField(t),
  }),
});

findNodesWith('Config', async (scope, id) => {
  const data = await scope.loaders.configs.inspect.load(id);
  return data?.ID ? configModel(scope, data) : null;
});
