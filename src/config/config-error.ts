/** How a process may end (sysexits.h): a command line it does not understand, or a configuration it cannot run with. */
export const exitCodes = { ok: 0, failure: 1, usage: 64, config: 78 } as const;

/** A flag or a variable that cannot be used. The message is one sentence with the name, the value and what is accepted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly exitCode: typeof exitCodes.usage | typeof exitCodes.config;

  constructor(message: string, exitCode: typeof exitCodes.usage | typeof exitCodes.config) {
    super(message);
    this.exitCode = exitCode;
  }
}
