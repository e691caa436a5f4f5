import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves with the first match in what was written so far or is written later. */
  readonly saw: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: Promise<number | null>;
}

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'dockgraph-home-'));
});
afterAll(() => rmSync(home, { recursive: true }));

/** Runs the command line as a user would, with nothing of this process' environment but the path. */
function dockgraph(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  const look = new Set<() => void>();
  const take = (chunk: string) => {
    output += chunk;
    for (const each of look) each();
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
      take('');
    }),
  );
  return {
    child,
    output: () => output,
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        const see = () => {
          const found = pattern.exec(output);
          if (found) resolve(found);
          else if (child.exitCode !== null) reject(new Error(`It ended without ${pattern}:\n${output}`));
          else return;
          look.delete(see);
        };
        look.add(see);
        see();
      }),
    ended,
  };
}

const noEngine = () => ({ DOCKER_HOST: `unix://${join(home, 'no.sock')}` });
const ready = /Ready at (http:\/\/127\.0\.0\.1:(\d+)\/graphql)/;

describe('dockgraph serve', () => {
  it('starts without an Engine, says so, and is alive but not ready', async () => {
    const run = dockgraph(['--port', '0'], noEngine());
    const [, url = ''] = await run.saw(ready);
    await run.saw(/dockgraph doctor/);
    const health = await fetch(new URL('/health', url));
    const readiness = await fetch(new URL('/ready', url));

    expect(health.status).toBe(200);
    expect(readiness.status).toBe(503);
    expect(await readiness.text()).not.toContain('no.sock');
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });

  it('stops on SIGINT with 0, and at once with 1 on a second signal', async () => {
    const polite = dockgraph(['--port', '0'], noEngine());
    await polite.saw(ready);
    polite.child.kill('SIGINT');
    expect(await polite.ended).toBe(0);

    const urgent = dockgraph(['--port', '0', '--shutdown-grace', '60s'], noEngine());
    const [, , port = ''] = await urgent.saw(ready);
    // A request whose body never comes is under way for as long as it is let.
    const { request } = await import('node:http');
    const hanging = request({
      port: Number(port),
      host: '127.0.0.1',
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', 'content-length': '100' },
    });
    hanging.on('error', () => {});
    await new Promise<void>((resolve) => hanging.write('{', () => resolve()));
    await fetch(`http://127.0.0.1:${port}/health`);
    urgent.child.kill('SIGTERM');
    await urgent.saw(/stopping within 60 s/);
    urgent.child.kill('SIGTERM');
    expect(await urgent.ended).toBe(1);
  });

  it('refuses to be reached by others without a token, in one sentence', async () => {
    const run = dockgraph(['--listen', '0.0.0.0'], noEngine());
    expect(await run.ended).toBe(78);
    expect(run.output()).toMatch(/^dockgraph: Listening on 0\.0\.0\.0 .*DOCKGRAPH_TOKEN.*\n$/);
  });

  it('says which port is taken and what to do', async () => {
    const taken = await listening(createServer());
    const run = dockgraph(['--port', String(portOf(taken))], noEngine());
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(`Port ${portOf(taken)} on 127.0.0.1 is taken`);
    taken.close();
  });

  it('refuses an endpoint that cannot be, with its remedy', async () => {
    const run = dockgraph([], { DOCKER_HOST: 'gopher://x' });
    expect(await run.ended).toBe(78);
    expect(run.output()).toMatch(/^dockgraph: .*gopher.*\n$/);
  });
});

describe('dockgraph healthcheck', () => {
  it('ends with 0 beside a gateway that lives and with 1 where there is none', async () => {
    const run = dockgraph(['--port', '0'], noEngine());
    const [, , port = ''] = await run.saw(ready);
    const beside = dockgraph(['healthcheck'], { PORT: port });
    expect([await beside.ended, beside.output()]).toEqual([0, 'alive\n']);
    run.child.kill('SIGTERM');
    await run.ended;
    const alone = dockgraph(['healthcheck', '--port', port]);
    expect(await alone.ended).toBe(1);
    expect(alone.output()).toContain('No gateway answers');
  });
});

describe('dockgraph doctor', () => {
  it('explains a missing socket and a broken context, with remedies', async () => {
    const missing = dockgraph(['doctor'], noEngine());
    expect(await missing.ended).toBe(1);
    expect(missing.output()).toMatch(/Endpoint +unix:.*DOCKER_HOST/);
    expect(missing.output()).toMatch(/Problem +There is no socket[\s\S]*Remedy +Start it/);

    const context = dockgraph(['doctor', '--context', 'nowhere']);
    expect(await context.ended).toBe(1);
    expect(context.output()).toMatch(/Problem .*nowhere[\s\S]*Remedy /);
  });

  it('finds an Engine, and tells what is wrong with one that is too old or is none', async () => {
    const engine = (headers: Record<string, string>, status = 200) =>
      listening(
        createServer((request, response) => {
          response.writeHead(status, { 'content-type': 'application/json', ...headers });
          response.end(
            request.url?.endsWith('/version') ? '{"Version":"28.5.2","Os":"linux","Arch":"amd64"}' : '{}',
          );
        }),
      );
    const cases = [
      [
        await engine({ 'api-version': '1.51' }),
        0,
        /Engine +Docker Engine 28\.5\.2 on linux\/amd64.*1\.51[\s\S]*in order/,
      ],
      [await engine({ 'api-version': '1.30' }), 1, /Problem .*1\.30[\s\S]*Remedy .*20\.10/],
      [await engine({}, 403), 1, /Problem .*refuses[\s\S]*Remedy .*proxy/],
    ] as const;
    for (const [server, exitCode, text] of cases) {
      const run = dockgraph(['doctor', '--host', `tcp://127.0.0.1:${portOf(server)}`]);
      expect([await run.ended, run.output()]).toEqual([exitCode, expect.stringMatching(text)]);
      server.close();
    }
  });
});

describe('dockgraph', () => {
  it('prints its help and its version whatever the environment holds', async () => {
    const help = dockgraph(['--help'], { PORT: 'nonsense' });
    expect(await help.ended).toBe(0);
    expect(help.output()).toContain('Usage: dockgraph');
    const version = dockgraph(['version'], { PORT: 'nonsense' });
    expect(await version.ended).toBe(0);
    expect(version.output()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('prints the schema', async () => {
    const run = dockgraph(['schema', 'print']);
    expect(await run.ended).toBe(0);
    expect(run.output()).toMatch(/type Query \{/);
  });

  it('reads the token from a file', async () => {
    writeFileSync(join(home, 'token'), 'file-token\n');
    const run = dockgraph(['--port', '0', '--token-file', join(home, 'token')], noEngine());
    const [, url = ''] = await run.saw(ready);
    const ask = (headers: Record<string, string>) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"query":"{ __typename }"}',
      });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: 'Bearer file-token' })).status).toBe(200);
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(run.output()).not.toContain('file-token');
  });
});

const listening = (server: Server): Promise<Server> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
