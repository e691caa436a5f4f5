/** Grammars for everything that goes into a path of the Engine's: checked first, encoded second, never cleaned up. */
import { isImageId, parseImageReference } from './image-reference.ts';

/**
 * - `object`: name or ID of a container, network, volume, exec, service, task, node, secret or config
 * - `image`: a reference, with registry, tag or digest, or an ID
 * - `plugin`: like `image`
 */
export type ReferenceKind = 'object' | 'image' | 'plugin';

export type ReferenceCheck = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** The daemon's own rule for names, with the length of a file name; IDs obey it too. */
const objectPattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;
const longestShown = 80;

/** Characters that no reference of the kind has. */
const strange = {
  object: /[^\w.-]/u,
  image: /[^\w.\-/:@[\]]/u,
  plugin: /[^\w.\-/:@[\]]/u,
} as const satisfies Record<ReferenceKind, RegExp>;

const rule = {
  object: 'A name or ID has 1 to 255 letters, digits, "_", "." and "-", and starts with a letter or digit.',
  image:
    'An image is named as [registry[:port]/]path[:tag][@digest], the path in lower case, or by the hex digits of its ID.',
  plugin:
    'A plugin is named as [registry[:port]/]path[:tag], the path in lower case, or by the hex digits of its ID.',
} as const satisfies Record<ReferenceKind, string>;

const shown = (value: string): string =>
  JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value);

function matches(kind: ReferenceKind, value: string): boolean {
  switch (kind) {
    case 'object':
      return objectPattern.test(value);
    case 'image':
    case 'plugin':
      return isImageId(value) || parseImageReference(value) !== undefined;
  }
}

function reasonOf(kind: ReferenceKind, value: string): string {
  if (value === '') return `An empty text names nothing. ${rule[kind]}`;
  const stranger = strange[kind].exec(value)?.[0];
  const subject = `${shown(value)} is not a valid ${kind === 'object' ? 'name or ID' : `${kind} reference`}`;
  return `${subject}${stranger === undefined ? '' : `: it contains ${JSON.stringify(stranger)}`}. ${rule[kind]}`;
}

/**
 * Checks a reference that a user gave, before anything is sent.
 *
 * @returns `reason`, when refused: whole sentences that name the value and the rule, fit to be an error's message.
 */
export function checkReference(kind: ReferenceKind, value: string): ReferenceCheck {
  return matches(kind, value) ? { ok: true } : { ok: false, reason: reasonOf(kind, value) };
}

/**
 * What stands for a reference in a request line. The slashes and colons of images stay: the daemon's routes take them
 * as they are (`{name:.*}`), and would look for an image called `a%2Fb` otherwise.
 *
 * @throws RangeError for a value that {@link checkReference} refuses, lest an unchecked one ever gets through.
 */
export function encodePathValue(kind: ReferenceKind, value: string): string {
  const checked = checkReference(kind, value);
  if (!checked.ok) throw new RangeError(checked.reason);
  // The brackets of IPv6 registries are all that the grammars allow and a path does not.
  return value.replace('[', '%5B').replace(']', '%5D');
}
