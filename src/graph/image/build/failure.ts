/** Why a build failed, typed: the sentences of both builders, of all versions. */
import type { BuildStep } from '../../../engine/build/news.ts';
import { EngineError } from '../../../engine/errors.ts';
import { TypedFailure } from '../../mutation/typed-failure.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';

interface Said {
  readonly match: RegExpExecArray;
  readonly message: string;
  /** The step that failed, where the builder says it. */
  readonly step: BuildStep | undefined;
}

/** What was said of a private base image. */
const baseImage = /load metadata for (\S+)/;

/** What BuildKit asks the session for, where there is none: a proxy stands before the Engine, or it broke off. */
const withoutSession = ({ step }: Said): UserErrorModel => {
  const none =
    'the Engine has no session to ask for it: a proxy before it may not let `POST /session` through, or it broke off.';
  const [, image] = baseImage.exec(step?.name ?? '') ?? [];
  if (image !== undefined) {
    return {
      kind: 'RegistryUnauthorizedError',
      message: `${image} wants a login, and ${none} Pull the image first with \`imagePull\`, or build with \`builder: CLASSIC\`.`,
    };
  }
  return {
    kind: 'BuildSessionError',
    message: `${step ? `The step ${step.name}` : 'A step'} wants a login, a secret or an SSH agent, and ${none}`,
  };
};

const withoutSecret = ({ match }: Said): UserErrorModel => ({
  kind: 'BuildSessionError',
  message: `The Dockerfile wants the secret "${match[1]}", which was not given: add it to \`secrets\`.`,
});

const withoutAgent = ({ match }: Said): UserErrorModel => ({
  kind: 'BuildSessionError',
  message:
    `The Dockerfile wants the SSH agent "${match[1]}", which this gateway cannot give. Take what it fetches into the ` +
    'context, or build with the docker CLI.',
});

const exit = ({ match, message, step }: Said): UserErrorModel => ({
  kind: 'BuildFailedError',
  message,
  step: step?.name ?? null,
  exitCode: Number(match[1]),
});

const inDockerfile = ({ match, message }: Said): UserErrorModel => ({
  kind: 'DockerfileError',
  message,
  line: match[1] === undefined ? null : Number(match[1]),
});

const inContext = ({ match, message }: Said): UserErrorModel => ({
  kind: 'BuildContextError',
  message,
  file: match[1]?.replace(/^\//, '') || null,
});

type PlainKind =
  | 'ArchiveError'
  | 'NoSpaceError'
  | 'RegistryUnauthorizedError'
  | 'ImageNotFoundError'
  | 'RegistryError'
  | 'RegistryRateLimitedError'
  | 'InvalidInputError';

const plain =
  (kind: PlainKind) =>
  ({ message }: Said): UserErrorModel => ({ kind, message });

/** The most telling first. What quotes a command leads, as a command can hold any words. */
const sentences: readonly (readonly [pattern: RegExp, explain: (said: Said) => UserErrorModel])[] = [
  [/(?:^|: )The command '.*' returned a non-zero code: (\d+)$/s, exit],
  [/executor failed running \[.*\]: exit code: (\d+)/s, exit],
  [/process ".*" did not complete successfully: exit code: (\d+)/s, exit],
  [/no active session|no session for/, withoutSession],
  [/secret ([^\s:]+)(?: not found)?: not found/, withoutSecret],
  [/no SSH key "([^"]*)" forwarded/, withoutAgent],
  [/no space left on device|disk quota exceeded/, plain('NoSpaceError')],
  [/dockerfile parse error(?: on)? line (\d+)/i, inDockerfile],
  [
    /Dockerfile (?:\(.*\) )?cannot be empty|target stage .* could not be found|failed to reach build target|Cannot locate specified Dockerfile|failed to read dockerfile: (?:open|failed to (?:lstat|stat)) |option requires BuildKit|no build stage in current context|file with no instructions|unknown instruction|base name \(.*\) should not be blank/i,
    inDockerfile,
  ],
  [/(?:COPY|ADD) failed: .*(?:stat|build context:) ([^:\s]+)/, inContext],
  [/failed to (?:compute cache key|calculate checksum of ref).*"([^"]+)":? not found/, inContext],
  [/(?:COPY|ADD) failed|failed to load cache key: Get/, inContext],
  [/lstat (\S+): no such file or directory$/, inContext],
  [
    /downloading remote context|failed to read downloaded context|error fetching|failed to fetch remote|fetching default branch/i,
    inContext,
  ],
  [/unexpected EOF|processing tar file|gzip: |archive\/tar/i, plain('ArchiveError')],
  [/toomanyrequests|429 too many requests/i, plain('RegistryRateLimitedError')],
  [
    /no basic auth credentials|unauthorized(?:: |$)|401 unauthorized|authorization failed/i,
    plain('RegistryUnauthorizedError'),
  ],
  [
    /no such image|manifest unknown|manifest for .* not found|repository does not exist|pull access denied|(?:^|\s)[^\s"]+: not found$/i,
    plain('ImageNotFoundError'),
  ],
  [
    /dial tcp|failed to do request|failed to resolve (?:source metadata|reference)|x509:|TLS handshake/i,
    plain('RegistryError'),
  ],
  [
    /invalid reference format|network mode .* not supported|ulimit|buildkit is not enabled|invalid host /i,
    plain('InvalidInputError'),
  ],
];

/** Where older versions have the context for a moment, on the machine of the Engine. */
const mountPoint = /\/\S*?\/buildkit-mount\d+/g;

/**
 * The failure of a build, typed; whatever says nothing of the build itself comes back as it was: an Engine that is away,
 * an upload that broke off.
 *
 * @param step the one that failed, as far as the progress told it
 * @param hide takes secrets out of a text
 */
export function buildFailure(
  error: unknown,
  step: BuildStep | undefined,
  hide: (text: string) => string = (text) => text,
): unknown {
  if (!(error instanceof EngineError) || error.kind !== 'response') return error;
  const message = hide(error.message.replace(mountPoint, ''));
  for (const [pattern, explain] of sentences) {
    const match = pattern.exec(message);
    if (match) return new TypedFailure(explain({ match, message, step }), error);
  }
  if (error.status !== undefined && error.status < 500) return error;
  return new TypedFailure(
    { kind: 'BuildFailedError', message, step: step?.name ?? null, exitCode: null },
    error,
  );
}
