/** Input fields that many mutations have. */
import type { GraphTypes } from '../builder.ts';
import { KeyValueInput } from '../kit/key-value.ts';

export type InputFields = PothosSchemaTypes.InputFieldBuilder<
  PothosSchemaTypes.ExtendDefaultTypes<GraphTypes>,
  'InputObject'
>;

/** `engine`, where no reference says it. */
export const engineInput = (t: InputFields) =>
  t.string({ description: 'The name of the engine to act on; the default one if left out.' });

/** `ref` and `engine`. */
export const refInputs = (t: InputFields, what: string, accepted: string) => ({
  ref: t.id({
    required: true,
    description: `The ${what}: a global ID, or what the docker CLI takes: ${accepted}.`,
  }),
  engine: t.string({
    description: 'The engine it is on; the default one if left out. Not needed with a global ID.',
  }),
});

export const labelsInput = (t: InputFields) =>
  t.field({ type: [KeyValueInput], description: 'Labels to set; none if left out.' });

/** The version of an object of a swarm: see `changeVersioned`. */
export const versionInput = (t: InputFields) =>
  t.field({
    type: 'Long',
    description:
      'The `versionIndex` that was read, if the change is meant for that one only: where somebody else was quicker it is refused ' +
      'with `VersionConflictError`. Left out, the change is applied to whatever is there, and what others changed stays.',
  });

/** The filters that every prune has. One label to spare: of several the Engine spares only what has all of them. */
export const pruneInputs = (t: InputFields) => ({
  labels: t.stringList({ description: 'Only what has all of these labels: `key` or `key=value`.' }),
  withoutLabel: t.string({ description: 'Only what does not have this label: `key` or `key=value`.' }),
  engine: engineInput(t),
});

/** `until`, for those that know when they were made. */
export const untilInput = (t: InputFields) =>
  t.field({ type: 'Timestamp', description: 'Only what was made before this moment.' });
