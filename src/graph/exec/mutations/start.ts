/** `execStart`: the one start of a command. */
import { execs } from '../../../engine/operations/exec.ts';
import type { Session } from '../../../sessions/session.ts';
import { builder } from '../../builder.ts';
import { findContainer, fromDetails } from '../../container/model.ts';
import { mirrors } from '../../kit/wire.ts';
import { inside, refuse } from '../../mutation/input-error.ts';
import { attempt, failed, type Outcome, objection, payloadType, resolveRef } from '../../mutation/payload.ts';
import { Exec } from '../../nouns.ts';
import { type ExecModel, execOf, findExec } from '../model.ts';
import { startExec } from '../session/connect.ts';
import { SessionType, sessionModel } from '../session/session.ts';
import { noStart } from './create.ts';
import { checkSize, execRefFields, TerminalSizeInput } from './size.ts';

interface StartOutcome extends Outcome {
  readonly exec: () => Promise<ExecModel | null>;
  readonly session: Session | null;
}

const ExecStartInput = builder.inputType('ExecStartInput', {
  ...mirrors('ExecStartBody', { size: 'ExecStartBody.ConsoleSize' }),
  description: 'What `execStart` takes.',
  fields: (t) => ({
    ...execRefFields(t),
    size: t.field({
      type: TerminalSizeInput,
      description: 'The size that its terminal begins with; as the Engine chooses if left out.',
    }),
    detach: t.boolean({
      defaultValue: false,
      description: 'Let it run by itself, without a session: nobody reads what it writes.',
    }),
  }),
});

const ExecStartPayload = payloadType<StartOutcome>('ExecStartPayload', 'What `execStart` answers.', (t) => ({
  exec: t.field({
    type: Exec,
    nullable: true,
    description: 'The command as it is now. Needs `GET /exec/{id}/json`.',
    resolve: ({ exec }) => exec(),
  }),
  session: t.field({
    type: SessionType,
    nullable: true,
    description: 'The connection to it; null with `detach`, and when it was not started.',
    resolve: ({ session }, _args, context) => session && sessionModel(context, session),
  }),
}));

const noExec = async (): Promise<null> => null;

builder.mutationField('execStart', (t) =>
  t.field({
    type: ExecStartPayload,
    nullable: true,
    description:
      'Starts a command that `execCreate` has made, once, and opens a session with it: `execOutput` follows what it ' +
      'writes, from the first byte, and `execInput` writes to it. That there is no such program is told by the end of the ' +
      'session (`NOT_STARTED`). `POST /exec/{id}/start`.',
    args: { input: t.arg({ type: ExecStartInput, required: true, description: 'Which command, and how.' }) },
    resolve: async (_root, { input }, context): Promise<StartOutcome> => {
      const place = { api: '', path: ['input'] };
      const none = { exec: noExec, session: null };
      const wrong = objection(context, ['input', 'size'], () => checkSize(input.size, inside(place, 'size')));
      if (wrong) return { ...failed(wrong), ...none };
      const found = await resolveRef(context, { ...input, what: 'command' }, findExec);
      if ('error' in found) return { ...failed(found.error), ...none };
      const { model } = found;
      const { scope, key: id, details } = model;
      const exec = () => execOf(scope, id);
      const container = await findContainer(context, details.ContainerID ?? id, scope.name);
      return attempt<StartOutcome>(
        { scope, ...(container && { container }) },
        async () => {
          const tty = details.ProcessConfig?.tty === true;
          if (input.size && !tty)
            refuse(inside(place, 'size'), 'is for a command with a terminal: leave it out.');
          if (!input.detach) {
            const session = await startExec(context.sessions, model, container, checkSize(input.size, place));
            return { changed: true, userErrors: [], exec, session };
          }
          try {
            await scope.call(execs.startDetached, { id, body: { Detach: true, Tty: tty } });
            return { changed: true, userErrors: [], exec, session: null };
          } catch (error) {
            const wrongCommand = noStart(error, async () => {
              const now = await scope.loaders.containers.inspect.load(details.ContainerID ?? '');
              return now && fromDetails(scope, now);
            });
            if (!wrongCommand) throw error;
            return { ...failed({ ...wrongCommand, path: ['input', 'ref'] }), exec, session: null };
          }
        },
        (error) => ({ ...failed(error), exec, session: null }),
      );
    },
  }),
);
