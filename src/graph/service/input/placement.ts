/** Where the tasks of a service may run. */
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { changedList, changedTexts, checkChange } from './change.ts';
import { defined, type PlacementBody } from './spec-types.ts';

const PlatformInput = builder.inputType('ServicePlatformInput', {
  ...mirrors('Platform'),
  description: 'A kind of node. What is left out is any.',
  fields: (t) => ({
    architecture: t.string({ description: 'The architecture, such as `amd64`.' }),
    os: t.string({ description: 'The operating system, such as `linux`.' }),
  }),
});

const placementFields = (t: InputFields) => ({
  maxReplicas: t.field({
    type: 'Long',
    description: 'How many tasks may run on one node; 0, without limit, by default.',
  }),
  platforms: t.field({
    type: [PlatformInput],
    description:
      'Which kinds of nodes the image runs on. Where left out, what the registry says of it, if it is asked: see ' +
      '`resolveImage`.',
  }),
});

export const ServicePlacementInput = builder.inputType('ServicePlacementInput', {
  ...mirrors('TaskSpec.Placement', {
    preferences: [
      'TaskSpec.Placement.Preferences',
      'TaskSpec.Placement.Preferences[].Spread',
      'TaskSpec.Placement.Preferences[].Spread.SpreadDescriptor',
    ],
  }),
  description: 'Where the tasks of a service may run.',
  fields: (t) => ({
    constraints: t.stringList({
      description:
        'What must be true of a node, such as `node.role==worker` or `node.labels.disk!=slow`: all of it.',
    }),
    preferences: t.stringList({
      description:
        'What tasks are spread over evenly, the most important first, as `spread=node.labels.zone`.',
    }),
    ...placementFields(t),
  }),
});

export const ServicePlacementUpdateInput = builder.inputType('ServicePlacementUpdateInput', {
  ...mirrors('TaskSpec.Placement', {
    preferences: [
      'TaskSpec.Placement.Preferences',
      'TaskSpec.Placement.Preferences[].Spread',
      'TaskSpec.Placement.Preferences[].Spread.SpreadDescriptor',
    ],
  }),
  description: 'Where the tasks of a service may run. What is left out stays as it is.',
  fields: (t) => ({
    constraints: t.stringList({ description: 'All there is to be that must be true of a node.' }),
    addConstraints: t.stringList({ description: 'Constraints to add.' }),
    removeConstraints: t.stringList({ description: 'Constraints to take away, written as they are.' }),
    preferences: t.stringList({
      description: 'All there is to be that tasks are spread over, as `spread=node.labels.zone`.',
    }),
    addPreferences: t.stringList({ description: 'Preferences to add, after those that there are.' }),
    removePreferences: t.stringList({ description: 'Preferences to take away.' }),
    ...placementFields(t),
  }),
});

export type PlacementWish = Partial<typeof ServicePlacementUpdateInput.$inferInput>;

type Preference = NonNullable<PlacementBody['Preferences']>[number];

const preferenceBody =
  (place: Place) =>
  (text: string, index: number): Preference => {
    const [, SpreadDescriptor] = /^spread=(.+)$/i.exec(text.trim()) ?? [];
    if (SpreadDescriptor === undefined) {
      return refuse(
        inside(place, index),
        `cannot be ${JSON.stringify(text)}: give \`spread=\` and what to spread over, such as \`spread=node.labels.zone\`.`,
      );
    }
    return { Spread: { SpreadDescriptor } };
  };

const preferencesBody = (
  current: PlacementBody['Preferences'],
  { preferences, addPreferences, removePreferences }: PlacementWish,
  place: Place,
): readonly Preference[] | undefined =>
  changedList(
    current,
    {
      all: preferences?.map(preferenceBody(inside(place, 'preferences'))),
      add: addPreferences?.map(preferenceBody(inside(place, 'addPreferences'))),
      remove: removePreferences?.map(preferenceBody(inside(place, 'removePreferences'))),
    },
    ({ Spread }) => Spread?.SpreadDescriptor ?? '',
  );

/** The swarm takes constraints with one of two operators; what it would refuse is refused before. */
function checkConstraints(place: Place, constraints: readonly string[] | null | undefined): void {
  for (const [index, constraint] of (constraints ?? []).entries()) {
    if (/^\s*[^\s=!]+\s*[!=]=/.test(constraint)) continue;
    refuse(
      inside(place, index),
      `cannot be ${JSON.stringify(constraint)}: give \`<what>==<value>\` or \`<what>!=<value>\`, such as \`node.role==worker\`.`,
    );
  }
}

/** @throws InputError for what is no constraint or preference, and a list that is both replaced and changed */
export function placementBody(
  current: PlacementBody | null | undefined,
  wish: PlacementWish | null | undefined,
  place: Place,
): PlacementBody | undefined {
  if (!wish) return undefined;
  const { constraints, addConstraints, removeConstraints, maxReplicas } = wish;
  const change = { all: constraints, add: addConstraints, remove: removeConstraints };
  checkChange(place, 'constraints', change);
  checkChange(place, 'preferences', {
    all: wish.preferences,
    add: wish.addPreferences,
    remove: wish.removePreferences,
  });
  checkConstraints(inside(place, 'constraints'), constraints);
  checkConstraints(inside(place, 'addConstraints'), addConstraints);
  if ((maxReplicas ?? 0) < 0) refuse(inside(place, 'maxReplicas'), 'cannot be negative.');
  return {
    ...current,
    ...defined({
      Constraints: changedTexts(current?.Constraints, change),
      Preferences: preferencesBody(current?.Preferences, wish, place),
      MaxReplicas: given(maxReplicas),
      Platforms: wish.platforms?.map(({ architecture, os }) => ({
        Architecture: given(architecture),
        OS: given(os),
      })),
    }),
  };
}
