/** Global object identification: opaque, the same whatever is selected, and good on one engine only. */

export interface NodeId {
  /** Name of the GraphQL type. */
  readonly type: string;
  /** Name of the engine, as `Engine.name`. */
  readonly engine: string;
  /** Docker's own identity of the object: an ID, or the name of a volume. */
  readonly key: string;
}

const version = 'v1';

export const encodeNodeId = ({ type, engine, key }: NodeId): string =>
  Buffer.from(`${version}:${type}:${engine}:${key}`).toString('base64url');

/** Undefined for anything that this gateway did not make. */
export function decodeNodeId(id: string): NodeId | undefined {
  if (!/^[\w-]{8,}$/.test(id)) return undefined;
  const text = Buffer.from(id, 'base64url').toString('utf8');
  const parts = /^v1:([A-Za-z]+):([A-Za-z0-9_.+-]*):(.+)$/s.exec(text);
  if (!parts) return undefined;
  const [, type = '', engine = '', key = ''] = parts;
  return { type, engine, key };
}
