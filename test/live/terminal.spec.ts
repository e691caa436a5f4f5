import { createHash, randomBytes } from 'node:crypto';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadConfig } from '../../src/config.ts';
import { createGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/logger.ts';
import { AttachDocument, ExecCreateDocument, TerminalDocument } from '../generated/graphql.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { documents, readOutput, sessionBench } from './support/session-bench.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const box = `${prefix}box`;
const bench = sessionBench(engine, box);
const { ask } = bench;
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Terminal {
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly bytes: () => Buffer;
  /** Resolves when what has come contains this. */
  readonly until: (text: string) => Promise<string>;
}

const opened: WebSocket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.terminate();
});

interface Dial {
  readonly protocol?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function dial(url: string, path: string, { protocol, headers = {} }: Dial = {}): WebSocket {
  const address = new URL(path, url.replace(/^http/, 'ws'));
  const socket = new WebSocket(address, protocol === undefined ? [] : [protocol], { headers });
  opened.push(socket);
  return socket;
}

/** The status that an upgrade is refused with. */
const refused = (...given: Parameters<typeof dial>): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = dial(...given);
    socket.on('open', () => reject(new Error('It was let in.')));
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
  });

async function connect(...given: Parameters<typeof dial>): Promise<Terminal> {
  const socket = dial(...given);
  const chunks: Buffer[] = [];
  const watchers = new Set<() => void>();
  socket.on('message', (data: Buffer, isBinary) => {
    expect(isBinary).toBe(true);
    chunks.push(data);
    for (const watcher of watchers) watcher();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const bytes = () => Buffer.concat(chunks);
  return {
    socket,
    closed,
    bytes,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const seen = bytes().toString();
          if (seen.includes(text)) resolve(seen);
        };
        watchers.add(look);
        look();
        void closed.then(({ code }) => reject(new Error(`closed with ${code}: ${bytes().toString()}`)));
      }),
  };
}

async function address(
  input: object,
): Promise<{ readonly url: string; readonly session: string; readonly exec: string }> {
  const payload = await ask('terminal', input);
  expect(payload).toMatchObject({
    changed: true,
    userErrors: [],
    url: expect.stringMatching(/^\/terminal\/[\w-]{43}$/),
  });
  return {
    url: textAt(payload, 'url'),
    session: textAt(payload, 'session', 'id'),
    exec: textAt(payload, 'session', 'exec', 'dockerId'),
  };
}

const gatewayUrl = () => bench.ready().gateway.url;
const shell = { run: { ref: box, command: ['sh'], tty: true } };

describe('a terminal', () => {
  it('carries the bare bytes of a shell, text and binary frames in, binary frames out', async () => {
    const { url, exec } = await address({ ...shell, size: { columns: 111, rows: 37 } });
    const terminal = await connect(gatewayUrl(), url);
    expect(terminal.socket.protocol).toBe('');
    terminal.socket.send('echo $((6*7))\r');
    await terminal.until('42');
    expect(await ask('resize', { ref: exec, columns: 99, rows: 22 })).toMatchObject({ changed: true });
    terminal.socket.send(Buffer.from('stty size\r'));
    await terminal.until('22 99');
    // What looks like a control message is input here.
    terminal.socket.send('{"end":true}\r');
    await terminal.until('not found');
    terminal.socket.send('exit 3\r');
    expect(await terminal.closed).toEqual({ code: 1000, reason: 'exit 3' });
    await bench.quiet();
  });

  it('takes control messages where the client speaks that protocol', async () => {
    const { url } = await address(shell);
    const terminal = await connect(gatewayUrl(), url, { protocol: 'dockgraph-terminal' });
    expect(terminal.socket.protocol).toBe('dockgraph-terminal');
    terminal.socket.send(JSON.stringify({ resize: { columns: 123, rows: 45 } }));
    terminal.socket.send(Buffer.from('stty size\r'));
    await terminal.until('45 123');
    terminal.socket.send(JSON.stringify({ end: true }));
    expect(await terminal.closed).toEqual({ code: 4400, reason: expect.stringContaining('Ctrl+D') });
    const other = await connect(gatewayUrl(), (await address(shell)).url, { protocol: 'dockgraph-terminal' });
    other.socket.send('ls\r');
    expect(await other.closed).toMatchObject({ code: 4400 });
  });

  it('passes ten mebibytes of anything both ways, to the end of the input', async () => {
    const { url } = await address({ run: { ref: box, command: ['cat'] } });
    const terminal = await connect(gatewayUrl(), url, { protocol: 'dockgraph-terminal' });
    const whole = randomBytes(10 * 1024 * 1024);
    for (let from = 0; from < whole.length; from += 100_000)
      terminal.socket.send(whole.subarray(from, from + 100_000));
    terminal.socket.send('{"end":true}');
    expect(await terminal.closed).toEqual({ code: 1000, reason: 'exit 0' });
    expect(terminal.bytes().length).toBe(whole.length);
    expect(sha(terminal.bytes())).toBe(sha(whole));
  });

  it('attaches to a container, and tells how that ended', async () => {
    const name = `${prefix}main`;
    await engine.cli('run', '--detach', '--interactive', '--tty', '--name', name, 'busybox', 'sh');
    const { url } = await address({ attach: { ref: name }, size: { columns: 70, rows: 20 } });
    const terminal = await connect(gatewayUrl(), url);
    terminal.socket.send('echo $((20+3))\r');
    await terminal.until('23');
    await engine.cli('kill', name);
    expect(await terminal.closed).toEqual({ code: 1000, reason: 'exit 137' });
  });

  it('says that there is no such program', async () => {
    const { url } = await address({ run: { ref: box, command: ['nonesuch'], tty: true } });
    const terminal = await connect(gatewayUrl(), url);
    const { code, reason } = await terminal.closed;
    expect(code).toBe(4127);
    expect(reason).toMatch(/exec/);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  });

  it('stops a program that it does not read, and not its memory', async () => {
    const { proxy } = bench.ready();
    const { url } = await address({ run: { ref: box, command: ['yes', 'x'.repeat(1000)] } });
    const terminal = await connect(gatewayUrl(), url);
    await terminal.until('xxx');
    terminal.socket.pause();
    const passed = () => proxy.requests.findLast(({ path }) => path.endsWith('/start'))?.bytes ?? 0;
    // The flood has stopped when nothing has come for a while.
    let before = -1;
    await expect
      .poll(
        () => {
          const still = passed() === before;
          before = passed();
          return still;
        },
        { interval: 400, timeout: 15_000 },
      )
      .toBe(true);
    expect(passed()).toBeLessThan(48 * 1024 * 1024);
    terminal.socket.terminate();
    await bench.quiet();
  });
});

describe('the session of a terminal', () => {
  it('ends with the terminal that it was opened for', async () => {
    const { url, session } = await address(shell);
    const terminal = await connect(gatewayUrl(), url);
    await terminal.until('#');
    terminal.socket.close();
    await bench.quiet();
    expect(await ask('end', { session })).toMatchObject({
      changed: false,
      session: { ending: { reason: 'ABANDONED', exitCode: null } },
    });
  });

  it('lives on where it was there before, and another terminal sees what was', async () => {
    const { session } = await bench.start({ command: ['sh', '-c', 'echo hello; cat'] });
    const first = await connect(gatewayUrl(), (await address({ session })).url);
    await first.until('hello');
    first.socket.close();
    await first.closed;
    const second = await connect(gatewayUrl(), (await address({ session })).url);
    second.socket.send('more\n');
    await second.until('more');
    expect(second.bytes().toString()).toBe('hello\nmore\n');
    await bench.write(session, { end: true });
    expect(await second.closed).toEqual({ code: 1000, reason: 'exit 0' });
  });

  it('starts a command that was made before', async () => {
    const exec = await bench.created({ command: ['sh', '-c', 'echo made; exit 4'] });
    const { url } = await address({ exec });
    const terminal = await connect(gatewayUrl(), url);
    expect(await terminal.closed).toEqual({ code: 1000, reason: 'exit 4' });
    expect(terminal.bytes().toString()).toBe('made\n');
    expect(await ask('terminal', { exec })).toMatchObject({
      url: null,
      userErrors: [{ __typename: 'ConflictError' }],
    });
  });

  it.each([
    [{}, ['input']],
    [{ session: 'x', exec: 'y' }, ['input']],
    [{ run: { ref: 'x', command: [] } }, ['input', 'run', 'command']],
    [{ session: 'x', size: { columns: 0, rows: 1 } }, ['input', 'size', 'columns']],
  ])('cannot be just anything: %j', async (input, path) => {
    expect(await ask('terminal', input)).toMatchObject({
      changed: false,
      url: null,
      userErrors: [{ __typename: 'InvalidInputError', path }],
    });
  });

  it.each([
    [{ session: 'x' }, ['input', 'session']],
    [{ exec: 'f'.repeat(64) }, ['input', 'exec']],
    [{ run: { ref: `${prefix}nonesuch`, command: ['sh'] } }, ['input', 'run', 'ref']],
    [{ attach: { ref: `${prefix}nonesuch` } }, ['input', 'attach', 'ref']],
  ])('needs something that is there: %j', async (input, path) => {
    expect(await ask('terminal', input)).toMatchObject({
      url: null,
      userErrors: [{ __typename: 'NotFoundError', path }],
    });
  });
});

describe('the worked examples', () => {
  it('prepare a command, attach, and open a terminal', async () => {
    const { gateway } = bench.ready();
    expect(await gateway.data(print(ExecCreateDocument), { ref: box })).toMatchObject({
      execCreate: { exec: { command: ['cat'], isRunning: false }, userErrors: [] },
    });
    const { terminalOpen } = Object(await gateway.data(print(TerminalDocument), { ref: box }));
    const terminal = await connect(gatewayUrl(), textAt({ terminalOpen }, 'terminalOpen', 'url'));
    terminal.socket.send('stty size; exit\r');
    await terminal.until('24 80');
    const attach = createClient({ url: gateway.url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
    const name = `${prefix}example`;
    await engine.cli('run', '--detach', '--name', name, 'busybox', 'sh', '-c', 'echo hello; sleep 1; exit 3');
    const items: unknown[] = [];
    for await (const { data } of attach.iterate({ query: print(AttachDocument), variables: { ref: name } })) {
      items.push(at(data, 'containerAttach'));
    }
    expect(items).toMatchObject([
      { stream: 'STDOUT', text: 'hello\n' },
      { ending: { reason: 'EXITED', exitCode: 3 } },
    ]);
    await attach.dispose();
  });
});

describe('the address of a terminal', () => {
  it('is good once, for pages of this gateway, and asks for no token', async () => {
    await using gateway = await startGateway({
      host: engine.host,
      environment: { DOCKGRAPH_TOKEN: 'secret' },
    });
    const headers = { authorization: 'Bearer secret' };
    const { data } = await gateway.query(documents.terminal, { input: shell }, headers);
    const url = textAt(data, 'terminalOpen', 'url');
    expect(await refused(gateway.url, url, { headers: { origin: 'https://evil.example' } })).toBe(403);
    expect(await refused(gateway.url, url, { headers: { host: 'evil.example' } })).toBe(421);
    const { origin } = new URL(gateway.url);
    const terminal = await connect(gateway.url, url, { headers: { origin } });
    await terminal.until('#');
    expect(await refused(gateway.url, url)).toBe(404);
    expect(await refused(gateway.url, '/terminal/')).toBe(404);
    expect(await refused(gateway.url, `/terminal/${'A'.repeat(43)}`)).toBe(404);
    const plain = await fetch(new URL(url, gateway.url), { headers });
    expect(plain.status).toBe(404);
  });

  it('is in no line of the log', async () => {
    const lines: string[] = [];
    const config = loadConfig(['serve', '--port=0', `--host=${engine.host}`, '--log-level=trace'], {});
    const gateway = createGateway(
      config,
      createLogger(config.log, { write: (line: string) => void lines.push(line) }),
    );
    const { url } = await gateway.listen();
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: documents.terminal, variables: { input: shell } }),
    });
    const path = textAt(await answer.json(), 'data', 'terminalOpen', 'url');
    const terminal = await connect(url, path);
    await terminal.until('#');
    terminal.socket.send('exit\r');
    await terminal.closed;
    await expect.poll(() => lines.join('')).toContain('"terminal"');
    await gateway.close({ graceMs: 0 });
    expect(lines.join('')).not.toContain(path.slice('/terminal/'.length));
    expect(lines.find((line) => line.includes('"terminal"'))).toMatch(/"code":1000.*"received":5/);
  });
});

describe('a gateway with few sessions and little patience', () => {
  const start = async (...flags: readonly string[]) => {
    const proxy = await startCountingProxy(engine.socketPath);
    const gateway = await startGateway({ host: proxy.host, flags });
    const close = async () => {
      await gateway.close();
      await proxy.close();
    };
    const mutate = async (document: keyof typeof documents, input: object): Promise<unknown> =>
      Object.values((await gateway.data(documents[document], { input })) ?? {})[0];
    const begin = async (command: readonly string[]) => {
      const exec = textAt(await mutate('create', { ref: box, command }), 'exec', 'dockerId');
      return mutate('start', { ref: exec });
    };
    const quiet = () =>
      proxy.until((requests) => requests.every(({ path, ended }) => ended || !path.endsWith('/start')));
    return { proxy, gateway, mutate, begin, quiet, [Symbol.asyncDispose]: close };
  };

  it('ends those where nothing happens', async () => {
    await using bench = await start('--session-idle=400ms');
    const { url } = Object(await bench.mutate('terminal', { run: { ref: box, command: ['cat'] } }));
    const terminal = await connect(bench.gateway.url, textAt({ url }, 'url'));
    terminal.socket.send('x');
    await terminal.until('x');
    expect(await terminal.closed).toMatchObject({ code: 4408, reason: expect.stringContaining('idle') });
    await bench.quiet();
  });

  it('ends those that nobody owns any more', async () => {
    await using bench = await start('--session-grace=300ms');
    const session = textAt(await bench.begin(['cat']), 'session', 'id');
    const reader = readOutput(bench.gateway.url, 'execOutput', { session });
    await bench.mutate('input', { session, text: 'x' });
    await reader.until('x');
    await reader.leave();
    await bench.quiet();
    const ended = await bench.gateway.data(
      'query ($id: ID!) { session(id: $id) { takesInput ending { reason } } }',
      {
        id: session,
      },
    );
    // It is remembered for as long again.
    expect(at(ended, 'session')).toSatisfy(
      (found: unknown) => found === null || textAt(found, 'ending', 'reason') === 'ABANDONED',
    );
    const unused = textAt(await bench.mutate('terminal', shell), 'session', 'id');
    expect(unused).not.toBe('');
  });

  it('refuses more than it may keep, until one ends', async () => {
    await using bench = await start('--max-sessions=1');
    const session = textAt(await bench.begin(['cat']), 'session', 'id');
    expect(await bench.begin(['cat'])).toMatchObject({
      session: null,
      userErrors: [{ __typename: 'SessionLimitError', code: 'SESSION_LIMIT' }],
    });
    await expect(readOutput(bench.gateway.url, 'containerAttach', { ref: box }).rest()).rejects.toThrow(
      'LIMIT_SESSIONS',
    );
    await bench.mutate('end', { session });
    expect(await bench.begin(['cat'])).toMatchObject({ changed: true });
  });

  it('tells terminals when it ends, and leaves nothing behind', async () => {
    const bench = await start();
    const { url } = Object(await bench.mutate('terminal', shell));
    const terminal = await connect(bench.gateway.url, textAt({ url }, 'url'));
    await terminal.until('#');
    await bench.begin(['cat']);
    await bench.mutate('terminal', shell);
    await bench.gateway.close();
    expect(await terminal.closed).toMatchObject({ code: 1001 });
    await bench.quiet();
    expect(bench.proxy.connections).toBe(0);
    await bench[Symbol.asyncDispose]();
  });
});
