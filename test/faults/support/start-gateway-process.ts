import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Held {
  /** Bytes of memory. */
  readonly heap: number;
  /** File descriptors, sockets among them. */
  readonly files: number;
  /** What keeps the process running: timers, sockets, child processes. */
  readonly resources: readonly string[];
}

export interface GatewayProcess {
  readonly pid: number;
  readonly url: string;
  readonly wsUrl: string;
  facts(): Promise<Held>;
  /** Closes the gateway; resolves with the exit code of the process, which nobody tells to exit. */
  close(): Promise<number | null>;
  kill(): void;
}

const script = fileURLToPath(new URL('./gateway-process.ts', import.meta.url));

/** @param flags of the gateway */
export async function startGatewayProcess(
  host: string,
  flags: readonly string[] = [],
): Promise<GatewayProcess> {
  const child = fork(script, [host, ...flags], {
    execArgv: ['--expose-gc', '--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ask = async (what: string): Promise<unknown> => {
    const answered = once(child, 'message', { signal: AbortSignal.timeout(30_000) });
    child.send(what);
    const [message] = (await answered) as [{ readonly answer?: unknown; readonly error?: string }];
    if (message.error !== undefined) throw new Error(message.error);
    return message.answer;
  };
  const url = String(await ask('url'));
  return {
    pid: child.pid ?? 0,
    url,
    wsUrl: url.replace(/^http/, 'ws'),
    facts: async () => (await ask('facts')) as Held,
    close: async () => {
      await ask('close');
      return exited;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
