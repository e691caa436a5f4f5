/** Which volumes: the Engine's own filters, typed, and done by the Engine. */
import type { Filters } from '../../engine/operation.ts';
import { builder } from '../builder.ts';
import { composeLabel } from '../compose/model.ts';
import { checkFilled, flagFilter, nameFilter, usedFilters } from '../kit/filters.ts';
import { isAnonymous, type VolumeModel, volumeLabelsOf } from './model.ts';
import { clusterVolumeOf } from './wire.ts';

export const VolumeFilter = builder.inputType('VolumeFilter', {
  description:
    'Which volumes. Different fields narrow together (AND); the values of one field are alternatives (OR), but for ' +
    'labels, all of which must be there.',
  fields: (t) => ({
    names: t.stringList({ description: 'With one of these names.' }),
    namePatterns: t.stringList({
      description:
        'Names, as regular expressions that match anywhere in the name, such as `^web-`. For volumes of a swarm they are ' +
        'plain texts, as the Engine does not filter those. Not together with `names`.',
    }),
    labels: t.stringList({ description: 'Labels that must all be there: `key` or `key=value`.' }),
    composeProject: t.string({ description: 'Of this compose project.' }),
    drivers: t.stringList({ description: 'Stored by one of these drivers, such as `local`.' }),
    dangling: t.boolean({
      description: 'True: volumes that no container uses, running or not. False: those that one does.',
    }),
    anonymous: t.boolean({ description: 'Whether it has no given name. Done by the gateway.' }),
  }),
});

type VolumeFilterInput = typeof VolumeFilter.$inferInput;

const labelsOf = ({ labels, composeProject }: VolumeFilterInput): string[] => [
  ...(labels ?? []),
  ...(composeProject === null || composeProject === undefined
    ? []
    : [`${composeLabel.project}=${composeProject}`]),
];

/**
 * The filter as the Engine takes it (`GET /volumes?filters=`); undefined where it leaves nothing out.
 *
 * @throws BadUserInput for empty texts
 */
export function volumeFilters(filter: VolumeFilterInput | null | undefined): Filters | undefined {
  checkFilled(filter ?? {});
  return usedFilters({
    name: nameFilter(filter ?? {}),
    label: filter ? labelsOf(filter) : [],
    driver: filter?.drivers ?? [],
    dangling: flagFilter(filter?.dangling),
  });
}

const isEmpty = (list: readonly unknown[] | null | undefined) => !list || list.length === 0;

/** What the Engine does for its own volumes, done here for those of the swarm, which it appends unfiltered. */
function clusterVolumePasses(model: VolumeModel, filter: VolumeFilterInput): boolean {
  const cluster = clusterVolumeOf(model.volume);
  if (!cluster) return true;
  const { names, namePatterns, drivers, dangling } = filter;
  const labels = volumeLabelsOf(model);
  const hasLabel = (wanted: string) => {
    const [key = '', ...value] = wanted.split('=');
    return Object.hasOwn(labels, key) && (value.length === 0 || labels[key] === value.join('='));
  };
  return (
    (isEmpty(names) || (names ?? []).includes(model.key)) &&
    (isEmpty(namePatterns) || (namePatterns ?? []).some((text) => model.key.includes(text))) &&
    (isEmpty(drivers) || (drivers ?? []).includes(model.volume.Driver ?? '')) &&
    labelsOf(filter).every(hasLabel) &&
    (dangling === null || dangling === undefined || dangling === isEmpty(cluster.PublishStatus))
  );
}

/** Whether a volume that the Engine answered with is one that was asked for. */
export const passes = (model: VolumeModel, filter: VolumeFilterInput | null | undefined): boolean =>
  !filter ||
  (clusterVolumePasses(model, filter) &&
    (filter.anonymous === null || filter.anonymous === undefined || filter.anonymous === isAnonymous(model)));
