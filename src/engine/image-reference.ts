/** Image references, by the grammar of the distribution project that Docker uses for them. */

/** A reference in full: `nginx` is `{ domain: 'docker.io', path: 'library/nginx' }`. */
export interface ImageReference {
  /** The registry, with its port: `docker.io`, `localhost:5000`. */
  readonly domain: string;
  readonly path: string;
  readonly tag?: string;
  /** `sha256:` and 64 hex digits, or another registered algorithm. */
  readonly digest?: string;
}

const hubDomain = 'docker.io';
const legacyHubDomain = 'index.docker.io';
const officialPrefix = 'library/';
const longestPath = 255;
/** Far above what the parts allow together in practice; keeps hostile input away from the patterns. */
const longestReference = 1024;

const label = '[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*';
const domainPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const bareId = /^(?:sha256:)?[a-f0-9]{64}$/;

/** Whether a reference is a whole image ID, with or without `sha256:`. Prefixes of IDs look like names, and are. */
export const isImageId = (reference: string): boolean => bareId.test(reference);

/** Tells a registry from the first part of a path, as `localhost/a` and `my.registry/a` do and `library/a` does not. */
function splitDomain(name: string): readonly [domain: string, path: string] {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  const [domain, path] = isDomain ? [first, name.slice(slash + 1)] : [hubDomain, name];
  if (domain !== hubDomain && domain !== legacyHubDomain) return [domain, path];
  return [hubDomain, path.includes('/') ? path : officialPrefix + path];
}

/**
 * Takes a reference apart: `docker.io` and `library/` are filled in, a missing tag is left out.
 *
 * @returns undefined for what is no reference: broken grammar, a whole image ID, capitals in the path.
 */
export function parseImageReference(reference: string): ImageReference | undefined {
  if (reference.length > longestReference || bareId.test(reference)) return undefined;
  const at = reference.indexOf('@');
  const digest = at < 0 ? undefined : reference.slice(at + 1);
  const tagged = at < 0 ? reference : reference.slice(0, at);
  // A colon before a slash belongs to the registry's port.
  const colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : tagged.slice(colon + 1);
  const name = colon < 0 ? tagged : tagged.slice(0, colon);
  const [domain, path] = splitDomain(name);
  if (!domainPattern.test(domain) || !pathPattern.test(path) || path.length > longestPath) return undefined;
  if (tag !== undefined && !tagPattern.test(tag)) return undefined;
  if (digest !== undefined && !digestPattern.test(digest)) return undefined;
  return { domain, path, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

const suffix = ({ tag, digest }: ImageReference): string =>
  `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;

/**
 * The one full spelling of a reference: `nginx` is `docker.io/library/nginx:latest`. With a digest no tag is added; a
 * tag beside a digest is kept. A whole image ID gets its `sha256:`. What is no reference comes back as it was.
 */
export function normalizeImageReference(reference: string): string {
  if (bareId.test(reference)) return reference.startsWith('sha256:') ? reference : `sha256:${reference}`;
  const parsed = parseImageReference(reference);
  if (!parsed) return reference;
  const { domain, path, tag, digest } = parsed;
  return `${domain}/${path}${suffix(tag === undefined && digest === undefined ? { ...parsed, tag: 'latest' } : parsed)}`;
}

/**
 * The short spelling that Docker shows: `docker.io/library/nginx:latest` is `nginx:latest`. Tags and digests are kept
 * and not added. What is no reference, an image ID for one, comes back as it was.
 */
export function familiarImageName(reference: string): string {
  const parsed = parseImageReference(reference);
  if (!parsed) return reference;
  const { domain, path } = parsed;
  if (domain !== hubDomain) return `${domain}/${path}${suffix(parsed)}`;
  const official = path.startsWith(officialPrefix) ? path.slice(officialPrefix.length) : path;
  const short = official.includes('/') ? path : official;
  // A path that begins like a registry (`docker.io/localhost/app`) would name another image without its own.
  return `${splitDomain(short)[0] === hubDomain ? short : `${hubDomain}/${path}`}${suffix(parsed)}`;
}
