/** What the hub needs of an Engine and of a logger. */

/** What is needed of a logger; pino's has it. */
export interface HubLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The messages of one `GET /events`: parsed JSON. */
export interface EventStream extends AsyncIterable<unknown> {
  /** Unix nanoseconds at which the Engine answered, by its own clock and cut to the second, where it said so. */
  readonly openedAt?: bigint | undefined;
}

/**
 * Opens `GET /events` and resolves when its headers have come. `since` and `until` are `seconds.nanoseconds`. Aborting
 * the signal must end the opening, and the messages.
 */
export type OpenEvents = (options: {
  readonly since?: string;
  /** The end of the stream; one without end when left out. */
  readonly until?: string;
  readonly signal: AbortSignal;
}) => Promise<EventStream>;

/** Resolves when the Engine answers anything at all (`GET /_ping`); rejects when it does not within its own deadline. */
export type PingEngine = (signal: AbortSignal) => Promise<unknown>;
