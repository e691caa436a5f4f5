/** What users type to name an object: a global ID, or whatever the docker CLI would take. */
import type { Context } from '../../context.ts';
import { EngineError } from '../../engine/errors.ts';
import { checkReference, type ReferenceKind } from '../../engine/references.ts';
import { BadUserInput } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NounName } from './node.ts';
import { decodeNodeId } from './node-id.ts';

const withArticle = (noun: string): string => `${/^[AEIO]/.test(noun) ? 'an' : 'a'} ${noun}`;

export interface Located {
  readonly scope: EngineScope;
  /** Docker's ID, a unique prefix of one, or a name; in the daemon's grammar. */
  readonly key: string;
}

const wrongType = (ref: string, given: string, wanted: NounName): BadUserInput =>
  new BadUserInput(
    `"${ref}" is the global ID of ${withArticle(given)}, and ${withArticle(wanted)} is needed here.`,
  );

/**
 * Where a reference points, before anything is asked.
 *
 * @throws BadUserInput for a reference outside the daemon's grammar, the global ID of another type, an unknown engine,
 *   or an `engine` argument that contradicts a global ID
 */
export function locate(
  context: Context,
  type: NounName,
  kind: ReferenceKind,
  ref: string,
  engine?: string | null,
): Located {
  const decoded = decodeNodeId(ref);
  if (!decoded) {
    const checked = checkReference(kind, ref);
    if (!checked.ok) throw new BadUserInput(checked.reason);
    return { scope: context.scope(engine), key: ref };
  }
  if (decoded.type !== type) throw wrongType(ref, decoded.type, type);
  if (engine && engine !== decoded.engine) {
    throw new BadUserInput(
      `"${ref}" belongs to the engine "${decoded.engine}", and \`engine\` says "${engine}".`,
    );
  }
  const checked = checkReference(kind, decoded.key);
  if (!checked.ok) throw new BadUserInput(checked.reason);
  return { scope: context.scope(decoded.engine), key: decoded.key };
}

/**
 * What a filter compares with: the key in a global ID, anything else as it is.
 *
 * @throws BadUserInput for the global ID of another type
 */
export function keyIn(type: NounName, ref: string): string {
  const decoded = decodeNodeId(ref);
  if (decoded && decoded.type !== type) throw wrongType(ref, decoded.type, type);
  return decoded?.key ?? ref;
}

/** The daemon found several objects for a prefix. Old Engines say it with a 500. */
export const isAmbiguous = (error: unknown): boolean =>
  error instanceof EngineError &&
  error.kind === 'response' &&
  /multiple (?:IDs|plugins) found|is ambiguous|ambiguous reference/i.test(error.message);

/** One of several objects a reference may have meant. */
export interface Candidate {
  readonly id: string;
  readonly name: string | null;
}

/** Candidates that a message lists; the error has all of them. */
const mostShown = 10;

/** A reference that names more than one object. */
export class AmbiguousReference extends BadUserInput {
  readonly candidates: readonly Candidate[];

  constructor(ref: string, candidates: readonly Candidate[]) {
    const shown = candidates.slice(0, mostShown).map(({ id, name }) => (name ? `${id} (${name})` : id));
    const more = candidates.length - shown.length;
    if (more > 0) shown.push(`${more} more`);
    const list = shown.length > 0 ? `: it may be ${shown.join(', ')}` : '';
    super(`"${ref}" is ambiguous${list}. Give more of the ID, or the name.`);
    this.candidates = candidates;
  }
}
