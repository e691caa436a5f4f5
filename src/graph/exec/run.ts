/** Running one command in a container and reading what it writes: the work itself. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CallSignal } from '../../engine/call-signal.ts';
import { EngineError, transportError } from '../../engine/errors.ts';
import { execs } from '../../engine/operations/exec.ts';
import { frames, rawFrames } from '../../engine/streams/frames.ts';
import type { ExecCreateBody, ExecInspect } from '../../engine/types.ts';
import { orNull } from '../../loaders/batch.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { type Captured, createCapture } from './capture.ts';
import { neverStarted } from './no-start.ts';

export interface CommandWish {
  /** Full ID of the container. */
  readonly container: string;
  readonly body: ExecCreateBody;
  /** Bytes that are kept of either stream. */
  readonly maxOutputBytes: number;
  /** What it can read from its standard input, which ends then; not with a terminal. */
  readonly stdin?: Uint8Array | undefined;
  /** Ends the wait, and not the command. */
  readonly clock: CallSignal;
}

export interface CommandRun {
  readonly id: string;
  readonly stdout: Captured;
  readonly stderr: Captured;
  readonly timedOut: boolean;
  /** As it stands now; null where the Engine has forgotten it. */
  readonly details: ExecInspect | null;
}

/** The command never became a process. The message is the Engine's own. */
export class CommandNotStarted extends Error {
  override readonly name = 'CommandNotStarted';
  readonly run: CommandRun;

  constructor(message: string, run: CommandRun) {
    super(message);
    this.run = run;
  }
}

/** Milliseconds between looks at a command whose output is over and that is said to run still. */
const patience: readonly number[] = [10, 50, 250];

/** The end of the output may be there some moments before the Engine takes notice of the end of the process. */
export async function inspectEnded(scope: EngineScope, id: string): Promise<ExecInspect | null> {
  const look = () => orNull(scope.call(execs.inspect, { id }));
  let details = await look();
  for (const pause of patience) {
    if (details?.Running !== true) break;
    await delay(pause);
    details = await look();
  }
  return details;
}

/** Starts it, with its input on its way: without any, the answer alone is its output, to the end. */
async function open(scope: EngineScope, id: string, { body, stdin, clock }: CommandWish) {
  const params = { id, body: { Detach: false, Tty: body.Tty === true } };
  if (!stdin) {
    const { body: output } = await scope.stream(execs.start, params, clock.signal);
    return body.Tty === true ? rawFrames(output) : frames(output);
  }
  const { body: output, input } = await scope.hijack(execs.start, params, clock.signal);
  input.end(stdin);
  return frames(output);
}

/**
 * Runs a command (`POST /containers/{id}/exec`, `POST /exec/{id}/start`), reads its output to the end, and asks how it
 * ended (`GET /exec/{id}/json`). Output beyond the limit is read and dropped, as the command would stand still otherwise.
 *
 * @throws CommandNotStarted; EngineError where the Engine refuses or breaks off, or the client goes away
 */
export async function runCommand(scope: EngineScope, wish: CommandWish): Promise<CommandRun> {
  const { container, body, maxOutputBytes, stdin, clock } = wish;
  const created = await scope.call(execs.create, {
    id: container,
    body: { ...body, AttachStdin: stdin !== undefined },
  });
  const id = created.Id ?? '';
  const captures = { stdout: createCapture(maxOutputBytes), stderr: createCapture(maxOutputBytes) };
  let timedOut = false;
  try {
    for await (const { stream, data } of await open(scope, id, wish)) {
      captures[stream].add(data);
    }
  } catch (error) {
    const aborted = scope.signal.aborted || clock.why().deadline;
    const failure = transportError(execs.start.route, error, { deadline: false, aborted });
    timedOut = clock.why().deadline && !scope.signal.aborted && failure.kind === 'cancelled';
    if (!timedOut) throw failure;
  }
  const written = { stdout: captures.stdout.result(), stderr: captures.stderr.result() };
  const details = timedOut ? null : await inspectEnded(scope, id);
  if (details?.Running === true) {
    throw new EngineError({
      kind: 'protocol',
      route: execs.start.route,
      message: 'The Engine broke off the output of a command that runs on.',
    });
  }
  const run = { id, ...written, timedOut, details };
  if (neverStarted(details)) {
    const said = Buffer.concat([written.stdout.bytes, written.stderr.bytes]).toString('utf8').trim();
    throw new CommandNotStarted(said || 'The Engine could not start the command.', run);
  }
  return run;
}
