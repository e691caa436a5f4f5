import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A path for a unix socket in a directory of its own, short enough for the 107 bytes that such paths may have; or the one given. */
export function temporarySocket(given?: string): { readonly socketPath: string; remove(): void } {
  if (given !== undefined) return { socketPath: given, remove: () => rmSync(given, { force: true }) };
  const parent = tmpdir().length > 60 ? '/tmp' : tmpdir();
  const directory = mkdtempSync(join(parent, 'dockgraph-'));
  return {
    socketPath: join(directory, 'docker.sock'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
