/** Fields that every noun has. */
import type { StringMap } from '../../engine/types.ts';
import { engineModel } from '../engine/model.ts';
import { Engine } from '../nouns.ts';
import { entryOf, KeyValueType, keyValues } from './key-value.ts';
import type { NodeModel } from './node.ts';
import type { FieldBuilder } from './record.ts';
import { type WireName, wire } from './wire.ts';

/** `engine`: the way up from any object. */
export const engineField = <Model extends NodeModel>(t: FieldBuilder<Model>) =>
  t.field({
    type: Engine,
    nullable: false,
    description: 'The Engine this object lives on.',
    resolve: (model) => engineModel(model.scope),
  });

/** `labels(prefix:)` and `label(key:)`. */
export const labelFields = <Model>(
  t: FieldBuilder<Model>,
  labelsOf: (model: Model) => StringMap | null | undefined,
  ...sources: readonly WireName[]
) => ({
  labels: t.field({
    ...wire(...sources),
    type: [KeyValueType],
    nullable: false,
    description: 'All labels, sorted by key.',
    args: { prefix: t.arg.string({ description: 'Only labels whose key begins with this.' }) },
    resolve: (model, { prefix }) =>
      keyValues(labelsOf(model)).filter(({ key }) => !prefix || key.startsWith(prefix)),
  }),
  label: t.string({
    nullable: true,
    description: 'The value of one label; null when there is none of that key.',
    args: { key: t.arg.string({ required: true, description: 'The whole key of the label.' }) },
    resolve: (model, { key }) => entryOf(labelsOf(model), key),
  }),
});

/** `shortId` of what has IDs of 25 letters and digits, as all of a swarm has. */
export const shortSwarmIdField = <Model extends NodeModel>(t: FieldBuilder<Model>) =>
  t.string({
    nullable: false,
    description: 'The first twelve characters of `dockerId`.',
    resolve: ({ key }) => key.slice(0, 12),
  });
