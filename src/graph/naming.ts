/** From Docker's names to the graph's: `OOMKilled` -> `oomKilled`, `rx_bytes` -> `rxBytes`. */

/** Compounds that the general rule would cut in the wrong place, longest first. */
const compounds =
  /IPv4|IPv6|IPAM|IPs|CPUs|IDs|CAs|CIDRs|IOps|SELinux|AppArmor|OOM|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

export function camel(name: string): string {
  const words = name.match(compounds) ?? [];
  return words.map((word, index) => (index === 0 ? word.toLowerCase() : capitalised(word))).join('');
}

/** `exited` -> `EXITED`, `unless-stopped` -> `UNLESS_STOPPED`. */
export const enumName = (wire: string): string => wire.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
