/** How sessions end. */

export type EndReason =
  /** The process has ended. */
  | 'EXITED'
  /** There never was a process. */
  | 'NOT_STARTED'
  /** The connection is over, and the process goes on. */
  | 'DETACHED'
  /** The Engine broke off, or is away. */
  | 'LOST'
  /** Nothing was read or written for too long. */
  | 'IDLE'
  /** Whoever began it went away. */
  | 'ABANDONED'
  /** Somebody asked for it. */
  | 'CLOSED'
  /** The gateway ends. */
  | 'SHUTDOWN';

export interface Ending {
  readonly reason: EndReason;
  /** How the process ended; null where it did not, or nobody knows. */
  readonly exitCode: number | bigint | null;
  /** A sentence, where there is more to say. */
  readonly message: string | null;
}
