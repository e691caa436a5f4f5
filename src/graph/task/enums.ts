/** The words of a task's life. */
import { enumOf } from '../kit/enum.ts';

/** In the order of a task's life: it never goes back. */
const states = {
  new: 'It has been made.',
  allocated: 'It has what it needs of the swarm, such as addresses.',
  pending: 'It waits for a node: see `error` where there is none that fits.',
  assigned: 'It has been given to a node.',
  accepted: 'The node has taken it.',
  preparing: 'The node prepares it: it pulls the image, for example.',
  ready: 'The node has all that it needs, and waits to be told to start.',
  starting: 'Its container is being started, or has not been healthy yet.',
  running: 'Its container runs.',
  complete: 'Its container ended well, as that of a job does.',
  shutdown: 'It was asked to end, and did.',
  failed: 'Its container ended with an error, or could not be started.',
  rejected: 'Its node would not have it: see `error`.',
  remove: 'It is about to be forgotten, as its service has been removed or made smaller.',
  orphaned: 'Its node has been away for so long that nobody knows what became of it.',
} as const;

export const TaskState = enumOf(
  'TaskState',
  'Where a task is in its life, in the order of that life: a task never goes back.',
  states,
);

const ranks: ReadonlyMap<string, number> = new Map(Object.keys(states).map((state, index) => [state, index]));

/** How far a task has come, for sorting; the unknown lead. */
export const rankOf = (state: string | null | undefined): number => ranks.get(state ?? '') ?? -1;

export const TaskRuntime = enumOf('TaskRuntime', 'What runs a task.', {
  container: 'Containers.',
  plugin: 'Plugins of the Engine, which the swarm installs on its nodes.',
  attachment: 'Nothing: it stands for a container that somebody connected to a network of the swarm by hand.',
});

export const TaskRestartCondition = enumOf(
  'TaskRestartCondition',
  'When the swarm replaces a task that ended.',
  {
    none: 'It does not.',
    'on-failure': 'When its exit code is not 0.',
    any: 'Always.',
  },
);

export const SeccompMode = enumOf('SeccompMode', 'Which system calls a task may make.', {
  default: 'Those of the default profile of the Engine.',
  unconfined: 'All.',
  custom: 'Those of a profile of its own.',
});

export const AppArmorMode = enumOf('AppArmorMode', 'Whether AppArmor confines a task.', {
  default: 'By the default profile of the Engine.',
  disabled: 'It does not.',
});
