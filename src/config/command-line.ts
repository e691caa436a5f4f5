/** Splits a command line into a command and the values of flags, by the table of settings. */
import { parseArgs } from 'node:util';
import { ConfigError, exitCodes } from './config-error.ts';
import { type SettingName, settingRows } from './settings.ts';

export const commands = {
  serve: 'Start the gateway (the default).',
  'schema print': 'Print the schema in SDL.',
  'schema coverage': "Print where everything that the Engine's API has is in the schema.",
  healthcheck: 'Ask the gateway that runs here whether it is alive; for the HEALTHCHECK of an image.',
  doctor: 'Find the Engine, explain what was found and what to do if it does not answer.',
  help: 'Show this text (also --help, -h).',
  version: 'Show the version (also --version, -v).',
} as const;

export type Command = keyof typeof commands;

export interface CommandLine {
  readonly command: Command;
  /** The text of each flag that was given, with the flag as it was written. */
  readonly flags: ReadonlyMap<SettingName, { readonly written: string; readonly text: string }>;
}

const usage = (message: string): ConfigError => new ConfigError(message, exitCodes.usage);

const isCommand = (words: string): words is Command => Object.hasOwn(commands, words);

/** Flags that people try and that cannot exist, with the reason. */
const refusals: Readonly<Record<string, string>> = {
  token:
    'There is no flag --token, because everybody can read the flags of a process: use DOCKGRAPH_TOKEN or --token-file.',
};

interface Flag {
  readonly setting: SettingName;
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** The text that a flag without a value stands for. */
  readonly implied?: string;
}

function flagTable(): ReadonlyMap<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [setting, { flag, short, toggle }] of settingRows) {
    if (flag === undefined) continue;
    if (toggle) {
      flags.set(flag, { setting, type: 'boolean', implied: 'on' });
      flags.set(`no-${flag}`, { setting, type: 'boolean', implied: 'off' });
    } else {
      flags.set(flag, { setting, type: 'string', ...(short !== undefined && { short }) });
    }
  }
  return flags;
}

function commandOf(words: readonly string[]): Command {
  if (words.length === 0) return 'serve';
  const joined = words.join(' ');
  if (isCommand(joined)) return joined;
  const known = Object.keys(commands).join(', ');
  throw usage(`There is no command ${JSON.stringify(joined)}; the commands are ${known}.`);
}

/**
 * @param argv without node and the script
 * @throws ConfigError (64) for commands and flags that do not exist and flags that lack a value
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const known = flagTable();
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      ...Object.fromEntries(
        [...known].map(([name, { type, short }]) => [name, { type, ...(short !== undefined && { short }) }]),
      ),
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const flags = new Map<SettingName, { readonly written: string; readonly text: string }>();
  let wanted: 'help' | 'version' | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName: written, value } = token;
    if (name === 'help' || name === 'version') {
      wanted ??= name;
      continue;
    }
    const flag = known.get(name);
    if (!flag) throw usage(refusals[name] ?? `There is no flag ${written}; "dockgraph --help" lists them.`);
    if (flag.implied !== undefined && value !== undefined) {
      throw usage(`${written} takes no value: write --graphiql or --no-graphiql.`);
    }
    const text = flag.implied ?? value;
    if (text === undefined) throw usage(`${written} needs a value.`);
    flags.set(flag.setting, { written, text });
  }
  return { command: wanted ?? commandOf(words), flags };
}
