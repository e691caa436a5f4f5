/** The session of a build that BuildKit does: what it may be given. */
import { type BuildSession, openBuildSession } from '../../../engine/build/session.ts';
import { EngineError } from '../../../engine/errors.ts';
import { builds } from '../../../engine/operations/build.ts';
import type { RegistryAuth } from '../../../engine/registry/auth.ts';
import { CredentialError } from '../../../engine/registry/credential-error.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { TypedFailure } from '../../mutation/typed-failure.ts';

interface Gifts {
  readonly auths: ReadonlyMap<string, RegistryAuth>;
  readonly secrets: ReadonlyMap<string, Uint8Array>;
}

/** What is given, else what is stored for exactly that registry; what is set up and cannot be had is left out. */
const credentialsFor =
  (scope: EngineScope, auths: Gifts['auths']) =>
  async (domain: string): Promise<RegistryAuth | undefined> => {
    const given = auths.get(domain);
    if (given) return given;
    return scope.storedAuth(domain).catch((error: unknown) => {
      if (error instanceof CredentialError) return undefined;
      throw error;
    });
  };

/** The Engine, or something before it, does not hand over connections. */
const isRefused = (error: unknown): error is EngineError =>
  error instanceof EngineError && ['protocol', 'response', 'unsupported'].includes(error.kind);

/**
 * Opens the session of one build; undefined where there can be none, and nothing needs it.
 *
 * @param scope one that lasts
 * @throws TypedFailure where secrets or credentials were given that cannot be passed on, EngineError
 */
export async function sessionFor(
  scope: EngineScope,
  { auths, secrets }: Gifts,
  signal: AbortSignal,
): Promise<BuildSession | undefined> {
  try {
    return await openBuildSession((headers) => scope.handOver(builds.session, { headers }, signal), {
      credentials: credentialsFor(scope, auths),
      secrets,
    });
  } catch (error) {
    if (!isRefused(error)) throw error;
    if (auths.size === 0 && secrets.size === 0) return undefined;
    throw new TypedFailure(
      {
        kind: 'BuildSessionError',
        message:
          'The Engine did not open the session by which BuildKit gets secrets and credentials: a proxy before it may not ' +
          'let `POST /session` through.',
      },
      error,
    );
  }
}
