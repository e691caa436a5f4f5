import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderConfigTable } from '../../src/config/documentation.ts';
import { errorCodes } from '../../src/errors.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

const between = (name: string): string =>
  readme.split(`<!-- ${name}:start -->`)[1]?.split(`<!-- ${name}:end -->`)[0]?.trim() ?? '';

describe('the README', () => {
  it('lists every setting as the code has it', () => {
    expect(between('config')).toBe(renderConfigTable());
  });

  it('lists every error code with its meaning', () => {
    const rows = Object.entries(errorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
    expect(between('errors')).toBe(['| code | meaning |', '| --- | --- |', ...rows].join('\n'));
  });

  it('points only to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(0);
    for (const path of links) expect(readFileOrFolder(path), path).toBe(true);
  });
});

function readFileOrFolder(path: string): boolean {
  const url = new URL(`../../${path}`, import.meta.url);
  try {
    readFileSync(url);
    return true;
  } catch {
    return readdirSync(url).length > 0;
  }
}
