/** The noun Config. */
import type { SwarmConfig } from '../../engine/types.ts';
import { entryOf } from '../kit/key-value.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField, labelFields, shortSwarmIdField } from '../kit/noun.ts';
import { type Columns, columnFields, object, omitted, time } from '../kit/record.ts';
import { version } from '../kit/version.ts';
import { of, wire } from '../kit/wire.ts';
import { Config, Service, Stack } from '../nouns.ts';
import { stackLabel, stackModel } from '../stack/model.ts';
import { ContentTemplating } from '../swarm-file/templating.ts';
import { configsIn, servicesUsing } from '../swarm-file/users.ts';
import { contentFields } from './content.ts';
import { type ConfigModel, configById, configLabelsOf, configNameOf } from './model.ts';

type Spec = NonNullable<SwarmConfig['Spec']>;

const columns: Columns<SwarmConfig> = {
  [of]: 'Config',
  ID: omitted('written out as `dockerId`'),
  Version: version,
  CreatedAt: time('When it was made.'),
  UpdatedAt: time('When its labels were last changed; the data of a config never changes.'),
  Spec: omitted('its properties are fields of the config'),
};

const specColumns: Columns<Spec> = {
  [of]: 'ConfigSpec',
  Name: omitted('written out, as it is never null'),
  Labels: omitted('written out as `labels` and `label`'),
  Data: omitted('written out as `data` and `dataBase64`'),
  Templating: object(
    ContentTemplating,
    'What fills in its placeholders for each container; null where it is given as it is.',
  ),
};

Config.implement({
  description:
    'A config of a swarm: a file that its services get, and that is no secret. What is in it cannot be changed: to do so, ' +
    'make another with `configCreate`, let the services use that one under the same file name with `serviceUpdate`, and ' +
    'remove the old one with `configRemove`.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('Config.ID', 'IDResponse.Id'),
      nullable: false,
      description: "Docker's own ID: 25 letters and digits.",
    }),
    shortId: shortSwarmIdField(t),
    stableKey: t.string({
      nullable: false,
      description: 'A key that survives recreation: engine and name.',
      resolve: (config) => `${config.scope.name}/name/${configNameOf(config)}`,
    }),
    engine: engineField(t),
    name: t.string({
      ...wire('ConfigSpec.Name', 'Config.Spec'),
      nullable: false,
      description: 'The name.',
      resolve: configNameOf,
    }),
    ...labelFields(t, configLabelsOf, 'ConfigSpec.Labels'),
    ...columnFields(t, columns, ({ data }: ConfigModel) => data),
    ...columnFields(t, specColumns, ({ data }: ConfigModel) => data.Spec),
    ...contentFields(t),
    usedBy: t.field({
      type: [Service],
      nullable: true,
      description:
        'The services that use it, by name: it cannot be removed while there are any. Joined from one `GET /services`.',
      resolve: ({ scope, key }) => servicesUsing(scope, configsIn, key),
    }),
    stack: t.field({
      type: Stack,
      nullable: true,
      description: 'The stack that its labels name; null for none.',
      resolve: (config) => {
        const name = entryOf(configLabelsOf(config), stackLabel);
        return name ? stackModel(config.scope, name) : null;
      },
    }),
  }),
});

findNodesWith('Config', configById);
