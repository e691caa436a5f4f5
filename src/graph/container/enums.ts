/** The words of a container's life. */
import { enumOf } from '../kit/enum.ts';

export const ContainerState = enumOf('ContainerState', 'Where a container is in its life.', {
  created: 'Made, never started.',
  running: 'Its main process runs.',
  paused: 'Frozen: its processes exist but get no time.',
  restarting: 'Ended, and about to be started again by its restart policy.',
  removing: 'Being deleted.',
  exited: 'Its main process ended.',
  dead: 'Could not be removed wholly; it can only be removed again.',
  stopping: 'Asked to stop, not stopped yet (Podman).',
});

export const HealthStatus = enumOf('HealthStatus', 'What the health check says.', {
  none: 'There is no health check.',
  starting: 'The check has not succeeded yet, and its failures do not count yet.',
  healthy: 'The last check succeeded.',
  unhealthy: 'Too many checks in a row failed.',
});

export const MountType = enumOf('MountType', 'What is mounted.', {
  bind: 'A file or directory of the host.',
  volume: 'A volume, named or anonymous.',
  tmpfs: 'Memory of the host, gone with the container.',
  npipe: 'A named pipe of a Windows host.',
  cluster: 'A cluster volume of a swarm.',
  image: 'The files of an image.',
});

export const PortProtocol = enumOf('PortProtocol', 'The transport of a port.', {
  tcp: 'TCP.',
  udp: 'UDP.',
  sctp: 'SCTP.',
});

export const Isolation = enumOf(
  'ContainerIsolation',
  'How a Windows container is kept apart from its host.',
  {
    default: "The daemon's default.",
    process: 'It shares the kernel of the host.',
    hyperv: 'It has a kernel of its own.',
  },
);
