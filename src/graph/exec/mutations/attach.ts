/** `containerAttachStart`: a session with the main process of a container. */
import type { Session } from '../../../sessions/session.ts';
import { builder } from '../../builder.ts';
import { containerRefFields } from '../../container/mutations/verb.ts';
import { mirrors, wire } from '../../kit/wire.ts';
import { inside, type Place } from '../../mutation/input-error.ts';
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
import { attachTo } from '../session/connect.ts';
import { SessionType, sessionModel } from '../session/session.ts';
import { checkKeys } from './create.ts';

interface AttachOutcome extends ContainerOutcome {
  readonly session: Session | null;
}

const AttachTransport = builder.enumType('AttachTransport', {
  description: 'How the gateway connects to the streams of a container.',
  values: {
    UPGRADE: {
      description: 'By a connection that the Engine hands over, which keeps standard output and error apart.',
    },
    WEBSOCKET: {
      description:
        'By a WebSocket, for an Engine behind a proxy that lets nothing else through. All that the process writes comes as ' +
        '`STDOUT` then, as nothing tells the streams apart, and the input cannot be ended alone. ' +
        '`GET /containers/{id}/attach/ws`.',
    },
  } as const,
});

export const ContainerAttachStartInput = builder.inputType('ContainerAttachStartInput', {
  ...mirrors('POST /containers/{id}/attach'),
  description: 'What `containerAttachStart` takes.',
  fields: (t) => ({
    ...containerRefFields(t),
    stdin: t.boolean({
      defaultValue: true,
      description: 'Whether to write to it, for which the container must have been made with `openStdin`.',
    }),
    stdout: t.boolean({
      defaultValue: true,
      description: 'Whether what it writes to standard output is wanted.',
    }),
    stderr: t.boolean({
      defaultValue: true,
      description:
        'Whether what it writes to standard error is wanted. With a terminal there is only one output.',
    }),
    logs: t.boolean({
      defaultValue: false,
      description: 'Begin with what it has written before, where its log can be read.',
    }),
    transport: t.field({
      type: AttachTransport,
      defaultValue: 'UPGRADE',
      description: 'How to connect to the Engine; as the docker CLI does if left out.',
    }),
    detachKeys: t.string({
      description:
        'Keys that end the connection and leave the container running, as in `docker attach --detach-keys`. None if left ' +
        'out, so that every byte reaches the process.',
    }),
  }),
});

export type AttachStartWish = typeof ContainerAttachStartInput.$inferInput;

/** @throws InputError */
export const attachWish = (input: AttachStartWish, place: Place) => ({
  stdin: input.stdin ?? true,
  stdout: input.stdout ?? true,
  stderr: input.stderr ?? true,
  logs: input.logs ?? false,
  webSocket: input.transport === 'WEBSOCKET',
  detachKeys: checkKeys(input.detachKeys, inside(place, 'detachKeys')),
});

const ContainerAttachStartPayload = payloadType<AttachOutcome>(
  'ContainerAttachStartPayload',
  'What `containerAttachStart` answers.',
  (t) => ({
    container: containerField(t),
    session: t.field({
      type: SessionType,
      nullable: true,
      description: 'The connection; null when there is none.',
      resolve: ({ session }, _args, context) => session && sessionModel(context, session),
    }),
  }),
);

builder.mutationField('containerAttachStart', (t) =>
  t.field({
    ...wire('POST /containers/{id}/attach?stream'),
    type: ContainerAttachStartPayload,
    nullable: true,
    description:
      'Opens a session with the main process of a container: `containerAttach` follows what it writes from now on, and ' +
      '`containerAttachInput` writes to it. Of a container that does not run, with its next process: attach, then start it, ' +
      'and no byte is missed. `POST /containers/{id}/attach`, or with `transport: WEBSOCKET` `GET /containers/{id}/attach/ws`.',
    args: {
      input: t.arg({
        type: ContainerAttachStartInput,
        required: true,
        description: 'To which container, and how.',
      }),
    },
    resolve: async (_root, { input }, context): Promise<AttachOutcome> => {
      const place = { api: '', path: ['input'] };
      const wrong = objection(context, place.path, () => attachWish(input, place));
      if (wrong) return { ...failed(wrong), container: noContainer, session: null };
      const found = await resolveContainer(context, input);
      if ('error' in found) return { ...failed(found.error), container: noContainer, session: null };
      const { model } = found;
      const container = reread(model);
      return attempt<AttachOutcome>(
        { scope: model.scope, container: model },
        async () => {
          const session = await attachTo(context.sessions, model, attachWish(input, place));
          return { changed: true, userErrors: [], container, session };
        },
        (error) => ({ ...failed(error), container, session: null }),
      );
    },
  }),
);
