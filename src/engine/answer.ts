/** The body of an answer, while it comes. */
import type { Dispatcher } from 'undici';
import type { CallSignal } from './call-signal.ts';
import type { Sent } from './content.ts';
import { EngineError, transportError } from './errors.ts';
import { parseJson } from './json.ts';
import { fits, type Row } from './operation.ts';

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

/**
 * The whole answer, as the row says.
 *
 * @throws EngineError `protocol` for one that makes no sense; what breaks it off
 */
export async function readWhole(row: Row, answer: Dispatcher.ResponseData): Promise<unknown> {
  if (row.format === 'nothing' || answer.statusCode === 304) {
    await answer.body.dump();
    return answer.statusCode !== 304;
  }
  const broken = (message: string, cause?: unknown) =>
    new EngineError({ kind: 'protocol', route: row.route, message, cause });
  if (row.header !== undefined) {
    await answer.body.dump();
    const said = answer.headers[row.header];
    if (typeof said === 'string') return said;
    throw broken('The Engine left out of its answer what it is asked for.');
  }
  const text = await answer.body.text();
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw broken('The Engine answered with broken JSON.', cause);
  }
  if (!fits(row, value)) throw broken('The Engine answered with something else than its API documents.');
  return value;
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
