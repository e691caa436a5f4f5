/** Which configs: the Engine's own filters, typed. */
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { type FileFilterInput, fileFilter, fileFilterInputs } from '../swarm-file/filter.ts';
import { configsIn, idsUsed } from '../swarm-file/users.ts';
import { type ConfigModel, configModel } from './model.ts';

export const ConfigFilter = builder.inputType('ConfigFilter', {
  description:
    'Which configs. Different fields narrow together (AND); the values of one field are alternatives (OR), but for labels, ' +
    'all of which must be there.',
  fields: (t) => fileFilterInputs(t, 'config'),
});

/**
 * The configs that a filter lets through (`GET /configs`), all without one.
 *
 * @throws BadUserInput for empty texts, and for the global ID of something else
 */
export async function configsOf(
  scope: EngineScope,
  filter: FileFilterInput | null | undefined,
): Promise<readonly ConfigModel[]> {
  const { filters, passes } = fileFilter('Config', filter, false);
  const { all, matching } = scope.loaders.configs;
  const found = (await (filters ? matching(filters) : all())).filter(passes);
  const used = filter?.used;
  const ids = used === null || used === undefined ? undefined : await idsUsed(scope, configsIn);
  return found
    .filter(({ ID }) => ids === undefined || ids.has(ID ?? '') === used)
    .map((data) => configModel(scope, data));
}
