/** What runs in a container, independent of the host. */
import type { ContainerConfig } from '../../engine/types.ts';
import { flag, int, keys, map, object, record, text, texts } from '../kit/record.ts';
import { of } from '../kit/wire.ts';
import { environmentColumn } from './environment.ts';
import { HealthCheckConfigType } from './health.ts';

export const ContainerConfigType = record<ContainerConfig>(
  'ContainerConfig',
  'What runs in a container and how, independent of the host it runs on. What the image says is in here too.',
  {
    [of]: 'ContainerConfig',
    Hostname: text('The host name that processes inside see: by default the short ID of the container.'),
    Domainname: text('The domain name that processes inside see.'),
    User: text(
      'Who its processes run as: name or number of a user, optionally `:` and a group. Null is the one of the image, or root.',
    ),
    AttachStdin: flag('Whether standard input was to be attached at its start.'),
    AttachStdout: flag('Whether standard output was to be attached at its start.'),
    AttachStderr: flag('Whether standard error was to be attached at its start.'),
    ExposedPorts: keys(
      'The ports it says it listens on, such as `80/tcp`. That alone publishes none of them.',
    ),
    Tty: flag(
      'Whether it has a terminal (`docker run --tty`). Standard output and standard error are one stream then.',
    ),
    OpenStdin: flag(
      'Whether its standard input stays open without anybody attached (`docker run --interactive`).',
    ),
    StdinOnce: flag('Whether its standard input is closed after the first attached client has gone.'),
    Env: environmentColumn(
      'The environment of its main process, in the order given. Secrets are often found here.',
    ),
    Cmd: texts('The arguments of the entrypoint; without an entrypoint, the program and its arguments.'),
    Healthcheck: object(
      HealthCheckConfigType,
      'Its health check; null where neither it nor its image has one.',
    ),
    ArgsEscaped: flag('Whether `cmd` is one command line that is escaped already (Windows).'),
    Image: text('The image as it was named when the container was made.'),
    Volumes: keys('The paths inside for which anonymous volumes are made.'),
    WorkingDir: text('The directory its main process starts in; null is that of the image, or `/`.'),
    Entrypoint: texts('The program it runs and the first of its arguments; empty where `cmd` has all.'),
    NetworkDisabled: flag('Whether it has no network.'),
    MacAddress: text(
      'The MAC address that was asked for. Newer Engines keep it with the network: see `networks { macAddress }` of the container.',
      { gone: '1.52' },
    ),
    OnBuild: texts('Instructions for builds that use the image; they mean nothing to a container.'),
    Labels: map('All labels, sorted by key; also on the container itself.'),
    StopSignal: text('The signal that asks it to stop; null is `SIGTERM`.'),
    StopTimeout: int(
      'Seconds that it has to stop before it is killed; null is the default of the Engine, 10.',
    ),
    Shell: texts('The shell that runs command lines; empty is the default of the system.'),
  },
);
