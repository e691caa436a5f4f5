/** What a reference to an object of a swarm means. */
import type { Candidate } from '../kit/reference.ts';
import { AmbiguousReference, isAmbiguous } from '../kit/reference.ts';

/**
 * The answer of inspect, which takes what the CLI takes; null when there is no such object.
 *
 * @param candidates all objects it may have meant, asked for only where it is ambiguous
 * @throws AmbiguousReference
 */
export async function inspected<Data>(
  ref: string,
  answer: Promise<Data | null>,
  candidates: () => Promise<readonly Candidate[]>,
): Promise<Data | null> {
  try {
    return await answer;
  } catch (error) {
    if (!isAmbiguous(error)) throw error;
    const meant = (await candidates()).filter(({ id, name }) => id.startsWith(ref) || name === ref);
    throw new AmbiguousReference(ref, meant);
  }
}
