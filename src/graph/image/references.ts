/** Names of images, taken apart. */
import {
  familiarImageName,
  normalizeImageReference,
  parseImageReference,
} from '../../engine/image-reference.ts';
import { builder } from '../builder.ts';

interface ImageReferenceModel {
  readonly familiar: string;
  readonly canonical: string;
  readonly repository: string;
  readonly domain: string;
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** The parts of a reference; null for what is none, such as an ID. */
export function imageReference(reference: string): ImageReferenceModel | null {
  const parsed = parseImageReference(reference);
  if (!parsed) return null;
  const { domain, path, tag, digest } = parsed;
  return {
    familiar: familiarImageName(reference),
    canonical: normalizeImageReference(reference),
    repository: familiarImageName(`${domain}/${path}`),
    domain,
    path,
    tag: tag ?? null,
    digest: digest ?? null,
  };
}

export const ImageReferenceType = builder.objectRef<ImageReferenceModel>('ImageReference').implement({
  description: 'A name of an image, taken apart: `[domain/]path[:tag][@digest]`.',
  fields: (t) => ({
    familiar: t.exposeString('familiar', {
      nullable: false,
      description: 'The name as Docker shows it: `nginx:1.27`, `ghcr.io/acme/web@sha256:…`.',
    }),
    canonical: t.exposeString('canonical', {
      nullable: false,
      description: 'The name in full, with nothing implied: `docker.io/library/nginx:1.27`.',
    }),
    repository: t.exposeString('repository', {
      nullable: false,
      description: 'The name without tag and digest, as Docker shows it: `nginx`, `ghcr.io/acme/web`.',
    }),
    domain: t.exposeString('domain', {
      nullable: false,
      description: 'The registry, with its port where one is given: `docker.io`, `localhost:5000`.',
    }),
    path: t.exposeString('path', {
      nullable: false,
      description: 'The repository within the registry: `library/nginx`, `acme/web`.',
    }),
    tag: t.exposeString('tag', {
      nullable: true,
      description: 'The tag; null where a digest stands instead.',
    }),
    digest: t.exposeString('digest', {
      nullable: true,
      description:
        'The digest of the manifest, such as `sha256:` and 64 hexadecimal digits; null where a tag stands instead.',
    }),
  }),
});
