/** Pulling an image: the work itself, for whichever mutation asks for it. `POST /images/create`. */
import { EngineError, transportError } from '../../engine/errors.ts';
import { parseImageReference } from '../../engine/image-reference.ts';
import { isJsonObject, parseJson } from '../../engine/json.ts';
import { images } from '../../engine/operations/images.ts';
import { ndjson } from '../../engine/streams/ndjson.ts';
import type { JsonMessage } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';

export interface PullWish {
  /** A name, with or without tag or digest. */
  readonly reference: string;
  /** Such as `linux/arm64`; that of the Engine without. */
  readonly platform?: string | null | undefined;
  /** Credentials as the daemon takes them (`X-Registry-Auth`). */
  readonly registryAuth?: string | undefined;
  /** Ends the pull, whatever else may. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The name without tag or digest, and the one of the two that is pulled: the digest if there is one, `latest` if there is
 * neither. Without any the daemon would pull every tag there is.
 *
 * @throws BadUserInput for what no registry could have: an ID, or no reference at all
 */
export function pullTarget(reference: string): { readonly fromImage: string; readonly tag: string } {
  const parsed = parseImageReference(reference);
  if (!parsed) {
    throw new BadUserInput(
      `"${reference}" cannot be pulled: give a name, such as "nginx:1.27", with a tag or a digest; an ID has no registry.`,
    );
  }
  const { tag, digest } = parsed;
  const suffix = (tag === undefined ? 0 : tag.length + 1) + (digest === undefined ? 0 : digest.length + 1);
  return { fromImage: reference.slice(0, reference.length - suffix), tag: digest ?? tag ?? 'latest' };
}

const route = images.create.route;

/** The last line of a pull that failed after it had begun, which HTTP calls a success. */
function failureIn(message: JsonMessage): EngineError | undefined {
  const sentence = message.errorDetail?.message ?? message.error;
  return sentence ? new EngineError({ kind: 'response', route, message: sentence }) : undefined;
}

function messageOf(line: string): JsonMessage {
  try {
    const value = parseJson(line);
    if (isJsonObject(value)) return value;
  } catch {
    // Falls through to the one sentence for every broken line.
  }
  throw new EngineError({ kind: 'protocol', route, message: 'The Engine garbled the progress of the pull.' });
}

/**
 * Pulls an image, and tells how it goes: one message for each step of each layer. The end of the messages is success.
 *
 * @throws EngineError with the daemon's or the registry's own sentence where it fails, before or after it began;
 *   BadUserInput for a reference that cannot be pulled
 */
async function* pullMessages(
  scope: EngineScope,
  { reference, platform, registryAuth, signal }: PullWish,
): AsyncGenerator<JsonMessage, void, undefined> {
  const target = pullTarget(reference);
  const params = { ...target, ...(platform && { platform }), ...(registryAuth && { registryAuth }) };
  const { body } = await scope.stream(images.create, params, signal);
  try {
    for await (const line of ndjson(body)) {
      const message = messageOf(line);
      const failure = failureIn(message);
      if (failure) throw failure;
      yield message;
    }
  } catch (error) {
    const aborted = scope.signal.aborted || signal?.aborted === true;
    throw transportError(route, error, { deadline: false, aborted });
  }
}

/**
 * Pulls an image and waits for the end. Afterwards what was read of the Engine is out of date: refresh the scope.
 *
 * @throws as {@link pullMessages} does
 */
export async function pullImage(scope: EngineScope, wish: PullWish): Promise<void> {
  const messages = pullMessages(scope, wish);
  while (!(await messages.next()).done);
}
