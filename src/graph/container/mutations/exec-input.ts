/** What `containerExec` takes, and what can be said against it before the Engine is asked. */
import type { InputShapeFromFields } from '@pothos/core';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { EnvironmentVariableInput, environmentBody } from '../input/environment.ts';
import { containerRefFields, type InputFields } from './verb.ts';
import { checkTimeout } from './waiting.ts';

/** Bytes that are kept of either stream, unless something else was asked for: 1 MiB. */
const usualOutput = 1_048_576;
/** The most that may be asked for: 16 MiB, as all of it is in memory, twice as text. */
const mostOutput = 16_777_216;

/** What is to be run, and how. */
export const processFields = (t: InputFields) => ({
  command: t.stringList({
    required: true,
    description: 'The program and its arguments. There is no shell, unless it is that: `["sh", "-c", "…"]`.',
  }),
  env: t.field({
    type: [EnvironmentVariableInput],
    description: 'Environment variables, beside and in place of those of the container.',
  }),
  user: t.string({
    description:
      'Who it runs as: name or number of a user, optionally `:` and a group; the user of the container if left out.',
  }),
  workingDir: t.string({
    description: 'The directory it starts in, as an absolute path; that of the container if left out.',
  }),
  privileged: t.boolean({
    defaultValue: false,
    description: 'Give it all privileges, whatever the container has.',
  }),
  tty: t.boolean({
    defaultValue: false,
    description: 'Give it a terminal. All its output is `stdout` then, with the line ends of a terminal.',
  }),
});

export const ContainerExecInput = builder.inputType('ContainerExecInput', {
  ...mirrors('ContainerExecBody', {
    command: 'ContainerExecBody.Cmd',
    stdin: 'ContainerExecBody.AttachStdin',
  }),
  description: 'What `containerExec` takes.',
  fields: (t) => ({
    ...containerRefFields(t),
    ...processFields(t),
    stdin: t.string({
      description:
        'What it can read from its standard input, as text; the input ends after it. No input at all if left out.',
    }),
    stdinBase64: t.string({ description: 'The same as any bytes, in base64, in place of `stdin`.' }),
    timeout: t.field({
      type: 'Duration',
      description:
        'How long to wait for its end; for ever if left out. The command is not ended by it, as the Engine cannot do that.',
    }),
    maxOutputBytes: t.field({
      type: 'ByteSize',
      description:
        'How many bytes to keep of `stdout`, and as many of `stderr`: the first ones. `1m` if left out, `16m` at most. What ' +
        'is beyond is read and dropped.',
    }),
  }),
});

export type ExecWish = typeof ContainerExecInput.$inferInput;

export const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** @throws InputError */
function stdinOf({ stdin, stdinBase64, tty }: ExecWish, place: Place): Buffer | undefined {
  const text = given(stdin);
  const encoded = given(stdinBase64);
  if (text === undefined && encoded === undefined) return undefined;
  const at = inside(place, text === undefined ? 'stdinBase64' : 'stdin');
  if (tty)
    refuse(at, 'cannot be given with `tty`: a terminal has no end of its input. Leave one of them out.');
  if (encoded === undefined) return Buffer.from(text ?? '');
  if (text !== undefined) refuse(at, 'cannot be given with `stdinBase64`: leave one of them out.');
  if (!base64.test(encoded)) refuse(at, 'is no base64: give the letters of RFC 4648, without line breaks.');
  return Buffer.from(encoded, 'base64');
}

type ProcessWish = InputShapeFromFields<ReturnType<typeof processFields>>;

/**
 * What is to be run, as the Engine takes it.
 *
 * @throws InputError
 */
export function processBody(input: ProcessWish, place: Place) {
  if (input.command.length === 0)
    refuse(inside(place, 'command'), 'cannot be empty: give at least a program.');
  return {
    AttachStdout: true,
    AttachStderr: true,
    Cmd: input.command,
    Env: environmentBody(input.env, inside(place, 'env')),
    User: given(input.user),
    WorkingDir: given(input.workingDir),
    Privileged: input.privileged ?? false,
    Tty: input.tty ?? false,
  };
}

/**
 * The same with what is written to it, and how much of its output is wanted.
 *
 * @throws InputError
 */
export function execution(input: ExecWish, place: Place) {
  const body = processBody(input, place);
  checkTimeout(input.timeout, inside(place, 'timeout'));
  const wanted = Number(input.maxOutputBytes ?? usualOutput);
  if (wanted < 0 || wanted > mostOutput) {
    refuse(inside(place, 'maxOutputBytes'), `cannot be ${wanted}: give 0 to ${mostOutput} bytes ("16m").`);
  }
  return {
    maxOutputBytes: wanted,
    stdin: stdinOf(input, place),
    body,
  };
}
