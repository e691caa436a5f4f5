/** Commands that never became processes, and what was wrong with them. */
import { EngineError } from '../../engine/errors.ts';
import type { ExecInspect } from '../../engine/types.ts';

const missingUser = /unable to find (?:user|group)/i;
const noProcess =
  /OCI runtime exec failed|unable to start container process|executable file not found|chdir to cwd/i;

/** The Engine says in the output itself why there is no process, and all statuses are those of success. */
export const neverStarted = (details: ExecInspect | null): boolean =>
  details !== null && !details.Pid && details.ExitCode !== 0;

/** Which argument the sentence is about, where it says so. */
export function blamed(
  sentence: string,
  input: readonly string[] = ['input'],
): readonly string[] | undefined {
  if (missingUser.test(sentence)) return [...input, 'user'];
  if (/chdir to cwd|cwd must be/i.test(sentence)) return [...input, 'workingDir'];
  return /: exec: "/.test(sentence) ? [...input, 'command'] : undefined;
}

/** Newer Engines look for the user before there is a command, and refuse with a status. */
export const isMissingUser = (error: unknown): error is EngineError =>
  error instanceof EngineError && error.kind === 'response' && missingUser.test(error.message);

/** A refusal that is about the command itself. */
export const isNoProcess = (error: unknown): error is EngineError =>
  isMissingUser(error) ||
  (error instanceof EngineError && error.kind === 'response' && noProcess.test(error.message));
