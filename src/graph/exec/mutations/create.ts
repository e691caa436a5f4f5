/** `execCreate`: a command in a container, not started yet. */
import { execs } from '../../../engine/operations/exec.ts';
import { newestApi } from '../../../engine/version.ts';
import { builder } from '../../builder.ts';
import type { ContainerModel } from '../../container/model.ts';
import { processBody, processFields } from '../../container/mutations/exec-input.ts';
import { containerRefFields } from '../../container/mutations/verb.ts';
import { mirrors } from '../../kit/wire.ts';
import { given, inside, type Place, refuse, since } from '../../mutation/input-error.ts';
import {
  attempt,
  type ContainerOutcome,
  containerField,
  failed,
  noContainer,
  objection,
  payloadType,
  reread,
  resolveContainer,
} from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';
import { Exec } from '../../nouns.ts';
import { type ExecModel, execOf } from '../model.ts';
import { blamed, isNoProcess } from '../no-start.ts';
import { unlikelyKeys } from '../session/connect.ts';
import { checkSize, TerminalSizeInput } from './size.ts';

export const ExecCreateInput = builder.inputType('ExecCreateInput', {
  ...mirrors('ContainerExecBody', {
    command: 'ContainerExecBody.Cmd',
    stdin: 'ContainerExecBody.AttachStdin',
    stdout: 'ContainerExecBody.AttachStdout',
    stderr: 'ContainerExecBody.AttachStderr',
    size: 'ContainerExecBody.ConsoleSize',
    tty: ['ContainerExecBody.Tty', 'ExecStartBody.Tty'],
  }),
  description: 'What `execCreate` takes.',
  fields: (t) => ({
    ...containerRefFields(t),
    ...processFields(t),
    stdin: t.boolean({
      defaultValue: true,
      description: 'Whether it can be written to. Without it, its standard input is empty.',
    }),
    stdout: t.boolean({
      defaultValue: true,
      description: 'Whether what it writes to standard output is given to the session.',
    }),
    stderr: t.boolean({
      defaultValue: true,
      description: 'Whether what it writes to standard error is given to the session.',
    }),
    size: t.field({
      type: TerminalSizeInput,
      description: 'With `tty`: the size that its terminal begins with, where it is started without one.',
      since: '1.42',
    }),
    detachKeys: t.string({
      description:
        'Keys that end the connection and leave the command running, as in `docker exec --detach-keys`: `ctrl-p,ctrl-q`. ' +
        'With a terminal only. None if left out, so that every byte reaches the command.',
    }),
  }),
});

export type ExecCreateWish = typeof ExecCreateInput.$inferInput;

const key = /^(?:[\x20-\x2b\x2d-\x7e]|ctrl-[a-z@[\\\]^_]|DEL)$/;

/** @throws InputError */
export function checkKeys(keys: string | null | undefined, place: Place): string | undefined {
  if (keys === null || keys === undefined) return undefined;
  if (!keys.split(',').every((each) => key.test(each))) {
    refuse(
      place,
      `cannot be ${JSON.stringify(keys)}: give keys such as "ctrl-p,ctrl-q", single characters or ctrl- and a letter.`,
    );
  }
  return keys;
}

/** @throws InputError */
export function createBody(input: ExecCreateWish, place: Place) {
  const body = processBody(input, place);
  const at = inside(place, 'detachKeys');
  const keys = checkKeys(input.detachKeys, at);
  const stdin = input.stdin ?? true;
  const sizeAt = inside(place, 'size');
  if (input.size && !body.Tty) refuse(sizeAt, 'is for a command with a terminal: leave it out.');
  const size = since(sizeAt, '1.42', checkSize(input.size, sizeAt));
  if (keys !== undefined && !(body.Tty && stdin)) refuse(at, 'need `tty` and `stdin`: leave them out.');
  return {
    ...body,
    AttachStdin: stdin,
    AttachStdout: input.stdout ?? true,
    AttachStderr: input.stderr ?? true,
    ConsoleSize: size && [size.rows, size.columns],
    DetachKeys: body.Tty && stdin ? (given(keys) ?? unlikelyKeys()) : undefined,
  };
}

/** What the Engine says of a command that cannot be. */
export function noStart(
  error: unknown,
  container: () => Promise<ContainerModel | null>,
  input?: readonly string[],
): UserErrorModel | undefined {
  if (!isNoProcess(error)) return undefined;
  const path = blamed(error.message, input);
  return { kind: 'ExecStartError', message: error.message, ...(path && { path }), container };
}

interface CreateOutcome extends ContainerOutcome {
  readonly exec: () => Promise<ExecModel | null>;
}

const ExecCreatePayload = payloadType<CreateOutcome>(
  'ExecCreatePayload',
  'What `execCreate` answers.',
  (t) => ({
    container: containerField(t),
    exec: t.field({
      type: Exec,
      nullable: true,
      description: 'The command, for `execStart`; null when it was not made. Needs `GET /exec/{id}/json`.',
      resolve: ({ exec }) => exec(),
    }),
  }),
);

const noExec = async (): Promise<null> => null;

builder.mutationField('execCreate', (t) =>
  t.field({
    type: ExecCreatePayload,
    nullable: true,
    description:
      'Prepares a command in a running container; `execStart` starts it. To run one and wait for its end there is ' +
      '`containerExec`, for a terminal `terminalOpen`. `POST /containers/{id}/exec`.',
    args: {
      input: t.arg({ type: ExecCreateInput, required: true, description: 'In which container, and what.' }),
    },
    resolve: async (_root, { input }, context): Promise<CreateOutcome> => {
      const place = { api: newestApi, path: ['input'] };
      const wrong = objection(context, place.path, () => createBody(input, place));
      if (wrong) return { ...failed(wrong), container: noContainer, exec: noExec };
      const found = await resolveContainer(context, input);
      if ('error' in found) return { ...failed(found.error), container: noContainer, exec: noExec };
      const { model } = found;
      const { scope, key: id } = model;
      const container = reread(model);
      return attempt<CreateOutcome>(
        { scope, container: model },
        async () => {
          try {
            const body = createBody(input, { ...place, api: await scope.apiVersion() });
            const { Id = '' } = await scope.call(execs.create, { id, body });
            return { changed: true, userErrors: [], container, exec: () => execOf(scope, Id ?? '') };
          } catch (error) {
            const wrongCommand = noStart(error, container);
            if (!wrongCommand) throw error;
            return { ...failed(wrongCommand), container, exec: noExec };
          }
        },
        (error) => ({ ...failed(error), container, exec: noExec }),
      );
    },
  }),
);
