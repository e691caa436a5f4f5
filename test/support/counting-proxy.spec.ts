import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { cliEnvironment } from './engine-access.ts';
import { type FakeEngine, startFakeEngine } from './fake-engine.ts';
import { ownPrefix, sharedEngine } from './live.ts';
import { rest } from './rest.ts';

let proxy: CountingProxy;
afterEach(() => proxy.close());

describe('a counting proxy in front of a fake daemon', () => {
  let fake: FakeEngine;
  beforeAll(async () => {
    fake = await startFakeEngine({
      handlers: {
        'POST /echo': ({ body }, { response }) => {
          response.writeHead(200, { 'content-length': body.length }).end(body);
        },
        'GET /hang': (_, { response }) => {
          response.writeHead(200).flushHeaders();
        },
      },
    });
  });
  afterAll(() => fake.close());
  beforeEach(async () => {
    proxy = await startCountingProxy(fake.socketPath);
  });

  it('passes bodies of any bytes unchanged in both directions', async () => {
    const body = randomBytes(3_000_000);
    const answer = await rest(proxy.socketPath, 'POST', '/echo', { body });
    expect(answer.body.equals(body)).toBe(true);
    expect(proxy.requests).toMatchObject([{ method: 'POST', path: '/echo' }]);
  });

  it('counts each request on one kept connection once, with the bytes of its own answer', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = async (path: string, chunks: readonly Buffer[]): Promise<void> => {
      const call = request({ socketPath: proxy.socketPath, agent, method: 'POST', path });
      for (const chunk of chunks) call.write(chunk);
      call.end();
      const [response] = await once(call, 'response');
      response.resume();
      await once(response, 'end');
    };
    // Chunked bodies which look like requests, of sizes on both sides of a read.
    const decoy = Buffer.from('0\r\n\r\nGET /decoy HTTP/1.1\r\n\r\n');
    await send('/echo?n=1', [decoy]);
    await send('/echo?n=2', [Buffer.alloc(200_000, 'x'), decoy]);
    await send('/echo?n=3', []);
    agent.destroy();
    expect(proxy.requests.map(({ path }) => path)).toEqual(['/echo?n=1', '/echo?n=2', '/echo?n=3']);
    const [first, second, third] = proxy.requests.map(({ bytes }) => bytes);
    expect(Number(second) - Number(first)).toBe(200_000 + '200028'.length - '28'.length);
    expect(Number(first) - Number(third)).toBe(28 + '28'.length - '0'.length);
  });

  it('finds the head of a request whose bytes come one by one', async () => {
    const socket = connect(proxy.socketPath).setNoDelay(true);
    for (const byte of 'GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n') {
      await new Promise<void>((resolve) => socket.write(byte, () => setImmediate(resolve)));
    }
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    await proxy.until(([first]) => first?.ended === true);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*OK$/);
    expect(proxy.requests).toMatchObject([
      { method: 'GET', path: '/_ping', sent: 51, bytes: text.length, ended: true },
    ]);
  });

  it('tells that a stream ended when its client goes away', async () => {
    const leave = new AbortController();
    const answer = rest(proxy.socketPath, 'GET', '/hang', { signal: leave.signal }).catch(() => 'left');
    await proxy.until(([first]) => Number(first?.bytes) > 0);
    expect(proxy.requests).toMatchObject([{ ended: false }]);
    expect(proxy.connections).toBe(1);
    leave.abort();
    await expect(answer).resolves.toBe('left');
    await proxy.until(([first]) => first?.ended === true);
    expect(proxy.connections).toBe(0);
  });

  it('says what it saw when a condition does not come true', async () => {
    await rest(proxy.socketPath, 'GET', '/_ping');
    await expect(proxy.until((requests) => requests.length > 1, 20)).rejects.toThrow('GET /_ping');
  });
});

describe('a counting proxy in front of a real Engine', () => {
  const engine = sharedEngine();
  const prefix = ownPrefix(engine);
  beforeEach(async () => {
    proxy = await startCountingProxy(engine.socketPath);
  });
  const environment = (): NodeJS.ProcessEnv => ({ ...cliEnvironment(engine), DOCKER_HOST: proxy.host });

  it('counts the same requests as the daemon receives', async () => {
    const name = `${prefix}counted`;
    await engine.cli('volume', 'create', name);
    const inspect = ['volume', 'inspect', name];
    const { stdout } = await promisify(execFile)('docker', inspect, { env: environment() });
    expect(stdout.trim()).toBe(await engine.cli(...inspect));
    expect(proxy.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'HEAD /_ping',
      `GET /v${engine.apiVersion}/volumes/${name}`,
    ]);
  });

  it('passes a hijacked exec in both directions, with its half-close', async () => {
    await engine.cli('run', '-d', '--name', `${prefix}exec`, 'busybox', 'sleep', '1000');
    proxy.reset();
    const sent = randomBytes(300_000);
    const client = spawn('docker', ['exec', '-i', `${prefix}exec`, 'sh', '-c', 'cat; echo bye >&2'], {
      env: environment(),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    client.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    client.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    client.stdin.end(sent);
    await expect(once(client, 'close')).resolves.toEqual([0, null]);
    expect(Buffer.concat(out).equals(sent)).toBe(true);
    expect(Buffer.concat(err).toString()).toBe('bye\n');
    const start = proxy.requests.find(({ path }) => path.endsWith('/start'));
    expect(start).toMatchObject({ method: 'POST', ended: true });
    expect(start?.sent).toBeGreaterThan(300_000);
    expect(start?.bytes).toBeGreaterThan(300_000);
  });
});
