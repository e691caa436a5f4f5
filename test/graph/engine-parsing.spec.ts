import { describe, expect, it } from 'vitest';
import { keyValueOf, keyValuePairs, labelsFrom } from '../../src/graph/engine/info/pairs.ts';
import { hasSecurityOption, parseSecurityOption } from '../../src/graph/engine/info/security-option.ts';
import { withoutCredentials } from '../../src/graph/engine/redact.ts';

describe('the address of a proxy', () => {
  it.each([
    ['http://proxy.example:3128', 'http://proxy.example:3128'],
    ['proxy.example:3128', 'proxy.example:3128'],
    ['', ''],
    ['http://[2001:db8::1]:3128/', 'http://[2001:db8::1]:3128/'],
  ])('stays as it is without credentials: %s', (address, shown) => {
    expect(withoutCredentials(address)).toBe(shown);
  });

  it.each([
    ['http://ann:secret@proxy.example:3128', 'http://xxxxx:xxxxx@proxy.example:3128'],
    ['https://ann@proxy.example', 'https://xxxxx:xxxxx@proxy.example'],
    ['ann:secret@proxy.example:3128', 'xxxxx:xxxxx@proxy.example:3128'],
    ['socks5h://ann:secret@proxy.example/', 'socks5h://xxxxx:xxxxx@proxy.example/'],
    ['http://ann:se@cret@proxy.example', 'http://xxxxx:xxxxx@proxy.example'],
    ['http://ann:se/cret?#@proxy.example', 'http://xxxxx:xxxxx@proxy.example'],
    ['http://ann:se%40cret@proxy.example', 'http://xxxxx:xxxxx@proxy.example'],
    ['http://xxxxx:xxxxx@proxy.example', 'http://xxxxx:xxxxx@proxy.example'],
  ])('loses user and password: %s', (address, shown) => {
    expect(withoutCredentials(address)).toBe(shown);
  });
});

describe('a security option of the daemon', () => {
  it('is a name with options', () => {
    expect(parseSecurityOption('name=seccomp,profile=default')).toEqual({
      name: 'seccomp',
      options: [{ key: 'profile', value: 'default' }],
      raw: 'name=seccomp,profile=default',
    });
  });

  it('is a name alone', () => {
    expect(parseSecurityOption('name=rootless')).toMatchObject({ name: 'rootless', options: [] });
  });

  it('keeps an equals sign in a value and an option without one', () => {
    expect(parseSecurityOption('name=seccomp,profile=/a=b.json,odd').options).toEqual([
      { key: 'profile', value: '/a=b.json' },
      { key: 'odd', value: '' },
    ]);
  });

  it('is the whole text where no name is given, as old daemons write it', () => {
    expect(parseSecurityOption('apparmor')).toEqual({ name: 'apparmor', options: [], raw: 'apparmor' });
  });

  it('is found by its name and nothing else', () => {
    const options = ['name=seccomp,profile=rootless', 'name=cgroupns'];
    expect(hasSecurityOption(options, 'cgroupns')).toBe(true);
    expect(hasSecurityOption(options, 'rootless')).toBe(false);
    expect(hasSecurityOption(null, 'rootless')).toBe(false);
  });
});

describe('pairs and labels of the daemon', () => {
  it('keep the order of pairs, and repeated keys', () => {
    expect(keyValuePairs([['b', '1'], ['a', '2'], ['b'], []])).toEqual([
      { key: 'b', value: '1' },
      { key: 'a', value: '2' },
      { key: 'b', value: '' },
      { key: '', value: '' },
    ]);
  });

  it('split a label at its first equals sign', () => {
    expect(keyValueOf('site=a=b')).toEqual({ key: 'site', value: 'a=b' });
    expect(keyValueOf('flag')).toEqual({ key: 'flag', value: '' });
  });

  it('sort labels by key', () => {
    expect(labelsFrom(['z=1', 'a=2', 'm=3']).map(({ key }) => key)).toEqual(['a', 'm', 'z']);
  });
});
