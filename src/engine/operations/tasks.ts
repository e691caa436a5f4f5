/** The operations of the Engine's tag "Task". Only managers of a swarm answer them. */
import { bytes, deadlines, type Filters, json, jsonList, operation, takes } from '../operation.ts';
import type { SwarmLogQuery, Task } from '../types.ts';

export const tasks = {
  /** A filter that names a service or a node that is not there fails the whole call with 404. */
  list: operation('GET /tasks', jsonList<Task>(), takes<{ filters?: Filters }>(), { shared: true }),
  inspect: operation('GET /tasks/{id}', json<Task>()),
  logs: operation('GET /tasks/{id}/logs', bytes, takes<SwarmLogQuery>(), { deadline: deadlines.none }),
};
