/** Which networks: the Engine's own filters, typed, and done by the Engine where it does them right. */
import type { Filters } from '../../engine/operation.ts';
import { BadUserInput } from '../../errors.ts';
import { builder } from '../builder.ts';
import { composeLabel } from '../compose/model.ts';
import type { OpenEnum } from '../kit/enum.ts';
import { NetworkScope, NetworkType } from './enums.ts';

export const NetworkFilter = builder.inputType('NetworkFilter', {
  description:
    'Which networks. Different fields narrow together (AND); the values of one field are alternatives (OR), but for ' +
    'labels, all of which must be there.',
  fields: (t) => ({
    names: t.stringList({
      description: 'Names, as regular expressions that match anywhere in the name; `^web$` is exactly `web`.',
    }),
    ids: t.stringList({
      description: 'IDs, as regular expressions that match anywhere in the ID; full IDs are exact.',
    }),
    labels: t.stringList({ description: 'Labels that must all be there: `key` or `key=value`.' }),
    composeProject: t.string({ description: 'Of this compose project.' }),
    drivers: t.stringList({ description: 'Made by one of these drivers, such as `bridge`.' }),
    scopes: t.field({ type: [NetworkScope.ref], description: 'With one of these scopes.' }),
    types: t.field({
      type: [NetworkType.ref],
      description: 'Made by the Engine itself, or by anybody else.',
    }),
    dangling: t.boolean({
      description:
        'True: custom networks that no running container and no service uses. False: all others, the built-in ones ' +
        'too. Done by the gateway, as Engines call networks dangling that are in use: `GET /containers/json`, and ' +
        '`GET /networks/{id}` for each network that no container uses.',
    }),
  }),
});

type NetworkFilterInput = typeof NetworkFilter.$inferInput;

/** The Engine's words for members of an enum. */
function wires(values: OpenEnum, members: readonly string[] | null | undefined, field: string): string[] {
  return (members ?? []).map((member) => {
    const wire = values.wire(member);
    if (wire === undefined)
      throw new BadUserInput(`\`filter.${field}\` cannot be ${member}: the Engine has no word for it.`);
    return wire;
  });
}

/**
 * The filter as the Engine takes it (`GET /networks?filters=`), without `dangling`; undefined where it leaves nothing out.
 *
 * @throws BadUserInput for UNKNOWN
 */
export function networkFilters(filter: NetworkFilterInput | null | undefined): Filters | undefined {
  const { composeProject } = filter ?? {};
  const all: Filters = {
    name: filter?.names ?? [],
    id: filter?.ids ?? [],
    label: [
      ...(filter?.labels ?? []),
      ...(composeProject ? [`${composeLabel.project}=${composeProject}`] : []),
    ],
    driver: filter?.drivers ?? [],
    scope: wires(NetworkScope, filter?.scopes, 'scopes'),
    type: wires(NetworkType, filter?.types, 'types'),
  };
  const used = Object.entries(all).filter(([, values]) => values.length > 0);
  return used.length > 0 ? Object.fromEntries(used) : undefined;
}
