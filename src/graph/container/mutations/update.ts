/** `containerUpdate`: other limits and another restart policy, also while the container runs. */
import { containers } from '../../../engine/operations/containers.ts';
import type { ContainerUpdateBody } from '../../../engine/types.ts';
import { oldestApi } from '../../../engine/version.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import {
  attempt,
  containerField,
  failed,
  noContainer,
  objection,
  payloadType,
  reread,
  resolveContainer,
} from '../../mutation/payload.ts';
import { ContainerUpdateResourcesInput, limitsBody } from '../input/resources.ts';
import { RestartPolicyInput, restartPolicyBody } from '../input/restart-policy.ts';
import { type CreateOutcome, warningsField } from './create.ts';
import { containerRefFields } from './verb.ts';

const ContainerUpdateInput = builder.inputType('ContainerUpdateInput', {
  ...mirrors('ContainerUpdateBody'),
  description: 'What `containerUpdate` takes. What is left out stays as it is.',
  fields: (t) => ({
    ...containerRefFields(t),
    resources: t.field({ type: ContainerUpdateResourcesInput, description: 'Limits to change.' }),
    restartPolicy: t.field({ type: RestartPolicyInput, description: 'When it is started again by itself.' }),
  }),
});

type UpdateWish = Pick<typeof ContainerUpdateInput.$inferInput, 'resources' | 'restartPolicy'>;

/** @throws InputError where nothing is to be changed, and for what cannot be */
function updateBody(input: UpdateWish, place: Place): ContainerUpdateBody {
  const body = {
    ...limitsBody(input.resources, inside(place, 'resources')),
    RestartPolicy: restartPolicyBody(input.restartPolicy, inside(place, 'restartPolicy')),
  };
  if (Object.values(body).every((value) => value === undefined)) {
    refuse(place, 'changes nothing: give `resources`, `restartPolicy`, or both.');
  }
  return body;
}

builder.mutationField('containerUpdate', (t) =>
  t.field({
    type: payloadType<CreateOutcome>(
      'ContainerUpdatePayload',
      'What `containerUpdate` answers.',
      (fields) => ({
        container: containerField(fields),
        warnings: warningsField(fields),
      }),
    ),
    nullable: true,
    description:
      'Changes limits and the restart policy of a container, running or not. `POST /containers/{id}/update`.',
    args: {
      input: t.arg({
        type: ContainerUpdateInput,
        required: true,
        description: 'Which container, and what to change.',
      }),
    },
    resolve: async (_root, { input }, context): Promise<CreateOutcome> => {
      const path = ['input'];
      // Before the Engine is asked for anything: the oldest API has all of these fields.
      const wrong = objection(context, path, () => updateBody(input, { api: oldestApi, path }));
      if (wrong) return { ...failed(wrong), container: noContainer, warnings: [] };
      const found = await resolveContainer(context, input);
      if ('error' in found) return { ...failed(found.error), container: noContainer, warnings: [] };
      const { scope, key } = found.model;
      const container = reread(found.model);
      return attempt<CreateOutcome>(
        { scope, container: found.model },
        async () => {
          const body = updateBody(input, { api: await scope.apiVersion(), path });
          const { Warnings } = await scope.call(containers.update, { id: key, body });
          return { changed: true, userErrors: [], container, warnings: Warnings ?? [] };
        },
        (error) => ({ ...failed(error), container, warnings: [] }),
      );
    },
  }),
);
