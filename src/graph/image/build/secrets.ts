/** Secrets of a build: BuildKit asks for them while it works, and leaves them out of the image. */
import { builder } from '../../builder.ts';
import { given, inside, type Place, refuse } from '../../mutation/input-error.ts';

export const BuildSecretInput = builder.inputType('BuildSecretInput', {
  description:
    'A secret for `RUN --mount=type=secret,id=…` of the Dockerfile: its ID, and either `value` or `valueBase64`. Pass it in ' +
    'variables, never in the text of a query. It is kept as long as the build, and not logged.',
  fields: (t) => ({
    id: t.string({
      required: true,
      description: 'What the Dockerfile calls it, as in `--mount=type=secret,id=npmrc`.',
    }),
    value: t.string({ description: 'What is in it, as text.' }),
    valueBase64: t.string({ description: 'What is in it, as any bytes in base64, in place of `value`.' }),
  }),
});

type SecretWish = typeof BuildSecretInput.$inferInput;

/** BuildKit's own limit. */
const longestSecret = 512_000;
const mostSecrets = 100;
const longestId = 256;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * The secrets that were given, by ID.
 *
 * @throws InputError, never with one of the values
 */
export function buildSecrets(
  wishes: readonly SecretWish[] | null | undefined,
  place: Place,
): ReadonlyMap<string, Uint8Array> {
  if ((wishes?.length ?? 0) > mostSecrets)
    refuse(place, `cannot be ${wishes?.length} secrets: ${mostSecrets} at most.`);
  const secrets = new Map<string, Uint8Array>();
  for (const [index, { id, value, valueBase64 }] of (wishes ?? []).entries()) {
    const at = inside(place, index);
    if (id === '' || id.length > longestId || /[,\s\0]/.test(id))
      refuse(inside(at, 'id'), 'cannot be used: give a name without spaces and commas, such as "npmrc".');
    if (secrets.has(id)) refuse(inside(at, 'id'), `is "${id}" a second time.`);
    const [plain, coded] = [given(value), given(valueBase64)];
    if ((plain === undefined) === (coded === undefined))
      refuse(at, 'needs `value` or `valueBase64`: one of the two.');
    if (coded !== undefined && !base64.test(coded))
      refuse(inside(at, 'valueBase64'), 'is no base64: give the letters of RFC 4648, without line breaks.');
    const bytes = coded === undefined ? Buffer.from(plain ?? '') : Buffer.from(coded, 'base64');
    if (bytes.length > longestSecret)
      refuse(at, `is too long: ${bytes.length} bytes, where ${longestSecret} are the most.`);
    secrets.set(id, bytes);
  }
  return secrets;
}

/** Shorter lines are words that any output may have. */
const shortestHidden = 4;
const mostHidden = 1_000;

/** Takes what a step prints of secrets out of a text: each of their lines, but for the shortest. */
export function hiding(secrets: ReadonlyMap<string, Uint8Array>): (text: string) => string {
  const lines = [...secrets.values()]
    .flatMap((secret) => Buffer.from(secret).toString('utf8').split(/\r?\n/))
    .map((line) => line.trim())
    .filter((line) => line.length >= shortestHidden)
    .toSorted((one, other) => other.length - one.length)
    .slice(0, mostHidden);
  if (lines.length === 0) return (text) => text;
  const pattern = new RegExp(lines.map((line) => line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  return (text) => text.replace(pattern, '[secret]');
}
