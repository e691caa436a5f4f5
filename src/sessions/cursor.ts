/** Places in the output of a session, as clients hand them back. */

/** How far a session has been read, and what of it was the beginning of a character that is not whole yet. */
export interface Place {
  /** Bytes written before it. */
  readonly offset: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const pattern = /^s1:(\d{1,15}):((?:[0-9a-f]{2}){0,3}):((?:[0-9a-f]{2}){0,3})$/;

export const encodePlace = ({ offset, stdout, stderr }: Place): string =>
  Buffer.from(`s1:${offset}:${hex(stdout)}:${hex(stderr)}`).toString('base64url');

/** Undefined for what no session has given out. */
export function decodePlace(cursor: string): Place | undefined {
  const parts = pattern.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!parts) return undefined;
  const [, offset = '', stdout = '', stderr = ''] = parts;
  return {
    offset: Number(offset),
    stdout: Buffer.from(stdout, 'hex'),
    stderr: Buffer.from(stderr, 'hex'),
  };
}
