/** What stands behind `Secret`: an entry of the list of secrets, which never has its data. */
import type { Context } from '../../context.ts';
import type { Secret, StringMap } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { locate } from '../kit/reference.ts';
import { inspected } from '../swarm/refer.ts';

export interface SecretModel extends NodeModel {
  readonly type: 'Secret';
  /** An entry of `GET /secrets`, which inspect answers with too. */
  readonly data: Secret;
}

export const secretModel = (scope: EngineScope, data: Secret): SecretModel => ({
  type: 'Secret',
  scope,
  key: data.ID ?? '',
  data,
});

export const secretNameOf = ({ data }: SecretModel): string => data.Spec?.Name ?? '';

export const secretLabelsOf = ({ data }: SecretModel): StringMap => data.Spec?.Labels ?? {};

/** The secret of that ID as it is now; null when there is none. */
export async function secretById(scope: EngineScope, id: string): Promise<SecretModel | null> {
  const data = await scope.loaders.secrets.inspect.load(id);
  return data?.ID ? secretModel(scope, data) : null;
}

/**
 * The secret a reference means, by inspect (`GET /secrets/{id}`); null when there is none.
 *
 * @throws BadUserInput for a reference that cannot be one, AmbiguousReference for a prefix of several IDs
 */
export async function findSecret(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<SecretModel | null> {
  const { scope, key } = locate(context, 'Secret', 'object', ref, engine);
  const { secrets } = scope.loaders;
  const data = await inspected(key, secrets.inspect.load(key), async () =>
    (await secrets.all()).map(({ ID, Spec }) => ({ id: ID ?? '', name: Spec?.Name ?? null })),
  );
  return data?.ID ? secretModel(scope, data) : null;
}
