/** The body of an answer, while it comes. */
import type { CallSignal } from './call-signal.ts';
import type { Sent } from './content.ts';
import { transportError } from './errors.ts';
import type { Row } from './operation.ts';

/** Bytes of a failed answer that are read for its sentence. */
const errorBodyCap = 65_536;

/** The beginning of a failed answer. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > errorBodyCap) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The same bytes; what breaks them off is named as any other failure of the Engine. */
export async function* named(
  { route }: Row,
  body: AsyncIterable<Uint8Array>,
  { why }: CallSignal,
  sent: Sent | undefined,
  onEnd: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    if (sent?.failure) throw sent.failure.error;
    throw transportError(route, error, why());
  } finally {
    onEnd();
  }
}
