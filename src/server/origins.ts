/** Which web pages may use the gateway: those it serves itself and those of the list. Programs send no origin. */
import type { IncomingHttpHeaders } from 'node:http';

export type OriginVerdict =
  /** Not from a page, or from one of our own. */
  | 'own'
  /** From a page on the list. */
  | 'listed'
  | 'foreign';

/** Whether an `Origin` names the host of the request. The scheme is not known here: a proxy may speak TLS for us. */
function isSameOrigin(origin: string, host: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: named } = new URL(origin);
  const ours = `${protocol}//${host}`;
  return URL.canParse(ours) && new URL(ours).host === named;
}

/**
 * @param host the `Host` header, already known to be ours
 * @param allowed origins on the list, as browsers write them
 */
export function judgeOrigin(
  headers: IncomingHttpHeaders,
  host: string,
  allowed: ReadonlySet<string>,
): OriginVerdict {
  const { origin } = headers;
  if (origin !== undefined) {
    if (allowed.has(origin)) return 'listed';
    return isSameOrigin(origin, host) ? 'own' : 'foreign';
  }
  // Images, scripts and forms of other pages send no Origin with GET; browsers say here where they come from.
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none' ? 'own' : 'foreign';
}

/** Whether a person followed a link from another page. Harmless where only a static page is the answer. */
export const isNavigation = (headers: IncomingHttpHeaders): boolean =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
