/** `Plugin`. */
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { Plugin } from '../nouns.ts';
import { pluginModel } from './model.ts';

Plugin.implement({
  description: 'A plugin: a program that extends the Engine itself, such as a driver of volumes or networks.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', { nullable: false, description: "Docker's own ID." }),
    engine: engineField(t),
  }),
});

findNodesWith('Plugin', async (scope, id) => {
  const data = await scope.loaders.plugins.inspect.load(id);
  return data?.Id ? pluginModel(scope, data) : null;
});
