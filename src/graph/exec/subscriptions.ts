/** `subscription { execOutput }` and `subscription { containerAttach }`. */
import { GraphQLError } from 'graphql';
import type { Context } from '../../context.ts';
import { BadUserInput, type ErrorCode, NotFound } from '../../errors.ts';
import { TooManySessions } from '../../sessions/registry.ts';
import type { Session } from '../../sessions/session.ts';
import { builder } from '../builder.ts';
import { findContainer } from '../container/model.ts';
import { attachTo } from './session/connect.ts';
import { follow, placeAfter, SessionOutput } from './session/output.ts';
import { mustFind } from './session/session.ts';

const after =
  'The `cursor` of the last item that was seen: goes on behind it. From the oldest output that is kept if left out. The ' +
  'last 2 MiB are kept; what is older is a `SessionGap`.';

const pace =
  'What is not read holds the process up once half a mebibyte waits, so that nothing is lost; with several readers the ' +
  'slowest of them.';

builder.subscriptionField('execOutput', (t) =>
  t.field({
    type: SessionOutput,
    nullable: false,
    description:
      'What a command writes whose session `execStart` or `terminalOpen` has opened, from its first byte, and how it ended. ' +
      `Costs no call of the Engine. ${pace}`,
    args: {
      session: t.arg.id({ required: true, description: 'The `id` of the session.' }),
      after: t.arg.string({ description: after }),
    },
    subscribe: (_root, args, context) => {
      const session = mustFind(context, args.session);
      if (session.facts.kind !== 'exec')
        throw new BadUserInput('The session is that of a container: follow it with `containerAttach`.');
      return follow(context, session, placeAfter(session, args.after), false);
    },
    resolve: (item) => item,
  }),
);

/** A session that is nobody else's. */
async function attached(
  context: Context,
  ref: string,
  engine: string | null,
  logs: boolean,
): Promise<Session> {
  const container = await findContainer(context, ref, engine);
  if (!container) throw new NotFound(`There is no container "${ref}".`);
  try {
    return await attachTo(context.sessions, container, { stdin: false, logs });
  } catch (error) {
    if (!(error instanceof TooManySessions)) throw error;
    throw new GraphQLError(error.message, { extensions: { code: 'LIMIT_SESSIONS' satisfies ErrorCode } });
  }
}

builder.subscriptionField('containerAttach', (t) =>
  t.field({
    type: SessionOutput,
    nullable: false,
    description:
      'What the main process of a container writes from now on, byte by byte, and how it ended; of a container that does ' +
      'not run, from its next start. Give either `ref`, to look on, or `session`, to follow one that ' +
      '`containerAttachStart` has opened for writing too. `POST /containers/{id}/attach` and ' +
      `\`POST /containers/{id}/wait\`. ${pace} To read lines, and to be sure not to hold the process up, use ` +
      '`containerLogs`.',
    args: {
      ref: t.arg.id({
        description:
          'The container: global ID, ID, unique prefix of one, or name. Leaving ends the connection.',
      }),
      engine: t.arg.string({
        description: 'The engine it is on; the default one if left out. Not needed with a global ID.',
      }),
      logs: t.arg.boolean({
        defaultValue: false,
        description: 'With `ref`: begin with what it has written before, where its log can be read.',
      }),
      session: t.arg.id({ description: 'The `id` of a session.' }),
      after: t.arg.string({ description: `With \`session\`: ${after[0]?.toLowerCase()}${after.slice(1)}` }),
    },
    subscribe: async (_root, args, context) => {
      const { ref, engine, logs } = args;
      if (typeof args.session === 'string') {
        if (ref || logs) throw new BadUserInput('`session` says it all: leave `ref` and `logs` out.');
        const session = mustFind(context, args.session);
        if (session.facts.kind !== 'container')
          throw new BadUserInput('The session is that of a command: follow it with `execOutput`.');
        return follow(context, session, placeAfter(session, args.after), false);
      }
      if (!ref) throw new BadUserInput('Name what to attach to: give `ref` or `session`.');
      if (args.after)
        throw new BadUserInput('`after` needs `session`: without one nothing is kept to be resumed.');
      return follow(context, await attached(context, ref, engine ?? null, logs ?? false), undefined, true);
    },
    resolve: (item) => item,
  }),
);
