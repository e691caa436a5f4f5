/** What is to run in a container, and how. */
import type { ContainerConfigBody } from '../../../engine/types.ts';
import { wholeSeconds } from '../../kit/units.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { given, inside, type Place } from '../../mutation/input-error.ts';
import { EnvironmentVariableInput, environmentBody } from './environment.ts';

const fromImage = 'as the image says if left out';

/** What an image can say too: for new containers, and for images made from containers. */
export const processFields = (t: InputFields) => ({
  command: t.stringList({
    description: `The program and its arguments, or the arguments of the entrypoint; ${fromImage}.`,
  }),
  entrypoint: t.stringList({
    description:
      `The program that \`command\` is handed to, with its first arguments; ${fromImage}. The command of the image goes ` +
      'with it. An empty list is none (`--entrypoint ""`).',
  }),
  env: t.field({
    type: [EnvironmentVariableInput],
    description: 'Environment variables, beside and in place of those of the image.',
  }),
  user: t.string({
    description: `Who its processes run as: name or number of a user, optionally \`:\` and a group; ${fromImage}.`,
  }),
  workingDir: t.string({ description: `The directory its main process starts in; ${fromImage}.` }),
  stopSignal: t.string({
    description: `The signal that asks it to stop, such as \`SIGINT\`; ${fromImage}, else \`SIGTERM\`.`,
  }),
});

interface ProcessWish {
  readonly command?: readonly string[] | null | undefined;
  readonly entrypoint?: readonly string[] | null | undefined;
  readonly env?: Parameters<typeof environmentBody>[0];
  readonly user?: string | null | undefined;
  readonly workingDir?: string | null | undefined;
  readonly stopSignal?: string | null | undefined;
}

/** @throws InputError for an impossible name of a variable */
export const processBody = (input: ProcessWish, place: Place) =>
  ({
    Cmd: given(input.command),
    // The daemon takes an empty list for "as the image says", and one empty text for "none".
    Entrypoint: input.entrypoint?.length === 0 ? [''] : given(input.entrypoint),
    Env: environmentBody(input.env, inside(place, 'env')),
    User: given(input.user),
    WorkingDir: given(input.workingDir),
    StopSignal: given(input.stopSignal),
  }) satisfies ContainerConfigBody;

export const terminalFields = (t: InputFields) => ({
  hostname: t.string({ description: 'The host name its processes see; its short ID if left out.' }),
  domainname: t.string({ description: 'The domain name its processes see.' }),
  tty: t.boolean({ description: 'Give it a terminal (`docker run --tty`). False if left out.' }),
  openStdin: t.boolean({
    description:
      'Keep its standard input open without anybody attached (`docker run --interactive`). False if left out.',
  }),
  stdinOnce: t.boolean({
    description: 'Close its standard input once the first attached client has gone.',
  }),
  attachStdin: t.boolean({ description: 'Whether clients that start it are to attach to standard input.' }),
  attachStdout: t.boolean({ description: 'Whether clients that start it are to attach to standard output.' }),
  attachStderr: t.boolean({ description: 'Whether clients that start it are to attach to standard error.' }),
  stopTimeout: t.field({
    type: 'Duration',
    description:
      'How long it may take to stop before it is killed, in whole seconds; 10 seconds if left out.',
  }),
  shell: t.stringList({ description: 'The shell that runs command lines, with its arguments (Windows).' }),
  onBuild: t.stringList({ description: 'Instructions for builds that use an image committed from it.' }),
  argsEscaped: t.boolean({
    description: 'Whether `command` is one command line, escaped already (Windows).',
  }),
});

interface TerminalWish {
  readonly hostname?: string | null | undefined;
  readonly domainname?: string | null | undefined;
  readonly tty?: boolean | null | undefined;
  readonly openStdin?: boolean | null | undefined;
  readonly stdinOnce?: boolean | null | undefined;
  readonly attachStdin?: boolean | null | undefined;
  readonly attachStdout?: boolean | null | undefined;
  readonly attachStderr?: boolean | null | undefined;
  readonly stopTimeout?: number | bigint | null | undefined;
  readonly shell?: readonly string[] | null | undefined;
  readonly onBuild?: readonly string[] | null | undefined;
  readonly argsEscaped?: boolean | null | undefined;
}

/** @param attached whether whoever starts it attaches by default, as with `docker create`; not with `docker run -d` */
export function terminalBody(input: TerminalWish, attached: boolean) {
  const openStdin = input.openStdin ?? false;
  const attachStdin = input.attachStdin ?? (attached && openStdin);
  return {
    Hostname: given(input.hostname),
    Domainname: given(input.domainname),
    Tty: given(input.tty),
    OpenStdin: openStdin,
    StdinOnce: input.stdinOnce ?? (openStdin && attachStdin),
    AttachStdin: attachStdin,
    AttachStdout: input.attachStdout ?? attached,
    AttachStderr: input.attachStderr ?? attached,
    StopTimeout:
      input.stopTimeout === null || input.stopTimeout === undefined
        ? undefined
        : wholeSeconds(input.stopTimeout),
    Shell: given(input.shell),
    OnBuild: given(input.onBuild),
    ArgsEscaped: given(input.argsEscaped),
  } satisfies ContainerConfigBody;
}
