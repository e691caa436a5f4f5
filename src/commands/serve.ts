/** Starts the gateway and runs it until it is told to stop. */

import { ConfigError, exitCodes } from '../config/config-error.ts';
import type { Config } from '../config.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import type { Logger } from '../logger.ts';

/** Milliseconds beyond the grace after which the process ends without waiting for anything. */
const patienceMs = 5000;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Says in one sentence why an address cannot be listened on. */
function listenFailure(error: unknown, { listen, port }: Config['server']): Error {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new Error(
        `Port ${port} on ${listen} is taken by another process: stop it, or choose another port with --port.`,
      );
    case 'EACCES':
      return new Error(
        `Port ${port} may not be listened on by this user: choose one above 1023 with --port.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError(
        `${listen} is no address of this machine: give one with --listen.`,
        exitCodes.config,
      );
    default:
      return error instanceof Error ? error : new Error(String(error));
  }
}

async function announce(gateway: Gateway, url: string, logger: Logger): Promise<void> {
  logger.info({ url }, `Ready at ${url}`);
  try {
    logger.info(await gateway.engineSummary());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    logger.warn(`${why} Queries will fail until it answers; "dockgraph doctor" says what to do.`);
  }
}

/** Resolves with the exit code once the gateway has stopped. */
function untilStopped(gateway: Gateway, graceMs: number, logger: Logger): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (stopping) {
        logger.warn(`${signal} again: stopping at once`);
        process.exit(exitCodes.failure);
      }
      stopping = true;
      logger.info(`${signal}: stopping within ${graceMs / 1000} s`);
      setTimeout(() => {
        logger.error('The gateway did not stop in time');
        process.exit(exitCodes.failure);
      }, graceMs + patienceMs).unref();
      gateway.close({ graceMs }).then(
        () => {
          logger.info('Stopped');
          resolve(exitCodes.ok);
        },
        (error: unknown) => {
          logger.error({ err: error }, 'The gateway did not stop cleanly');
          resolve(exitCodes.failure);
        },
      );
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
}

/** Going on after an error that nobody caught would be going on in an unknown state. */
function dieOnBugs(logger: Logger): void {
  const die = (error: unknown, what: string): void => {
    logger.fatal({ err: error }, what);
    process.exit(exitCodes.failure);
  };
  process.on('uncaughtException', (error) => die(error, 'Uncaught exception'));
  process.on('unhandledRejection', (error) => die(error, 'Unhandled rejection'));
}

/**
 * @returns the exit code, after SIGTERM or SIGINT
 * @throws EndpointError, ConfigError or Error with one sentence when the gateway cannot be started
 */
export async function serve(config: Config, logger: Logger): Promise<number> {
  for (const warning of config.warnings) logger.warn(warning);
  dieOnBugs(logger);
  const gateway = createGateway(config, logger);
  const { url } = await gateway.listen().catch((error: unknown) => {
    throw listenFailure(error, config.server);
  });
  const stopped = untilStopped(gateway, config.shutdownGraceMs, logger);
  void announce(gateway, url, logger);
  return stopped;
}
