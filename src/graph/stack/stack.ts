/** `Stack`. */
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { Stack } from '../nouns.ts';
import { stackLabel, stackModel } from './model.ts';

Stack.implement({
  description:
    'A stack: services, networks, secrets and configs that were deployed together, by their label.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('key', { nullable: false, description: 'The name of the stack.' }),
    engine: engineField(t),
  }),
});

findNodesWith('Stack', async (scope, name) => {
  const services = await scope.loaders.services.all();
  return services.some(({ Spec }) => Spec?.Labels?.[stackLabel] === name) ? stackModel(scope, name) : null;
});
