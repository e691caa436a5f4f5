/** `TaskLogLine`: what both the last lines and those to come are made of. */
import type { EngineScope } from '../../../loaders/scope.ts';
import type { Entry } from '../../../logs/position.ts';
import type { TaskOrigin } from '../../../logs/task-decoder.ts';
import { builder } from '../../builder.ts';
import { LogStream } from '../../container/logs/line.ts';
import { wire } from '../../kit/wire.ts';
import { Task } from '../../nouns.ts';
import { taskModel } from '../../task/model.ts';

export interface TaskLineModel {
  readonly scope: EngineScope;
  readonly entry: Entry;
  readonly origin: TaskOrigin;
  readonly cursor: string;
}

export const TaskLogLine = builder.objectRef<TaskLineModel>('TaskLogLine').implement({
  description: 'A line that a task of a swarm has written.',
  fields: (t) => ({
    task: t.field({
      type: Task,
      nullable: true,
      description:
        'The task that has written it, as it was when its first line was read; null once it is forgotten. Each task that ' +
        'writes is a call: `GET /tasks/{id}`.',
      resolve: async ({ scope, origin }) => {
        const data = await scope.loaders.tasks.inspect.load(origin.task);
        return data?.ID ? taskModel(scope, data) : null;
      },
    }),
    taskId: t.string({
      nullable: false,
      description: 'The task that has written it, by its ID.',
      resolve: ({ origin }) => origin.task,
    }),
    nodeId: t.string({
      ...wire('GET /services/{id}/logs?details', 'GET /tasks/{id}/logs?details'),
      nullable: false,
      description: 'The node of the swarm that the task runs on, by its ID.',
      resolve: ({ origin }) => origin.node,
    }),
    serviceId: t.string({
      nullable: false,
      description: 'The service of the task, by its ID.',
      resolve: ({ origin }) => origin.service,
    }),
    cursor: t.exposeString('cursor', {
      nullable: false,
      description: 'The place of this line among those of all tasks: `after` goes on behind it.',
    }),
    timestamp: t.field({
      ...wire('GET /services/{id}/logs?timestamps', 'GET /tasks/{id}/logs?timestamps'),
      type: 'Timestamp',
      nullable: true,
      description: 'When it was written, by the clock of its node, with nanoseconds.',
      resolve: ({ entry }) => entry.line.timestamp ?? null,
    }),
    stream: t.field({
      type: LogStream,
      nullable: false,
      description: 'Where it was written to.',
      resolve: ({ entry }) => entry.line.stream,
    }),
    text: t.string({
      nullable: false,
      description: 'The line without its end. Bytes that are no UTF-8 are U+FFFD.',
      resolve: ({ entry }) => entry.line.text,
    }),
    base64: t.string({
      nullable: false,
      description:
        'The exact bytes of the line without its line feed, in base64: a carriage return before that, as terminals write it, is ' +
        'here and not in `text`.',
      resolve: ({ entry: { line } }) => Buffer.from(line.exact ?? line.text).toString('base64'),
    }),
    partial: t.boolean({
      nullable: false,
      description: 'The line is so long that it goes on in the next one of the same task and stream.',
      resolve: ({ entry }) => entry.line.cut === 'long',
    }),
  }),
});
