/** Processes of a measurement: each does what it is asked, one thing at a time, and ends with its parent. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child {
  /** Asks for something and waits for the answer; rejects after `timeoutMs`, and where the child fails or ends. */
  ask(what: string, input?: unknown, timeoutMs?: number): Promise<unknown>;
  end(): Promise<void>;
}

interface Request {
  readonly what: string;
  readonly input: unknown;
}

/** The two places that trust what the other process sent. */
const requestOf = (message: unknown): Request => message as Request;
const answerOf = (message: unknown) => message as { readonly answer?: unknown; readonly error?: string };

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

function childOf(child: ChildProcess, name: string): Child {
  const ended = once(child, 'exit');
  return {
    ask: async (what, input = null, timeoutMs = 60_000) => {
      const answered = once(child, 'message', { signal: AbortSignal.timeout(timeoutMs) }).catch(() => {
        throw new Error(`${name} did not tell ${what} within ${timeoutMs / 1000} s`);
      });
      answered.catch(() => undefined);
      child.send({ what, input });
      const [message] = await Promise.race([
        answered,
        ended.then(() => {
          throw new Error(`${name} ended while it was asked for ${what}`);
        }),
      ]);
      const { answer, error } = answerOf(message);
      if (error !== undefined) throw new Error(`${name} could not tell ${what}: ${error}`);
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

/** A program of ours that says what it has to say by {@link answer}. */
export function startChild(file: string, args: readonly string[] = []): Child {
  const child = fork(pathOf(file), args, {
    execArgv: ['--expose-gc', '--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return childOf(child, file);
}

/** The gateway as it is shipped (`npm run build` makes it), on a free port. */
export async function startBuiltGateway(
  environment: Readonly<Record<string, string>>,
): Promise<Child & { readonly port: number }> {
  const child = fork(pathOf('../../../dist/main.js'), ['serve', '--port=0'], {
    execArgv: ['--expose-gc', '--import', pathOf('./facts.mjs')],
    env: { HOME: '/nonexistent', ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}; is it built?`)));
    lines.on('line', (line) => {
      const [, found] = /http:\/\/127\.0\.0\.1:(\d+)\/graphql/.exec(line) ?? [];
      if (found) resolve(Number(found));
    });
  });
  return { ...childOf(child, 'the gateway'), port };
}

/** In the child: answers what is asked, until the parent goes. */
export function answer(
  handlers: Readonly<Record<string, (input: unknown) => unknown>>,
  end: () => void | Promise<void>,
): void {
  process.on('message', (message) => {
    const { what, input } = requestOf(message);
    const handler = handlers[what];
    if (!handler) return;
    Promise.resolve()
      .then(() => handler(input))
      .then(
        (value) => process.send?.({ answer: value ?? null }),
        (error: unknown) => process.send?.({ error: String(error) }),
      );
  });
  process.once('disconnect', () => {
    void Promise.resolve(end()).finally(() => process.exit(0));
  });
}

/** Milliseconds of a clock that all processes of a machine share. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
