/** Which secrets: the Engine's own filters, typed. */
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { type FileFilterInput, fileFilter, fileFilterInputs } from '../swarm-file/filter.ts';
import { idsUsed, secretsIn } from '../swarm-file/users.ts';
import { type SecretModel, secretModel } from './model.ts';

export const SecretFilter = builder.inputType('SecretFilter', {
  description:
    'Which secrets. Different fields narrow together (AND); the values of one field are alternatives (OR), but for labels, ' +
    'all of which must be there.',
  fields: (t) => fileFilterInputs(t, 'secret'),
});

/**
 * The secrets that a filter lets through (`GET /secrets`), all without one.
 *
 * @throws BadUserInput for empty texts, and for the global ID of something else
 */
export async function secretsOf(
  scope: EngineScope,
  filter: FileFilterInput | null | undefined,
): Promise<readonly SecretModel[]> {
  const { filters, passes } = fileFilter('Secret', filter, true);
  const { all, matching } = scope.loaders.secrets;
  const found = (await (filters ? matching(filters) : all())).filter(passes);
  const used = filter?.used;
  const ids = used === null || used === undefined ? undefined : await idsUsed(scope, secretsIn);
  return found
    .filter(({ ID }) => ids === undefined || ids.has(ID ?? '') === used)
    .map((data) => secretModel(scope, data));
}
