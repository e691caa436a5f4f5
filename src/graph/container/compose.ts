/** What a container is to compose, told by its labels; and the key that survives when compose replaces it. */
import { dependenciesOf, isOneOff } from '../compose/labels.ts';
import { composeLabel, composeProjectOf } from '../compose/model.ts';
import { entryOf } from '../kit/key-value.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { ComposeProject, Container } from '../nouns.ts';
import { type ContainerModel, fromSummary, labelsOf, nameOf } from './model.ts';

/** The same for a container and its successor: what compose calls it, else its name. */
function stableKeyOf(container: ContainerModel): string {
  const labels = labelsOf(container);
  const [project, service, number] = [composeLabel.project, composeLabel.service, composeLabel.number].map(
    (key) => entryOf(labels, key),
  );
  const isService = project && service && !isOneOff(labels);
  const own = isService ? `compose/${project}/${service}/${number ?? '1'}` : `name/${nameOf(container)}`;
  return `${container.scope.name}/${own}`;
}

export const composeFields = (t: FieldBuilder<ContainerModel>) => ({
  stableKey: t.string({
    nullable: false,
    description:
      'A key that survives recreation: engine, compose project, service and number, or else engine and name. Two ' +
      'containers have the same only while compose replaces one by the other.',
    resolve: stableKeyOf,
  }),
  composeProject: t.field({
    type: ComposeProject,
    nullable: true,
    description: 'The compose project its labels name.',
    resolve: (container) => composeProjectOf(container.scope, labelsOf(container)),
  }),
  composeService: t.string({
    nullable: true,
    description: 'Its service in that project.',
    resolve: (container) => entryOf(labelsOf(container), composeLabel.service),
  }),
  composeNumber: t.int({
    nullable: true,
    description: 'Its number among the replicas of that service, from 1.',
    resolve: (container) =>
      Number.parseInt(entryOf(labelsOf(container), composeLabel.number) ?? '', 10) || null,
  }),
  dependsOn: t.field({
    type: [Container],
    nullable: true,
    description: 'The containers of the services that compose starts before it.',
    resolve: async (container) => {
      const labels = labelsOf(container);
      const services = new Set(dependenciesOf(labels).map(({ service }) => service));
      if (services.size === 0) return [];
      const project = entryOf(labels, composeLabel.project);
      return (await container.scope.loaders.containers.all())
        .map((summary) => fromSummary(container.scope, summary))
        .filter((other) => {
          const its = labelsOf(other);
          return (
            !isOneOff(its) &&
            entryOf(its, composeLabel.project) === project &&
            services.has(entryOf(its, composeLabel.service) ?? '')
          );
        });
    },
  }),
});
