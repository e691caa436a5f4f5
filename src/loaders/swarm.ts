/** What one operation has read of a swarm, and the fewest calls for the rest. */
import { EngineError } from '../engine/errors.ts';
import type { Filters } from '../engine/operation.ts';
import { configs } from '../engine/operations/configs.ts';
import { nodes } from '../engine/operations/nodes.ts';
import { secrets } from '../engine/operations/secrets.ts';
import { services } from '../engine/operations/services.ts';
import { swarm } from '../engine/operations/swarm.ts';
import { tasks } from '../engine/operations/tasks.ts';
import type { Secret, Service, SwarmConfig, SwarmNode, Task } from '../engine/types.ts';
import { batched, each, once, onceFor, orNull } from './batch.ts';
import type { Call } from './call.ts';
import { groupBy, indexBy } from './grouping.ts';

/** Above so many keys one whole list costs the managers less than a filter that is compared with each entry. */
const keysPerFilter = 40;

/** Lists of a swarm are read whole: they are far smaller than those of one machine, and every edge needs them. */
function serviceLoaders(call: Call) {
  let allAsked = false;
  const listed = once(() => call(services.list, { status: true }));
  const all = () => {
    allAsked = true;
    return listed();
  };
  return {
    /** With the counts of their tasks. */
    all,
    matching: onceFor((filters: Filters) => call(services.list, { filters, status: true })),
    inspect: each((id: string) => orNull(call(services.inspect, { id }))),
    /** With the values that the swarm uses where the spec has none. */
    inspectDefaults: each((id: string) => orNull(call(services.inspect, { id, insertDefaults: true }))),
    byId: batched<Service>(async () => indexBy(await all(), ({ ID }) => [ID])),
    /** By full ID, with the counts of their tasks, for what was found without them. */
    counted: batched<Service>(async (ids) => {
      const isMany = allAsked || ids.length > keysPerFilter;
      const found = isMany ? all() : call(services.list, { filters: { id: ids }, status: true });
      return indexBy(await found, ({ ID }) => [ID]);
    }),
  };
}

/** A filter with a service or a node that has gone meanwhile fails as a whole; then all are read. */
const unlessGone = async <Value>(filtered: Promise<Value>, whole: () => Promise<Value>): Promise<Value> => {
  try {
    return await filtered;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'response' && error.status === 404) return whole();
    throw error;
  }
};

function taskLoaders(call: Call) {
  let allAsked = false;
  /** Of all lists so far, by ID. */
  const known = new Map<string, Task>();
  const list = async (given: { filters?: Filters }): Promise<readonly Task[]> => {
    const found = await call(tasks.list, given);
    for (const task of found) if (task.ID) known.set(task.ID, task);
    return found;
  };
  const listed = once(() => list({}));
  const all = () => {
    allAsked = true;
    return listed();
  };
  const of = (filter: 'service' | 'node', keyOf: (task: Task) => string | null | undefined) =>
    batched<readonly Task[]>(async (keys) => {
      const found =
        allAsked || keys.length > keysPerFilter
          ? all()
          : unlessGone(list({ filters: { [filter]: keys } }), all);
      return groupBy(await found, (task) => [keyOf(task)]);
    });
  return {
    all,
    matching: onceFor((filters: Filters) => list({ filters })),
    inspect: each((id: string) => orNull(call(tasks.inspect, { id }))),
    byId: batched<Task>(async (ids) => {
      const missing = ids.filter((id) => !known.has(id));
      if (allAsked || missing.length > keysPerFilter) await all();
      else if (missing.length > 0) await list({ filters: { id: missing } });
      return known;
    }),
    /** By full ID of the service. */
    byService: of('service', ({ ServiceID }) => ServiceID),
    /** By full ID of the node. */
    byNode: of('node', ({ NodeID }) => NodeID),
  };
}

function nodeLoaders(call: Call) {
  const all = once(() => call(nodes.list, {}));
  return {
    all,
    matching: onceFor((filters: Filters) => call(nodes.list, { filters })),
    inspect: each((id: string) => orNull(call(nodes.inspect, { id }))),
    byId: batched<SwarmNode>(async () => indexBy(await all(), ({ ID }) => [ID])),
  };
}

function secretLoaders(call: Call) {
  const all = once(() => call(secrets.list, {}));
  return {
    all,
    matching: onceFor((filters: Filters) => call(secrets.list, { filters })),
    inspect: each((id: string) => orNull(call(secrets.inspect, { id }))),
    byId: batched<Secret>(async () => indexBy(await all(), ({ ID }) => [ID])),
  };
}

function configLoaders(call: Call) {
  const all = once(() => call(configs.list, {}));
  return {
    all,
    matching: onceFor((filters: Filters) => call(configs.list, { filters })),
    inspect: each((id: string) => orNull(call(configs.inspect, { id }))),
    byId: batched<SwarmConfig>(async () => indexBy(await all(), ({ ID }) => [ID])),
  };
}

export const swarmLoaders = (call: Call) => ({
  services: serviceLoaders(call),
  tasks: taskLoaders(call),
  nodes: nodeLoaders(call),
  secrets: secretLoaders(call),
  configs: configLoaders(call),
  swarm: {
    inspect: once(() => call(swarm.inspect, {})),
    unlockKey: once(() => call(swarm.unlockKey, {})),
  },
});
