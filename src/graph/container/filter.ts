/** Which containers: the Engine's own filters, typed, and done by the Engine. */
import type { Filters } from '../../engine/operation.ts';
import { BadUserInput } from '../../errors.ts';
import type { ContainerQuery } from '../../loaders/loaders.ts';
import { builder } from '../builder.ts';
import type { OpenEnum } from '../kit/enum.ts';
import { ContainerState, HealthStatus, Isolation } from './enums.ts';

export const ContainerFilter = builder.inputType('ContainerFilter', {
  description:
    'Which containers. Different fields narrow together (AND); the values of one field are alternatives (OR), but for ' +
    'labels, all of which must be there.',
  fields: (t) => ({
    states: t.field({ type: [ContainerState.ref], description: 'In one of these states.' }),
    health: t.field({ type: [HealthStatus.ref], description: 'With one of these health statuses.' }),
    names: t.stringList({
      description:
        'Names, as regular expressions that match anywhere in the name; `^/web$` is exactly `web`.',
    }),
    ids: t.stringList({ description: 'Full IDs, or unique prefixes of them.' }),
    labels: t.stringList({ description: 'Labels that must all be there: `key` or `key=value`.' }),
    composeProject: t.string({ description: 'Of this compose project.' }),
    ancestors: t.stringList({
      description:
        'Made from one of these images or from an image that descends from one: name, name with tag, or ID.',
    }),
    volumes: t.stringList({
      description: 'That mount one of these: name of a volume, or path in the container.',
    }),
    networks: t.stringList({ description: 'Connected to one of these networks, by ID or name.' }),
    published: t.stringList({
      description: 'That publish one of these ports: `80`, `80/udp`, `8000-8010/tcp`.',
    }),
    exposed: t.stringList({
      description: 'That expose one of these ports: `80`, `80/udp`, `8000-8010/tcp`.',
    }),
    exitCodes: t.intList({ description: 'That ended with one of these exit codes.' }),
    before: t.string({ description: 'Made before this container (ID or name, of an existing one).' }),
    since: t.string({ description: 'Made after this container (ID or name, of an existing one).' }),
    isTask: t.boolean({ description: 'Whether it is a task of a swarm service.' }),
    isolation: t.field({ type: [Isolation.ref], description: 'With this isolation (Windows).' }),
    lastCreated: t.int({ description: 'Only so many, the last ones made (`docker ps --last`).' }),
  }),
});

export type ContainerFilterInput = typeof ContainerFilter.$inferInput;

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
 * The filter as the Engine takes it (`GET /containers/json?filters=`).
 *
 * @throws BadUserInput for UNKNOWN and negative counts
 */
export function containerQuery(filter: ContainerFilterInput | null | undefined): ContainerQuery {
  if (!filter) return {};
  const labels = [
    ...(filter.labels ?? []),
    ...(filter.composeProject ? [`com.docker.compose.project=${filter.composeProject}`] : []),
  ];
  const all: Filters = {
    status: wires(ContainerState, filter.states, 'states'),
    health: wires(HealthStatus, filter.health, 'health'),
    isolation: wires(Isolation, filter.isolation, 'isolation'),
    name: filter.names ?? [],
    id: filter.ids ?? [],
    label: labels,
    ancestor: filter.ancestors ?? [],
    volume: filter.volumes ?? [],
    network: filter.networks ?? [],
    publish: filter.published ?? [],
    expose: filter.exposed ?? [],
    exited: (filter.exitCodes ?? []).map(String),
    before: filter.before ? [filter.before] : [],
    since: filter.since ? [filter.since] : [],
    'is-task': filter.isTask === null || filter.isTask === undefined ? [] : [String(filter.isTask)],
  };
  const used = Object.entries(all).filter(([, values]) => values.length > 0);
  const { lastCreated } = filter;
  if (lastCreated !== null && lastCreated !== undefined && lastCreated < 1) {
    throw new BadUserInput(`\`filter.lastCreated\` cannot be ${lastCreated}: give 1 or more.`);
  }
  return {
    ...(used.length > 0 && { filters: Object.fromEntries(used) }),
    ...(lastCreated && { limit: lastCreated }),
  };
}
