/** What an image says about the containers that are made from it. */
import type { ImageConfig } from '../../engine/types.ts';
import { environmentColumn } from '../container/environment.ts';
import { HealthCheckConfigType } from '../container/health.ts';
import { flag, int, keys, map, object, record, text, texts } from '../kit/record.ts';
import { of } from '../kit/wire.ts';

const legacy = 'Meant nothing in an image ever.';
const gone = '1.50';

export const ImageConfigType = record<ImageConfig>(
  'ImageConfig',
  'What containers made from the image run and how, unless told otherwise when they are made.',
  {
    [of]: 'ImageConfig',
    User: text(
      'The user that runs commands: name or number, also with a group (`user:group`); null is root.',
    ),
    ExposedPorts: keys(
      'Ports that its programs listen on, such as `80/tcp`. Exposing publishes nothing by itself.',
    ),
    Env: environmentColumn('Environment variables.'),
    Cmd: texts('The command, or the arguments of `entrypoint` where there is one (`CMD`).'),
    Entrypoint: texts('The program that every command line begins with (`ENTRYPOINT`).'),
    Healthcheck: object(
      HealthCheckConfigType,
      'How to tell whether a container works (`HEALTHCHECK`); null without one.',
    ),
    ArgsEscaped: flag('Whether the command is escaped already (Windows only).'),
    Volumes: keys('Paths that get an anonymous volume in every container (`VOLUME`).'),
    WorkingDir: text('The directory that commands start in; null is the root.'),
    OnBuild: texts('Instructions for the build of images that are made from this one (`ONBUILD`).'),
    Labels: map('Labels, sorted by key; the same as those of the image itself.'),
    StopSignal: text('The signal that asks the main process to end, such as `SIGQUIT`; null is SIGTERM.'),
    Shell: texts('The shell of commands that are given as one text (`SHELL`); empty for `/bin/sh -c`.'),
    StopTimeout: int(`Seconds to wait for the end before killing. ${legacy}`, { gone }),
    Hostname: text(`A host name. ${legacy}`, { gone }),
    Domainname: text(`A domain name. ${legacy}`, { gone }),
    AttachStdin: flag(`Whether standard input was attached in the build. ${legacy}`, { gone }),
    AttachStdout: flag(`Whether standard output was attached in the build. ${legacy}`, { gone }),
    AttachStderr: flag(`Whether standard error was attached in the build. ${legacy}`, { gone }),
    Tty: flag(`Whether the build had a terminal. ${legacy}`, { gone }),
    OpenStdin: flag(`Whether standard input was kept open in the build. ${legacy}`, { gone }),
    StdinOnce: flag(`Whether standard input was closed after the first client left. ${legacy}`, { gone }),
    Image: text(`The image that the last step of the build started from. ${legacy}`, { gone }),
    NetworkDisabled: flag(`Whether the build had no network. ${legacy}`, { gone }),
    MacAddress: text(`A MAC address. ${legacy}`, { gone }),
  },
);
