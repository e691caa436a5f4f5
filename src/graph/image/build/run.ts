/** A build: the work itself. `POST /build`, and `POST /build/cancel`. */
import { randomBytes } from 'node:crypto';
import { createBuildKitReader } from '../../../engine/build/buildkit.ts';
import { createClassicReader } from '../../../engine/build/classic.ts';
import type { BuildSession } from '../../../engine/build/session.ts';
import type { Content } from '../../../engine/content.ts';
import { EngineError } from '../../../engine/errors.ts';
import { type BuildParams, builds } from '../../../engine/operations/build.ts';
import type { RegistryAuth } from '../../../engine/registry/auth.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import type { Reporter } from '../../../long-work/live-work.ts';
import type { WorkResult } from '../../../long-work/work.ts';
import { progressMessages } from '../progress.ts';
import { buildFailure } from './failure.ts';
import type { Builder } from './input.ts';
import { createReport } from './report.ts';
import { hiding } from './secrets.ts';
import { sessionFor } from './session.ts';

export interface BuildPlan {
  readonly who: Builder;
  readonly params: BuildParams;
  readonly auths: ReadonlyMap<string, RegistryAuth>;
  readonly secrets: ReadonlyMap<string, Uint8Array>;
}

export interface BuildResult extends WorkResult {
  /** The ID; undefined where none was wanted. */
  readonly image?: string | undefined;
}

/** Milliseconds that BuildKit gets to stop by itself, before the connection is cut. */
const patience = 3_000;

/** Bytes that are there already, as a body. */
export const contentOf = (archive: Buffer): Content => ({
  type: 'application/x-tar',
  body: (async function* () {
    yield archive;
  })(),
  length: archive.length,
});

/**
 * Ends a build when it is told to. The classic builder stops when its client hangs up, and so does BuildKit; but that can
 * be told, and says when it has stopped.
 */
function createStop(scope: EngineScope, signal: AbortSignal, id: string | undefined, isSent: () => boolean) {
  const connection = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const cut = () => connection.abort(signal.reason);
  const stop = () => {
    if (id === undefined || !isSent()) return cut();
    timer = setTimeout(cut, patience);
    // What it answers is of no interest: the progress ends, or the time is up.
    scope.lasting(new AbortController().signal).call(builds.cancel, { id }).catch(cut);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return {
    signal: connection.signal,
    release: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}

/** The same bytes, and whether all of them have been read. */
function noticed({ type, body, length }: Content): {
  readonly content: Content;
  readonly isSent: () => boolean;
} {
  let isSent = false;
  const watched: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => {
      const bytes = body[Symbol.asyncIterator]();
      return {
        async next() {
          const item = await bytes.next();
          if (item.done) isSent = true;
          return item;
        },
        return: async () => (await bytes.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
  return { content: { type, body: watched, length }, isSent: () => isSent };
}

/** The same, with what it is told of secrets taken out. */
const hidden = (reporter: Reporter, hide: (text: string) => string): Reporter => ({
  ...reporter,
  step: (change) => reporter.step(change.name ? { ...change, name: hide(change.name) } : change),
  output: (text) => reporter.output(hide(text)),
});

/**
 * Builds, and resolves when it is done. Afterwards what was read of the Engine is out of date: refresh the scope.
 *
 * @param scope one that lasts, whose signal stops the build
 * @param given the context; undefined where the Engine fetches it
 * @throws TypedFailure where the build fails, EngineError where the Engine does; what breaks off the context
 */
export async function runBuild(
  scope: EngineScope,
  { who, params: wanted, auths, secrets }: BuildPlan,
  given: Content | undefined,
  reporter: Reporter,
): Promise<BuildResult> {
  const { signal } = scope;
  const isBuildKit = who === 'BUILDKIT';
  const registryConfig = isBuildKit ? undefined : await scope.registryConfig(auths);
  const id = isBuildKit ? randomBytes(16).toString('hex') : undefined;
  const sent = given && noticed(given);
  const stop = createStop(scope, signal, id, () => sent?.isSent() ?? true);
  const reader = isBuildKit ? createBuildKitReader() : createClassicReader();
  const hide = hiding(secrets);
  const report = createReport(hidden(reporter, hide), !isBuildKit);
  let session: BuildSession | undefined;
  try {
    const lasting = scope.lasting(stop.signal);
    session = isBuildKit ? await sessionFor(lasting, { auths, secrets }, stop.signal) : undefined;
    const params: BuildParams = { ...wanted, buildid: id, registryConfig, session: session?.id };
    const { body } = sent
      ? await lasting.send(builds.build, params, sent.content, stop.signal)
      : await lasting.stream(builds.build, params);
    const { route } = builds.build;
    for await (const message of progressMessages(body, { route, verb: 'build', signals: [stop.signal] })) {
      report.tell(reader.read(message));
    }
    report.tell(reader.end(true));
    const image = report.image();
    if (image === undefined && params.outputs === undefined) {
      throw new EngineError({
        kind: 'protocol',
        route,
        message: 'The Engine ended the build without an image.',
      });
    }
    return { image, changed: true };
  } catch (error) {
    report.tell(reader.end(false));
    throw buildFailure(error, report.failedStep(), hide);
  } finally {
    session?.close();
    stop.release();
  }
}
