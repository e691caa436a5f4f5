/** From a typed filter to the one the Engine takes. */
import type { Filters } from '../../engine/operation.ts';
import { BadUserInput } from '../../errors.ts';
import type { OpenEnum } from './enum.ts';

/** Those that ask for something; undefined where none does. */
export function usedFilters(all: Filters): Filters | undefined {
  const used = Object.entries(all).filter(([, values]) => values.length > 0);
  return used.length > 0 ? Object.fromEntries(used) : undefined;
}

interface NamesWanted {
  readonly names?: readonly string[] | null | undefined;
  readonly namePatterns?: readonly string[] | null | undefined;
}

/**
 * Names as the Engine's filters take them: as regular expressions, so that a name alone would fit longer ones too.
 *
 * @throws BadUserInput for both at once, which the Engine would take for alternatives
 */
export function nameFilter({ names, namePatterns }: NamesWanted): readonly string[] {
  if (!names?.length) return namePatterns ?? [];
  if (namePatterns?.length) throw new BadUserInput('Give `filter.names` or `filter.namePatterns`, not both.');
  return names.map((name) => `^/?${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

/** A flag that may be left out. */
export const flagFilter = (value: boolean | null | undefined): readonly string[] =>
  value === null || value === undefined ? [] : [String(value)];

/**
 * The Engine's words for members of an enum.
 *
 * @throws BadUserInput for UNKNOWN
 */
export function wires(
  values: OpenEnum,
  members: readonly string[] | null | undefined,
  field: string,
): readonly string[] {
  return (members ?? []).map((member) => {
    const wire = values.wire(member);
    if (wire === undefined)
      throw new BadUserInput(`\`filter.${field}\` cannot be ${member}: the Engine has no word for it.`);
    return wire;
  });
}

/**
 * @throws BadUserInput for an empty text: it fits everything, or nothing, and nobody means that who says it
 */
export function checkFilled(filter: object): void {
  for (const [field, value] of Object.entries(filter)) {
    if (value === '' || (Array.isArray(value) && value.some((each) => each === ''))) {
      throw new BadUserInput(`\`filter.${field}\` holds an empty text: leave it out, or say what is meant.`);
    }
  }
}
