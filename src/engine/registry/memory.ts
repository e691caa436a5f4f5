/** What registries said of images, kept for a while: a registry counts who asks it, and few things change less often. */
import { unlessAborted } from '../call-signal.ts';
import type { CallRecord, EngineClient } from '../client.ts';
import { transportError } from '../errors.ts';
import { normalizeImageReference, parseImageReference } from '../image-reference.ts';
import { distribution } from '../operations/distribution.ts';
import type { DistributionInspect } from '../types.ts';
import type { RegistryAuth } from './auth.ts';
import { CredentialError } from './credential-error.ts';
import type { RegistryCredentials } from './credentials.ts';
import { type RegistryRefusal, registryRefusal } from './refusal.ts';
import { createTurns } from './turns.ts';

export interface RegistryMemorySettings {
  /** Milliseconds that an answer is kept. */
  readonly ageMs: number;
  /** Milliseconds that it is kept that there was none, and that a registry that fails is left alone. */
  readonly failureAgeMs: number;
}

/** What came of asking. */
type Found =
  | { readonly state: 'found'; readonly answer: DistributionInspect }
  | { readonly state: 'missing' }
  | {
      readonly state: 'failed';
      readonly why: RegistryRefusal;
      /** An EngineError in the words of the registry, or a CredentialError. */
      readonly error: Error;
    };

export type RegistryLook = Found & {
  /** When the registry was asked. */
  readonly checkedAt: Date;
  /** Calls that this look needed: none where it was known, or another was asking already. */
  readonly calls: number;
};

interface LookOptions {
  /** Ask again though it is known, unless it has just been asked. */
  readonly refresh?: boolean | undefined;
  /** Those of the caller's own: what comes of them is nobody else's. */
  readonly auth?: RegistryAuth | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onCall?: ((record: CallRecord) => void) | undefined;
}

/** How much one registry was asked since the gateway began. */
export interface RegistryUsage {
  readonly domain: string;
  readonly calls: number;
  /** Questions that needed no call. */
  readonly spared: number;
  readonly failures: number;
  /** Until when it is left alone; undefined where it is not. */
  readonly pausedUntil: Date | undefined;
}

export interface RegistryMemory {
  /**
   * What the registry has under a name, or by a digest (`GET /distribution/{name}/json`).
   *
   * @throws EngineError where the Engine is at fault, not the registry, or the caller went away
   */
  look(reference: string, options?: LookOptions): Promise<RegistryLook>;
  usage(): readonly RegistryUsage[];
  /** Gives up what is under way. */
  close(): void;
}

interface Registry {
  calls: number;
  spared: number;
  failures: number;
  pause: { readonly since: number; readonly until: number; readonly found: Found } | undefined;
}

interface Known {
  readonly found: Found;
  readonly at: number;
}

/** Milliseconds in which nothing is asked twice, though somebody wishes for it: live queries wish again and again. */
const justAsked = 10_000;
/** Calls to registries at once. */
const mostAtOnce = 8;
/** Names that are remembered. */
const mostKnown = 5_000;

/** Whatever else is asked there would fail the same way. */
const concernsAll = (found: Found): boolean =>
  found.state === 'failed' && (found.why === 'rate_limited' || found.why === 'unreachable');

/** @param now milliseconds since 1970 */
export function createRegistryMemory(
  client: Pick<EngineClient, 'call'>,
  credentials: Pick<RegistryCredentials, 'headerFor'>,
  { ageMs, failureAgeMs }: RegistryMemorySettings,
  now: () => number = Date.now,
): RegistryMemory {
  const known = new Map<string, Known>();
  const underWay = new Map<string, Promise<Known & { readonly calls: number }>>();
  const registries = new Map<string, Registry>();
  const turns = createTurns(mostAtOnce);
  const closed = new AbortController();

  function registryOf(domain: string): Registry {
    const registry = registries.get(domain) ?? { calls: 0, spared: 0, failures: 0, pause: undefined };
    registries.set(domain, registry);
    return registry;
  }

  const ageOf = ({ found }: Known): number => (found.state === 'found' ? ageMs : failureAgeMs);

  function remember(key: string, one: Known): void {
    known.delete(key);
    if (ageOf(one) > 0) known.set(key, one);
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  }

  async function ask(
    reference: string,
    registry: Registry,
    { auth, signal, onCall }: LookOptions,
  ): Promise<Found> {
    try {
      const registryAuth = await credentials.headerFor(reference, auth);
      registry.calls++;
      const answer = await client.call(
        distribution.inspect,
        { name: reference, ...(registryAuth !== undefined && { registryAuth }) },
        { own: closed.signal, signal, onCall },
      );
      return { state: 'found', answer };
    } catch (error) {
      registry.failures++;
      if (error instanceof CredentialError) return { state: 'failed', why: 'unauthorized', error };
      const why = registryRefusal(error);
      if (why === 'missing') return { state: 'missing' };
      if (why !== undefined && error instanceof Error) return { state: 'failed', why, error };
      throw error;
    }
  }

  async function askInTurn(key: string, registry: Registry, options: LookOptions) {
    const release = await turns.take();
    try {
      const { pause } = registry;
      const isPaused =
        pause && now() < (options.refresh ? Math.min(pause.since + justAsked, pause.until) : pause.until);
      if (isPaused) return { found: pause.found, at: pause.since, calls: 0 };
      const before = registry.calls;
      // Whoever began it may leave: what is being asked is of use to the next.
      const found = await ask(key, registry, { onCall: options.onCall });
      const at = now();
      if (concernsAll(found)) registry.pause = { since: at, until: at + failureAgeMs, found };
      remember(key, { found, at });
      return { found, at, calls: registry.calls - before > 0 ? 1 : 0 };
    } finally {
      release();
    }
  }

  const lookOf = ({ found, at }: Known, calls: number): RegistryLook => ({
    ...found,
    checkedAt: new Date(at),
    calls,
  });

  return {
    async look(reference, options = {}) {
      const key = normalizeImageReference(reference);
      const registry = registryOf(parseImageReference(key)?.domain ?? '');
      if (options.auth) {
        const found = await ask(key, registry, options);
        return lookOf({ found, at: now() }, 1);
      }
      const before = known.get(key);
      const age = before ? now() - before.at : 0;
      if (before && age < (options.refresh ? Math.min(justAsked, ageOf(before)) : ageOf(before))) {
        registry.spared++;
        return lookOf(before, 0);
      }
      const begun = underWay.get(key);
      if (begun) registry.spared++;
      const asked = begun ?? askInTurn(key, registry, options).finally(() => underWay.delete(key));
      underWay.set(key, asked);
      const one = await unlessAborted(asked, options.signal).catch((error: unknown) => {
        throw transportError(distribution.inspect.route, error, {
          deadline: false,
          aborted: options.signal?.aborted === true,
        });
      });
      return lookOf(one, begun ? 0 : one.calls);
    },
    usage: () =>
      [...registries].map(([domain, { calls, spared, failures, pause }]) => ({
        domain,
        calls,
        spared,
        failures,
        pausedUntil: pause && pause.until > now() ? new Date(pause.until) : undefined,
      })),
    close: () => closed.abort(),
  };
}
