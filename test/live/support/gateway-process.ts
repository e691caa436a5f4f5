import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface GatewayProcess {
  /** Where GraphQL is answered. */
  readonly url: string;
  /** Memory that it holds now, in bytes. */
  rss(): number;
  close(): Promise<void>;
}

function endpointOf(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The gateway did not start:\n${output}`)), 30_000);
    const look = (chunk: Buffer): void => {
      output += chunk.toString();
      const [url] = /http:\/\/[^\s"]+\/graphql/.exec(output) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', () => look(Buffer.from('It ended.')));
  });
}

/** The gateway in a process of its own, whose memory is nobody else's. */
export async function startGatewayProcess(host: string): Promise<GatewayProcess> {
  const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'serve', '--port=0', `--host=${host}`], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  return {
    url: await endpointOf(child),
    rss: () => {
      const [, kibibytes = '0'] =
        /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Number(kibibytes) * 1024;
    },
    close: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
