/** One byte sequence, cut into chunks in every way a network may cut it. */
import fc from 'fast-check';

export async function* chunksOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

/** Cuts at the given places, in any order; a place twice makes an empty chunk. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const sorted = [...places].sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
}

export const cutsOf = (bytes: Uint8Array): fc.Arbitrary<readonly Uint8Array[]> =>
  fc.oneof(
    fc.array(fc.nat({ max: bytes.length }), { maxLength: 12 }).map((places) => cutAt(bytes, places)),
    fc.constant(Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))),
  );

/** Everything up to the end or the error, and the error. */
export async function drain<T>(
  source: AsyncIterable<T>,
): Promise<{ readonly items: readonly T[]; readonly error?: unknown }> {
  const items: T[] = [];
  try {
    for await (const item of source) items.push(item);
  } catch (error) {
    return { items, error };
  }
  return { items };
}
