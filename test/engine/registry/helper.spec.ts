import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askHelper } from '../../../src/engine/registry/helper.ts';
import { writeHelper, writeScript } from '../../support/credential-helper.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dockgraph-helper-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const ask = (name: string, registry = 'r.example', timeout?: number) =>
  askHelper(name, registry, { PATH: `${directory}:/usr/bin:/bin` }, timeout);

describe('a credential helper', () => {
  it('is asked to get, with the registry on its input', async () => {
    writeHelper(directory, 'fake', { ServerURL: 'r.example', Username: 'me', Secret: 'p' });
    expect(await ask('fake')).toEqual({ username: 'me', password: 'p' });
    expect(readFileSync(join(directory, 'asked-fake'), 'utf8')).toBe('get|r.example\n');
  });

  it('may have a token', async () => {
    writeHelper(directory, 'fake', { Username: '<token>', Secret: 't' });
    expect(await ask('fake')).toEqual({ identityToken: 't' });
  });

  it('may have nothing, or only what is for another registry', async () => {
    writeScript(directory, 'none', 'echo credentials not found in native keychain; exit 1');
    expect(await ask('none')).toBeUndefined();
    writeHelper(directory, 'similar', { ServerURL: 'https://r.example.org', Username: 'me', Secret: 'p' });
    expect(await ask('similar')).toBeUndefined();
    writeHelper(directory, 'empty', { ServerURL: '', Username: '', Secret: '' });
    expect(await ask('empty')).toBeUndefined();
  });

  it('sees nothing but the environment it is given', async () => {
    writeScript(directory, 'fake', `printf '{"Username":"%s","Secret":"%s"}' "$MINE" "$HOME"`);
    const env = { PATH: `${directory}:/usr/bin:/bin`, MINE: 'me' };
    expect(await askHelper('fake', 'r.example', env)).toEqual({ username: 'me', password: '' });
  });
});

describe('a credential helper that is no help', () => {
  it.each([
    ['fails', 'echo secret; echo secret >&2; exit 3', /"fake" failed for r\.example/],
    ['talks nonsense', 'echo secret', /"fake" answered nonsense/],
    ['has no secret', `echo '{"Username":"secret"}'`, /"fake" answered nonsense/],
    ['never stops talking', 'while :; do echo secret; done', /"fake" failed/],
    ['does not read and fails', 'exec <&-; exit 1', /"fake" failed/],
  ])('is named with the remedy, and never quoted: it %s', async (_title, script, said) => {
    writeScript(directory, 'fake', script);
    const failure = await ask('fake').catch((error: unknown) => error);
    expect(String(failure)).toMatch(said);
    expect(String(failure)).toMatch(/credHelpers/);
    expect(String(failure)).not.toContain('secret');
  });

  it('is not waited for longer than it may take', async () => {
    writeScript(directory, 'fake', 'exec sleep 600');
    await expect(ask('fake', 'r.example', 200)).rejects.toThrow(/did not answer within 0\.2 seconds/);
  });

  it('is told to be missing', async () => {
    await expect(ask('fake')).rejects.toThrow(/"fake" is not installed/);
  });

  it.each(['../fake', '/bin/sh', '-fake', 'a b', 'a;b', '', 'x\n'])(
    'is never started by the name %j',
    async (name) => {
      await expect(ask(name)).rejects.toThrow(/has a name that no program may have/);
    },
  );
});
