/** A build: the work itself. `POST /build`, and `POST /build/cancel`. */
import { randomBytes } from 'node:crypto';
import { createBuildKitReader } from '../../../engine/build/buildkit.ts';
import { createClassicReader } from '../../../engine/build/classic.ts';
import type { Content } from '../../../engine/client.ts';
import { EngineError } from '../../../engine/errors.ts';
import { type BuildParams, builds } from '../../../engine/operations/build.ts';
import type { RegistryAuth } from '../../../engine/registry/auth.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import type { Reporter } from '../../../long-work/live-work.ts';
import type { LongWork, Started } from '../../../long-work/long-work.ts';
import type { WorkResult } from '../../../long-work/work.ts';
import { progressMessages } from '../progress.ts';
import type { BuildContext } from './context.ts';
import { buildFailure } from './failure.ts';
import type { Builder } from './input.ts';
import { createReport } from './report.ts';
import type { ExpectedUpload } from './upload.ts';

export interface BuildPlan {
  readonly who: Builder;
  readonly params: BuildParams;
  readonly context: BuildContext;
  /** Of a context that is uploaded. */
  readonly upload: ExpectedUpload | undefined;
  readonly auths: ReadonlyMap<string, RegistryAuth>;
}

export interface BuildResult extends WorkResult {
  /** The ID. */
  readonly image: string;
}

/** Milliseconds that BuildKit gets to stop by itself, before the connection is cut. */
const patience = 3_000;

/** Bytes that are there already, as a body. */
const contentOf = (archive: Buffer): Content => ({
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

async function build(
  scope: EngineScope,
  { who, params: given, context, upload, auths }: BuildPlan,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<BuildResult> {
  const isBuildKit = who === 'BUILDKIT';
  const content = upload
    ? await upload.content(signal)
    : context.kind === 'archive'
      ? contentOf(context.archive)
      : undefined;
  reporter.began();
  const registryConfig = isBuildKit ? undefined : await scope.registryConfig(auths);
  const id = isBuildKit ? randomBytes(16).toString('hex') : undefined;
  const remote = context.kind === 'remote' ? context.url : undefined;
  const params: BuildParams = { ...given, buildid: id, remote, registryConfig };
  const stop = createStop(scope, signal, id, () => upload?.isWhole() ?? true);
  const reader = isBuildKit ? createBuildKitReader() : createClassicReader();
  const report = createReport(reporter, !isBuildKit);
  try {
    const lasting = scope.lasting(stop.signal);
    const { body } = content
      ? await lasting.send(builds.build, params, content, stop.signal)
      : await lasting.stream(builds.build, params);
    const { route } = builds.build;
    for await (const message of progressMessages(body, { route, verb: 'build', signals: [stop.signal] })) {
      report.tell(reader.read(message));
    }
    report.tell(reader.end(true));
    const image = report.image();
    if (image === undefined) {
      throw new EngineError({
        kind: 'protocol',
        route,
        message: 'The Engine ended the build without an image.',
      });
    }
    return { image, changed: true };
  } catch (error) {
    report.tell(reader.end(false));
    throw upload?.failure() ?? buildFailure(error, report.failedStep());
  } finally {
    stop.release();
  }
}

/**
 * Begins a build, as an operation. Once it has ended what was read of the Engine is out of date: refresh the scope.
 *
 * `outcome` rejects with TypedFailure where the build fails, and with EngineError where the Engine does.
 *
 * @param subject what it is called in lists of operations
 * @throws WorkRefused
 */
export const startBuild = (
  longWork: LongWork,
  scope: EngineScope,
  plan: BuildPlan,
  subject: string | undefined,
): Started<BuildResult> =>
  longWork.start({
    engine: scope.name,
    kind: 'IMAGE_BUILD',
    subject,
    waitsForUpload: plan.upload !== undefined,
    run: async (reporter, signal) => {
      try {
        const result = await build(scope, plan, reporter, signal);
        plan.upload?.end();
        return result;
      } catch (error) {
        plan.upload?.end(error);
        throw error;
      }
    },
  });
