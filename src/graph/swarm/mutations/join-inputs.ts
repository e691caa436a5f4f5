/** Inputs of both ways into a swarm. */

import type { InputFields } from '../../mutation/fields.ts';
import type { Place } from '../../mutation/input-error.ts';
import { refuse } from '../../mutation/input-error.ts';
import { NodeAvailability } from '../../swarm-node/enums.ts';

/** What the CLI listens on if not told otherwise. */
export const usualListenAddr = '0.0.0.0:2377';

export const addressInputs = (t: InputFields) => ({
  listenAddr: t.string({
    description: `Where it listens for the other nodes: an address or a network interface, with port. \`${usualListenAddr}\` if left out.`,
  }),
  advertiseAddr: t.string({
    description:
      'Where the other nodes reach it: an address or a network interface. If left out, the Engine takes its only address, ' +
      'and refuses where it has several.',
  }),
  dataPathAddr: t.string({
    description:
      'Where the other nodes send the traffic of overlay networks, if that is another address or network interface.',
  }),
  availability: t.field({
    type: NodeAvailability.ref,
    description: 'Whether it gets tasks; `ACTIVE` if left out.',
  }),
});

/**
 * The Engine's word for it.
 *
 * @throws InputError for UNKNOWN
 */
export function availabilityWord(place: Place, member: string | null | undefined): string | undefined {
  if (member === null || member === undefined) return undefined;
  return NodeAvailability.wire(member) ?? refuse(place, 'cannot be UNKNOWN: the Engine has no word for it.');
}
