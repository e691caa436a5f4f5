/** Whose logs are read: what the Engine has to be asked for those of a service or of a task. */
import type { Context } from '../../../context.ts';
import { services } from '../../../engine/operations/services.ts';
import { tasks } from '../../../engine/operations/tasks.ts';
import type { TaskSpec } from '../../../engine/types.ts';
import { NotFound } from '../../../errors.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { findService, type ServiceModel, templateOf } from '../../service/model.ts';
import { findTask, type TaskModel } from '../../task/model.ts';

export interface LogSource {
  readonly scope: EngineScope;
  readonly id: string;
  readonly row: typeof services.logs | typeof tasks.logs;
  /** Whether its lines come without frames, as those of a terminal do. */
  readonly isTerminal: boolean;
}

const hasTerminal = ({ ContainerSpec: spec }: TaskSpec): boolean => spec?.TTY === true;

export const logsOfService = (service: ServiceModel): LogSource => ({
  scope: service.scope,
  id: service.key,
  row: services.logs,
  isTerminal: hasTerminal(templateOf(service)),
});

export const logsOfTask = ({ scope, key, data }: TaskModel): LogSource => ({
  scope,
  id: key,
  row: tasks.logs,
  isTerminal: hasTerminal(data.Spec ?? {}),
});

export type FindLogs = (context: Context, ref: string, engine?: string | null) => Promise<LogSource>;

/** @throws NotFound where there is no such service, BadUserInput for what cannot name one */
export const findServiceLogs: FindLogs = async (context, ref, engine) => {
  const service = await findService(context, ref, engine);
  if (!service) throw new NotFound(`service ${ref} not found`);
  return logsOfService(service);
};

/** @throws NotFound where there is no such task, BadUserInput for what cannot name one */
export const findTaskLogs: FindLogs = async (context, ref, engine) => {
  const task = await findTask(context, ref, engine);
  if (!task) throw new NotFound(`task ${ref} not found`);
  return logsOfTask(task);
};
