#!/usr/bin/env node
/** The process: reads the command line, runs one command, ends with its exit code. */
import { readFileSync } from 'node:fs';
import { parseCommandLine } from './config/command-line.ts';
import { ConfigError, exitCodes } from './config/config-error.ts';
import { renderHelp } from './config/documentation.ts';
import { type Config, loadConfig } from './config.ts';
import { EndpointError } from './engine/endpoint-error.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

/** Commands are loaded when they are run: a health check should not cost the loading of a schema. */
async function run(config: Config): Promise<number> {
  switch (config.command) {
    case 'serve': {
      const [{ createLogger }, { serve }] = await Promise.all([
        import('./logger.ts'),
        import('./commands/serve.ts'),
      ]);
      return serve(config, createLogger(config.log));
    }
    case 'schema print': {
      const { printGraph } = await import('./graph/schema.ts');
      process.stdout.write(printGraph());
      return exitCodes.ok;
    }
    case 'schema coverage': {
      const { coverage } = await import('./commands/coverage.ts');
      const { document, faults } = coverage();
      process.stdout.write(document);
      for (const fault of faults) process.stderr.write(`dockgraph: ${fault}\n`);
      return faults.length === 0 ? exitCodes.ok : exitCodes.failure;
    }
    case 'healthcheck': {
      const { healthcheck } = await import('./commands/healthcheck.ts');
      const { ok, message } = await healthcheck(config.server);
      say(message);
      return ok ? exitCodes.ok : exitCodes.failure;
    }
    case 'doctor': {
      const { doctor } = await import('./commands/doctor.ts');
      const { ok, lines } = await doctor(config);
      say(lines.join('\n'));
      return ok ? exitCodes.ok : exitCodes.failure;
    }
    case 'help':
      say(renderHelp());
      return exitCodes.ok;
    case 'version':
      say(version());
      return exitCodes.ok;
  }
}

/** One sentence for what the user can mend; a stack for what only we can. */
function explain(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof ConfigError) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof EndpointError) {
    return { text: `${error.message} ${error.remedy}`, exitCode: exitCodes.config };
  }
  if (!(error instanceof Error)) return { text: String(error), exitCode: exitCodes.failure };
  return { text: error.message, exitCode: exitCodes.failure };
}

try {
  const argv = process.argv.slice(2);
  const { command } = parseCommandLine(argv);
  // These must answer whatever the environment holds.
  const environment = command === 'help' || command === 'version' ? {} : undefined;
  const config = loadConfig(argv, environment, { terminal: process.stdout.isTTY });
  const exitCode = await run(config);
  // Open handles of ours must not keep a stopped gateway alive.
  if (command === 'serve') process.exit(exitCode);
  process.exitCode = exitCode;
} catch (error) {
  const { text, exitCode } = explain(error);
  process.stderr.write(`dockgraph: ${text}\n`);
  process.exitCode = exitCode;
}
