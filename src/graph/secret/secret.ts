/** The noun Secret. */
import type { Secret as SecretData } from '../../engine/types.ts';
import { entryOf } from '../kit/key-value.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields, shortSwarmIdField } from '../kit/noun.ts';
import { type Columns, columnFields, map, object, omitted, record, text, time } from '../kit/record.ts';
import { version } from '../kit/version.ts';
import { of, wire } from '../kit/wire.ts';
import { Secret, Service, Stack } from '../nouns.ts';
import { stackLabel, stackModel } from '../stack/model.ts';
import { ContentTemplating } from '../swarm-file/templating.ts';
import { secretsIn, servicesUsing } from '../swarm-file/users.ts';
import { type SecretModel, secretById, secretLabelsOf, secretNameOf } from './model.ts';

type Spec = NonNullable<SecretData['Spec']>;

const SecretDriver = record<NonNullable<Spec['Driver']>>(
  'SecretDriver',
  'A plugin that has the data of a secret, instead of the swarm itself.',
  {
    [of]: 'Driver',
    Name: text('The name of the plugin.'),
    Options: map('Its options.'),
  },
);

const columns: Columns<SecretData> = {
  [of]: 'Secret',
  ID: omitted('written out as `dockerId`'),
  Version: version,
  CreatedAt: time('When it was made.'),
  UpdatedAt: time('When its labels were last changed; the data of a secret never changes.'),
  Spec: omitted('its properties are fields of the secret'),
};

const specColumns: Columns<Spec> = {
  [of]: 'SecretSpec',
  Name: omitted('written out, as it is never null'),
  Labels: omitted('written out as `labels` and `label`'),
  Data: omitted('managers never give it out: it is write-only'),
  Driver: object(SecretDriver, 'The plugin that has its data; null where the swarm itself has it.'),
  Templating: object(
    ContentTemplating,
    'What fills in its placeholders for each container; null where it is given as it is.',
  ),
};

Secret.implement({
  description:
    'A secret of a swarm: a few bytes, such as a password or a key, that its services get as a file. What is in it can be ' +
    'written, and never be read here. It cannot be changed either: to rotate one, make another with `secretCreate`, let the ' +
    'services use that one under the same file name with `serviceUpdate`, and remove the old one with `secretRemove`.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('Secret.ID', 'IDResponse.Id'),
      nullable: false,
      description: "Docker's own ID: 25 letters and digits.",
    }),
    shortId: shortSwarmIdField(t),
    stableKey: t.string({
      nullable: false,
      description: 'A key that survives recreation: engine and name.',
      resolve: (secret) => `${secret.scope.name}/name/${secretNameOf(secret)}`,
    }),
    engine: engineField(t),
    name: t.string({
      ...wire('SecretSpec.Name', 'Secret.Spec'),
      nullable: false,
      description: 'The name.',
      resolve: secretNameOf,
    }),
    ...labelFields(t, secretLabelsOf, 'SecretSpec.Labels'),
    ...columnFields(t, columns, ({ data }: SecretModel) => data),
    ...columnFields(t, specColumns, ({ data }: SecretModel) => data.Spec),
    usedBy: t.field({
      type: [Service],
      nullable: true,
      description:
        'The services that use it, by name: it cannot be removed while there are any. Joined from one `GET /services`.',
      resolve: ({ scope, key }) => servicesUsing(scope, secretsIn, key),
    }),
    stack: t.field({
      type: Stack,
      nullable: true,
      description: 'The stack that its labels name; null for none.',
      resolve: (secret) => {
        const name = entryOf(secretLabelsOf(secret), stackLabel);
        return name ? stackModel(secret.scope, name) : null;
      },
    }),
  }),
});

findNodesWith('Secret', secretById);
