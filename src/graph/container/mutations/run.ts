/** `containerRun`: what `docker run` does, up to the moment that is waited for. */
import type { Context } from '../../../context.ts';
import { EngineError } from '../../../engine/errors.ts';
import { containers } from '../../../engine/operations/containers.ts';
import { builder } from '../../builder.ts';
import { authInput } from '../../image/registry-auth.ts';
import { formatDuration } from '../../kit/units.ts';
import { mirrors } from '../../kit/wire.ts';
import { explain } from '../../mutation/explain.ts';
import { inside, refuse } from '../../mutation/input-error.ts';
import {
  attempt,
  containerField,
  failed,
  noContainer,
  type Outcome,
  payloadType,
} from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';
import { containerFields } from '../input/create.ts';
import { checksHealth } from '../input/health-check.ts';
import { findContainer } from '../model.ts';
import { type CreateOutcome, warningsField } from './create.ts';
import { type Creation, discard, ImagePullPolicy, make, type Preparation, prepare } from './make.ts';
import {
  checkTimeout,
  followExit,
  type HealthOutcome,
  isTimeUp,
  startClock,
  untilHealthy,
  type Watch,
  watchOne,
} from './waiting.ts';

interface RunOutcome extends CreateOutcome {
  readonly exitCode: number | null;
}

const RunWait = builder.enumType('ContainerRunWait', {
  description: 'What to wait for after a container was started.',
  values: {
    NONE: { description: 'Nothing: it was started, that is all.' },
    EXIT: { description: 'That its main process ends; with `autoRemove` also that it has been removed.' },
    HEALTHY: { description: 'That its health check succeeds. It, or its image, must have one.' },
  } as const,
});

const ContainerRunInput = builder.inputType('ContainerRunInput', {
  ...mirrors(['POST /containers/create', 'ContainerCreateBody', 'HostConfig'], {
    command: 'ContainerCreateBody.Cmd',
    ports: 'HostConfig.PortBindings',
    publish: 'HostConfig.PortBindings',
    networks: ['ContainerCreateBody.NetworkingConfig', 'NetworkingConfig.EndpointsConfig'],
    macAddress: 'EndpointSettings.MacAddress',
    volumes: 'ContainerCreateBody.Volumes',
    resources: 'ContainerCreateBody.HostConfig',
    security: 'ContainerCreateBody.HostConfig',
    namespaces: 'ContainerCreateBody.HostConfig',
  }),
  description:
    'What `containerRun` takes: what a new container is to be, as `containerCreate` does, and how to run it.',
  fields: (t) => ({
    ...containerFields(t),
    pull: t.field({
      type: ImagePullPolicy,
      defaultValue: 'MISSING',
      description: 'When to pull the image first.',
    }),
    auth: authInput(t),
    waitFor: t.field({
      type: RunWait,
      defaultValue: 'NONE',
      description: 'What to wait for after the start.',
    }),
    timeout: t.field({
      type: 'Duration',
      description: 'How long to wait after the start; for ever if left out. Only with `waitFor`.',
    }),
    removeOnFailure: t.boolean({
      defaultValue: false,
      description:
        'Remove the container again, by force and with its anonymous volumes, if it does not start, or what is waited for ' +
        'does not happen. Otherwise it is left to be looked at.',
    }),
  }),
});

type RunWish = typeof ContainerRunInput.$inferInput;

const ContainerRunPayload = payloadType<RunOutcome>(
  'ContainerRunPayload',
  'What `containerRun` answers.',
  (t) => ({
    container: containerField(t),
    warnings: warningsField(t),
    exitCode: t.expose('exitCode', {
      type: 'Long',
      nullable: true,
      description: 'How its main process ended; null where that was not waited for, or did not happen.',
    }),
  }),
);

/** What the wait came to. */
interface Waited {
  readonly exitCode: number | null;
  readonly error?: UserErrorModel;
}

/** One container on its way from created to what was waited for. */
class Run {
  readonly #preparation: Preparation;
  readonly #input: RunWish;
  readonly #id: string;
  readonly #container: RunOutcome['container'];

  constructor(preparation: Preparation, input: RunWish, id: string, container: RunOutcome['container']) {
    this.#preparation = preparation;
    this.#input = input;
    this.#id = id;
    this.#container = container;
  }

  #timedOut(what: string): UserErrorModel {
    const within = formatDuration(this.#input.timeout ?? 0);
    const message = `The container ${what} within ${within}.`;
    return { kind: 'WaitTimeoutError', message, path: ['input', 'timeout'], container: this.#container };
  }

  /** Undefined when its main process runs, or has run. */
  async #start(): Promise<UserErrorModel | undefined> {
    const { scope } = this.#preparation;
    try {
      await scope.call(containers.start, { id: this.#id });
      return undefined;
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== 'response') throw error;
      const explained = explain(error, { scope });
      if (explained?.kind === 'PortInUseError') return explained;
      return { kind: 'ContainerStartError', message: error.message, container: this.#container };
    }
  }

  async start(): Promise<Waited> {
    const error = await this.#start();
    return { exitCode: null, ...(error && { error }) };
  }

  /** The wait stands before the start: however soon the container ends, and is removed, that is seen. */
  async untilExit(): Promise<Waited> {
    const { scope } = this.#preparation;
    const own = new AbortController();
    try {
      const condition = this.#input.autoRemove ? 'removed' : 'next-exit';
      const { over } = await followExit(scope, this.#id, condition, own.signal);
      const error = await this.#start();
      if (error) return { exitCode: null, error };
      const clock = startClock(this.#input.timeout);
      clock.signal?.addEventListener('abort', () => own.abort(), { once: true });
      try {
        return { exitCode: (await over).exitCode };
      } catch (cause) {
        if (!isTimeUp(cause, clock, scope)) throw cause;
        return { exitCode: null, error: this.#timedOut('did not end') };
      } finally {
        clock.release();
      }
    } finally {
      own.abort();
    }
  }

  async #checkHasCheck(): Promise<void> {
    const { scope, place } = this.#preparation;
    const { Config } = await scope.call(containers.inspect, { id: this.#id });
    const [test] = Config?.Healthcheck?.Test ?? [];
    if (test !== undefined && test !== 'NONE') return;
    await discard(scope, this.#id);
    refuse(
      inside(place, 'waitFor'),
      'cannot be HEALTHY: neither `healthcheck` nor the image has a check. Nothing was left.',
    );
  }

  async untilHealthy(watch: Watch): Promise<Waited> {
    if (!checksHealth(this.#input.healthcheck)) await this.#checkHasCheck();
    watch.follow(this.#id);
    const error = await this.#start();
    if (error) return { exitCode: null, error };
    const clock = startClock(this.#input.timeout);
    try {
      return this.#explainHealth(await untilHealthy(this.#preparation.scope, this.#id, watch, clock));
    } finally {
      clock.release();
    }
  }

  #explainHealth(outcome: HealthOutcome): Waited {
    const container = this.#container;
    switch (outcome.kind) {
      case 'healthy':
        return { exitCode: null };
      case 'unhealthy': {
        const message =
          'The container is unhealthy: its health check failed too often. See `health { log }`.';
        return { exitCode: null, error: { kind: 'ContainerUnhealthyError', message, container } };
      }
      case 'exited': {
        const { exitCode } = outcome;
        const code = exitCode === null ? '' : ` with exit code ${exitCode}`;
        const message = `The container ended${code} before it was healthy.`;
        return { exitCode, error: { kind: 'ContainerExitedError', message, exitCode, container } };
      }
      case 'timeout':
        return { exitCode: null, error: this.#timedOut('was not healthy') };
    }
  }
}

async function runMade(
  context: Context,
  input: RunWish,
  preparation: Preparation,
  made: Creation,
  watch: Watch | undefined,
) {
  const { scope } = preparation;
  const { id, warnings } = made;
  const container = () => findContainer(context, id, scope.name);
  const run = new Run(preparation, input, id, container);
  const waited = await (watch
    ? run.untilHealthy(watch)
    : input.waitFor === 'EXIT'
      ? run.untilExit()
      : run.start());
  const { error, exitCode } = waited;
  const isGone = error && input.removeOnFailure ? await discard(scope, id) : false;
  const outcome: Outcome = { changed: !isGone, userErrors: error ? [error] : [] };
  return { ...outcome, container, warnings, exitCode };
}

builder.mutationField('containerRun', (t) =>
  t.field({
    type: ContainerRunPayload,
    nullable: true,
    description:
      'Makes a container, pulling its image if need be, starts it, and waits if asked to. A container that was made and ' +
      'does not start is left to be looked at, as `docker run` leaves it. `POST /containers/create`, ' +
      '`POST /containers/{id}/start`, `POST /containers/{id}/wait`.',
    args: { input: t.arg({ type: ContainerRunInput, required: true, description: 'What to run, and how.' }) },
    resolve: async (_root, { input }, context): Promise<RunOutcome> => {
      const nothing = { container: noContainer, warnings: [], exitCode: null };
      const prepared = await prepare(context, input, false);
      if ('error' in prepared) return { ...failed(prepared.error), ...nothing };
      const { scope, place } = prepared;
      return attempt<RunOutcome>(
        { scope },
        async () => {
          checkTimeout(input.timeout, inside(place, 'timeout'));
          if (input.waitFor === 'HEALTHY' && checksHealth(input.healthcheck) === false) {
            refuse(inside(place, 'waitFor'), 'cannot be HEALTHY: `healthcheck` switches the check off.');
          }
          const watch = input.waitFor === 'HEALTHY' ? await watchOne(scope) : undefined;
          try {
            const made = await make(prepared, input.pull ?? 'MISSING', input.auth);
            if ('error' in made) return { ...failed(made.error), ...nothing };
            return await runMade(context, input, prepared, made, watch);
          } finally {
            watch?.close();
          }
        },
        (error) => ({ ...failed(error), ...nothing }),
      );
    },
  }),
);
