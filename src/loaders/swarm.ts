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

/** Lists of a swarm are read whole: they are far smaller than those of one machine, and every edge needs them. */
function serviceLoaders(call: Call) {
  const all = once(() => call(services.list, { status: true }));
  return {
    /** With the counts of their tasks. */
    all,
    matching: onceFor((filters: Filters) => call(services.list, { filters, status: true })),
    inspect: each((id: string) => orNull(call(services.inspect, { id }))),
    /** With the values that the swarm uses where the spec has none. */
    inspectDefaults: each((id: string) => orNull(call(services.inspect, { id, insertDefaults: true }))),
    byId: batched<Service>(async () => indexBy(await all(), ({ ID }) => [ID])),
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
  const listed = once(() => call(tasks.list, {}));
  const all = () => {
    allAsked = true;
    return listed();
  };
  const of = (filter: 'service' | 'node', keyOf: (task: Task) => string | null | undefined) =>
    batched<readonly Task[]>(async (keys) =>
      groupBy(
        await (allAsked ? all() : unlessGone(call(tasks.list, { filters: { [filter]: keys } }), all)),
        (task) => [keyOf(task)],
      ),
    );
  return {
    all,
    matching: onceFor((filters: Filters) => call(tasks.list, { filters })),
    inspect: each((id: string) => orNull(call(tasks.inspect, { id }))),
    byId: batched<Task>(async (ids) =>
      indexBy(await (allAsked ? all() : call(tasks.list, { filters: { id: ids } })), ({ ID }) => [ID]),
    ),
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
