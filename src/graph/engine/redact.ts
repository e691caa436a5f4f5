/** Credentials in addresses of proxies: the daemon hides them on some versions only. */

/** What Docker itself writes instead of user and password. */
const mask = 'xxxxx:xxxxx@';

/**
 * A proxy's address with user and password masked, whether it has a scheme or not. Everything up to the last `@` counts
 * as credentials, as a password may hold unescaped slashes and `@`s, and showing too little beats showing too much.
 */
export function withoutCredentials(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return address;
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address) ?? [];
  return `${scheme}${mask}${address.slice(at + 1)}`;
}
