/** The operations of the Engine's tags "Service" and "Task" that logs need. Only managers of a swarm answer them. */
import { bytes, deadlines, json, operation, takes } from '../operation.ts';

/** What of a service or a task says whether it has a terminal. */
interface TaskTemplate {
  readonly ContainerSpec?: { readonly TTY?: boolean | null } | null;
}

/** There is no `until`. */
interface LogQuery {
  readonly follow: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly timestamps: true;
  /** Before each message: which node, service and task it is from. */
  readonly details: true;
  readonly since?: string;
  readonly tail?: string;
}

export const services = {
  inspect: operation(
    'GET /services/{id}',
    json<{
      readonly ID?: string | null;
      readonly Spec?: { readonly TaskTemplate?: TaskTemplate | null } | null;
    }>(),
  ),
  logs: operation('GET /services/{id}/logs', bytes, takes<LogQuery>(), { deadline: deadlines.none }),
};

export const tasks = {
  inspect: operation(
    'GET /tasks/{id}',
    json<{ readonly ID?: string | null; readonly Spec?: TaskTemplate | null }>(),
  ),
  logs: operation('GET /tasks/{id}/logs', bytes, takes<LogQuery>(), { deadline: deadlines.none }),
};
