import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts a credential helper on a PATH directory, as a shell script that gives this answer, whoever asks. It leaves its
 * arguments and what it was asked in `asked-<name>`.
 */
export function writeHelper(directory: string, name: string, answer: unknown): void {
  const record = join(directory, `asked-${name}`);
  const asked = `{ printf '%s|' "$*"; cat; echo; } >> '${record}'`;
  writeScript(directory, name, `${asked}\nprintf '%s' '${JSON.stringify(answer)}'`);
}

/** The same with the lines of a script, which may do anything. */
export function writeScript(directory: string, name: string, lines: string): void {
  writeFileSync(join(directory, `docker-credential-${name}`), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
}
