/** Which containers: the Engine's own filters, typed, and done by the Engine. */
import type { Context } from '../../context.ts';
import { BadUserInput } from '../../errors.ts';
import type { ContainerQuery } from '../../loaders/loaders.ts';
import { builder } from '../builder.ts';
import { checkFilled, flagFilter, nameFilter, usedFilters, wires } from '../kit/filters.ts';
import { keyIn, locate } from '../kit/reference.ts';
import { wire } from '../kit/wire.ts';
import { ContainerState, HealthStatus, Isolation } from './enums.ts';

export const ContainerFilter = builder.inputType('ContainerFilter', {
  description:
    'Which containers. Different fields narrow together (AND); the values of one field are alternatives (OR), but for ' +
    'labels, all of which must be there.',
  fields: (t) => ({
    states: t.field({
      ...wire('GET /containers/json?all'),
      type: [ContainerState.ref],
      description: 'In one of these states.',
    }),
    health: t.field({ type: [HealthStatus.ref], description: 'With one of these health statuses.' }),
    names: t.stringList({ description: 'With one of these names.' }),
    namePatterns: t.stringList({
      description:
        'Names, as regular expressions that match anywhere in the name, such as `^web-`. Not together with `names`.',
    }),
    ids: t.idList({ description: 'Global IDs, full IDs, or unique prefixes of those.' }),
    labels: t.stringList({ description: 'Labels that must all be there: `key` or `key=value`.' }),
    composeProject: t.string({ description: 'Of this compose project.' }),
    ancestors: t.idList({
      description:
        'Made from one of these images or from an image that descends from one: global ID, name, name with tag, or ID.',
    }),
    volumes: t.idList({
      description: 'That mount one of these: global ID or name of a volume, or path in the container.',
    }),
    networks: t.idList({ description: 'Connected to one of these networks, by global ID, ID or name.' }),
    published: t.stringList({
      description: 'That publish one of these ports: `80`, `80/udp`, `8000-8010/tcp`.',
    }),
    exposed: t.stringList({
      description: 'That expose one of these ports: `80`, `80/udp`, `8000-8010/tcp`.',
    }),
    exitCodes: t.intList({ description: 'That ended with one of these exit codes.' }),
    before: t.id({
      description: 'Made before this container: global ID, name or ID of one that exists.',
    }),
    since: t.id({ description: 'Made after this container: global ID, name or ID of one that exists.' }),
    isTask: t.boolean({ description: 'Whether it is a task of a swarm service.' }),
    isolation: t.field({ type: [Isolation.ref], description: 'With this isolation (Windows).' }),
    lastCreated: t.int({
      ...wire('GET /containers/json?limit'),
      description: 'Only so many, the last ones made (`docker ps --last`).',
    }),
  }),
});

export type ContainerFilterInput = typeof ContainerFilter.$inferInput;

/**
 * The filter as the Engine takes it (`GET /containers/json?filters=`).
 *
 * @throws BadUserInput for UNKNOWN, negative counts, and `before` and `since` that cannot be a container of this engine
 */
export function containerQuery(
  context: Context,
  filter: ContainerFilterInput | null | undefined,
  engine: string | null | undefined,
): ContainerQuery {
  if (!filter) return {};
  checkFilled(filter);
  const labels = [
    ...(filter.labels ?? []),
    ...(filter.composeProject ? [`com.docker.compose.project=${filter.composeProject}`] : []),
  ];
  const container = (ref: string | null | undefined) =>
    ref === null || ref === undefined ? [] : [locate(context, 'Container', 'object', ref, engine).key];
  const filters = usedFilters({
    status: wires(ContainerState, filter.states, 'states'),
    health: wires(HealthStatus, filter.health, 'health'),
    isolation: wires(Isolation, filter.isolation, 'isolation'),
    name: nameFilter(filter),
    id: (filter.ids ?? []).map((ref) => keyIn('Container', ref)),
    label: labels,
    ancestor: (filter.ancestors ?? []).map((ref) => keyIn('Image', ref)),
    volume: (filter.volumes ?? []).map((ref) => keyIn('Volume', ref)),
    network: (filter.networks ?? []).map((ref) => keyIn('Network', ref)),
    publish: filter.published ?? [],
    expose: filter.exposed ?? [],
    exited: (filter.exitCodes ?? []).map(String),
    before: container(filter.before),
    since: container(filter.since),
    'is-task': flagFilter(filter.isTask),
  });
  const { lastCreated } = filter;
  if (lastCreated !== null && lastCreated !== undefined && lastCreated < 1) {
    throw new BadUserInput(`\`filter.lastCreated\` cannot be ${lastCreated}: give 1 or more.`);
  }
  return {
    ...(filters && { filters }),
    ...(lastCreated && { limit: lastCreated }),
  };
}
