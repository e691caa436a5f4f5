/** Which networks: the Engine's own filters, typed, and done by the Engine where it does them right. */
import type { Filters } from '../../engine/operation.ts';
import { builder } from '../builder.ts';
import { composeLabel } from '../compose/model.ts';
import { checkFilled, nameFilter, usedFilters, wires } from '../kit/filters.ts';
import { keyIn } from '../kit/reference.ts';
import { wire } from '../kit/wire.ts';
import { NetworkScope, NetworkType } from './enums.ts';

export const NetworkFilter = builder.inputType('NetworkFilter', {
  description:
    'Which networks. Different fields narrow together (AND); the values of one field are alternatives (OR), but for ' +
    'labels, all of which must be there.',
  fields: (t) => ({
    names: t.stringList({ description: 'With one of these names.' }),
    namePatterns: t.stringList({
      description:
        'Names, as regular expressions that match anywhere in the name, such as `^web-`. Not together with `names`.',
    }),
    ids: t.idList({
      description:
        'Global IDs, or IDs as regular expressions that match anywhere in the ID; whole IDs are exact.',
    }),
    labels: t.stringList({ description: 'Labels that must all be there: `key` or `key=value`.' }),
    composeProject: t.string({ description: 'Of this compose project.' }),
    drivers: t.stringList({ description: 'Made by one of these drivers, such as `bridge`.' }),
    scopes: t.field({
      ...wire('GET /networks/{id}?scope'),
      type: [NetworkScope.ref],
      description: 'With one of these scopes.',
    }),
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

/**
 * The filter as the Engine takes it (`GET /networks?filters=`), without `dangling`; undefined where it leaves nothing out.
 *
 * @throws BadUserInput for UNKNOWN and empty texts
 */
export function networkFilters(filter: NetworkFilterInput | null | undefined): Filters | undefined {
  checkFilled(filter ?? {});
  const { composeProject } = filter ?? {};
  return usedFilters({
    name: nameFilter(filter ?? {}),
    id: (filter?.ids ?? []).map((ref) => keyIn('Network', ref)),
    label: [
      ...(filter?.labels ?? []),
      ...(composeProject === null || composeProject === undefined
        ? []
        : [`${composeLabel.project}=${composeProject}`]),
    ],
    driver: filter?.drivers ?? [],
    scope: wires(NetworkScope, filter?.scopes, 'scopes'),
    type: wires(NetworkType, filter?.types, 'types'),
  });
}
