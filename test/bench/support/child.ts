/** Processes of a measurement: each does what it is asked, one thing at a time, and ends with its parent. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly pid: number;
  /** Asks for something and waits for the answer; rejects after `timeoutMs`, and where the child fails or ends. */
  ask(what: string, input?: unknown, timeoutMs?: number): Promise<unknown>;
  end(): Promise<void>;
}

interface Request {
  readonly what: string;
  readonly input: unknown;
}

/** The one place that trusts what the other process sent. */
const requestOf = (message: unknown): Request => message as Request;

export function startChild(file: string, args: readonly string[] = []): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args, {
    execArgv: ['--expose-gc', '--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    ask: async (what, input = null, timeoutMs = 60_000) => {
      const answered = once(child, 'message', { signal: AbortSignal.timeout(timeoutMs) });
      answered.catch(() => undefined);
      child.send({ what, input });
      const [message] = await Promise.race([
        answered,
        ended.then(() => {
          throw new Error(`${file} ended while it was asked to ${what}`);
        }),
      ]);
      const { answer, error } = message as { answer?: unknown; error?: string };
      if (error !== undefined) throw new Error(`${file} could not ${what}: ${error}`);
      return answer;
    },
    end: async () => {
      if (child.connected) child.disconnect();
      // What does not end by itself is ended.
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(late);
    },
  };
}

/** In the child: answers what is asked, until the parent goes. */
export function answer(
  handlers: Readonly<Record<string, (input: unknown) => unknown>>,
  end: () => void | Promise<void>,
): void {
  process.on('message', (message) => {
    const { what, input } = requestOf(message);
    Promise.resolve()
      .then(() => handlers[what]?.(input))
      .then(
        (value) => process.send?.({ answer: value ?? null }),
        (error: unknown) => process.send?.({ error: String(error) }),
      );
  });
  process.once('disconnect', () => {
    Promise.resolve(end()).finally(() => process.exit(0));
  });
}

/** What a server tells of itself. */
export const facts = {
  /** Milliseconds of processor time so far, user and system. */
  cpuMs: (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  /** Memory in use after everything that can be forgotten is. */
  rssKiB: (): number => {
    globalThis.gc?.();
    globalThis.gc?.();
    return process.memoryUsage.rss() / 1024;
  },
};

/** Milliseconds of a clock that all processes of a machine share. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
