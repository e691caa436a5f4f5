import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderConfigTable, renderHelp } from '../../src/config/documentation.ts';
import { settingRows } from '../../src/config/settings.ts';

/** The part of the README between the marks that name it. */
function sectionOfReadme(name: string): string {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, section] =
    new RegExp(`<!-- ${name}:start -->\\n([\\s\\S]*?)\\n<!-- ${name}:end -->`).exec(readme) ?? [];
  if (section === undefined) {
    throw new Error(`README.md has no part between <!-- ${name}:start --> and <!-- ${name}:end -->.`);
  }
  return section.trim();
}

describe('the documentation of settings', () => {
  it('in the README is the table of the code', () => {
    expect(sectionOfReadme('config')).toBe(renderConfigTable());
  });

  it('in --help has every flag and every variable', () => {
    const help = renderHelp();
    const missing = settingRows.filter(
      ([, { flag = '', env = '' }]) =>
        !new RegExp(`--(?:\\[no-\\])?${flag}`).test(help) || !help.includes(env),
    );
    expect(missing).toEqual([]);
  });

  it('describes each in one sentence or more, and names no flag or variable twice', () => {
    const flags = settingRows.flatMap(([, { flag, short }]) =>
      [flag, short].filter((name) => name !== undefined),
    );
    const variables = settingRows.flatMap(([, { env }]) => env ?? []);
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(variables).size).toBe(variables.length);
    for (const [, { description }] of settingRows) expect(description).toMatch(/^[A-Z].*\.$/);
  });

  it('gives defaults that the settings themselves accept', () => {
    const refused = settingRows.filter(
      ([, row]) => row.default !== undefined && row.parse(row.default) === undefined,
    );
    expect(refused).toEqual([]);
  });
});
