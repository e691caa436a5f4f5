import { describe, expect, it } from 'vitest';
import { imageReference } from '../../src/graph/image/references.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('a name of an image', () => {
  it('is taken apart with what Docker implies filled in', () => {
    expect(imageReference('nginx:1.27')).toEqual({
      familiar: 'nginx:1.27',
      canonical: 'docker.io/library/nginx:1.27',
      repository: 'nginx',
      domain: 'docker.io',
      path: 'library/nginx',
      tag: '1.27',
      digest: null,
    });
  });

  it('keeps the port of a registry apart from the tag', () => {
    expect(imageReference('localhost:5000/team/app:2')).toMatchObject({
      familiar: 'localhost:5000/team/app:2',
      repository: 'localhost:5000/team/app',
      domain: 'localhost:5000',
      path: 'team/app',
      tag: '2',
    });
  });

  it('has a digest in the place of a tag', () => {
    expect(imageReference(`acme/web@${digest}`)).toMatchObject({
      familiar: `acme/web@${digest}`,
      canonical: `docker.io/acme/web@${digest}`,
      repository: 'acme/web',
      tag: null,
      digest,
    });
  });

  it('reads the full spelling of the containerd store like the short one', () => {
    expect(imageReference('docker.io/library/nginx:1.27')).toEqual(imageReference('nginx:1.27'));
  });

  it('is null for an ID', () => {
    expect(imageReference(digest)).toBeNull();
  });
});
