/** Secrets at the root of the graph. */
import { builder } from '../builder.ts';
import { matches, OrderDirection, ordered, type SortKey } from '../kit/connection.ts';
import { defineList, engineArg, refArg } from '../kit/list.ts';
import { nanosOf } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { Secret, SecretConnection } from '../nouns.ts';
import { SecretFilter, secretsOf } from './filter.ts';
import { findSecret, type SecretModel, secretLabelsOf, secretNameOf } from './model.ts';

const SecretOrderField = builder.enumType('SecretOrderField', {
  description: 'What secrets can be sorted by.',
  values: {
    NAME: { description: 'The name.' },
    CREATED_AT: { description: 'When it was made.' },
    UPDATED_AT: { description: 'When it was last changed.' },
  } as const,
});

const SecretOrder = builder.inputType('SecretOrder', {
  description: 'How secrets are sorted.',
  fields: (t) => ({
    field: t.field({ type: SecretOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

function sortKeyOf(secret: SecretModel, field: typeof SecretOrderField.$inferType): SortKey {
  switch (field) {
    case 'NAME':
      return secretNameOf(secret);
    case 'CREATED_AT':
      return nanosOf(secret.data.CreatedAt ?? '') ?? null;
    case 'UPDATED_AT':
      return nanosOf(secret.data.UpdatedAt ?? '') ?? null;
  }
}

const textsOf = (secret: SecretModel) => [
  secretNameOf(secret),
  secret.key,
  ...Object.entries(secretLabelsOf(secret)).map(([key, value]) => `${key}=${value ?? ''}`),
];

builder.queryField('secret', (t) =>
  t.field({
    type: Secret,
    nullable: true,
    description: 'One secret of the swarm; null when there is none. Managers only. `GET /secrets/{id}`.',
    args: { ref: refArg(t.arg, 'ID, unique prefix of one, or name'), engine: engineArg(t.arg) },
    resolve: (_root, { ref, engine }, context) => findSecret(context, ref, engine),
  }),
);

defineList('secrets', {
  type: SecretConnection,
  description:
    'The secrets of the swarm, by name if not told otherwise. Managers only: others answer with an error such as ' +
    '`SWARM_INACTIVE` or `SWARM_NOT_MANAGER`. `GET /secrets`.',
  args: (arg) => ({
    filter: arg({
      ...wire('GET /secrets?filters'),
      type: SecretFilter,
      description: 'Which ones; all if left out. Done by the Engine, but for `used`.',
    }),
    orderBy: arg({ type: SecretOrder, description: 'How they are sorted; by name if left out.' }),
  }),
  list: async (scope, args) => {
    const found = await secretsOf(scope, args.filter);
    return ordered(
      found.filter((secret) => matches(args.search, textsOf(secret))),
      args,
      'NAME',
      sortKeyOf,
    );
  },
});
