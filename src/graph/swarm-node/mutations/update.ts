/** `swarmNodeUpdate`, and its short forms. */
import { builder } from '../../builder.ts';
import type { OpenEnum } from '../../kit/enum.ts';
import { mirrors } from '../../kit/wire.ts';
import { refInputs, versionInput } from '../../mutation/fields.ts';
import { refuse } from '../../mutation/input-error.ts';
import { changedLabels, checkLabelChanges, labelChangeInputs } from '../../mutation/label-changes.ts';
import { failed, objection } from '../../mutation/payload.ts';
import { NodeAvailability, NodeRole } from '../enums.ts';
import { accepted, changeNode, nodePayload } from './outcome.ts';

const SwarmNodeUpdateInput = builder.inputType('SwarmNodeUpdateInput', {
  ...mirrors(['NodeSpec', 'POST /nodes/{id}/update']),
  description: 'What `swarmNodeUpdate` takes: only what is given changes.',
  fields: (t) => ({
    ...refInputs(t, 'node', accepted),
    name: t.string({ description: 'A name beside its host name; an empty one takes it away.' }),
    role: t.field({
      type: NodeRole.ref,
      description:
        'What it shall be. The last manager, and one that the majority needs, cannot become a worker.',
    }),
    availability: t.field({ type: NodeAvailability.ref, description: 'Whether it shall get tasks.' }),
    ...labelChangeInputs(t),
    version: versionInput(t),
  }),
});

/**
 * The Engine's word for a member.
 *
 * @throws InputError for UNKNOWN
 */
function wordOf(field: string, values: OpenEnum, member: string | null | undefined): string | undefined {
  if (member === null || member === undefined) return undefined;
  const place = { api: '', path: ['input', field] };
  return values.wire(member) ?? refuse(place, `cannot be ${member}: the Engine has no word for it.`);
}

builder.mutationField('swarmNodeUpdate', (t) =>
  t.field({
    type: nodePayload('swarmNodeUpdate'),
    nullable: true,
    description:
      'Changes the role, the availability, the labels or the name of a node. Managers only. `POST /nodes/{id}/update`.',
    args: {
      input: t.arg({ type: SwarmNodeUpdateInput, required: true, description: 'Which node, and what.' }),
    },
    resolve: async (_root, { input }, context) => {
      const wrong = objection(context, ['input'], () => {
        checkLabelChanges(input);
        wordOf('role', NodeRole, input.role);
        wordOf('availability', NodeAvailability, input.availability);
      });
      if (wrong) return { ...failed(wrong), node: async () => null };
      return changeNode(context, input, (spec) => ({
        ...spec,
        Name: (input.name ?? spec.Name) || undefined,
        Role: wordOf('role', NodeRole, input.role) ?? spec.Role,
        Availability: wordOf('availability', NodeAvailability, input.availability) ?? spec.Availability,
        Labels: changedLabels(spec.Labels, input) ?? spec.Labels,
      }));
    },
  }),
);

interface Verb {
  readonly name: string;
  readonly description: string;
  readonly change: { readonly Role: string } | { readonly Availability: string };
}

const verbs: readonly Verb[] = [
  {
    name: 'Promote',
    description: 'Makes a worker a manager, which takes a moment: then it is `isManager`.',
    change: { Role: 'manager' },
  },
  {
    name: 'Demote',
    description:
      'Makes a manager a worker, which takes a moment. The last manager, and one that the majority needs, stays: `ConflictError`.',
    change: { Role: 'worker' },
  },
  {
    name: 'Drain',
    description: 'Takes all tasks of services away from a node, to others, and gives it no new ones.',
    change: { Availability: 'drain' },
  },
  {
    name: 'Activate',
    description:
      'Gives a node tasks again, after it was drained or paused. Those that run elsewhere stay there.',
    change: { Availability: 'active' },
  },
  {
    name: 'Pause',
    description: 'Gives a node no new tasks; those it has run on.',
    change: { Availability: 'pause' },
  },
];

for (const { name, description, change } of verbs) {
  const mutation = `swarmNode${name}`;
  const Input = builder.inputType(`SwarmNode${name}Input`, {
    description: `What \`${mutation}\` takes.`,
    fields: (t) => refInputs(t, 'node', accepted),
  });
  builder.mutationField(mutation, (t) =>
    t.field({
      type: nodePayload(mutation),
      nullable: true,
      description: `${description} Managers only. \`POST /nodes/{id}/update\`.`,
      args: { input: t.arg({ type: Input, required: true, description: 'Which node.' }) },
      resolve: (_root, { input }, context) => changeNode(context, input, (spec) => ({ ...spec, ...change })),
    }),
  );
}
