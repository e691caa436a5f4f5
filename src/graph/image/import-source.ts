/** Addresses that the Engine imports from itself: off unless the gateway is told which it may be sent to. */
import { type Place, refuse } from '../mutation/input-error.ts';

/** Nothing that two readers of a URL could read in two ways: no user, no query, no escapes. */
const form = /^https?:\/\/(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(?::\d{1,5})?(?:\/[\w.~+-]+)+$/;

const isClimbing = (address: string): boolean =>
  address.split('/').some((part) => part === '.' || part === '..');

/**
 * @param allowed addresses that are allowed with all below them; `*` is any
 * @throws InputError naming the setting
 */
export function checkImportSource(address: string, allowed: readonly string[], place: Place): void {
  if (allowed.length === 0) {
    refuse(
      place,
      'is off: the Engine would fetch whatever address it is given. Who runs the gateway can allow some by the setting ' +
        'DOCKGRAPH_IMPORT_REMOTES. Leave it out, and upload the archive instead.',
    );
  }
  if (!form.test(address) || isClimbing(address)) {
    refuse(
      place,
      'is no address that can be used: give http or https, a host in lower case and a path, such as ' +
        '"https://files.example.org/root.tar.gz"; no user, password, query or escapes.',
    );
  }
  if (!allowed.some((each) => each === '*' || address === each || address.startsWith(`${each}/`))) {
    refuse(
      place,
      `is none of the addresses that the setting DOCKGRAPH_IMPORT_REMOTES allows: ${allowed.join(', ')}, and what is below.`,
    );
  }
}
