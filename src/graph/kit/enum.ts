/** Enums that a newer daemon cannot break: what we do not know is UNKNOWN, and the raw text stands beside it. */
import { builder } from '../builder.ts';
import { enumName } from '../naming.ts';

/** For values that cannot be seen in a description of their own name, such as an empty string. */
interface Renamed {
  readonly name: string;
  readonly description: string;
}

const nameOf = (wire: string, value: string | Renamed) =>
  typeof value === 'string' ? enumName(wire) : value.name;

/**
 * An open enum. Keys are what the daemon writes, values their descriptions.
 *
 * `of` reads the daemon's word (null stays null, as does '' unless it is among the keys; the unexpected becomes
 * `UNKNOWN`); `wire` is the way back, for inputs.
 */
export function enumOf<const Values extends Readonly<Record<string, string | Renamed>>>(
  name: string,
  description: string,
  values: Values,
) {
  const names = new Map(Object.entries(values).map(([wire, value]) => [wire, nameOf(wire, value)]));
  const wires = new Map([...names].map(([wire, value]) => [value, wire]));
  const members: Record<string, { description: string }> = {};
  for (const [wire, value] of Object.entries(values)) {
    members[nameOf(wire, value)] = { description: typeof value === 'string' ? value : value.description };
  }
  members['UNKNOWN'] = {
    description: 'A value that this gateway does not know; the raw field has its text.',
  };
  return {
    ref: builder.enumType(name, { description, values: members }),
    of: (wire: string | null | undefined): string | null =>
      wire === null || wire === undefined
        ? null
        : (names.get(wire.toLowerCase()) ?? names.get(wire) ?? (wire === '' ? null : 'UNKNOWN')),
    /** The daemon's word for a member; undefined for UNKNOWN, which nobody can ask for. */
    wire: (member: string): string | undefined => wires.get(member),
  };
}

export type OpenEnum = ReturnType<typeof enumOf>;
