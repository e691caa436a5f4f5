/** Digests of what is transferred, where a client wants them (RFC 9530). */
import { createHash, type Hash } from 'node:crypto';
import { Refusal } from '../server/refusal.ts';

export interface Digest {
  readonly add: (chunk: Uint8Array) => void;
  /** In base64; to be called once. */
  readonly result: () => string;
}

export function createDigest(): Digest {
  const hash: Hash = createHash('sha256');
  return { add: (chunk) => void hash.update(chunk), result: () => hash.digest('base64') };
}

/** `Content-Digest` as a field of a header or trailer. */
export const digestField = (base64: string): string => `sha-256=:${base64}:`;

/** Whether `Want-Content-Digest` asks for SHA-256. */
export const wantsDigest = (header: string | readonly string[] | undefined): boolean =>
  /(?:^|,)\s*sha-256\s*=\s*(?:[1-9]|10)\s*(?:,|$)/i.test(String(header ?? ''));

/**
 * The SHA-256 in a `Content-Digest`, in base64; undefined where there is no such header.
 *
 * @throws Refusal 400 for a header without a SHA-256, as nothing could be held against it
 */
export function announcedDigest(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [, base64] = /(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):/i.exec(String(header)) ?? [];
  if (base64 !== undefined) return base64;
  throw new Refusal({
    status: 400,
    code: 'BAD_REQUEST',
    message: 'Content-Digest must hold a SHA-256, as in "sha-256=:<44 characters of base64>:".',
    close: true,
  });
}
