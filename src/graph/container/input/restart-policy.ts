/** When a container is to be started again by itself. */
import type { HostConfigBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { RestartPolicyName } from '../host-config/restart-policy.ts';
import { word } from './words.ts';

export const RestartPolicyInput = builder.inputType('RestartPolicyInput', {
  ...mirrors('RestartPolicy'),
  description: 'When a container that ended is to be started again.',
  fields: (t) => ({
    name: t.field({ type: RestartPolicyName.ref, required: true, description: 'When it is started again.' }),
    maximumRetryCount: t.int({
      description: 'With `ON_FAILURE`, how often at most; without limit if left out.',
    }),
  }),
});

type RestartPolicyBody = HostConfigBody['RestartPolicy'];

/** @throws InputError for a count that the policy has no use for */
export function restartPolicyBody(
  input: typeof RestartPolicyInput.$inferInput | null | undefined,
  place: Place,
): RestartPolicyBody {
  if (!input) return undefined;
  const Name = word<'no' | 'always' | 'unless-stopped' | 'on-failure'>(
    inside(place, 'name'),
    RestartPolicyName,
    input.name,
  );
  const count = inside(place, 'maximumRetryCount');
  if (input.maximumRetryCount && Name !== 'on-failure') {
    refuse(count, `means nothing with ${input.name}: only ON_FAILURE counts.`);
  }
  if ((input.maximumRetryCount ?? 0) < 0) refuse(count, 'cannot be negative: give 0, for no limit, or more.');
  return { Name, MaximumRetryCount: given(input.maximumRetryCount) };
}
