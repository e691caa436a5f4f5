/** `terminalOpen`: an address that a terminal in a web page connects to. */
import type { Context } from '../../../context.ts';
import { EngineError } from '../../../engine/errors.ts';
import { execs } from '../../../engine/operations/exec.ts';
import { newestApi } from '../../../engine/version.ts';
import type { TerminalAddress } from '../../../sessions/registry.ts';
import type { Session, Size } from '../../../sessions/session.ts';
import { builder } from '../../builder.ts';
import { type ContainerModel, findContainer } from '../../container/model.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import {
  attempt,
  failed,
  type Outcome,
  objection,
  payloadType,
  reread,
  resolveContainer,
  resolveRef,
} from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';
import { execOf, findExec } from '../model.ts';
import { attachTo, startExec } from '../session/connect.ts';
import { noSession, SessionType, sessionModel, sessionOf } from '../session/session.ts';
import { attachWish, ContainerAttachStartInput } from './attach.ts';
import { createBody, ExecCreateInput, noStart } from './create.ts';
import { checkSize, TerminalSizeInput } from './size.ts';

const TerminalOpenInput = builder.inputType('TerminalOpenInput', {
  description: 'What `terminalOpen` takes: one of `run`, `exec`, `attach` and `session`, and the size.',
  fields: (t) => ({
    run: t.field({
      type: ExecCreateInput,
      description:
        'A command to make and start, such as a shell: `{ref: "web", command: ["sh"], tty: true}`.',
    }),
    exec: t.id({
      description: 'A command that `execCreate` has made, to be started: its global ID or Docker ID.',
    }),
    attach: t.field({
      type: ContainerAttachStartInput,
      description: 'A container whose main process to attach to.',
    }),
    session: t.id({
      description:
        'A session that is open. It then lives on for a while when the terminal goes, so that another may come.',
    }),
    engine: t.string({
      description:
        'With `exec`: the engine it is on; the default one if left out. Not needed with a global ID.',
    }),
    size: t.field({
      type: TerminalSizeInput,
      description: 'The size of the terminal; as the Engine chooses if left out.',
    }),
  }),
});

type TerminalWish = typeof TerminalOpenInput.$inferInput;

interface TerminalOutcome extends Outcome {
  readonly session: Session | null;
  readonly address: TerminalAddress | null;
}

const TerminalOpenPayload = payloadType<TerminalOutcome>(
  'TerminalOpenPayload',
  'What `terminalOpen` answers.',
  (t) => ({
    url: t.string({
      nullable: true,
      description:
        'The path for the WebSocket, on the origin of this gateway: good for one connection. It is the only key that is ' +
        'asked for there; null when there is no terminal.',
      resolve: ({ address }) => address?.path ?? null,
    }),
    expiresAt: t.field({
      type: 'Timestamp',
      nullable: true,
      description: 'When the address ends if nobody has come: after 30 seconds.',
      resolve: ({ address }) => address?.expiresAt.toISOString() ?? null,
    }),
    session: t.field({
      type: SessionType,
      nullable: true,
      description: 'The session behind the terminal; null when there is none.',
      resolve: ({ session }, _args, context) => session && sessionModel(context, session),
    }),
  }),
);

const ways = ['run', 'exec', 'attach', 'session'] as const;

/** @throws InputError */
function checked(input: TerminalWish, place: Place): Size | undefined {
  const given = ways.filter((way) => input[way] !== null && input[way] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none of them' : given.map((way) => `\`${way}\``).join(' and ');
    refuse(place, `needs exactly one of \`run\`, \`exec\`, \`attach\` and \`session\`, and has ${found}.`);
  }
  if (input.run) createBody(input.run, { ...inside(place, 'run'), api: newestApi });
  if (input.attach) attachWish(input.attach, inside(place, 'attach'));
  return checkSize(input.size, inside(place, 'size'));
}

interface Opened {
  readonly session: Session;
  /** It was opened for the terminal, and ends with it. */
  readonly isOwn: boolean;
}

type Opening = Opened | { readonly error: UserErrorModel };

async function run(
  context: Context,
  model: ContainerModel,
  input: TerminalWish,
  place: Place,
): Promise<Opening> {
  const { scope, key: id } = model;
  if (!input.run) throw new Error('There is nothing to run.');
  try {
    const body = createBody(input.run, { ...inside(place, 'run'), api: await scope.apiVersion() });
    const { Id } = await scope.call(execs.create, { id, body });
    const exec = Id ? await execOf(scope, Id) : null;
    if (!exec) {
      const message = 'The Engine does not know the command that it has just made.';
      throw new EngineError({ kind: 'protocol', route: execs.create.route, message });
    }
    return { session: await startExec(context.sessions, exec, model, checked(input, place)), isOwn: true };
  } catch (error) {
    const wrongCommand = noStart(error, reread(model), ['input', 'run']);
    if (wrongCommand) return { error: wrongCommand };
    throw error;
  }
}

/** About what container the failure of `work` would be. */
const within = (
  container: ContainerModel | null,
  scope: ContainerModel['scope'],
  work: () => Promise<Opening>,
) => attempt<Opening>({ scope, ...(container && { container }) }, work, (error) => ({ error }));

async function open(context: Context, input: TerminalWish, place: Place): Promise<Opening> {
  const { sessions } = context;
  const size = checked(input, place);
  if (typeof input.session === 'string') {
    const session = sessionOf(context, input.session);
    const path = ['input', 'session'];
    if (!session) return { error: { kind: 'NotFoundError', message: noSession, path } };
    if (size) await session.resize(size).catch(() => undefined);
    return { session, isOwn: false };
  }
  if (typeof input.exec === 'string') {
    const asked = { ref: input.exec, engine: input.engine, what: 'command', path: ['input', 'exec'] };
    const found = await resolveRef(context, asked, findExec);
    if ('error' in found) return found;
    const { scope, details } = found.model;
    const container = await findContainer(context, details.ContainerID ?? '', scope.name);
    return within(container, scope, async () => ({
      session: await startExec(sessions, found.model, container, size),
      isOwn: true,
    }));
  }
  const { attach } = input;
  const target = input.run ?? attach;
  if (!target) throw new Error('There is nothing to open.');
  const found = await resolveContainer(context, target, ['input', input.run ? 'run' : 'attach', 'ref']);
  if ('error' in found) return found;
  const { model } = found;
  return within(model, model.scope, async () => {
    if (!attach) return run(context, model, input, place);
    const wish = { ...attachWish(attach, inside(place, 'attach')), size };
    return { session: await attachTo(sessions, model, wish), isOwn: true };
  });
}

builder.mutationField('terminalOpen', (t) =>
  t.field({
    type: TerminalOpenPayload,
    nullable: true,
    description:
      'Opens a terminal: the answer is a path for a WebSocket that carries the bare bytes, as the attach addon of xterm.js ' +
      'speaks them. The gateway sends binary frames. It takes text and binary frames of up to 1 MiB as input; offer the subprotocol ' +
      '`dockgraph-terminal` to have text frames read as control messages, `{"resize":{"columns":80,"rows":24}}` and ' +
      '`{"end":true}` for the end of the input, else use `execResize` or `containerResize`. The close code tells the end: ' +
      '1000 with the reason `exit 0` (or another exit code), 4127 could not be started, 4200 detached, 4400 a bad control ' +
      'message, 4408 idle for too long, 4410 closed, 4502 the Engine broke off, 1001 the gateway ends. A session that was ' +
      'opened for the terminal ends with it.',
    args: {
      input: t.arg({ type: TerminalOpenInput, required: true, description: 'What to open a terminal to.' }),
    },
    resolve: async (_root, { input }, context): Promise<TerminalOutcome> => {
      const place = { api: '', path: ['input'] };
      const none = { session: null, address: null };
      const wrong = objection(context, place.path, () => checked(input, place));
      if (wrong) return { ...failed(wrong), ...none };
      const opened = await open(context, input, place);
      if ('error' in opened) return { ...failed(opened.error), ...none };
      const { session, isOwn } = opened;
      return attempt<TerminalOutcome>(
        { scope: context.scope(session.facts.engine) },
        async () => ({
          changed: true,
          userErrors: [],
          session,
          address: context.sessions.address(session, isOwn),
        }),
        (error) => {
          if (isOwn) session.abandon();
          return { ...failed(error), session, address: null };
        },
      );
    },
  }),
);
