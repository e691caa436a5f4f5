/** Which secrets, and which configs: both are found by the same. */
import type { Filters } from '../../engine/operation.ts';
import type { StringMap } from '../../engine/types.ts';
import { checkFilled, usedFilters } from '../kit/filters.ts';
import { keyIn } from '../kit/reference.ts';
import type { InputFields } from '../mutation/fields.ts';
import { stackLabel } from '../stack/model.ts';

/** The fields of both filters. `noun` as users call it. */
export const fileFilterInputs = (t: InputFields, noun: 'secret' | 'config') => ({
  names: t.stringList({ description: 'With one of these names.' }),
  namePrefixes: t.stringList({ description: 'With a name that begins with one of these.' }),
  ids: t.idList({ description: 'Global IDs, IDs, or what their IDs begin with.' }),
  labels: t.stringList({
    description:
      'Labels that must all be there: `key` or `key=value`. Each key once: of several values the Engine takes one.',
  }),
  stack: t.string({ description: 'Of this stack (`docker stack deploy`).' }),
  used: t.boolean({
    description: `True: those that a service uses. False: those that none uses. Done by the gateway, with \`GET /services\`: the Engine has no such filter for a ${noun}.`,
  }),
});

export interface FileFilterInput {
  readonly names?: readonly string[] | null | undefined;
  readonly namePrefixes?: readonly string[] | null | undefined;
  readonly ids?: readonly string[] | null | undefined;
  readonly labels?: readonly string[] | null | undefined;
  readonly stack?: string | null | undefined;
  readonly used?: boolean | null | undefined;
}

interface Entry {
  readonly ID?: string | null;
  readonly Spec?: { readonly Name?: string | null; readonly Labels?: StringMap | null } | null;
}

export interface FileFilter {
  /** As the Engine takes it; undefined where it leaves nothing out. */
  readonly filters: Filters | undefined;
  /** What the Engine lets through of it: names and IDs are alternatives to it, and exact names it knows of secrets only. */
  readonly passes: (entry: Entry) => boolean;
}

/**
 * @param exact whether the Engine has a filter for whole names
 * @throws BadUserInput for empty texts, and for the global ID of something else
 */
export function fileFilter(
  noun: 'Secret' | 'Config',
  filter: FileFilterInput | null | undefined,
  exact: boolean,
): FileFilter {
  const { names, namePrefixes, labels, stack } = filter ?? {};
  checkFilled(filter ?? {});
  const ids = filter?.ids?.map((ref) => keyIn(noun, ref));
  const inStack = stack === null || stack === undefined ? [] : [`${stackLabel}=${stack}`];
  const filters = usedFilters({
    ...(exact && { names: names ?? [] }),
    name: [...(namePrefixes ?? []), ...(exact ? [] : (names ?? []))],
    id: ids ?? [],
    label: [...(labels ?? []), ...inStack],
  });
  return {
    filters,
    passes: ({ ID, Spec }) => {
      const name = Spec?.Name ?? '';
      return (
        (!names?.length || names.includes(name)) &&
        (!namePrefixes?.length || namePrefixes.some((prefix) => name.startsWith(prefix))) &&
        (!ids?.length || ids.some((id) => ID?.startsWith(id)))
      );
    },
  };
}
