/** `execInput`, `containerAttachInput` and `sessionEnd`: what is done to a session that is open. */
import { InputClosed } from '../../../sessions/input.ts';
import type { Session, SessionFacts } from '../../../sessions/session.ts';
import { builder } from '../../builder.ts';
import { base64 } from '../../container/mutations/exec-input.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import { attempt, failed, type Outcome, objection, payloadType } from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';
import { noSession, SessionType, sessionModel, sessionOf } from '../session/session.ts';

interface SessionOutcome extends Outcome {
  readonly session: Session | null;
}

interface InputOutcome extends SessionOutcome {
  readonly bytes: number;
}

const missing: UserErrorModel = { kind: 'NotFoundError', message: noSession, path: ['input', 'session'] };

/** Most bytes of one input. */
const mostBytes = 1_048_576;

interface InputWish {
  readonly text?: string | null | undefined;
  readonly base64?: string | null | undefined;
  readonly end?: boolean | null | undefined;
}

/** @throws InputError */
function bytesOf(input: InputWish, place: Place): Buffer {
  const { text, end } = input;
  const encoded = input.base64;
  const hasText = typeof text === 'string';
  if (typeof encoded === 'string') {
    const at = inside(place, 'base64');
    if (hasText) refuse(at, 'cannot be given with `text`: leave one of them out.');
    if (!base64.test(encoded)) refuse(at, 'is no base64: give the letters of RFC 4648, without line breaks.');
  } else if (!hasText && !end) refuse(place, 'says nothing: give `text`, `base64` or `end`.');
  const bytes = hasText ? Buffer.from(text) : Buffer.from(encoded ?? '', 'base64');
  if (bytes.length > mostBytes) {
    refuse(
      inside(place, hasText ? 'text' : 'base64'),
      `has ${bytes.length} bytes, and ${mostBytes} is the most: send it in parts.`,
    );
  }
  return bytes;
}

/** Declares `execInput` or `containerAttachInput`. */
function defineInput(
  name: 'execInput' | 'containerAttachInput',
  kind: SessionFacts['kind'],
  { type, subject, other }: { readonly type: string; readonly subject: string; readonly other: string },
): void {
  const Input = builder.inputType(`${type}Input`, {
    description: `What \`${name}\` takes.`,
    fields: (t) => ({
      session: t.id({ required: true, description: 'The `id` of the session.' }),
      text: t.string({ description: 'What to write, as text.' }),
      base64: t.string({
        description: 'The same as any bytes, in base64, in place of `text`. 1 MiB at most.',
      }),
      end: t.boolean({
        defaultValue: false,
        description:
          'End the standard input after it: whoever reads it sees its end, and its output goes on. Not with a terminal, ' +
          'where a program takes Ctrl+D (`"\\u0004"`) for the end.',
      }),
    }),
  });
  const Payload = payloadType<InputOutcome>(`${type}Payload`, `What \`${name}\` answers.`, (t) => ({
    bytes: t.exposeInt('bytes', {
      nullable: false,
      description: 'How many bytes were taken: all, or none when there is a user error.',
    }),
    session: t.field({
      type: SessionType,
      nullable: true,
      description: 'The session; null when there is none.',
      resolve: ({ session }, _args, context) => session && sessionModel(context, session),
    }),
  }));
  builder.mutationField(name, (t) =>
    t.field({
      type: Payload,
      nullable: true,
      description:
        `Writes to the standard input of ${subject}. Waits until what was written before has been read, ten seconds at ` +
        'most: what the program does not read piles up nowhere. Inputs keep their order.',
      args: { input: t.arg({ type: Input, required: true, description: 'To which session, and what.' }) },
      resolve: async (_root, { input }, context): Promise<InputOutcome> => {
        const place = { api: '', path: ['input'] };
        const wrong = objection(context, place.path, () => bytesOf(input, place));
        if (wrong) return { ...failed(wrong), bytes: 0, session: null };
        const session = sessionOf(context, input.session);
        if (!session) return { ...failed(missing), bytes: 0, session: null };
        const scope = context.scope(session.facts.engine);
        return attempt<InputOutcome>(
          { scope, path: ['input'] },
          async () => {
            const { facts } = session;
            if (facts.kind !== kind)
              refuse(inside(place, 'session'), `is not one of this kind: use \`${other}\`.`);
            if (!facts.stdin) throw new InputClosed('The session was opened without a standard input.');
            if (input.end && facts.endless) refuse(inside(place, 'end'), `cannot be had. ${facts.endless}`);
            const bytes = bytesOf(input, place);
            await session.write(bytes, input.end ?? false);
            return { changed: true, userErrors: [], bytes: bytes.length, session };
          },
          (error) => ({ ...failed(error), bytes: 0, session }),
        );
      },
    }),
  );
}

defineInput('execInput', 'exec', {
  type: 'ExecInput',
  subject: 'a command that `execStart` or `terminalOpen` has started',
  other: 'containerAttachInput',
});
defineInput('containerAttachInput', 'container', {
  type: 'ContainerAttachInput',
  subject: 'the main process of a container that `containerAttachStart` has attached to',
  other: 'execInput',
});

const SessionEndInput = builder.inputType('SessionEndInput', {
  description: 'What `sessionEnd` takes.',
  fields: (t) => ({ session: t.id({ required: true, description: 'The `id` of the session.' }) }),
});

const SessionEndPayload = payloadType<SessionOutcome>(
  'SessionEndPayload',
  'What `sessionEnd` answers.',
  (t) => ({
    session: t.field({
      type: SessionType,
      nullable: true,
      description: 'The session; null when there is none.',
      resolve: ({ session }, _args, context) => session && sessionModel(context, session),
    }),
  }),
);

builder.mutationField('sessionEnd', (t) =>
  t.field({
    type: SessionEndPayload,
    nullable: true,
    description:
      'Ends a session; `changed` is false if it has ended already. The process runs on, unless the end of its input ends ' +
      'it. Costs no call of the Engine.',
    args: { input: t.arg({ type: SessionEndInput, required: true, description: 'Which session.' }) },
    resolve: (_root, { input }, context): SessionOutcome => {
      const session = sessionOf(context, input.session);
      if (!session) return { ...failed(missing), session: null };
      const changed = session.ending === undefined;
      session.end('CLOSED');
      return { changed, userErrors: [], session };
    },
  }),
);
