import { describe, expect, it } from 'vitest';
import { fileTypeOf, parseFileStat, permissionsOf, unixMode } from '../../src/engine/file-stat.ts';

/** Go's bits, by the values that its documentation gives. */
const go = { dir: 2 ** 31, link: 2 ** 27, device: 2 ** 26, pipe: 2 ** 25, socket: 2 ** 24, setuid: 2 ** 23 };
const more = { setgid: 2 ** 22, character: 2 ** 21, sticky: 2 ** 20, irregular: 2 ** 19 };

describe("Go's mode", () => {
  it.each([
    [0o644, 'FILE', '0644', '-rw-r--r--'],
    [go.dir + 0o755, 'DIRECTORY', '0755', 'drwxr-xr-x'],
    [go.dir + more.sticky + 0o777, 'DIRECTORY', '1777', 'drwxrwxrwt'],
    [go.dir + more.sticky + 0o770, 'DIRECTORY', '1770', 'drwxrwx--T'],
    [go.link + 0o777, 'SYMLINK', '0777', 'lrwxrwxrwx'],
    [go.setuid + 0o755, 'FILE', '4755', '-rwsr-xr-x'],
    [go.setuid + more.setgid + 0o644, 'FILE', '6644', '-rwSr-Sr--'],
    [go.pipe + 0o600, 'NAMED_PIPE', '0600', 'prw-------'],
    [go.socket + 0o600, 'SOCKET', '0600', 'srw-------'],
    [go.device + 0o660, 'BLOCK_DEVICE', '0660', 'brw-rw----'],
    [go.device + more.character + 0o666, 'CHARACTER_DEVICE', '0666', 'crw-rw-rw-'],
    [more.irregular, 'OTHER', '0000', '?---------'],
  ])('%i is %s %s', (mode, type, octal, letters) => {
    expect(fileTypeOf(mode)).toBe(type);
    expect(unixMode(mode).toString(8).padStart(4, '0')).toBe(octal);
    expect(permissionsOf(mode)).toBe(letters);
  });
});

describe('what the Engine says of a path', () => {
  const header = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
  const stat = { name: 'a', size: 1, mode: 420, mtime: '2026-11-20T17:30:00Z', linkTarget: '' };

  it('is read, a size beyond 2^53 exactly', () => {
    expect(parseFileStat(header(stat))).toEqual(stat);
    const huge = Buffer.from(JSON.stringify(stat).replace('"size":1', '"size":9007199254740993'));
    expect(parseFileStat(huge.toString('base64'))).toMatchObject({ size: 9_007_199_254_740_993n });
  });

  it.each(['', '%%%', header(null), header([]), header({ name: 'a' }), header({ ...stat, mode: '420' })])(
    'makes no sense as %j',
    (value) => {
      expect(parseFileStat(value)).toBeUndefined();
    },
  );
});
