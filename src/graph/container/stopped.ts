/** Questions that only a running container can answer need not be asked of one that plainly is not. */
import { type ContainerModel, stateOf } from './model.ts';

const stoppedStates: ReadonlySet<string> = new Set(['created', 'exited', 'dead', 'removing']);

/** Whether what is at hand says that no process of it exists. */
export const isStopped = (container: ContainerModel): boolean => stoppedStates.has(stateOf(container));
