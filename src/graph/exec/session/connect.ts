/** From a command or a container to a session with it. */
import { randomBytes } from 'node:crypto';
import { callSignal } from '../../../engine/call-signal.ts';
import { EngineError } from '../../../engine/errors.ts';
import type { Route } from '../../../engine/operation.ts';
import { containers } from '../../../engine/operations/containers.ts';
import { execs } from '../../../engine/operations/exec.ts';
import type { ContainerInspect } from '../../../engine/types.ts';
import { compareApi } from '../../../engine/version.ts';
import { orNull } from '../../../loaders/batch.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import type { Ending } from '../../../sessions/ending.ts';
import { AlreadyStarted, type Sessions } from '../../../sessions/registry.ts';
import type { Session, SessionFacts, Size } from '../../../sessions/session.ts';
import { type ContainerModel, detailsOf } from '../../container/model.ts';
import { type Exit, followExit } from '../../container/mutations/waiting.ts';
import type { ExecModel } from '../model.ts';
import { neverStarted } from '../no-start.ts';
import { inspectEnded } from '../run.ts';

/** A refusal in the words of the Engine, which says nothing where a connection is to be handed over. */
const refusal = (route: Route, message: string) =>
  new EngineError({ kind: 'response', route, status: 409, message });

/**
 * Keys that nobody types, for a terminal that is not to be left by keys: without any the Engine takes its own, and eats
 * them. It holds back the first one until the next comes, so that is one of the rarest.
 */
export const unlikelyKeys = (): string =>
  ['ctrl-^', ...Array.from(randomBytes(15), (byte) => (byte % 2 === 0 ? 'ctrl-_' : 'ctrl-^'))].join(',');

const endOfTerminal =
  'A terminal has no end of its input: send what means the end to the program, mostly Ctrl+D (`"\\u0004"`).';

const gone = (route: Route, id: string) =>
  new EngineError({ kind: 'response', route, status: 404, message: `No such container: ${id}` });

/** The state that a container must be in, said as the Engine says it elsewhere. */
function assertUsable(
  { Id: id, State: state }: ContainerInspect,
  route: Route,
  needs: 'running' | 'any',
): void {
  if (state?.Paused) throw refusal(route, `Container ${id} is paused, unpause it first.`);
  if (state?.Restarting)
    throw refusal(route, `Container ${id} is restarting, wait until the container is running.`);
  if (needs === 'running' && !state?.Running) throw refusal(route, `Container ${id} is not running.`);
}

interface Target {
  readonly route: Route;
  readonly needs: 'running' | 'any';
  /** The container as it has just been. */
  readonly details: ContainerInspect;
}

/** Opens; where the Engine refuses without a word, the state of the container is looked at for one. */
async function connected<Opened>(
  scope: EngineScope,
  { route, needs, details }: Target,
  open: () => Promise<Opened>,
): Promise<Opened> {
  assertUsable(details, route, needs);
  try {
    return await open();
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'protocol') {
      const now = await orNull(scope.call(containers.inspect, { id: details.Id ?? '' }));
      if (!now) throw gone(route, details.Id ?? '');
      assertUsable(now, route, needs);
    }
    throw error;
  }
}

/** Milliseconds that is waited for what should be there at once. */
const patience = 2_000;

/** What is promised; undefined where it fails, or takes long. */
async function soon<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  const clock = callSignal(patience, []);
  try {
    const late = new Promise<undefined>((resolve) => {
      clock.signal?.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    return await Promise.race([promise.catch(() => undefined), late]);
  } finally {
    clock.release();
  }
}

async function execEnding(scope: EngineScope, id: string, said: () => string): Promise<Ending> {
  const details = await inspectEnded(scope, id);
  if (!details) {
    const message = 'The Engine does not know the command any more, as after a restart.';
    return { reason: 'LOST', exitCode: null, message };
  }
  if (details.Running === true) return { reason: 'DETACHED', exitCode: null, message: null };
  const exitCode = details.ExitCode ?? null;
  if (!neverStarted(details)) return { reason: 'EXITED', exitCode, message: null };
  return { reason: 'NOT_STARTED', exitCode, message: said() || 'The Engine could not start the command.' };
}

const sizeOf = ({ columns, rows }: Size) => ({ w: columns, h: rows });

/**
 * Starts a command (`POST /exec/{id}/start`) with somebody at its streams.
 *
 * @throws AlreadyStarted, TooManySessions, EngineError
 */
export async function startExec(
  sessions: Sessions,
  exec: ExecModel,
  /** The one that the command is in. */
  container: ContainerModel | null,
  size: Size | undefined,
): Promise<Session> {
  const { key: id, details } = exec;
  const { route } = execs.open;
  const tty = details.ProcessConfig?.tty === true;
  if (details.Running === true || (details.ExitCode !== null && details.ExitCode !== undefined)) {
    throw new AlreadyStarted('The command was started before, and a command can be started once.');
  }
  const found = container && (await detailsOf(container));
  if (!found) throw gone(route, details.ContainerID ?? '');
  const facts: SessionFacts = {
    kind: 'exec',
    engine: exec.scope.name,
    container: details.ContainerID ?? '',
    exec: id,
    tty,
    stdin: details.OpenStdin === true,
    endless: tty ? endOfTerminal : undefined,
  };
  return sessions.open(facts, async (signal) => {
    const scope = exec.scope.lasting(signal);
    // A plan of its own: that of the mutation would grow for as long as the session lives.
    const later = scope.fork();
    const takesSize = size && tty && compareApi(await scope.apiVersion(), '1.42') >= 0;
    const body = {
      Detach: false,
      Tty: tty,
      ...(takesSize && { ConsoleSize: [size.rows, size.columns] }),
    };
    const duplex = await connected(scope, { route, needs: 'running', details: found }, () =>
      scope.hijack(execs.open, { id, body }, signal),
    );
    const resize = (to: Size) => later.call(execs.resize, { id, ...sizeOf(to) }, signal);
    // It waits for the process. Of one that never starts there is nothing to be told.
    if (size && tty && !takesSize) await soon(resize(size));
    return { duplex, resize, ending: (said) => execEnding(later, id, said) };
  });
}

async function attachEnding(scope: EngineScope, id: string, over: Promise<Exit>): Promise<Ending> {
  const exit = await soon(over);
  if (exit) return { reason: 'EXITED', exitCode: exit.exitCode, message: exit.error };
  const state = (await orNull(scope.call(containers.inspect, { id })))?.State;
  if (state?.Running) return { reason: 'DETACHED', exitCode: null, message: null };
  return { reason: 'EXITED', exitCode: state?.ExitCode ?? null, message: null };
}

function endlessBecause(tty: boolean, once: boolean, webSocket: boolean | undefined): string | undefined {
  if (tty) return endOfTerminal;
  if (webSocket) {
    return 'A WebSocket ends both ways at once, so the input cannot be ended alone: attach with `transport: UPGRADE` for that.';
  }
  if (once) return undefined;
  return 'The container keeps its standard input open for whoever comes next (it was made without `stdinOnce`), so it cannot be ended from here.';
}

interface AttachWish {
  readonly stdin: boolean;
  /** Both without. */
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  /** What was written before comes first. */
  readonly logs: boolean;
  readonly detachKeys?: string | undefined;
  /** By a WebSocket in place of a connection that is taken over. */
  readonly webSocket?: boolean | undefined;
  readonly size?: Size | undefined;
}

/**
 * Joins the main process of a container (`POST /containers/{id}/attach`, `GET /containers/{id}/attach/ws`); of one that does not run, the next.
 *
 * @throws TooManySessions, EngineError
 */
export async function attachTo(
  sessions: Sessions,
  container: ContainerModel,
  wish: AttachWish,
): Promise<Session> {
  const { scope: within, key: id } = container;
  const { stdin, logs, detachKeys, webSocket, size } = wish;
  const row = webSocket ? containers.attachWebSocket : containers.attach;
  const { route } = row;
  const details = await detailsOf(container);
  if (!details) throw gone(route, id);
  const { Config: config } = details;
  const tty = config?.Tty === true;
  const facts: SessionFacts = {
    kind: 'container',
    engine: within.name,
    container: id,
    exec: undefined,
    tty,
    merged: webSocket === true,
    stdin,
    endless: endlessBecause(tty, config?.StdinOnce === true, webSocket),
  };
  if (stdin && config?.OpenStdin !== true) {
    throw refusal(
      route,
      `Container ${id} was made without a standard input (\`openStdin\`), so nothing can be written to it.`,
    );
  }
  const keys = detachKeys ?? (tty && stdin ? unlikelyKeys() : undefined);
  return sessions.open(facts, async (signal) => {
    const scope = within.lasting(signal);
    const later = scope.fork();
    const { duplex, over } = await connected(scope, { route, needs: 'any', details }, async () => {
      // Before attaching: a process that ends at once is not missed.
      const exit = await followExit(scope, id, 'next-exit', signal);
      const params = {
        id,
        stream: true,
        stdin,
        stdout: wish.stdout ?? true,
        stderr: wish.stderr ?? true,
        logs,
        ...(keys !== undefined && { detachKeys: keys }),
      } as const;
      return { duplex: await scope.hijack(row, params, signal), over: exit.over };
    });
    const resize = (to: Size) => later.call(containers.resize, { id, ...sizeOf(to) }, signal);
    if (size && tty) await soon(resize(size));
    return { duplex, over, resize, ending: () => attachEnding(later, id, over) };
  });
}
