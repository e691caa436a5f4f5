/** Kernel capabilities of the tasks of a service, in the one spelling and order that the docker CLI sends. */

const everything = 'ALL';
/** Said to the client, not to the daemon. */
const reset = 'RESET';

/** As the kernel spells it: `net_admin` is `CAP_NET_ADMIN`. */
function capability(name: string): string {
  const upper = name.trim().toUpperCase();
  return upper === everything || upper === reset || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

const setOf = (names: readonly string[]): Set<string> => new Set(names.map(capability));

const listOf = (names: ReadonlySet<string>): readonly string[] =>
  names.has(everything) ? [everything] : [...names].filter((name) => name !== reset).sort();

interface Capabilities {
  readonly CapabilityAdd: readonly string[];
  readonly CapabilityDrop: readonly string[];
}

/** What is both given and taken is given. */
export function effectiveCapabilities(added: readonly string[], dropped: readonly string[]): Capabilities {
  const add = setOf(added);
  const drop = setOf(dropped);
  const taken = drop.has(everything) ? drop : new Set([...drop].filter((name) => !add.has(name)));
  return { CapabilityAdd: listOf(add), CapabilityDrop: listOf(taken) };
}

/**
 * Gives and takes, on top of what was given and taken before: what undoes a former wish only ends that; a wish for
 * both is one to give.
 */
export function retold(
  added: readonly string[],
  dropped: readonly string[],
  allow: readonly string[],
  forbid: readonly string[],
): Capabilities {
  const toAllow = setOf(allow);
  const toForbid = setOf(forbid);
  const add = toAllow.delete(reset) ? new Set<string>() : setOf(added);
  const drop = toForbid.delete(reset) ? new Set<string>() : setOf(dropped);
  for (const name of toForbid) {
    if (!toAllow.has(name) && !add.delete(name)) drop.add(name);
  }
  for (const name of toAllow) {
    if (!drop.delete(name)) add.add(name);
  }
  return { CapabilityAdd: listOf(add), CapabilityDrop: listOf(drop) };
}
