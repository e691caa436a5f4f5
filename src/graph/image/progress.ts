/** The progress of work on images, whose failure HTTP calls a success. */
import { EngineError, transportError } from '../../engine/errors.ts';
import { isJsonObject, parseJson } from '../../engine/json.ts';
import type { Route } from '../../engine/operation.ts';
import { ndjson } from '../../engine/streams/ndjson.ts';
import type { JsonMessage } from '../../engine/types.ts';

/** What is under way. */
interface Work {
  readonly route: Route;
  /** As users call it: `pull`. */
  readonly verb: string;
  /** Any of these ends it. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

function messageOf(line: string, { route, verb }: Work): JsonMessage {
  try {
    const value = parseJson(line);
    if (isJsonObject(value)) return value;
  } catch {
    // Falls through to the one sentence for every broken line.
  }
  throw new EngineError({
    kind: 'protocol',
    route,
    message: `The Engine garbled the progress of the ${verb}.`,
  });
}

/**
 * The messages of a `POST` that works on while it answers. Their end is success.
 *
 * @throws EngineError with the daemon's or the registry's own sentence where a line says that it failed, or where the
 *   answer breaks off or makes no sense
 */
export async function* progressMessages(
  body: AsyncIterable<Uint8Array>,
  work: Work,
): AsyncGenerator<JsonMessage, void, undefined> {
  try {
    for await (const line of ndjson(body)) {
      const message = messageOf(line, work);
      const sentence = message.errorDetail?.message ?? message.error;
      if (sentence) throw new EngineError({ kind: 'response', route: work.route, message: sentence });
      yield message;
    }
  } catch (error) {
    const aborted = work.signals.some((signal) => signal?.aborted);
    throw transportError(work.route, error, { deadline: false, aborted });
  }
}
