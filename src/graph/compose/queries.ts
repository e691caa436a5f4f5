/** Compose projects at the root of the graph. */
import { builder } from '../builder.ts';
import { type ContainerModel, fromSummary, labelsOf } from '../container/model.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { locate } from '../kit/reference.ts';
import { ComposeProject, ComposeProjectConnection } from '../nouns.ts';
import { ComposeProjectState } from './compose.ts';
import { composeServiceOf } from './labels.ts';
import { exists, oldestCreated, stateOfMembers } from './members.ts';
import { type ComposeProjectModel, composeLabel, composeProjectModel } from './model.ts';

const ComposeProjectOrderField = builder.enumType('ComposeProjectOrderField', {
  description: 'What compose projects can be sorted by.',
  values: {
    NAME: { description: 'The name.' },
    CREATED_AT: { description: 'When its oldest container was made, to the second.' },
    CONTAINERS: { description: 'How many containers it has, stopped ones too.' },
  } as const,
});

const ComposeProjectOrder = builder.inputType('ComposeProjectOrder', {
  description: 'How compose projects are sorted.',
  fields: (t) => ({
    field: t.field({ type: ComposeProjectOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

const ComposeProjectFilter = builder.inputType('ComposeProjectFilter', {
  description: 'Which compose projects. Done by the gateway.',
  fields: (t) => ({
    states: t.field({ type: [ComposeProjectState], description: 'In one of these states.' }),
  }),
});

/** A project with what the list of containers already told of it. */
interface Listed extends ComposeProjectModel {
  readonly members: readonly ContainerModel[];
}

function sortKeyOf({ key, members }: Listed, field: typeof ComposeProjectOrderField.$inferType): SortKey {
  switch (field) {
    case 'NAME':
      return key;
    case 'CREATED_AT':
      return oldestCreated(members);
    case 'CONTAINERS':
      return members.length;
  }
}

const textsOf = ({ key, members }: Listed) => [
  key,
  ...members.map((member) => composeServiceOf(labelsOf(member))),
];

builder.queryField('composeProject', (t) =>
  t.field({
    type: ComposeProject,
    nullable: true,
    description:
      'One compose project; null when no container, network or volume belongs to it. `GET /containers/json`; also ' +
      '`GET /networks` and `GET /volumes` where it has no containers.',
    args: { ref: refArg(t.arg, 'the name of the project'), engine: engineArg(t.arg) },
    resolve: async (_root, { ref, engine }, context) => {
      const { scope, key } = locate(context, 'ComposeProject', 'object', ref, engine);
      const project = composeProjectModel(scope, key);
      return (await exists(project)) ? project : null;
    },
  }),
);

defineList('composeProjects', {
  type: ComposeProjectConnection,
  description:
    'Compose projects that have containers, running or not, as `docker compose ls --all` lists them; by name if not told ' +
    'otherwise. A project that is down is not listed even if its volumes remain. `GET /containers/json`.',
  args: (arg) => ({
    filter: arg({ type: ComposeProjectFilter, description: 'Which ones; all if left out.' }),
    orderBy: arg({ type: ComposeProjectOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args) => {
    const groups = await scope.loaders.containers.byLabel(composeLabel.project);
    const states = args.filter?.states;
    const found = [...groups]
      .map(
        ([name, summaries]): Listed => ({
          ...composeProjectModel(scope, name),
          members: summaries.map((summary) => fromSummary(scope, summary)),
        }),
      )
      .filter((project) => !states?.length || states.includes(stateOfMembers(project.members)))
      .filter((project) => matches(args.search, textsOf(project)));
    return ordered(found, args, 'NAME', sortKeyOf);
  },
});
