import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  familiarImageName,
  isImageId,
  normalizeImageReference,
  parseImageReference,
} from '../../src/engine/image-reference.ts';

const hex = '0123456789abcdef'.repeat(4);
const digest = `sha256:${hex}`;

describe('parseImageReference', () => {
  it.each([
    ['nginx', { domain: 'docker.io', path: 'library/nginx' }],
    ['nginx:1.27', { domain: 'docker.io', path: 'library/nginx', tag: '1.27' }],
    ['acme/app', { domain: 'docker.io', path: 'acme/app' }],
    ['docker.io/nginx', { domain: 'docker.io', path: 'library/nginx' }],
    ['index.docker.io/acme/app', { domain: 'docker.io', path: 'acme/app' }],
    ['localhost/app', { domain: 'localhost', path: 'app' }],
    ['localhost:5000/app', { domain: 'localhost:5000', path: 'app' }],
    ['registry.example.com:8443/a/b/c:v1', { domain: 'registry.example.com:8443', path: 'a/b/c', tag: 'v1' }],
    ['[fc00::1]:5000/app', { domain: '[fc00::1]:5000', path: 'app' }],
    ['LOCALDOMAIN/app', { domain: 'LOCALDOMAIN', path: 'app' }],
    ['192.168.0.1:80', { domain: 'docker.io', path: 'library/192.168.0.1', tag: '80' }],
    ['a__b/c---d', { domain: 'docker.io', path: 'a__b/c---d' }],
    [`nginx@${digest}`, { domain: 'docker.io', path: 'library/nginx', digest }],
    [`nginx:1@${digest}`, { domain: 'docker.io', path: 'library/nginx', tag: '1', digest }],
    [`docker.io/${hex}`, { domain: 'docker.io', path: `library/${hex}` }],
  ])('takes %s apart', (reference, parts) => {
    expect(parseImageReference(reference)).toEqual(parts);
  });

  it.each([
    '',
    hex,
    digest,
    'docker/Docker',
    '-docker/docker',
    'docker-/docker',
    'docker///docker',
    'docker/',
    '/docker',
    'dock..er/docker',
    'dock_.er/docker',
    '____/____',
    '_docker/_docker',
    'https://github.com/docker/docker',
    '[fc00::1]',
    'fc00::1:5000/debian',
    '[fe80::1%eth0]:5000/debian',
    'nginx:',
    'nginx:-x',
    `nginx:${'t'.repeat(129)}`,
    `nginx@sha256:${hex.slice(1)}`,
    `nginx@sha256:${hex.toUpperCase()}`,
    `nginx@md5:${hex.slice(32)}`,
    `nginx@${digest}@${digest}`,
    `registry.example.com/${'a'.repeat(256)}`,
    'a'.repeat(100_000),
    'ngin\u212A',
  ])('refuses %j', (reference) => {
    expect(parseImageReference(reference)).toBeUndefined();
  });

  it('answers at once for input made to be slow', () => {
    const began = performance.now();
    for (const piece of ['a-', 'a_', 'a.', 'a/', 'A-', '[:', 'a'])
      parseImageReference(`${piece.repeat(500)}!`);
    expect(performance.now() - began).toBeLessThan(100);
  });
});

describe('normalizeImageReference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['acme/app', 'docker.io/acme/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`],
    [`nginx:1@${digest}`, `docker.io/library/nginx:1@${digest}`],
    [hex, digest],
    [digest, digest],
    ['<none>:<none>', '<none>:<none>'],
  ])('writes %s as %s', (reference, full) => {
    expect(normalizeImageReference(reference)).toBe(full);
  });
});

describe('familiarImageName', () => {
  it.each([
    ['docker.io/library/nginx:latest', 'nginx:latest'],
    ['docker.io/library/nginx', 'nginx'],
    ['docker.io/acme/app:1', 'acme/app:1'],
    ['docker.io/library/a/b', 'library/a/b'],
    ['docker.io/localhost/app', 'docker.io/localhost/app'],
    ['docker.io/a.b/app:1', 'docker.io/a.b/app:1'],
    ['ghcr.io/library/nginx', 'ghcr.io/library/nginx'],
    [`docker.io/library/nginx@${digest}`, `nginx@${digest}`],
    [digest, digest],
    ['<none>:<none>', '<none>:<none>'],
  ])('shortens %s to %s', (reference, short) => {
    expect(familiarImageName(reference)).toBe(short);
  });

  it('means the same image as the full spelling, for every reference', () => {
    const component = fc.stringMatching(/^[a-z0-9]{1,6}(?:[._-][a-z0-9]{1,4})?$/);
    const reference = fc
      .record({
        domain: fc.constantFrom('', 'docker.io/', 'index.docker.io/', 'localhost:5000/', 'ghcr.io/', 'UP/'),
        path: fc.array(fc.oneof(component, fc.constant('library')), { minLength: 1, maxLength: 3 }),
        tag: fc.constantFrom('', ':latest', ':v1.2_x-y'),
        digest: fc.constantFrom('', `@${digest}`),
      })
      .map(({ domain, path, tag, digest }) => domain + path.join('/') + tag + digest);
    fc.assert(
      fc.property(reference, (text) => {
        const full = normalizeImageReference(text);
        expect(parseImageReference(text)).toBeDefined();
        expect(normalizeImageReference(full)).toBe(full);
        expect(normalizeImageReference(familiarImageName(text))).toBe(full);
      }),
    );
  });
});

describe('isImageId', () => {
  it('takes whole IDs only', () => {
    expect([hex, digest, hex.slice(1), 'nginx', `sha512:${hex}`].map(isImageId)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
