/** From what went wrong to a typed error. */
import { EngineError } from '../../engine/errors.ts';
import { CredentialError } from '../../engine/registry/credential-error.ts';
import { type SwarmRefusal, swarmRefusal } from '../../engine/swarm-refusal.ts';
import { BadUserInput } from '../../errors.ts';
import { WorkCanceled, WorkRefused } from '../../long-work/work.ts';
import { InputClosed, InputFull } from '../../sessions/input.ts';
import { AlreadyStarted, TooManySessions } from '../../sessions/registry.ts';
import { TooManyTickets } from '../../tickets.ts';
import { AmbiguousReference, isAmbiguous } from '../kit/reference.ts';
import { InputError } from './input-error.ts';
import type { About } from './sentence.ts';
import { sentences } from './sentences.ts';
import { TypedFailure } from './typed-failure.ts';
import type { UserErrorModel } from './user-error-kinds.ts';

const kindOfRefusal = {
  inactive: 'SwarmInactiveError',
  not_manager: 'SwarmNotManagerError',
  locked: 'SwarmLockedError',
  active: 'SwarmActiveError',
  unavailable: 'SwarmUnavailableError',
  outdated: 'VersionConflictError',
} as const satisfies Record<SwarmRefusal, UserErrorModel['kind']>;

/** Routes whose other failures are those of a registry, said in its own words. */
const registryRoutes: ReadonlySet<string> = new Set([
  'POST /auth',
  'POST /images/create',
  'POST /images/{name}/push',
]);
const pluginRegistryRoutes: ReadonlySet<string> = new Set([
  'GET /plugins/privileges',
  'POST /plugins/pull',
  'POST /plugins/{name}/upgrade',
  'POST /plugins/{name}/push',
  'GET /distribution/{name}/json',
]);

/** What the status alone tells. The Engine says 403 both for what it protects and for what is in the way. */
function byStatus(error: EngineError, path: readonly string[] | undefined): UserErrorModel | undefined {
  const said = { message: error.message, ...(path && { path }) };
  switch (error.status) {
    case 400:
      return { kind: 'InvalidInputError', ...said };
    case 403:
      return { kind: 'ForbiddenError', ...said };
    case 404:
      return { kind: registryRoutes.has(error.route) ? 'ImageNotFoundError' : 'NotFoundError', ...said };
    case 409:
      return { kind: 'ConflictError', ...said };
    default:
      if (registryRoutes.has(error.route) || pluginRegistryRoutes.has(error.route))
        return { kind: 'RegistryError', ...said };
      // Some refusals of old Engines come as 500.
      return /is not connected to|already exists|conflict|invalid/i.test(error.message)
        ? { kind: 'ConflictError', ...said }
        : undefined;
  }
}

/** What the gateway itself says of its sessions. */
function ofSession(
  error: unknown,
): 'SessionEndedError' | 'SessionInputFullError' | 'SessionLimitError' | 'ConflictError' | undefined {
  if (error instanceof InputClosed) return 'SessionEndedError';
  if (error instanceof InputFull) return 'SessionInputFullError';
  if (error instanceof TooManySessions || error instanceof TooManyTickets) return 'SessionLimitError';
  return error instanceof AlreadyStarted ? 'ConflictError' : undefined;
}

/**
 * The typed form of an expected failure; undefined for one that belongs into `errors`: an Engine that is away, slow
 * or broken.
 */
export function explain(error: unknown, about: About): UserErrorModel | undefined {
  const path = about.path ? { path: about.path } : {};
  if (error instanceof AmbiguousReference) {
    return { kind: 'AmbiguousReferenceError', message: error.message, ...path, candidates: error.candidates };
  }
  if (error instanceof TypedFailure) return { ...path, ...error.userError };
  if (error instanceof InputError) return { kind: error.kind, message: error.message, path: error.at };
  if (error instanceof BadUserInput) return { kind: 'InvalidInputError', message: error.message, ...path };
  if (error instanceof CredentialError) return { kind: 'RegistryError', message: error.message, ...path };
  if (error instanceof WorkCanceled) return { kind: 'OperationCanceledError', message: error.message };
  if (error instanceof WorkRefused) return { kind: 'ConflictError', message: error.message };
  const kind = ofSession(error);
  if (kind && error instanceof Error) return { kind, message: error.message, ...path };
  if (!(error instanceof EngineError)) return undefined;
  if (error.kind === 'bad_input') return { kind: 'InvalidInputError', message: error.message, ...path };
  if (error.kind === 'unsupported') return { kind: 'ApiVersionError', message: error.message, ...path };
  if (error.kind !== 'response') return undefined;
  if (isAmbiguous(error)) {
    return { kind: 'AmbiguousReferenceError', message: error.message, ...path, candidates: [] };
  }
  const swarm = swarmRefusal(error);
  if (swarm) return { kind: kindOfRefusal[swarm], message: error.message, ...path };
  for (const [pattern, make] of sentences) {
    const match = pattern.exec(error.message);
    if (match) return make({ match, message: error.message, about });
  }
  return byStatus(error, about.path);
}
