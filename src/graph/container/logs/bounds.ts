/** How much of a log one answer may hold, and what of it may be asked for. */
import { BadUserInput } from '../../../errors.ts';

/** Lines in one answer, at most; of a service, those of each task. */
export const mostLines = 10_000;
/** Bytes of text in one answer, at most: 4 MiB. */
export const mostBytes = 4_194_304;

export interface WantedLines {
  readonly tail?: number | null | undefined;
  readonly since?: string | null | undefined;
  readonly stdout?: boolean | null | undefined;
  readonly stderr?: boolean | null | undefined;
  readonly grep?: string | null | undefined;
  readonly grepPattern?: string | null | undefined;
  readonly invert?: boolean | null | undefined;
}

/**
 * What goes to the Engine as it is.
 *
 * @param remedy what else can be done where more lines are asked for than one answer holds
 * @throws BadUserInput for a count out of bounds, and for neither of the two streams
 */
export function checkedBounds({ tail, since, stdout, stderr }: WantedLines, remedy = '') {
  const count = tail ?? mostLines;
  if (count < 0 || count > mostLines) {
    throw new BadUserInput(`\`tail\` cannot be ${count}: give 0 to ${mostLines}.${remedy}`);
  }
  const streams = { stdout: stdout ?? true, stderr: stderr ?? true };
  if (!streams.stdout && !streams.stderr) {
    throw new BadUserInput('`stdout` and `stderr` cannot both be false: nothing would be left.');
  }
  return { ...streams, timestamps: true as const, tail: String(count), ...(since && { since }) };
}
