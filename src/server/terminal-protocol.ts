/** What terminals and the gateway say to each other beside bare bytes: control messages, and why a connection ends. */
import type { Ending, EndReason } from '../sessions/ending.ts';
import type { Size } from '../sessions/session.ts';

/** A client that offers it sends its input in binary frames, and control messages as text. */
export const controlProtocol = 'dockgraph-terminal';

/** Longest reason that fits into a close frame, in bytes. */
const longestReason = 123;

interface Close {
  readonly code: number;
  readonly reason: string;
}

/** What terminals are told of an end. Documented with `terminalOpen`. */
const codes = {
  EXITED: 1000,
  NOT_STARTED: 4127,
  DETACHED: 4200,
  IDLE: 4408,
  ABANDONED: 4410,
  CLOSED: 4410,
  LOST: 4502,
  SHUTDOWN: 1001,
} as const satisfies Record<EndReason, number>;

export const goingAway = codes.SHUTDOWN;
/** Text that is no control message. */
export const misunderstood = 4400;

/** The text, cut to what a close frame holds. */
export function shortened(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= longestReason) return text;
  return `${new TextDecoder().decode(bytes.subarray(0, longestReason - 6)).replace(/\ufffd$/, '')}…`;
}

export function closeOf({ reason, exitCode, message }: Ending): Close {
  const text = reason === 'EXITED' ? `exit ${exitCode ?? 'unknown'}` : (message ?? reason.toLowerCase());
  return { code: codes[reason], reason: shortened(text) };
}

type Control = { readonly resize: Size } | { readonly end: true };

const isSide = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;

/** Undefined for anything that is no control message. */
export function controlOf(text: string): Control | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== 'object' || message === null) return undefined;
  if ('end' in message && message.end === true) return { end: true };
  if (!('resize' in message) || typeof message.resize !== 'object' || message.resize === null)
    return undefined;
  const { resize } = message;
  if (!('columns' in resize && 'rows' in resize)) return undefined;
  const { columns, rows } = resize;
  return isSide(columns) && isSide(rows) ? { resize: { columns, rows } } : undefined;
}
