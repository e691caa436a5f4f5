/** Labels of what is updated: replaced, or one by one, as the docker CLI does it. */
import type { StringMap } from '../../engine/types.ts';
import { KeyValueInput, mapOf } from '../kit/key-value.ts';
import type { InputFields } from './fields.ts';
import { refuse } from './input-error.ts';

/** The input fields. */
export const labelChangeInputs = (t: InputFields) => ({
  labels: t.field({
    type: [KeyValueInput],
    description: 'All labels it shall have from now on; an empty list takes all away. Not with the next two.',
  }),
  addLabels: t.field({
    type: [KeyValueInput],
    description: 'Labels to add, or to give another value; all others stay.',
  }),
  removeLabels: t.stringList({
    description: 'Keys of labels to take away; what is not there is no error.',
  }),
});

type Entry = typeof KeyValueInput.$inferInput;

export interface LabelChanges {
  readonly labels?: readonly Entry[] | null | undefined;
  readonly addLabels?: readonly Entry[] | null | undefined;
  readonly removeLabels?: readonly string[] | null | undefined;
}

/**
 * Checks what can be checked before anything is asked of the Engine.
 *
 * @param path of the fields, `input` if left out
 * @throws InputError for both ways at once, and for a key that is added and removed, or empty
 */
export function checkLabelChanges(
  { labels, addLabels, removeLabels }: LabelChanges,
  path: readonly string[] = ['input'],
): void {
  const at = (field: string) => ({ api: '', path: [...path, field] });
  if (labels && (addLabels || removeLabels)) {
    refuse(
      at('labels'),
      'replaces all labels: give it alone, or give `addLabels` and `removeLabels` instead.',
    );
  }
  for (const [field, keys] of [
    ['labels', labels?.map(({ key }) => key)],
    ['addLabels', addLabels?.map(({ key }) => key)],
    ['removeLabels', removeLabels],
  ] as const) {
    if (keys?.includes('')) refuse(at(field), 'holds an empty key: every label has one.');
  }
  const both = addLabels?.find(({ key }) => removeLabels?.includes(key));
  if (both)
    refuse(at('removeLabels'), `has "${both.key}", which \`addLabels\` has too: give it to one of them.`);
}

/** The labels after the change; undefined where it is none. */
export function changedLabels(
  current: StringMap | null | undefined,
  { labels, addLabels, removeLabels }: LabelChanges,
): Record<string, string> | undefined {
  const before = Object.entries(current ?? {}).map(([key, value]) => ({ key, value: value ?? '' }));
  const gone = new Set(removeLabels);
  const after = labels
    ? mapOf(labels)
    : mapOf([...before.filter(({ key }) => !gone.has(key)), ...(addLabels ?? [])]);
  const size = Object.keys(after ?? {}).length;
  const isSame =
    after !== undefined &&
    size === before.length &&
    before.every(({ key, value }) => Object.hasOwn(after, key) && after[key] === value);
  return isSame ? undefined : after;
}
