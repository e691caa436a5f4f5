/** From members of an open enum to the daemon's words, for inputs. */
import type { OpenEnum } from '../../kit/enum.ts';
import { type Place, refuse } from '../../mutation/input-error.ts';

/**
 * The daemon's word for what was chosen; undefined where nothing was.
 *
 * @throws InputError for UNKNOWN, which the graph answers and nobody can ask for
 */
export function word<Word extends string>(
  place: Place,
  values: OpenEnum,
  member: string | null | undefined,
): Word | undefined {
  if (member === null || member === undefined) return undefined;
  const wire = values.wire(member);
  if (wire === undefined) return refuse(place, `cannot be ${member}: choose one of the other values.`);
  // The keys of an open enum are the daemon's words; that `Word` lists the same ones is checked by the specs.
  return wire as Word;
}
