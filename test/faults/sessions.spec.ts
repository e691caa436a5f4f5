import { afterEach, describe, expect, it } from 'vitest';
import { documents, readOutput } from '../live/support/session-bench.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler, FakeHandlers } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { textAt } from '../support/json.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const id = 'c'.repeat(64);
const execId = 'e'.repeat(64);

const frame = (type: number, text: string): Buffer => {
  const head = Buffer.alloc(8);
  head[0] = type;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};

/** The connection handed over, and then this on it. */
const handOver =
  (...bytes: readonly Uint8Array[]): FakeHandler =>
  (_request, { raw, socket }) => {
    raw('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    socket.end(Buffer.concat(bytes));
  };

const running = {
  Id: id,
  Name: '/web',
  State: { Status: 'running', Running: true },
  Config: { OpenStdin: true },
};
const fresh = {
  ID: execId,
  Running: false,
  ExitCode: null,
  ContainerID: id,
  OpenStdin: true,
  ProcessConfig: { tty: false },
};
const ended = { ...fresh, ExitCode: 0, Pid: 7 };

/** Tells the command for new until it was started. */
function execHandlers(start: FakeHandler, after: FakeHandler = () => ended): FakeHandlers {
  let isStarted = false;
  return {
    'POST /exec/{id}/start': (request, reply) => {
      isStarted = true;
      return start(request, reply);
    },
    'GET /exec/{id}/json': (request, reply) => (isStarted ? after(request, reply) : fresh),
  };
}

async function gatewayOver(
  handlers: FakeHandlers,
  apiVersion = '1.45',
): Promise<{ engine: FakeEngine; gateway: RunningGateway }> {
  const engine = await startFakeEngine({
    apiVersion,
    handlers: { 'GET /containers/{id}/json': () => running, ...handlers },
  });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

async function ask(
  gateway: RunningGateway,
  document: keyof typeof documents,
  input: object,
): Promise<unknown> {
  const data = await gateway.data(documents[document], { input });
  return Object.values(data ?? {})[0];
}

/** Starts the command, and reads all that the session gives. */
async function run(handlers: FakeHandlers) {
  const { gateway, engine } = await gatewayOver(handlers);
  const session = textAt(await ask(gateway, 'start', { ref: execId }), 'session', 'id');
  return { ...(await readOutput(gateway.url, 'execOutput', { session }).rest()), engine };
}

describe('an Engine that breaks off or garbles what a session reads', () => {
  it.each([
    ['a frame of 4 GiB', Buffer.from([1, 0, 0, 0, 255, 255, 255, 255]), /announced a frame/],
    ['a frame of type 7', Buffer.from([7, 0, 0, 0, 0, 0, 0, 1, 65]), /no frame/],
    ['an end inside a head', Buffer.from([1, 0, 0]), /in the middle of a frame/],
    ['an end inside a frame', frame(1, 'half').subarray(0, 10), /in the middle of a frame/],
    ['a failure in its own words', frame(3, 'the disk is on fire'), /^the disk is on fire$/],
  ])('is lost, and what came before is kept: %s', async (_what, bytes, message) => {
    const { stdout, ending } = await run(execHandlers(handOver(frame(1, 'kept'), bytes)));
    expect(stdout.toString()).toBe('kept');
    expect(ending).toMatchObject({ reason: 'LOST', exitCode: null, message: expect.stringMatching(message) });
  });

  it('is lost where the Engine goes away with the connection', async () => {
    let looks = 0;
    const gone: FakeHandler = (_request, { cut }) =>
      ++looks === 1 ? { ...ended, Running: true, ExitCode: null } : cut();
    const { stdout, ending } = await run(execHandlers(handOver(frame(1, 'kept')), gone));
    expect(stdout.toString()).toBe('kept');
    expect(ending).toMatchObject({
      reason: 'LOST',
      exitCode: null,
      message: expect.stringContaining('broke off'),
    });
  });

  it('is lost where the Engine has forgotten the command, and no exit code is made up', async () => {
    const forgotten: FakeHandler = (_request, { fail }) => fail(404, `No such exec instance: ${execId}`);
    const { stdout, ending } = await run(execHandlers(handOver(frame(1, 'all')), forgotten));
    expect(stdout.toString()).toBe('all');
    expect(ending).toMatchObject({
      reason: 'LOST',
      exitCode: null,
      message: expect.stringContaining('restart'),
    });
  });

  it('is waited for where it notices the end late', async () => {
    let looks = 0;
    const late: FakeHandler = () =>
      ++looks < 3 ? { ...ended, Running: true, ExitCode: null } : { ...ended, ExitCode: 137 };
    const { ending } = await run(execHandlers(handOver(), late));
    expect(ending).toEqual({ reason: 'EXITED', exitCode: 137, message: null });
  });

  it('is told apart from a command that runs on', async () => {
    const { ending } = await run(
      execHandlers(handOver(), () => ({ ...ended, Running: true, ExitCode: null })),
    );
    expect(ending).toEqual({ reason: 'DETACHED', exitCode: null, message: null });
  });
});

describe('an Engine that does not hand over the connection', () => {
  const refuse: FakeHandler = (_request, { fail }) => fail(409, 'whatever');

  it.each([
    ['has been paused', { Running: true, Paused: true }, 'ContainerPausedError'],
    ['has ended', { Running: false }, 'ContainerNotRunningError'],
  ])('is asked for the reason: the container %s meanwhile', async (_what, state, kind) => {
    let isRefused = false;
    const { gateway } = await gatewayOver({
      ...execHandlers(
        (request, reply) => {
          isRefused = true;
          return refuse(request, reply);
        },
        () => fresh,
      ),
      'GET /containers/{id}/json': () => (isRefused ? { ...running, State: state } : running),
    });
    expect(await ask(gateway, 'start', { ref: execId })).toMatchObject({
      changed: false,
      session: null,
      userErrors: [{ __typename: kind }],
    });
  });

  it('is an error where there is no reason, and the command can be started again', async () => {
    let attempts = 0;
    const { gateway } = await gatewayOver(
      execHandlers(
        (request, reply) =>
          ++attempts === 1 ? refuse(request, reply) : handOver(frame(1, 'x'))(request, reply),
        () => (attempts === 1 ? fresh : ended),
      ),
    );
    const { errors } = await gateway.query(documents.start, { input: { ref: execId } });
    expect(errors).toMatchObject([
      { code: 'ENGINE_PROTOCOL', message: expect.stringContaining('hand over') },
    ]);
    expect(await ask(gateway, 'start', { ref: execId })).toMatchObject({ changed: true });
  });

  it('is let go when the gateway ends', async () => {
    const { gateway, engine } = await gatewayOver(
      execHandlers((_request, { socket }) => void socket.resume().on('end', () => socket.destroy())),
    );
    const asked = gateway.query(documents.start, { input: { ref: execId } }).catch(() => undefined);
    await engine.received('POST /exec/{id}/start');
    await gateway.close();
    await asked;
    await expect.poll(() => engine.connections).toBe(0);
  });
});

describe('what an Engine is told', () => {
  const tty = { ...fresh, ProcessConfig: { tty: true } };
  const bodies = (engine: FakeEngine) =>
    engine.requests
      .filter(({ method }) => method === 'POST')
      .map(({ path, body, query }) => [path.split('/').at(-1), body.toString() || query.toString()]);
  const hold: FakeHandler = (_request, { raw }) =>
    raw('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');

  it.each([
    ['1.42', [['start', '{"Detach":false,"Tty":true,"ConsoleSize":[30,90]}']]],
    [
      '1.41',
      [
        ['start', '{"Detach":false,"Tty":true}'],
        ['resize', 'w=90&h=30'],
      ],
    ],
  ])('is the size of a terminal, as API %s takes it', async (apiVersion, expected) => {
    const { engine, gateway } = await gatewayOver(
      {
        'GET /exec/{id}/json': () => tty,
        'POST /exec/{id}/start': hold,
        'POST /exec/{id}/resize': (_request, { response }) => void response.writeHead(200).end(),
      },
      apiVersion,
    );
    expect(await ask(gateway, 'start', { ref: execId, size: { columns: 90, rows: 30 } })).toMatchObject({
      changed: true,
    });
    await expect.poll(() => bodies(engine)).toEqual(expected);
  });

  it('is keys that nobody types, for a terminal that no keys are to detach from', async () => {
    const { engine, gateway } = await gatewayOver({
      'POST /containers/{id}/exec': (_request, { json }) => json({ Id: execId }, 201),
      'GET /exec/{id}/json': () => fresh,
    });
    const keysOf = async (input: object): Promise<unknown> => {
      engine.reset();
      await ask(gateway, 'create', { ref: 'web', command: ['sh'], ...input });
      const { body } = await engine.received('POST /containers/{id}/exec');
      return Object(JSON.parse(body.toString()))['DetachKeys'];
    };
    const keys = await keysOf({ tty: true });
    expect(keys).toMatch(/^ctrl-\^(,ctrl-[\^_]){15}$/);
    expect(await keysOf({ tty: true })).not.toBe(keys);
    expect(await keysOf({})).toBeUndefined();
    expect(await keysOf({ tty: true, stdin: false })).toBeUndefined();
    expect(await keysOf({ tty: true, detachKeys: 'ctrl-p,ctrl-q' })).toBe('ctrl-p,ctrl-q');
  });

  it('is no size of what has ended or has no terminal', async () => {
    const { engine, gateway } = await gatewayOver({ 'GET /exec/{id}/json': () => ended });
    const size = { columns: 80, rows: 24 };
    expect(await ask(gateway, 'resize', { ref: execId, ...size })).toMatchObject({
      userErrors: [{ __typename: 'ConflictError', message: expect.stringContaining('no terminal') }],
    });
    engine.on({ 'GET /exec/{id}/json': () => ({ ...tty, Running: false }) });
    expect(await ask(gateway, 'resize', { ref: execId, ...size })).toMatchObject({
      userErrors: [{ __typename: 'ConflictError', message: expect.stringContaining('was not started') }],
    });
    expect(await ask(gateway, 'containerResize', { ref: 'web', ...size })).toMatchObject({
      userErrors: [{ __typename: 'ConflictError' }],
    });
    expect(bodies(engine)).toEqual([]);
  });
});

describe('a container that is attached to', () => {
  const wait = (answer: FakeHandler): FakeHandlers => ({ 'POST /containers/{id}/wait': answer });
  const breaksOff: FakeHandler = (_request, { response }) => void response.writeHead(200).end();
  const exitsWith: FakeHandler = async (_request, { stream }) =>
    stream(
      (async function* () {
        yield '{"StatusCode":3}';
      })(),
    );

  it.each([
    ['knows how it ended', exitsWith, running.State, { reason: 'EXITED', exitCode: 3, message: null }],
    ['broke off the wait, and it runs on', breaksOff, running.State, { reason: 'DETACHED', exitCode: null }],
    [
      'broke off the wait, and it has ended',
      breaksOff,
      { Running: false, ExitCode: 9 },
      { reason: 'EXITED', exitCode: 9 },
    ],
  ])('ends as the Engine knows it, where it %s', async (_what, answer, state, ending) => {
    let isOver = false;
    const { gateway } = await gatewayOver({
      ...wait(answer),
      'POST /containers/{id}/attach': (request, reply) => {
        isOver = true;
        return handOver(frame(2, 'err'))(request, reply);
      },
      'GET /containers/{id}/json': () => (isOver ? { ...running, State: state } : running),
    });
    const reader = readOutput(gateway.url, 'containerAttach', { ref: 'web' });
    const seen = await reader.rest();
    expect(seen.stderr.toString()).toBe('err');
    expect(seen.ending).toMatchObject(ending);
  });

  it('ends with its process, though the Engine attached too late and now waits for the next', async () => {
    const { gateway, engine } = await gatewayOver({
      ...wait(exitsWith),
      'POST /containers/{id}/attach': (_request, { raw, socket }) => {
        raw('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
        socket.resume().on('end', () => socket.destroy());
      },
    });
    const { ending } = await readOutput(gateway.url, 'containerAttach', { ref: 'web' }).rest();
    expect(ending).toEqual({ reason: 'EXITED', exitCode: 3, message: null });
    await gateway.close();
    await expect.poll(() => engine.connections).toBe(0);
  });

  it('with frames that are none is lost, and lines before are kept', async () => {
    const { gateway } = await gatewayOver({
      ...wait(exitsWith),
      'POST /containers/{id}/attach': handOver(frame(1, 'one\n'), Buffer.from([9, 9, 9, 9, 0, 0, 0, 1, 1])),
    });
    const { stdout, ending } = await readOutput(gateway.url, 'containerAttach', { ref: 'web' }).rest();
    expect(stdout.toString()).toBe('one\n');
    expect(ending).toMatchObject({ reason: 'LOST' });
  });
});
