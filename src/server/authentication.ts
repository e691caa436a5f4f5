/** Who may come in, when a token is configured. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from './refusal.ts';

const attemptsPerWindow = 10;
const windowMs = 60_000;
/** Addresses whose attempts are remembered at once; beyond that the oldest are forgotten. */
const mostAddresses = 10_000;

export interface Authentication {
  /** Whether clients need a token at all. */
  readonly required: boolean;
  /**
   * @param authorization the header, or the parameter of `connection_init`: `Bearer <token>`
   * @throws Refusal 401 without the right token, 429 after ten wrong ones in a minute from one address
   */
  readonly check: (authorization: string | undefined, address: string) => void;
  /** From now on another token is the right one: its SHA-256. */
  readonly replace: (digest: Buffer) => void;
}

const unauthenticated = (message: string, challenge: string): Refusal =>
  new Refusal({
    status: 401,
    code: 'UNAUTHENTICATED',
    message,
    headers: { 'www-authenticate': challenge },
  });

/** Counts wrong tokens by address within a window that starts with the first. */
function createAttempts(now: () => number) {
  const byAddress = new Map<string, { count: number; readonly until: number }>();
  return {
    blockedMs: (address: string): number => {
      const entry = byAddress.get(address);
      if (!entry) return 0;
      if (entry.until <= now()) byAddress.delete(address);
      return entry.count >= attemptsPerWindow ? Math.max(0, entry.until - now()) : 0;
    },
    add: (address: string): void => {
      const entry = byAddress.get(address);
      if (entry && entry.until > now()) {
        entry.count += 1;
        return;
      }
      byAddress.delete(address);
      byAddress.set(address, { count: 1, until: now() + windowMs });
      const [oldest] = byAddress.keys();
      if (byAddress.size > mostAddresses && oldest !== undefined) byAddress.delete(oldest);
    },
  };
}

/**
 * @param digest SHA-256 of the token, or undefined to let everybody in
 * @param now milliseconds, for tests
 */
export function createAuthentication(
  digest: Buffer | undefined,
  now: () => number = Date.now,
): Authentication {
  if (!digest) return { required: false, check: () => {}, replace: () => {} };
  let right = digest;
  /** Whoever still comes with the one before is late, and guesses at nothing. */
  let former: Buffer | undefined;
  const attempts = createAttempts(now);
  return {
    required: true,
    replace: (next) => {
      former = right;
      right = next;
    },
    check: (authorization, address) => {
      if (authorization === undefined) {
        throw unauthenticated(
          'This gateway needs a token: send the header "Authorization: Bearer <token>".',
          'Bearer realm="dockgraph"',
        );
      }
      const blockedMs = attempts.blockedMs(address);
      if (blockedMs > 0) {
        throw new Refusal({
          status: 429,
          code: 'TOO_MANY_ATTEMPTS',
          message: 'Too many wrong tokens came from this address; wait a minute.',
          headers: { 'retry-after': String(Math.ceil(blockedMs / 1000)) },
        });
      }
      const [, token] = /^Bearer +([^\s]+) *$/i.exec(authorization) ?? [];
      // Digests are compared, so that neither the length nor the time tells anything about the token.
      const given = token === undefined ? undefined : createHash('sha256').update(token).digest();
      if (given && timingSafeEqual(given, right)) return;
      if (!given || !former || !timingSafeEqual(given, former)) attempts.add(address);
      throw unauthenticated(
        token === undefined
          ? 'The Authorization header must read "Bearer <token>".'
          : 'The token is not the right one.',
        'Bearer realm="dockgraph", error="invalid_token"',
      );
    },
  };
}
