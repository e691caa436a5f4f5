import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkReference, encodePathValue, type ReferenceKind } from '../../src/engine/references.ts';

const kinds: readonly ReferenceKind[] = ['object', 'image', 'plugin'];
const hex = 'ab12'.repeat(16);

const hostile = [
  '../../info',
  '..%2f..%2finfo',
  '%2e%2e/',
  '.',
  '..',
  '',
  'a?force=1',
  'a#b',
  'we\nb',
  'web\n',
  'web\r\nX: y',
  'web/../../images',
  'web%00',
  'web\0',
  'a'.repeat(300),
  'wéb',
  'a b',
  'a\\b',
  '/web',
  'web/',
  'a//b',
  './web',
  'web/.',
  'https://host/a',
  '-web',
  '_web',
  '.web',
];

describe.each(kinds)('a hostile %s reference', (kind) => {
  it.each(hostile)('is refused: %j', (value) => {
    expect(checkReference(kind, value)).toMatchObject({ ok: false });
  });

  it.each(hostile)('never gets through the encoder either: %j', (value) => {
    expect(() => encodePathValue(kind, value)).toThrow(RangeError);
  });

  it('never leaves its place in a path, whatever passes the check', () => {
    const pieces = fc.constantFrom(
      'a',
      'b9',
      '.',
      '..',
      '/',
      ':',
      '@',
      '%2e',
      '?',
      '#',
      '-',
      '_',
      '[',
      ']',
      'A',
      hex,
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(value, (text) => {
        if (!checkReference(kind, text).ok) return;
        const path = encodePathValue(kind, text);
        const url = new URL(`http://engine/v1.51/nouns/${path}/json`);
        expect(url.pathname).toBe(`/v1.51/nouns/${path}/json`);
        expect(url.search + url.hash).toBe('');
        expect(decodeURIComponent(path)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a reference to an object', () => {
  it.each(['web', 'a', 'my_app-web.1', 'A9', hex, 'x'.repeat(255), 'a..b', '9lives'])(
    'may be %s',
    (value) => {
      expect(checkReference('object', value)).toEqual({ ok: true });
      expect(encodePathValue('object', value)).toBe(value);
    },
  );

  it.each(['a/b', 'a:b', 'a@b', 'x'.repeat(256)])('may not be %s', (value) => {
    expect(checkReference('object', value).ok).toBe(false);
  });
});

describe('a reference to an image', () => {
  it.each([
    'nginx',
    'nginx:1.27-alpine',
    'library/nginx',
    'localhost:5000/team/app:v1',
    `ghcr.io/acme/app@sha256:${hex}`,
    `nginx:1@sha256:${hex}`,
    hex,
    `sha256:${hex}`,
    'sha256:ab12ab12ab12',
    'ab12ab12ab12',
  ])('keeps its slashes and colons: %s', (value) => {
    expect(checkReference('image', value)).toEqual({ ok: true });
    expect(encodePathValue('image', value)).toBe(value);
  });

  it('has the brackets of an IPv6 registry encoded', () => {
    expect(encodePathValue('image', '[fc00::1]:5000/app')).toBe('%5Bfc00::1%5D:5000/app');
  });

  it.each([
    'Nginx',
    '<none>:<none>',
    'nginx:',
    'nginx@',
    'nginx@sha256:ab',
    'nginx:a:b',
    ':tag',
    '@sha256:ab',
  ])('may not be %s', (value) => {
    expect(checkReference('image', value).ok).toBe(false);
  });
});

describe('the reason of a refusal', () => {
  const reasonOf = (kind: ReferenceKind, value: string) => {
    const checked = checkReference(kind, value);
    return checked.ok ? undefined : checked.reason;
  };

  it('names the value, what is wrong with it and the rule', () => {
    expect(reasonOf('object', 'a?force=1')).toBe(
      '"a?force=1" is not a valid name or ID: it contains "?". ' +
        'A name or ID has 1 to 255 letters, digits, "_", "." and "-", and starts with a letter or digit.',
    );
  });

  it('escapes what would break a log line', () => {
    expect(reasonOf('object', 'web\r\nX')).toContain(
      '"web\\r\\nX" is not a valid name or ID: it contains "\\r"',
    );
  });

  it('shortens what is too long to repeat', () => {
    const reason = reasonOf('object', 'a'.repeat(100_000)) ?? '';
    expect(reason).toContain('aaa…"');
    expect(reason.length).toBeLessThan(300);
  });

  it('explains the grammar of images where each character is allowed', () => {
    expect(reasonOf('image', 'Nginx')).toMatch(/^"Nginx" is not a valid image reference\. .* lower case/);
  });

  it('says that nothing was given', () => {
    expect(reasonOf('plugin', '')).toMatch(/^An empty text names nothing\. A plugin is named as /);
  });
});
