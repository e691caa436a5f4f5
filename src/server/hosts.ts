/** Which names a client may reach the gateway by. A page that rebinds its own name to 127.0.0.1 is told apart by it. */
import { isIP } from 'node:net';

interface Authority {
  /** Lower-case; IPv6 addresses without brackets. */
  readonly name: string;
  readonly port: number | undefined;
}

/** Reads a `Host` header: `localhost:4000`, `[::1]:4000`, `graph.example.org`. Undefined for anything else. */
function parseAuthority(text: string): Authority | undefined {
  const parts = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text);
  if (!parts) return undefined;
  const [, ip, name, port] = parts;
  if (ip !== undefined && isIP(ip) !== 6) return undefined;
  return { name: (ip ?? name ?? '').toLowerCase(), port: port === undefined ? undefined : Number(port) };
}

interface HostRules {
  readonly listen: string;
  /** The port in use, known once listening. */
  readonly port: () => number;
  /** With or without a port; without one, any port will do. */
  readonly publicHosts: readonly string[];
}

const withoutMapping = (address: string): string => address.replace(/^::ffff:/, '');

/** A missing port is the scheme's: ours if we listen there, or that of the proxy in front. */
const portFits = (given: number | undefined, wanted: number): boolean =>
  given === wanted || (given === undefined && (wanted === 80 || wanted === 443));

/**
 * @returns whether the `Host` header is one of: a loopback name, the address listened on or the connection's own local
 *   address, each with our port, or one of the public names. An address in digits cannot be rebound.
 */
export function createHostCheck({ listen, port, publicHosts }: HostRules) {
  const names = new Set(['localhost', '127.0.0.1', '::1', listen.toLowerCase().replace(/^\[|\]$/g, '')]);
  const published = publicHosts.map(parseAuthority).filter((entry) => entry !== undefined);
  return (header: string | undefined, localAddress: string | undefined): boolean => {
    const host = header === undefined ? undefined : parseAuthority(header);
    if (!host) return false;
    const own = names.has(host.name) || host.name === withoutMapping(localAddress ?? '');
    if (own && portFits(host.port, port())) return true;
    return published.some(
      (entry) => entry.name === host.name && (entry.port === undefined || portFits(host.port, entry.port)),
    );
  };
}
