/** Loading images from an archive: the work itself. `POST /images/load`. */
import type { Content } from '../../engine/content.ts';
import { images } from '../../engine/operations/images.ts';
import type { OciPlatform } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Reporter } from '../../long-work/live-work.ts';
import type { WorkResult } from '../../long-work/work.ts';
import { archiveFailure, nothingInside } from './archive-failure.ts';
import { progressMessages } from './progress.ts';
import { layerProgress } from './progress-layers.ts';

export interface LoadResult extends WorkResult {
  /** The IDs. */
  readonly images: readonly string[];
  /** The names that they have, as the archive says. */
  readonly names: readonly string[];
}

/** `Loaded image: app:1.2`, and `Loaded image ID: sha256:…` for one without a name. */
const loadedIn = (text: string | null | undefined): string | undefined =>
  /^Loaded image(?: ID)?: (\S+)\s*$/.exec(text ?? '')?.[1];

async function idsOf(scope: EngineScope, refs: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(refs.map((ref) => scope.loaders.images.inspect.load(ref)));
  return [...new Set(found.flatMap((details) => details?.Id ?? []))];
}

/**
 * @throws EngineError in the Engine's own sentence where it fails, TypedFailure where the archive is to blame or broke off
 */
export async function loadImages(
  scope: EngineScope,
  content: Content,
  platform: OciPlatform | undefined,
  reporter: Reporter,
): Promise<LoadResult> {
  const { route } = images.load;
  // The bytes are what is counted; of the layers, which come after them, only the steps are told.
  const tell = layerProgress({ ...reporter, progress: () => {} }, 'move');
  const loaded: string[] = [];
  try {
    const { body } = await scope.send(images.load, { quiet: false, platform }, content, scope.signal);
    for await (const message of progressMessages(body, { route, verb: 'load', signals: [scope.signal] })) {
      tell(message);
      const ref = loadedIn(message.stream);
      if (ref !== undefined) loaded.push(ref);
    }
  } catch (error) {
    throw archiveFailure(error);
  }
  if (loaded.length === 0) {
    throw nothingInside(
      platform ? 'The archive has no image for that platform in it.' : 'The archive has no image in it.',
    );
  }
  const ids = await idsOf(scope, loaded);
  return { changed: true, images: ids, names: loaded.filter((ref) => !ref.startsWith('sha256:')) };
}
