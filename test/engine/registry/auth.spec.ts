import { describe, expect, it } from 'vitest';
import { anonymousHeader, authHeader } from '../../../src/engine/registry/auth.ts';

const decoded = (header: string): unknown => JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));

describe('the header for a registry', () => {
  it.each([
    [
      { username: 'me', password: 'ÿ?>~:"' },
      { username: 'me', password: 'ÿ?>~:"' },
    ],
    [{ identityToken: 'i' }, { identitytoken: 'i' }],
    [{ registryToken: 'r' }, { registrytoken: 'r' }],
  ])('says what the daemon reads of %j', (auth, said) => {
    expect(decoded(authHeader(auth, 'r.example:5000'))).toEqual({ ...said, serveraddress: 'r.example:5000' });
  });

  it('is base64url of whole groups of four, whatever is in it', () => {
    for (let length = 0; length < 9; length += 1) {
      const header = authHeader({ username: 'me', password: '?~ÿ'.repeat(length) }, 'r'.repeat(length));
      expect(header).toMatch(/^(?:[\w-]{4})*(?:[\w-]{2}==|[\w-]{3}=)?$/);
    }
    expect(authHeader({ registryToken: '>>>???' }, 'r')).toMatch(/[-_]/);
  });

  it('can be of nobody in particular', () => {
    expect(decoded(anonymousHeader)).toEqual({});
  });
});
