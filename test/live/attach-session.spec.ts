import { describe, expect, it } from 'vitest';
import { textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { sessionBench } from './support/session-bench.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const bench = sessionBench(engine, `${prefix}box`);
const { ask, attach } = bench;

const run = (name: string, flags: readonly string[], ...command: readonly string[]) =>
  engine.cli(
    'run',
    '--detach',
    '--name',
    `${prefix}${name}`,
    '--stop-timeout',
    '0',
    ...flags,
    'busybox',
    ...command,
  );

async function attached(ref: string, more: object = {}): Promise<string> {
  const payload = await ask('attachStart', { ref, ...more });
  expect(payload).toMatchObject({ changed: true, userErrors: [], session: { kind: 'CONTAINER' } });
  return textAt(payload, 'session', 'id');
}
const write = (session: string, input: object) => ask('attachInput', { session, ...input });

describe('a container that somebody attaches to', () => {
  it('is written to and read while it runs, and its exit code is the end', async () => {
    await run(
      'chat',
      ['--interactive'],
      'sh',
      '-c',
      'while read -r line; do [ "$line" = quit ] && exit 7; echo "<$line>"; done',
    );
    const session = await attached(`${prefix}chat`);
    const reader = attach({ session });
    const watcher = attach({ ref: `${prefix}chat` });
    await bench.attachedTo(`${prefix}chat`, 2);
    expect(await write(session, { text: 'hällo\n' })).toMatchObject({
      changed: true,
      bytes: 7,
      userErrors: [],
    });
    expect(await reader.until('\n')).toBe('<hällo>\n');
    await write(session, { base64: Buffer.from('again\n').toString('base64') });
    await watcher.until('<again>\n');
    await write(session, { text: 'quit\n' });
    const end = { reason: 'EXITED', exitCode: 7, message: null };
    expect((await reader.rest()).ending).toEqual(end);
    expect((await watcher.rest()).ending).toEqual(end);
    expect(await write(session, { text: 'x' })).toMatchObject({
      userErrors: [{ __typename: 'SessionEndedError' }],
    });
    await bench.quiet();
  });

  it('is heard from its first byte when it is attached to before its start', async () => {
    const script = 'printf "\\376\\000\\001first"; echo err >&2; cat; exit 137';
    await engine.cli('create', '--interactive', '--name', `${prefix}early`, 'busybox', 'sh', '-c', script);
    const { data } = await bench
      .ready()
      .gateway.query('mutation ($ref: ID!) { containerUpdate(input: {ref: $ref}) { container { state } } }', {
        ref: `${prefix}early`,
      });
    expect(data).toBeDefined();
    const session = await attached(`${prefix}early`);
    await engine.cli('start', `${prefix}early`);
    await write(session, { text: 'typed' });
    const reader = attach({ session });
    await reader.until('typed');
    await engine.cli('kill', `${prefix}early`);
    const { stdout, stderr, ending } = await reader.rest();
    expect(stdout.toString('latin1')).toBe('\u00fe\u0000\u0001firsttyped');
    expect(stderr.toString()).toBe('err\n');
    expect(ending).toEqual({ reason: 'EXITED', exitCode: 137, message: null });
  });

  it('sees the end of its input where it was made for one writer', async () => {
    // `docker run -i` attaches before the start, which is what makes a container take one writer only.
    await engine.mustRest('POST', `/containers/create?name=${prefix}once`, {
      body: {
        Image: 'busybox',
        Cmd: ['sh', '-c', 'wc -c; echo done'],
        OpenStdin: true,
        StdinOnce: true,
        AttachStdin: true,
      },
    });
    const session = await attached(`${prefix}once`);
    await engine.cli('start', `${prefix}once`);
    const reader = attach({ session });
    await write(session, { text: 'four' });
    expect(await write(session, { end: true })).toMatchObject({
      changed: true,
      bytes: 0,
      session: { takesInput: false },
    });
    const { stdout, ending } = await reader.rest();
    expect(stdout.toString()).toBe('4\ndone\n');
    expect(ending).toMatchObject({ reason: 'EXITED', exitCode: 0 });
  });

  it('keeps its input open for others where it was not, and says so', async () => {
    await run('shared', ['--interactive'], 'cat');
    const session = await attached(`${prefix}shared`);
    expect(await write(session, { text: 'x', end: true })).toMatchObject({
      changed: false,
      bytes: 0,
      userErrors: [
        {
          __typename: 'InvalidInputError',
          path: ['input', 'end'],
          message: expect.stringContaining('stdinOnce'),
        },
      ],
    });
    await ask('end', { session });
    expect(await engine.cli('inspect', '--format', '{{.State.Running}}', `${prefix}shared`)).toBe('true');
  });

  it('may have its log first, and go at once when it ends', async () => {
    const script = 'echo before; until [ -e /go ]; do sleep 0.05; done; echo after; exit 5';
    await run('log', ['--rm'], 'sh', '-c', script);
    await expect.poll(() => engine.cli('logs', `${prefix}log`)).toBe('before');
    const reader = attach({ ref: `${prefix}log`, logs: true });
    await reader.until('before\n');
    await engine.cli('exec', `${prefix}log`, 'touch', '/go');
    const { stdout, ending } = await reader.rest();
    expect(stdout.toString()).toBe('before\nafter\n');
    expect(ending).toMatchObject({ reason: 'EXITED', exitCode: 5 });
  });

  it('ends for its readers when it is started anew, with the exit code of what they read', async () => {
    const script = 'until [ -e /go ]; do sleep 0.05; done; rm /go; exit 9';
    await run('again', ['--restart', 'always'], 'sh', '-c', script);
    const reader = attach({ ref: `${prefix}again` });
    await bench.attachedTo(`${prefix}again`);
    await engine.cli('exec', `${prefix}again`, 'touch', '/go');
    expect((await reader.rest()).ending).toEqual({ reason: 'EXITED', exitCode: 9, message: null });
  });

  it('is left at once, with nothing of it open at the Engine', async () => {
    await run('quiet', [], 'sh', '-c', 'until [ -e /go ]; do sleep 0.05; done; yes | head -n 9; sleep 3600');
    const reader = attach({ ref: `${prefix}quiet` });
    const waiting = reader.next();
    await bench.attachedTo(`${prefix}quiet`);
    await reader.leave();
    expect(await waiting).toBeUndefined();
    const id = await engine.cli('inspect', '--format', '{{.Id}}', `${prefix}quiet`);
    await bench.ready().proxy.until((requests) => {
      const wait = requests.find(({ path }) => path.includes(`${id}/wait`));
      return wait?.ended === true;
    });
    // Without input the Engine looks at the connection when it has something to write.
    await engine.cli('exec', `${prefix}quiet`, 'touch', '/go');
    await bench.quiet();
  });
});

describe('a container with a terminal', () => {
  it('is resized and typed into, and keys that detach elsewhere reach it', async () => {
    const script = 'stty raw -echo; echo ready; dd bs=1 count=3 2>/dev/null | od -An -tx1; stty size';
    await run('tty', ['--interactive', '--tty'], 'sh', '-c', script);
    const session = await attached(`${prefix}tty`, { logs: true });
    const reader = attach({ session });
    await reader.until('ready');
    expect(await ask('containerResize', { ref: `${prefix}tty`, columns: 101, rows: 33 })).toMatchObject({
      changed: true,
      userErrors: [],
      container: { name: `${prefix}tty` },
    });
    await write(session, { text: '\u0010' });
    await write(session, { text: '\u0011' });
    await write(session, { text: 'q' });
    expect(await reader.until('33 101')).toContain('10 11 71');
    expect((await reader.rest()).ending).toMatchObject({ exitCode: 0 });
  });

  it('prints what looks like the head of a frame, and it is text', async () => {
    const header = '\\001\\000\\000\\000\\000\\000\\000\\005';
    await run(
      'fake',
      ['--tty'],
      'sh',
      '-c',
      `until [ -e /go ]; do sleep 0.05; done; printf "${header}hello"; printf "${header}"`,
    );
    const reader = attach({ ref: `${prefix}fake` });
    await bench.attachedTo(`${prefix}fake`);
    await engine.cli('exec', `${prefix}fake`, 'touch', '/go');
    const { stdout, ending } = await reader.rest();
    expect(stdout.toString('latin1')).toBe('\u0001\0\0\0\0\0\0\u0005hello\u0001\0\0\0\0\0\0\u0005');
    expect(ending).toMatchObject({ reason: 'EXITED', exitCode: 0 });
  });
});

describe('a container that cannot be attached to', () => {
  it.each([
    ['paused', 'ContainerPausedError'],
    ['restarting', 'ContainerNotRunningError'],
    ['without input', 'ConflictError'],
    ['missing', 'NotFoundError'],
  ])('is told apart: %s', async (state, kind) => {
    const name = state.replace(' ', '-');
    if (state === 'paused') {
      await run(name, ['--interactive'], 'cat');
      await engine.cli('pause', `${prefix}${name}`);
    } else if (state === 'restarting') {
      await run(name, ['--interactive', '--restart', 'always'], 'false');
    } else if (state === 'without input') await run(name, [], 'sleep', '3600');
    // One that restarts runs for moments in between.
    const refused = async () => ask('attachStart', { ref: `${prefix}${name}` });
    await expect
      .poll(refused, { timeout: 15_000 })
      .toMatchObject({ changed: false, session: null, userErrors: [{ __typename: kind }] });
    await engine.cli('rm', '--force', `${prefix}${name}`).catch(() => '');
  });

  it('is an error of a subscription', async () => {
    await expect(attach({ ref: `${prefix}nonesuch` }).rest()).rejects.toThrow('NOT_FOUND');
    await expect(attach({ ref: 'a/b' }).rest()).rejects.toThrow('BAD_USER_INPUT');
    await expect(attach({}).rest()).rejects.toThrow('BAD_USER_INPUT: Name what to attach to');
    await expect(attach({ ref: `${prefix}box`, after: 'x' }).rest()).rejects.toThrow('BAD_USER_INPUT');
  });
});

describe('a session of the other kind', () => {
  it('is pointed to where it belongs', async () => {
    const { session } = await bench.start({ command: ['cat'] });
    expect(await write(session, { text: 'x' })).toMatchObject({
      userErrors: [{ __typename: 'InvalidInputError', message: expect.stringContaining('execInput') }],
    });
    await expect(attach({ session }).rest()).rejects.toThrow('execOutput');
    const { data } = await bench
      .ready()
      .gateway.query(
        'query ($id: ID!) { session(id: $id) { kind tty openedAt endedAt exec { command } container { name } engine { name } } none: session(id: "x") { kind } }',
        { id: session },
      );
    expect(data).toMatchObject({
      session: {
        kind: 'EXEC',
        tty: false,
        endedAt: null,
        exec: { command: ['cat'] },
        container: { name: `${prefix}box` },
      },
      none: null,
    });
  });
});
