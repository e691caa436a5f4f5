/** The operations of the Engine's tag "Image". */
import { bytes, deadlines, type Filters, json, jsonList, nothing, operation, takes } from '../operation.ts';
import type {
  ImageAttestation,
  ImageDeleted,
  ImageFoundByName,
  ImageHistoryItem,
  ImageInspect,
  ImageSummary,
  ImagesPruned,
  OciPlatform,
} from '../types.ts';

export const images = {
  list: operation(
    'GET /images/json',
    jsonList<ImageSummary>(),
    takes<{
      all?: boolean;
      digests?: boolean;
      filters?: Filters;
      'shared-size'?: boolean;
      manifests?: boolean;
    }>(),
    { shared: true },
  ),
  /** With what is known of the origin of each manifest (API 1.54): the daemon verifies signatures for that. */
  listIdentities: operation(
    'GET /images/json',
    jsonList<ImageSummary>(),
    takes<{ all: boolean; manifests: true; identity: true }>(),
    { deadline: deadlines.slow, shared: true, waits: true },
  ),
  /** Statements about an image, kept beside it (API 1.55); the statements themselves only with `statement`. */
  attestations: operation(
    'GET /images/{name}/attestations',
    jsonList<ImageAttestation>(),
    takes<{
      platform?: OciPlatform | undefined;
      type?: readonly string[] | undefined;
      statement?: boolean | undefined;
    }>(),
    { waits: true },
  ),
  /** With shared sizes (API 1.42): the daemon compares all layers of all images. */
  listSharedSizes: operation(
    'GET /images/json',
    jsonList<ImageSummary>(),
    takes<{ all: boolean; 'shared-size': true }>(),
    { deadline: deadlines.slow, shared: true, waits: true },
  ),
  /** `platform` since API 1.49. */
  inspect: operation(
    'GET /images/{name}/json',
    json<ImageInspect>(),
    takes<{ manifests?: boolean; platform?: OciPlatform | undefined }>(),
  ),
  /** `platform` since API 1.48. */
  history: operation(
    'GET /images/{name}/history',
    jsonList<ImageHistoryItem>(),
    takes<{ platform?: OciPlatform | undefined }>(),
  ),
  /** A pull: progress as JSON lines, the failure as the last of them. */
  create: operation(
    'POST /images/create',
    bytes,
    takes<{ fromImage: string; tag?: string; platform?: string; registryAuth?: string }>(),
    { deadline: deadlines.none },
  ),
  /** An import, of the body (`-`) or of a URL: the ID as the last line, or the failure. */
  import: operation(
    'POST /images/create',
    bytes,
    takes<{
      fromSrc: string;
      repo?: string | undefined;
      tag?: string | undefined;
      message?: string | undefined;
      changes?: readonly string[] | undefined;
      platform?: string | undefined;
    }>(),
    { deadline: deadlines.none },
  ),
  /** What was loaded, and every failure, as JSON lines after a 200. `platform` since API 1.48. */
  load: operation(
    'POST /images/load',
    bytes,
    takes<{ quiet: boolean; platform?: OciPlatform | undefined }>(),
    {
      deadline: deadlines.none,
    },
  ),
  /** Progress as JSON lines, the failure as the last of them. Without a tag it would push all there are. */
  push: operation(
    'POST /images/{name}/push',
    bytes,
    takes<{ tag: string; platform?: OciPlatform | undefined; registryAuth: string }>(),
    {
      deadline: deadlines.none,
    },
  ),
  /**
   * Images with all their layers as one tar archive; a failure after its beginning stands behind it as a line of JSON.
   * `platform` since API 1.48.
   */
  save: operation(
    'GET /images/get',
    bytes,
    takes<{ names: readonly string[]; platform?: OciPlatform | undefined }>(),
    { deadline: deadlines.none },
  ),
  /** The same for one name. */
  saveOne: operation('GET /images/{name}/get', bytes, takes<{ platform?: OciPlatform | undefined }>(), {
    deadline: deadlines.none,
  }),
  /** What the registry Docker Hub finds; a private registry where the term names one and that still can. */
  search: operation(
    'GET /images/search',
    jsonList<ImageFoundByName>(),
    takes<{ term: string; limit?: number; filters?: Filters; registryAuth?: string | undefined }>(),
    { deadline: deadlines.write, waits: true },
  ),
  tag: operation('POST /images/{name}/tag', nothing, takes<{ repo: string; tag?: string }>()),
  /** `platforms`, each as JSON, since API 1.50. */
  remove: operation(
    'DELETE /images/{name}',
    jsonList<ImageDeleted>(),
    takes<{ force?: boolean; noprune?: boolean; platforms?: readonly string[] | undefined }>(),
    { deadline: deadlines.slow, waits: true },
  ),
  prune: operation('POST /images/prune', json<ImagesPruned>(), takes<{ filters?: Filters }>(), {
    deadline: deadlines.slow,
    waits: true,
  }),
};
