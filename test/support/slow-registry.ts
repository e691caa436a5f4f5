import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EngineAccess } from './engine-access.ts';
import { type Registry, type RegistryOptions, startRegistry } from './registry.ts';

export interface SlowRegistry extends Registry {
  /** Bytes that the registry has answered so far. */
  received(): Promise<number>;
}

/**
 * Starts a registry behind a line of so many bytes a second: its progress takes long enough to be seen. `address` is that
 * of the line.
 */
export async function startSlowRegistry(
  engine: EngineAccess,
  bytesPerSecond: number,
  options: RegistryOptions = {},
): Promise<SlowRegistry> {
  const registry = await startRegistry(engine, options);
  const program = fileURLToPath(new URL('./slow-line.ts', import.meta.url));
  const port = registry.address.split(':')[1] ?? '';
  const command = [process.execPath, '--import', 'tsx', program, port, String(bytesPerSecond)];
  const line: ChildProcess = spawn(
    'nsenter',
    // The kernel ends it when we end, whatever ends us.
    [`--net=${engine.namespace}`, 'setpriv', '--pdeathsig', 'KILL', ...command],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const { stdin, stdout } = line;
  if (!stdin || !stdout) throw new Error('the slow line has no pipes');
  const ended = new Promise<void>((resolve) => line.once('close', () => resolve()));
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the slow line has ended');
    return value;
  };
  const own = await next();
  return {
    address: `127.0.0.1:${own}`,
    async received() {
      stdin.write('\n');
      return Number(await next());
    },
    async stop() {
      line.kill('SIGKILL');
      await ended;
      await registry.stop();
    },
  };
}
