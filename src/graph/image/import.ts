/** Making an image of the files of a root file system: the work itself. `POST /images/create`. */
import type { Content } from '../../engine/content.ts';
import { EngineError } from '../../engine/errors.ts';
import { images } from '../../engine/operations/images.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Reporter } from '../../long-work/live-work.ts';
import type { WorkResult } from '../../long-work/work.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';
import { archiveFailure } from './archive-failure.ts';
import { progressMessages } from './progress.ts';

export interface ImportResult extends WorkResult {
  /** The ID. */
  readonly image: string;
}

export type ImportWish = Omit<NonNullable<typeof images.import.types>['given'], 'fromSrc'>;

/**
 * A pull is asked for in the same way, and the table of sentences would blame a registry for the rest. What the server at
 * an address says is the Engine's status.
 */
function importFailure(error: unknown, isRemote: boolean): unknown {
  const failure = archiveFailure(error);
  const isRest =
    failure === error &&
    error instanceof EngineError &&
    error.kind === 'response' &&
    (isRemote ? error.status !== 400 : (error.status ?? 500) >= 500) &&
    !/no space left|disk quota/i.test(error.message);
  if (!isRest) return failure;
  const { message } = error;
  return new TypedFailure({ kind: isRemote ? 'UploadError' : 'EngineFailedError', message }, error);
}

/**
 * @param source the bytes, or an address that the Engine fetches them from
 * @throws EngineError in the Engine's own sentence where it fails, TypedFailure where the archive is to blame or broke off
 */
export async function importImage(
  scope: EngineScope,
  source: Content | string,
  wish: ImportWish,
  reporter: Reporter,
): Promise<ImportResult> {
  const row = images.import;
  let image: string | undefined;
  try {
    const { body } = await (typeof source === 'string'
      ? scope.stream(row, { ...wish, fromSrc: source })
      : scope.send(row, { ...wish, fromSrc: '-' }, source, scope.signal));
    for await (const message of progressMessages(body, {
      route: row.route,
      verb: 'import',
      signals: [scope.signal],
    })) {
      const { status, progressDetail } = message;
      if (/^sha256:[0-9a-f]{64}$/.test(status ?? '')) image = status ?? undefined;
      else if (status) reporter.step({ id: 'archive', status, state: 'RUNNING' });
      const { current, total } = progressDetail ?? {};
      if (typeof source === 'string' && current) {
        reporter.progress(Number(current), total ? Number(total) : null);
        reporter.step({ id: 'archive', current: Number(current), total: total ? Number(total) : null });
      }
    }
  } catch (error) {
    throw importFailure(error, typeof source === 'string');
  }
  if (image === undefined) {
    throw new EngineError({
      kind: 'protocol',
      route: row.route,
      message: 'The Engine ended the import without an image.',
    });
  }
  return { image, changed: true };
}
