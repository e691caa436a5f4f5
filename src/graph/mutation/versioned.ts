/**
 * Changes of objects that carry a version: swarms, nodes, services, secrets, configs and volumes of a swarm. The daemon takes
 * whole specs only, with the version of the object that they were made from, and refuses another one. So a change is read,
 * applied and written; where somebody else was quicker, all of that anew.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../../engine/errors.ts';
import { swarmRefusal } from '../../engine/swarm-refusal.ts';
import type { Int64 } from '../../engine/types.ts';
import { TypedFailure } from './typed-failure.ts';

/** The part of every such object that counts its changes. */
interface WithVersion {
  readonly Version?: { readonly Index?: Int64 | null } | null;
}

interface VersionedChange<Current extends WithVersion, Body, Answer> {
  /** What it is called in a sentence: `The service "web"`. */
  readonly what: string;
  /** The version that the caller has seen and decided on; left out, any version is changed. */
  readonly version?: Int64 | null | undefined;
  /** The object as it is now: a call each time, never what was read before. Throws where it is gone. */
  readonly read: () => Promise<Current>;
  /** The whole spec with the wishes in it; undefined where it is so already. May be asked several times. */
  readonly apply: (current: Current) => Body | undefined | Promise<Body | undefined>;
  readonly write: (body: Body, version: string, current: Current) => Promise<Answer>;
}

/** How often it is tried where the caller takes any version. */
const mostAttempts = 10;
/** Milliseconds before the second attempt, doubled for each further one up to `longestPause`. */
const firstPause = 10;
const longestPause = 320;

const isOutdated = (error: unknown): error is EngineError =>
  error instanceof EngineError && swarmRefusal(error) === 'outdated';

const indexOf = ({ Version }: WithVersion): Int64 => Version?.Index ?? 0;

/** Numbers and bigints of the same value. */
const isSame = (a: Int64, b: Int64): boolean => BigInt(a) === BigInt(b);

const conflict = (message: string, path: readonly string[] | undefined, current: Int64, cause?: unknown) =>
  new TypedFailure(
    { kind: 'VersionConflictError', message, currentVersion: current, ...(path && { path }) },
    cause,
  );

const outdated = (what: string, given: Int64, current: Int64, cause?: unknown): TypedFailure =>
  conflict(
    `${what} is at version ${current} by now, and the change was made for version ${given}. Read it again and decide anew.`,
    ['input', 'version'],
    current,
    cause,
  );

/** Two who were refused together must not come again together. */
const pauseBefore = (attempt: number): Promise<void> =>
  // The daemon tells nobody when the other change has been written.
  delay(Math.min(longestPause, firstPause * 2 ** (attempt - 1)) * (0.5 + Math.random()));

/**
 * Changes an object that carries a version, and never undoes what somebody else changed meanwhile. With a `version` of the
 * caller's, exactly that one is changed; without, the wishes are applied to whatever is there.
 *
 * @returns what `write` answered; undefined where `apply` found nothing to change, and nothing was written
 * @throws TypedFailure a VersionConflictError with the version there is: where the caller's is another one, or where others were
 *   quicker ten times in a row
 */
export async function changeVersioned<Current extends WithVersion, Body, Answer>({
  what,
  version,
  read,
  apply,
  write,
}: VersionedChange<Current, Body, Answer>): Promise<Answer | undefined> {
  const isStrict = version !== null && version !== undefined;
  for (let attempt = 1; ; attempt++) {
    const current = await read();
    const index = indexOf(current);
    if (isStrict && !isSame(version, index)) throw outdated(what, version, index);
    const body = await apply(current);
    if (body === undefined) return undefined;
    try {
      return await write(body, String(index), current);
    } catch (error) {
      if (!isOutdated(error)) throw error;
      if (isStrict) throw outdated(what, version, indexOf(await read()), error);
      if (attempt === mostAttempts) {
        const sentence = `${what} was changed by others ${mostAttempts} times in a row, each time before this change could be written. Try again.`;
        throw conflict(sentence, undefined, indexOf(await read()), error);
      }
      await pauseBefore(attempt);
    }
  }
}
