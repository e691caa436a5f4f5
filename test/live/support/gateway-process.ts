/** The gateway in a process of its own, whose memory can be watched. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { at } from '../../support/json.ts';

export interface GatewayProcess {
  /** Where GraphQL is answered. */
  readonly url: string;
  /** The answer's `data`. */
  readonly ask: (query: string) => Promise<unknown>;
  /** Bytes of memory in use now. */
  readonly memory: () => number;
  readonly stop: () => Promise<void>;
}

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

const started = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      const [, url] = /Ready at (http:\/\/[^\s"]+)/.exec(output) ?? [];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('exit', () => reject(new Error(`The gateway ended:\n${output}`)));
  });

/** @param host where the Engine is */
export async function startGatewayProcess(host: string): Promise<GatewayProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'serve', '--port=0', `--host=${host}`], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await started(child);
  return {
    url,
    ask: async (query) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const answer: unknown = await response.json();
      if (at(answer, 'errors') !== undefined) throw new Error(JSON.stringify(answer));
      return at(answer, 'data');
    },
    memory: () => {
      const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Number(kib) * 1024;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
