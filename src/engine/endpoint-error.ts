/**
 * No Engine can be chosen from what was configured. Seen at start-up only, by the person who configured it, so that
 * addresses and paths may be named.
 */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  /** What to do about it, as whole sentences. */
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.remedy = remedy;
  }
}
