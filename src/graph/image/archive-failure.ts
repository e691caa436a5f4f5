/** What is wrong with an archive that was sent, from what the Engine says of it. */
import { EngineError } from '../../engine/errors.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';

/** Of what is no archive, of one that was cut, and of one with something else in it. */
const complaints =
  /archive\/tar|unexpected EOF|short read|processing tar file|unrecognized image format|image config "?\S+ not found|invalid manifest|does(?:n't| not) provide the requested platform|gzip: |bzip2|zstd|invalid (?:diff|layer|checksum)|layers? .*(?:mismatch|not found)|docker-import-\w+\/\S+: no such file/i;

/** The way older Engines say that there is no image in it: they look for the index of a format of long ago. */
const lacksIndex = /docker-import-\w+\/repositories: no such file/i;

const archiveError = (message: string, cause: unknown): TypedFailure =>
  new TypedFailure({ kind: 'ArchiveError', message }, cause);

/** The failure as ArchiveError, where the archive is to blame; else as it is. */
export function archiveFailure(error: unknown): unknown {
  if (!(error instanceof EngineError) || error.kind !== 'response') return error;
  const { message } = error;
  if (lacksIndex.test(message)) {
    return archiveError(
      'The archive has no image in it: neither a manifest.json, as `docker save` writes, nor an index.json, as OCI tools do.',
      error,
    );
  }
  // Where the Engine keeps its data is nobody's business.
  const [, missing] = /open \S*docker-import-\w+\/(\S+): no such file/i.exec(message) ?? [];
  if (missing !== undefined)
    return archiveError(`The archive names a file that is not in it: ${missing}.`, error);
  return complaints.test(message) ? archiveError(message, error) : error;
}

/** What was loaded, when it turns out to be nothing. */
export const nothingInside = (what: string): TypedFailure => archiveError(what, undefined);
