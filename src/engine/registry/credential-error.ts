/** Credentials for a registry are set up, and cannot be had. Says what to repair, and never a secret. */
export class CredentialError extends Error {
  constructor(message: string, remedy: string, cause?: unknown) {
    super(`${message} ${remedy}`, cause === undefined ? undefined : { cause });
    this.name = 'CredentialError';
  }
}
