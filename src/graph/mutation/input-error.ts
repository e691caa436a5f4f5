/** A value of a mutation's input that cannot be used, and where it stands. */
import { checkReference, type ReferenceKind } from '../../engine/references.ts';
import { compareApi } from '../../engine/version.ts';
import { BadUserInput } from '../../errors.ts';

/** Becomes a user error of that kind, with the path. Nothing has been sent to the Engine. */
export class InputError extends BadUserInput {
  readonly kind: 'InvalidInputError' | 'ApiVersionError';
  /** From `input` downwards. */
  readonly at: readonly string[];

  constructor(kind: InputError['kind'], at: readonly string[], message: string) {
    super(message, kind === 'ApiVersionError' ? 'API_VERSION_UNSUPPORTED' : 'BAD_USER_INPUT');
    this.kind = kind;
    this.at = at;
  }
}

/** Where in an input a value stands, and the API version that it is sent in. */
export interface Place {
  readonly api: string;
  readonly path: readonly string[];
}

/** The place of a field or of an item in a list. */
export const inside = ({ api, path }: Place, ...keys: readonly (string | number)[]): Place => ({
  api,
  path: [...path, ...keys.map(String)],
});

/** As users write it, without the name of the argument. */
const spelled = ({ path }: Place): string => path.slice(1).join('.') || 'input';

/**
 * The sentence begins with the place: `` `ports.0.hostPort` ``.
 *
 * @throws InputError
 */
export function refuse(place: Place, sentence: string): never {
  throw new InputError('InvalidInputError', place.path, `\`${spelled(place)}\` ${sentence}`);
}

/**
 * @throws InputError for what cannot be the name or the ID of such an object
 */
export function checkRef(place: Place, kind: ReferenceKind, ref: string | null | undefined): void {
  if (ref === null || ref === undefined) return;
  const checked = checkReference(kind, ref);
  if (!checked.ok) refuse(place, `is wrong. ${checked.reason}`);
}

/** What was given; undefined for what was left out, which GraphQL may also write as null. */
export const given = <Value>(value: Value | null | undefined): Value | undefined => value ?? undefined;

/** False and 0 wish for what holds without them. */
const isWish = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== false && value !== 0;

/**
 * What was given, for a field that older APIs ignore in silence.
 *
 * @throws InputError where the API spoken with the Engine is older than `version`
 */
export function since<Value>(
  place: Place,
  version: string,
  value: Value | null | undefined,
): Value | undefined {
  if (!isWish(value) || compareApi(place.api, version) >= 0) return given(value);
  throw new InputError(
    'ApiVersionError',
    place.path,
    `\`${spelled(place)}\` needs API ${version} or newer, and this Engine is spoken to in ${place.api}. Leave it out.`,
  );
}

/**
 * What was given, for a field that newer APIs ignore in silence.
 *
 * @throws InputError where the API spoken with the Engine is `version` or newer
 */
export function below<Value>(
  place: Place,
  version: string,
  value: Value | null | undefined,
): Value | undefined {
  if (!isWish(value) || compareApi(place.api, version) < 0) return given(value);
  throw new InputError(
    'ApiVersionError',
    place.path,
    `\`${spelled(place)}\` went with API ${version}, and this Engine is spoken to in ${place.api}. Leave it out.`,
  );
}
