/** Which services: the Engine's own filters, typed, and done by the Engine. */
import type { Filters } from '../../engine/operation.ts';
import { BadUserInput } from '../../errors.ts';
import { builder } from '../builder.ts';
import { checkFilled, usedFilters, wires } from '../kit/filters.ts';
import { keyIn } from '../kit/reference.ts';
import { stackLabel } from '../stack/model.ts';
import { TaskRuntime } from '../task/enums.ts';
import { modeWords, ServiceMode } from './enums.ts';
import { type ServiceModel, serviceNameOf } from './model.ts';

export const ServiceFilter = builder.inputType('ServiceFilter', {
  description:
    'Which services. Different fields narrow together (AND); the values of one field are alternatives (OR), but for ' +
    'labels, all of which must be there.',
  fields: (t) => ({
    names: t.stringList({ description: 'With one of these names.' }),
    namePrefixes: t.stringList({
      description: 'With a name that begins with one of these. Not together with `names`.',
    }),
    ids: t.idList({ description: 'Global IDs, full IDs, or beginnings of those.' }),
    labels: t.stringList({ description: 'Labels that must all be there: `key` or `key=value`.' }),
    stack: t.id({ description: 'Of this stack: its name, or its global ID.' }),
    modes: t.field({ type: [ServiceMode], description: 'Of one of these modes.' }),
    runtimes: t.field({
      type: [TaskRuntime.ref],
      description: 'Whose tasks are run by one of these; by containers if left out.',
    }),
  }),
});

export type ServiceFilterInput = typeof ServiceFilter.$inferInput;

/**
 * The filter as the Engine takes it (`GET /services?filters=`); undefined where it leaves nothing out. It takes names for
 * beginnings of names: {@link isNamed} does the rest.
 *
 * @throws BadUserInput for UNKNOWN, empty texts, and names of both kinds
 */
export function serviceFilters(filter: ServiceFilterInput | null | undefined): Filters | undefined {
  checkFilled(filter ?? {});
  const { names, namePrefixes, stack } = filter ?? {};
  if (names?.length && namePrefixes?.length) {
    throw new BadUserInput('Give `filter.names` or `filter.namePrefixes`, not both.');
  }
  return usedFilters({
    name: names ?? namePrefixes ?? [],
    id: (filter?.ids ?? []).map((ref) => keyIn('Service', ref)),
    label: [
      ...(filter?.labels ?? []),
      ...(stack === null || stack === undefined ? [] : [`${stackLabel}=${keyIn('Stack', stack)}`]),
    ],
    mode: (filter?.modes ?? []).map((mode) => {
      if (mode === 'UNKNOWN') {
        throw new BadUserInput('`filter.modes` cannot be UNKNOWN: the Engine has no word for it.');
      }
      return modeWords[mode];
    }),
    runtime: wires(TaskRuntime, filter?.runtimes, 'runtimes'),
  });
}

/** Whether it has one of the names asked for, and not only one that begins so. */
export const isNamed = (service: ServiceModel, filter: ServiceFilterInput | null | undefined): boolean =>
  !filter?.names?.length || filter.names.includes(serviceNameOf(service));
