/** Contexts that the Engine fetches itself: off unless the gateway is told which addresses it may be sent to. */
import { type Place, refuse } from '../../mutation/input-error.ts';

/** Nothing that two readers of a URL could read in two ways: no user, no query, no escapes. */
const form =
  /^(https?|git):\/\/([a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(:\d{1,5})?((?:\/[A-Za-z0-9._~+-]+)*\/?)(#(?!-)[A-Za-z0-9._/-]*(?::[A-Za-z0-9._/-]*)?)?$/;

const isClimbing = (text: string): boolean =>
  text.split(/[/:#]/).some((part) => part === '.' || part === '..');

/** Whether an address stands at or below one of those that are allowed. */
const isBelow = (address: string, allowed: string): boolean =>
  allowed === '*' || address === allowed || address.startsWith(`${allowed}/`);

/**
 * The address, if the gateway may send the Engine there.
 *
 * @param allowed addresses that are allowed with all below them; `*` is any
 * @throws InputError naming the setting
 */
export function remoteContext(address: string, allowed: readonly string[], place: Place): string {
  if (allowed.length === 0) {
    refuse(
      place,
      'is off: the Engine would fetch whatever address it is given. Who runs the gateway can allow some by the setting ' +
        'DOCKGRAPH_BUILD_REMOTES. Upload the context instead, or give `files`.',
    );
  }
  const [, scheme, host, port = '', path] = form.exec(address) ?? [];
  if (scheme === undefined || isClimbing(address.slice(address.indexOf('://') + 3))) {
    refuse(
      place,
      'is no address that can be used: give http, https or git, a host in lower case and a path, such as ' +
        '"https://git.example.org/team/app.git#main:docker"; no user, password, query or escapes.',
    );
  }
  if (!allowed.some((each) => isBelow(`${scheme}://${host}${port}${path}`, each))) {
    refuse(
      place,
      `is none of the addresses that the setting DOCKGRAPH_BUILD_REMOTES allows: ${allowed.join(', ')}, and what is below.`,
    );
  }
  return address;
}
