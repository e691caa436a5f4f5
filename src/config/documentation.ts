/** Texts made from the table of settings: `--help` and the README's table. */
import { commands } from './command-line.ts';
import { type Setting, settingRows } from './settings.ts';

const flagsOf = ({ flag, short, toggle }: Setting<unknown>): string => {
  if (flag === undefined) return '';
  const long = toggle ? `--[no-]${flag}` : `--${flag}`;
  return short === undefined ? long : `${long}, -${short}`;
};

const defaultOf = (row: Setting<unknown>): string => row.default ?? row.computedDefault ?? '';

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** The Markdown table of all settings, for between `<!-- config:start -->` and `<!-- config:end -->`. */
export function renderConfigTable(): string {
  const rows = settingRows.map(([, row]) => {
    const shown = row.default === undefined ? (row.computedDefault ?? '') : code(row.default);
    return `| ${code(row.env ?? '')} | ${code(flagsOf(row))} | ${shown} | ${row.description} |`;
  });
  return ['| variable | flag | default | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The text of `--help`. */
export function renderHelp(): string {
  const width = Math.max(...settingRows.map(([, row]) => flagsOf(row).length));
  const options = settingRows
    .filter(([, row]) => row.flag !== undefined)
    .map(([, row]) => {
      const notes = [row.env, defaultOf(row) && `default: ${defaultOf(row)}`].filter(Boolean).join(', ');
      return `  ${flagsOf(row).padEnd(width)}  ${row.description}${notes && ` [${notes}]`}`;
    });
  const variables = settingRows
    .filter(([, row]) => row.flag === undefined)
    .map(([, row]) => `  ${(row.env ?? '').padEnd(width)}  ${row.description}`);
  const verbs = Object.entries(commands).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`);
  return [
    'A GraphQL gateway over the Docker Engine API.',
    '',
    'Usage: dockgraph [command] [flags]',
    '',
    'Commands:',
    ...verbs,
    '',
    'Flags [variable, default]; a flag wins over its variable:',
    ...options,
    '',
    'Further variables:',
    ...variables,
    '',
  ].join('\n');
}
