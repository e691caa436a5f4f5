/** `containerWait`: until the main process of a container has ended. */
import { containers } from '../../../engine/operations/containers.ts';
import { builder } from '../../builder.ts';
import { mirrors, wire } from '../../kit/wire.ts';
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
import { containerRefFields } from './verb.ts';
import { checkTimeout, type Exit, exitOf, isTimeUp, startClock } from './waiting.ts';

const conditions = { NOT_RUNNING: 'not-running', NEXT_EXIT: 'next-exit', REMOVED: 'removed' } as const;

const WaitCondition = builder.enumType('ContainerWaitCondition', {
  description: 'What is waited for.',
  values: {
    NOT_RUNNING: {
      description: 'That it does not run: at once for one that was never started, or has ended.',
    },
    NEXT_EXIT: { description: 'That its main process ends the next time, even if it does not run yet.' },
    REMOVED: { description: 'That it has been removed.' },
  } as const,
});

interface WaitOutcome extends ContainerOutcome, Exit {
  readonly timedOut: boolean;
}

const ContainerWaitInput = builder.inputType('ContainerWaitInput', {
  ...mirrors('POST /containers/{id}/wait'),
  description: 'What `containerWait` takes.',
  fields: (t) => ({
    ...containerRefFields(t),
    condition: t.field({
      ...wire('POST /containers/{id}/wait?condition'),
      type: WaitCondition,
      defaultValue: 'NOT_RUNNING',
      description: 'What to wait for.',
    }),
    timeout: t.field({ type: 'Duration', description: 'How long to wait; for ever if left out.' }),
  }),
});

const ContainerWaitPayload = payloadType<WaitOutcome>(
  'ContainerWaitPayload',
  'What `containerWait` answers.',
  (t) => ({
    container: containerField(t),
    exitCode: t.expose('exitCode', {
      ...wire('ContainerWaitResponse.StatusCode'),
      type: 'Long',
      nullable: true,
      description: 'How its main process ended; null when the time was up before.',
    }),
    error: t.exposeString('error', {
      ...wire('ContainerWaitResponse.Error', 'ContainerWaitExitError.Message'),
      nullable: true,
      description: 'What the Engine could not do about it, in its own words; null when all went well.',
    }),
    timedOut: t.exposeBoolean('timedOut', {
      nullable: false,
      description: 'Whether the time was up before it happened.',
    }),
  }),
);

builder.mutationField('containerWait', (t) =>
  t.field({
    type: ContainerWaitPayload,
    nullable: true,
    description: 'Waits until the main process of a container has ended. `POST /containers/{id}/wait`.',
    args: {
      input: t.arg({
        type: ContainerWaitInput,
        required: true,
        description: 'For which container, and for what.',
      }),
    },
    resolve: async (_root, { input }, context): Promise<WaitOutcome> => {
      const open = { exitCode: null, error: null, timedOut: false };
      const path = ['input', 'timeout'];
      const wrong = objection(context, path, () => checkTimeout(input.timeout, { api: '', path }));
      if (wrong) return { ...failed(wrong), ...open, container: noContainer };
      const found = await resolveContainer(context, input);
      if ('error' in found) return { ...failed(found.error), ...open, container: noContainer };
      const { scope, key } = found.model;
      const container = reread(found.model);
      return attempt<WaitOutcome>(
        { scope, container: found.model },
        async () => {
          const clock = startClock(input.timeout);
          const condition = conditions[input.condition ?? 'NOT_RUNNING'];
          try {
            const answer = await scope.call(containers.wait, { id: key, condition }, clock.signal);
            return { changed: false, userErrors: [], ...exitOf(answer), timedOut: false, container };
          } catch (error) {
            if (!isTimeUp(error, clock, scope)) throw error;
            return { changed: false, userErrors: [], ...open, timedOut: true, container };
          } finally {
            clock.release();
          }
        },
        (error) => ({ ...failed(error), ...open, container }),
      );
    },
  }),
);
