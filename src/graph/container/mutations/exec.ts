/** `containerExec`: one command in a running container, its output and how it ended. */
import type { EngineError } from '../../../engine/errors.ts';
import type { Int64 } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import type { Captured } from '../../exec/capture.ts';
import { type ExecModel, execOf } from '../../exec/model.ts';
import { blamed, isMissingUser } from '../../exec/no-start.ts';
import { CommandNotStarted, type CommandRun, runCommand } from '../../exec/run.ts';
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
import { Exec } from '../../nouns.ts';
import type { ContainerModel } from '../model.ts';
import { ContainerExecInput, type ExecWish, execution } from './exec-input.ts';
import { startClock } from './waiting.ts';

interface ExecOutcome extends ContainerOutcome {
  readonly exitCode: Int64 | null;
  readonly stdout: Captured;
  readonly stderr: Captured;
  readonly timedOut: boolean;
  readonly exec: () => Promise<ExecModel | null>;
}

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

const ContainerExecPayload = payloadType<ExecOutcome>(
  'ContainerExecPayload',
  'What `containerExec` answers. `changed` says that the command was started.',
  (t) => ({
    container: containerField(t),
    exec: t.field({
      type: Exec,
      nullable: true,
      description:
        'The command as the Engine knows it; null when it was not started. Needs `GET /exec/{id}/json`.',
      resolve: ({ exec }) => exec(),
    }),
    exitCode: t.expose('exitCode', {
      type: 'Long',
      nullable: true,
      description:
        'How the command ended: 0 mostly means success, 128 and more that a signal ended it. 126 or 127 with an ' +
        '`ExecStartError` means that there never was a process. Null when the time was up before, when nothing was ' +
        'started, and when the Engine has forgotten it.',
    }),
    stdout: t.string({
      nullable: false,
      description: 'What it wrote to standard output, as text; bytes that are no UTF-8 are U+FFFD.',
      resolve: ({ stdout }) => lossy.decode(stdout.bytes),
    }),
    stdoutBase64: t.string({
      nullable: false,
      description: 'The same byte by byte, in base64.',
      resolve: ({ stdout }) => stdout.bytes.toString('base64'),
    }),
    stdoutTruncated: t.boolean({
      nullable: false,
      description: 'Whether there was more of it than `maxOutputBytes`.',
      resolve: ({ stdout }) => stdout.truncated,
    }),
    stderr: t.string({
      nullable: false,
      description:
        'What it wrote to standard error, as text; bytes that are no UTF-8 are U+FFFD. Empty with a terminal.',
      resolve: ({ stderr }) => lossy.decode(stderr.bytes),
    }),
    stderrBase64: t.string({
      nullable: false,
      description: 'The same byte by byte, in base64.',
      resolve: ({ stderr }) => stderr.bytes.toString('base64'),
    }),
    stderrTruncated: t.boolean({
      nullable: false,
      description: 'Whether there was more of it than `maxOutputBytes`.',
      resolve: ({ stderr }) => stderr.truncated,
    }),
    timedOut: t.exposeBoolean('timedOut', {
      nullable: false,
      description:
        'Whether the time was up before the command ended. The output is what had come until then, and the command runs on.',
    }),
  }),
);

const empty: Captured = { bytes: Buffer.alloc(0), truncated: false };
const nothingRan = {
  exitCode: null,
  stdout: empty,
  stderr: empty,
  timedOut: false,
  exec: async () => null,
};

const isNoStart = (error: unknown): error is CommandNotStarted | EngineError =>
  error instanceof CommandNotStarted || isMissingUser(error);

const exitCodeOf = ({ details }: CommandRun): Int64 | null => details?.ExitCode ?? null;

async function exec(model: ContainerModel, wish: ReturnType<typeof execution>, input: ExecWish) {
  const { scope, key } = model;
  const container = reread(model);
  const clock = startClock(input.timeout);
  try {
    const run = await runCommand(scope, { container: key, ...wish, clock });
    const { stdout, stderr, timedOut } = run;
    return {
      changed: true,
      userErrors: [],
      container,
      exitCode: exitCodeOf(run),
      stdout,
      stderr,
      timedOut,
      exec: () => execOf(scope, run.id),
    };
  } catch (error) {
    if (!isNoStart(error)) throw error;
    const { message } = error;
    const path = blamed(message);
    return {
      ...failed({ kind: 'ExecStartError', message, ...(path && { path }), container }),
      ...nothingRan,
      container,
      exitCode: error instanceof CommandNotStarted ? exitCodeOf(error.run) : null,
    };
  } finally {
    clock.release();
  }
}

builder.mutationField('containerExec', (t) =>
  t.field({
    type: ContainerExecPayload,
    nullable: true,
    description:
      'Runs a command in a running container, as `docker exec` does, and answers with its output and how it ended. One ' +
      'whose client has gone runs on, and its output is lost. `POST /containers/{id}/exec`, `POST /exec/{id}/start` and ' +
      '`GET /exec/{id}/json`.',
    args: {
      input: t.arg({
        type: ContainerExecInput,
        required: true,
        description: 'In which container, and what.',
      }),
    },
    resolve: async (_root, { input }, context): Promise<ExecOutcome> => {
      const place = { api: '', path: ['input'] };
      const wrong = objection(context, place.path, () => execution(input, place));
      if (wrong) return { ...failed(wrong), ...nothingRan, container: noContainer };
      const found = await resolveContainer(context, input);
      if ('error' in found) return { ...failed(found.error), ...nothingRan, container: noContainer };
      const { model } = found;
      return attempt<ExecOutcome>(
        { scope: model.scope, container: model },
        () => exec(model, execution(input, place), input),
        (error) => ({ ...failed(error), ...nothingRan, container: reread(model) }),
      );
    },
  }),
);
