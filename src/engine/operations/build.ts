/** The operations of the Engine's tag "Image" that concern its builders. */
import { bytes, deadlines, type Filters, json, nothing, operation, takes } from '../operation.ts';
import type { BuildCachePruned, StringMap } from '../types.ts';

/** The query of `POST /build`, and its header. What one of the builders has no use for, it ignores without a word. */
export interface BuildParams {
  /** `2` is BuildKit. */
  readonly version: '1' | '2';
  /** The session in which BuildKit asks for credentials and secrets. */
  readonly session?: string | undefined;
  /** By which a build of BuildKit can be canceled. */
  readonly buildid?: string | undefined;
  /** A URL that the daemon fetches the context from, in place of a body. */
  readonly remote?: string | undefined;
  readonly dockerfile?: string | undefined;
  readonly t?: readonly string[] | undefined;
  readonly target?: string | undefined;
  /** What BuildKit does with the result, as JSON; an image without. */
  readonly outputs?: string | undefined;
  readonly platform?: string | undefined;
  readonly buildargs?: StringMap | undefined;
  readonly labels?: StringMap | undefined;
  /** A list as JSON, as is `ulimits`: repeated keys would mean something else. */
  readonly cachefrom?: string | undefined;
  readonly extrahosts?: readonly string[] | undefined;
  readonly networkmode?: string | undefined;
  readonly shmsize?: number | bigint | undefined;
  readonly ulimits?: string | undefined;
  readonly pull?: boolean | undefined;
  readonly nocache?: boolean | undefined;
  readonly rm?: boolean | undefined;
  readonly forcerm?: boolean | undefined;
  readonly squash?: boolean | undefined;
  readonly memory?: number | bigint | undefined;
  readonly memswap?: number | bigint | undefined;
  readonly cpushares?: number | undefined;
  readonly cpuperiod?: number | bigint | undefined;
  readonly cpuquota?: number | bigint | undefined;
  readonly cpusetcpus?: string | undefined;
  readonly cpusetmems?: string | undefined;
  readonly cgroupparent?: string | undefined;
  /** Header `X-Registry-Config`, which only the classic builder reads. */
  readonly registryConfig?: string | undefined;
}

export const builds = {
  /** Takes the context as a tar archive, and answers with progress as JSON lines, the failure as the last of them. */
  build: operation('POST /build', bytes, takes<BuildParams>(), { deadline: deadlines.none }),
  /** A connection for gRPC in which the daemon asks, and whoever builds answers; the headers say what it may ask for. */
  session: operation(
    'POST /session',
    bytes,
    takes<{ headers: Readonly<Record<string, string | readonly string[]>> }>(),
    { deadline: deadlines.none, upgrade: 'h2c', changes: false },
  ),
  /** Not in the API's documentation. Of a build that is unknown or over it says nothing. */
  cancel: operation('POST /build/cancel', nothing, takes<{ id: string }>(), { deadline: deadlines.ping }),
  prune: operation(
    'POST /build/prune',
    json<BuildCachePruned>(),
    takes<{
      all?: boolean | undefined;
      filters?: Filters | undefined;
      /** Below API 1.48; the three below it from there on. */
      'keep-storage'?: number | bigint | undefined;
      'reserved-space'?: number | bigint | undefined;
      'max-used-space'?: number | bigint | undefined;
      'min-free-space'?: number | bigint | undefined;
    }>(),
    { deadline: deadlines.slow, waits: true },
  ),
};
