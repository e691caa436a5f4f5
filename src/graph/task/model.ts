/** What stands behind `Task`: an entry of the list of tasks. */
import type { Task } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';

export interface TaskModel extends NodeModel {
  readonly type: 'Task';
  /** An entry of `GET /tasks`, which inspect answers with too. */
  readonly data: Task;
}

export const taskModel = (scope: EngineScope, data: Task): TaskModel => ({
  type: 'Task',
  scope,
  key: data.ID ?? '',
  data,
});
