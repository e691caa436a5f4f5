/** The noun Session: a connection to the standard streams of a command or of a container. */
import type { Context } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import type { Ending } from '../../../sessions/ending.ts';
import type { Session } from '../../../sessions/session.ts';
import { builder } from '../../builder.ts';
import { fromDetails } from '../../container/model.ts';
import { engineModel } from '../../engine/model.ts';
import { Container, Engine, Exec } from '../../nouns.ts';
import { execOf } from '../model.ts';

export interface SessionModel {
  readonly scope: EngineScope;
  readonly session: Session;
}

export const sessionModel = (context: Context, session: Session): SessionModel => ({
  session,
  scope: context.scope(session.facts.engine),
});

/** The session of that ID. Whoever knows the ID may use it: it is handed to those alone who opened the session. */
export const sessionOf = ({ sessions }: Context, id: string): Session | undefined => sessions.find(id);

export const noSession =
  'There is no such session: it ended more than a while ago, or the gateway was started anew since. Open another.';

/** @throws NotFound */
export function mustFind(context: Context, id: string): Session {
  const session = sessionOf(context, id);
  if (!session) throw new NotFound(noSession);
  return session;
}

const SessionKind = builder.enumType('SessionKind', {
  description: 'What a session is connected to.',
  values: {
    EXEC: { value: 'exec', description: 'A command beside the main process of a container.' },
    CONTAINER: { value: 'container', description: 'The main process of a container.' },
  } as const,
});

const SessionEndReason = builder.enumType('SessionEndReason', {
  description: 'Why a session has ended.',
  values: {
    EXITED: { description: 'The process has ended.' },
    NOT_STARTED: { description: 'The command could not be started: no such program, user or directory.' },
    DETACHED: { description: 'The connection ended and the process runs on, as after the keys that detach.' },
    LOST: { description: 'The Engine broke the connection off, or is away. The process may run on.' },
    IDLE: { description: 'Nothing was read or written for too long. The process may run on.' },
    ABANDONED: { description: 'Whoever had opened it has gone. The process may run on.' },
    CLOSED: { description: 'It was closed by `sessionEnd`. The process may run on.' },
    SHUTDOWN: { description: 'The gateway ends. The process may run on.' },
  } as const,
});

export const SessionEnding = builder.objectRef<Ending>('SessionEnding').implement({
  description: 'How a session has ended.',
  fields: (t) => ({
    reason: t.field({
      type: SessionEndReason,
      nullable: false,
      description: 'Why it has ended.',
      resolve: ({ reason }) => reason,
    }),
    exitCode: t.expose('exitCode', {
      type: 'Long',
      nullable: true,
      description:
        'How the process ended: 0 mostly means success, 128 and more that a signal ended it. Null where it goes on, and ' +
        'where the Engine has forgotten it.',
    }),
    message: t.exposeString('message', {
      nullable: true,
      description:
        'More about it in a sentence, such as why a command could not be started; null where there is none.',
    }),
  }),
});

export const SessionType = builder.objectRef<SessionModel>('Session').implement({
  description:
    'A connection to the standard streams of a command (`execStart`) or of the main process of a container ' +
    '(`containerAttachStart`), kept by the gateway so that its output can be followed, left and resumed. It ends with the ' +
    'process, and by itself when nobody reads it or writes to it for a while, or nothing happens for long (see ' +
    '`DOCKGRAPH_SESSION_GRACE` and `DOCKGRAPH_SESSION_IDLE`). The process is not ended with it, as the Engine cannot do ' +
    'that: a shell may run on without anybody to read it.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description:
        'What all that is done with the session names it by. A secret: whoever knows it can read and write as its owner.',
      resolve: ({ session }) => session.id,
    }),
    kind: t.field({
      type: SessionKind,
      nullable: false,
      description: 'What it is connected to.',
      resolve: ({ session }) => session.facts.kind,
    }),
    engine: t.field({
      type: Engine,
      nullable: false,
      description: 'The Engine of the process.',
      resolve: ({ scope }) => engineModel(scope),
    }),
    container: t.field({
      type: Container,
      nullable: true,
      description: 'The container, as it is now; null once it is gone. Needs `GET /containers/{id}/json`.',
      resolve: async ({ scope, session }) => {
        const details = await scope.loaders.containers.inspect.load(session.facts.container);
        return details && fromDetails(scope, details);
      },
    }),
    exec: t.field({
      type: Exec,
      nullable: true,
      description:
        'The command, as it is now; null for a container that is attached to, and once the Engine has forgotten it. Needs ' +
        '`GET /exec/{id}/json`.',
      resolve: ({ scope, session }) => (session.facts.exec ? execOf(scope, session.facts.exec) : null),
    }),
    tty: t.boolean({
      nullable: false,
      description: 'Whether the process has a terminal: all its output is `STDOUT` then.',
      resolve: ({ session }) => session.facts.tty,
    }),
    isMerged: t.boolean({
      nullable: false,
      description:
        'Whether standard output and error come as one, all of it as `STDOUT`: with a terminal, and by WebSocket.',
      resolve: ({ session: { facts } }) => facts.tty || facts.merged === true,
    }),
    takesInput: t.boolean({
      nullable: false,
      description: 'Whether something can be written to it now.',
      resolve: ({ session }) => session.takesInput,
    }),
    openedAt: t.field({
      type: 'Timestamp',
      nullable: false,
      description: 'When it was opened.',
      resolve: ({ session }) => session.openedAt.toISOString(),
    }),
    endedAt: t.field({
      type: 'Timestamp',
      nullable: true,
      description: 'When it ended; null while it lasts.',
      resolve: ({ session }) => session.endedAt?.toISOString() ?? null,
    }),
    ending: t.field({
      type: SessionEnding,
      nullable: true,
      description: 'How it ended; null while it lasts.',
      resolve: ({ session }) => session.ending ?? null,
    }),
  }),
});

builder.queryField('session', (t) =>
  t.field({
    type: SessionType,
    nullable: true,
    description:
      'A session by its ID, also for a while after its end; null when there is none. Costs no call of the Engine by itself.',
    args: { id: t.arg.id({ required: true, description: 'The `id` of the session.' }) },
    resolve: (_root, { id }, context) => {
      const session = sessionOf(context, id);
      return session ? sessionModel(context, session) : null;
    },
  }),
);
