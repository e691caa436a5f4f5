import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { sessionBench } from './support/session-bench.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const box = `${prefix}box`;
const bench = sessionBench(engine, box);
const { ask, start, created, write, output } = bench;
const sh = (script: string, input: object = {}) => start({ command: ['sh', '-c', script], ...input });
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a command with a session', () => {
  it('takes all 256 values of a byte, gives them back, and ends when its input does', async () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    const { session } = await start({ command: ['cat'] });
    const reader = output(session);
    expect(await write(session, { base64: all.toString('base64') })).toMatchObject({
      changed: true,
      bytes: 256,
      userErrors: [],
      session: { kind: 'EXEC', tty: false, takesInput: true },
    });
    expect(await write(session, { text: 'grün', end: true })).toMatchObject({
      bytes: 5,
      session: { takesInput: false },
    });
    const { stdout, stderr, ending } = await reader.rest();
    expect(stdout).toEqual(Buffer.concat([all, Buffer.from('grün')]));
    expect(stderr.length).toBe(0);
    expect(ending).toEqual({ reason: 'EXITED', exitCode: 0, message: null });
    expect(await write(session, { text: 'late' })).toMatchObject({
      changed: false,
      bytes: 0,
      userErrors: [{ __typename: 'SessionEndedError', code: 'SESSION_ENDED' }],
    });
    await bench.quiet();
  });

  it.each([
    [0, 'true'],
    [1, 'false'],
    [137, 'kill -9 $$'],
    [143, 'kill $$'],
  ])('ends with its exit code: %i', async (exitCode, script) => {
    const { session } = await sh(script);
    expect((await output(session).rest()).ending).toEqual({ reason: 'EXITED', exitCode, message: null });
  });

  it('keeps the two streams apart, and their order', async () => {
    const { session } = await sh('while read -r n; do [ "${n#o}" = "$n" ] && echo $n >&2 || echo $n; done');
    const reader = output(session);
    for (const line of ['o1', 'e1', 'o2', 'e2']) {
      await write(session, { text: `${line}\n` });
      await reader.until(`${line}\n`);
    }
    await write(session, { end: true });
    const { stdout, stderr } = await reader.rest();
    expect(stdout.toString()).toBe('o1\no2\n');
    expect(stderr.toString()).toBe('e1\ne2\n');
    expect(reader.items.map(({ text }) => text).join('')).toBe('o1\ne1\no2\ne2\n');
  });

  it('keeps what it writes before anybody reads it', async () => {
    const { session } = await sh('echo first; cat; echo over');
    const early = output(session);
    await early.until('first');
    await early.leave();
    await write(session, { text: 'second\n', end: true });
    expect((await output(session).rest()).stdout.toString()).toBe('first\nsecond\nover\n');
    // Once more, long after its end.
    expect((await output(session).rest()).stdout.toString()).toBe('first\nsecond\nover\n');
  });

  it('goes on behind a cursor without a loss and without a repeat, wherever a character was cut', async () => {
    const { session } = await sh('while read -r line; do printf "$line"; done');
    const reader = output(session);
    const seen: { text: string; cursor: string }[] = [];
    for (const part of ['gr\\303', '\\274n \\342', '\\202', '\\254 \\377', '.']) {
      await write(session, { text: `${part}\n` });
      const item = await reader.next();
      seen.push({ text: item?.text ?? '', cursor: item?.cursor ?? '' });
    }
    await write(session, { end: true });
    await reader.rest();
    expect(seen.map(({ text }) => text)).toEqual(['gr', 'ün ', '', '€ \ufffd', '.']);
    expect(Buffer.concat(reader.items.map(({ bytes }) => bytes))).toEqual(
      Buffer.from([0x67, 0x72, 0xc3, 0xbc, 0x6e, 0x20, 0xe2, 0x82, 0xac, 0x20, 0xff, 0x2e]),
    );
    for (const [index, { cursor }] of seen.entries()) {
      const again = output(session, cursor);
      await again.rest();
      expect(again.items.map(({ text }) => text).join('')).toBe(
        seen
          .slice(index + 1)
          .map(({ text }) => text)
          .join(''),
      );
    }
  });

  it('passes ten mebibytes both ways unchanged, and keeps the last two', async () => {
    const whole = randomBytes(10 * 1024 * 1024);
    const { session } = await start({ command: ['cat'] });
    const reader = output(session);
    const reading = reader.rest();
    const step = 768 * 1024;
    for (let from = 0; from < whole.length; from += step) {
      const part = whole.subarray(from, from + step);
      expect(await write(session, { base64: part.toString('base64') })).toMatchObject({ bytes: part.length });
    }
    await write(session, { end: true });
    const { stdout, ending } = await reading;
    expect(stdout.length).toBe(whole.length);
    expect(sha(stdout)).toBe(sha(whole));
    expect(ending).toMatchObject({ exitCode: 0 });

    const late = output(session);
    const tail = (await late.rest()).stdout;
    expect(late.items[0]).toMatchObject({ kind: 'SessionGap', missing: whole.length - tail.length });
    expect(tail.length).toBeGreaterThan(1024 * 1024);
    expect(sha(tail)).toBe(sha(whole.subarray(whole.length - tail.length)));
  });

  it('stands still while nobody reads it, and takes no input that it does not read', async () => {
    const { session } = await sh('yes 0123456789');
    await bench.ready().proxy.until((requests) => {
      const at = requests.findLast(({ path }) => path.endsWith('/start'));
      return (at?.bytes ?? 0) > 512 * 1024;
    });
    const { proxy } = bench.ready();
    const before = proxy.requests.findLast(({ path }) => path.endsWith('/start'))?.bytes ?? 0;
    const reader = output(session);
    await reader.next();
    await reader.leave();
    await ask('end', { session });
    const after = proxy.requests.findLast(({ path }) => path.endsWith('/start'))?.bytes ?? 0;
    expect(before).toBeLessThan(8 * 1024 * 1024);
    expect(after).toBeLessThan(12 * 1024 * 1024);
    await bench.quiet();

    const sleeper = await start({ command: ['sleep', '60'] });
    const lump = 'x'.repeat(1024 * 1024);
    await write(sleeper.session, { text: lump });
    const waiting = write(sleeper.session, { text: lump });
    // The second one waits, and a third has no room beside it.
    expect(await Promise.race([write(sleeper.session, { text: lump }), waiting])).toMatchObject({
      bytes: 0,
      userErrors: [{ __typename: 'SessionInputFullError', code: 'SESSION_INPUT_FULL' }],
    });
    expect(await ask('end', { session: sleeper.session })).toMatchObject({
      changed: true,
      session: { ending: { reason: 'CLOSED', exitCode: null } },
    });
    expect(await waiting).toMatchObject({
      bytes: 0,
      userErrors: [{ __typename: expect.stringMatching(/^Session/) }],
    });
    expect(await ask('end', { session: sleeper.session })).toMatchObject({ changed: false, userErrors: [] });
  });
});

describe('a command with a terminal', () => {
  it('has the size that it is given, at first and later', async () => {
    const { session, exec } = await start(
      { command: ['sh', '-c', 'while read -r _; do stty size; done'], tty: true },
      { size: { columns: 97, rows: 31 } },
    );
    const reader = output(session);
    await write(session, { text: 'x\n' });
    await reader.until('31 97');
    expect(await ask('resize', { ref: exec, columns: 132, rows: 43 })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    await write(session, { text: 'y\n' });
    await reader.until('43 132');
    await write(session, { text: '\u0004' });
    expect((await reader.rest()).ending).toMatchObject({ reason: 'EXITED', exitCode: 0 });
    expect(await ask('resize', { ref: exec, columns: 80, rows: 24 })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'ConflictError', message: expect.stringContaining('has ended') }],
    });
  });

  it('gets every key, also those that detach elsewhere', async () => {
    const script = 'stty raw -echo; echo ready; dd bs=1 count=256 2>/dev/null | od -An -v -tx1; echo fin';
    const { session } = await start({ command: ['sh', '-c', script], tty: true });
    const reader = output(session);
    await reader.until('ready');
    const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    for (const byte of [0x10, 0x11, 0x1e, 0x1f]) {
      await write(session, { base64: Buffer.from([byte]).toString('base64') });
    }
    await write(session, { base64: all.subarray(0, 252).toString('base64') });
    const text = await reader.until('fin');
    const hex = /ready([\s0-9a-f]*)fin/.exec(text)?.[1]?.replaceAll(/\s/g, '');
    expect(hex).toBe(`10111e1f${all.subarray(0, 252).toString('hex')}`);
    expect((await reader.rest()).ending).toMatchObject({ exitCode: 0 });
  });

  it('is left by the keys that were chosen, and runs on', async () => {
    const { session, exec } = await start({ command: ['sh'], tty: true, detachKeys: 'ctrl-x,y' });
    const reader = output(session);
    await write(session, { text: 'echo $((40+2))\n' });
    await reader.until('42');
    await write(session, { text: '\u0018' });
    await write(session, { text: 'y' });
    const { ending } = await reader.rest();
    // Engines tell it as an end of the connection; some take the command for ended from then on.
    expect(ending).toMatchObject({ reason: expect.stringMatching(/DETACHED|EXITED/) });
    expect(exec).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has no end of its input, and no size beyond 16 bits', async () => {
    const { session } = await start({ command: ['sh'], tty: true });
    expect(await write(session, { end: true })).toMatchObject({
      userErrors: [
        {
          __typename: 'InvalidInputError',
          path: ['input', 'end'],
          message: expect.stringContaining('Ctrl+D'),
        },
      ],
    });
    await write(session, { text: 'exit 3\n' });
    expect((await output(session).rest()).ending).toMatchObject({ exitCode: 3 });
    const exec = await created({ command: ['sh'], tty: true });
    expect(await ask('start', { ref: exec, size: { columns: 80, rows: 65_536 } })).toMatchObject({
      userErrors: [{ __typename: 'InvalidInputError', path: ['input', 'size', 'rows'] }],
    });
  });
});

describe('a command that cannot be started', () => {
  it('says so where its output would be, with the words of the Engine', async () => {
    const { session } = await start({ command: ['nonesuch'] });
    const { ending } = await output(session).rest();
    expect(ending).toMatchObject({
      reason: 'NOT_STARTED',
      exitCode: expect.any(Number),
      message: expect.stringContaining('nonesuch'),
    });
    const exec = await created({ command: ['nonesuch'] });
    expect(await ask('start', { ref: exec, detach: true })).toMatchObject({
      changed: false,
      session: null,
      userErrors: [{ __typename: 'ExecStartError', message: expect.stringContaining('nonesuch') }],
    });
  });

  it('is refused a second start', async () => {
    const { session, exec } = await start({ command: ['cat'] });
    const refusal = { changed: false, session: null, userErrors: [{ __typename: 'ConflictError' }] };
    expect(await ask('start', { ref: exec })).toMatchObject(refusal);
    await write(session, { end: true });
    await output(session).rest();
    expect(await ask('start', { ref: exec })).toMatchObject(refusal);
    const twice = await created({ command: ['cat'] });
    const both = await Promise.all([ask('start', { ref: twice }), ask('start', { ref: twice })]);
    expect(both.filter((each) => at(each, 'changed') === true)).toHaveLength(1);
  });

  it('is refused by a container that is paused or has stopped', async () => {
    const other = `${prefix}other`;
    await engine.cli('run', '--detach', '--name', other, '--stop-timeout', '0', 'busybox', 'sleep', '3600');
    const exec = await created({ ref: other, command: ['true'] });
    await engine.cli('pause', other);
    expect(await ask('start', { ref: exec })).toMatchObject({
      userErrors: [{ __typename: 'ContainerPausedError' }],
    });
    expect(await ask('create', { ref: other, command: ['true'] })).toMatchObject({
      exec: null,
      userErrors: [{ __typename: 'ContainerPausedError' }],
    });
    await engine.cli('unpause', other);
    await engine.cli('stop', other);
    expect(await ask('create', { ref: other, command: ['true'] })).toMatchObject({
      userErrors: [{ __typename: 'ContainerNotRunningError' }],
    });
    const gone = await ask('start', { ref: exec });
    expect(textAt(gone, 'userErrors', 0, '__typename')).toMatch(/NotFoundError|ContainerNotRunningError/);
  });

  it('is refused what cannot be meant, before anything is asked', async () => {
    const { proxy } = bench.ready();
    proxy.reset();
    for (const [input, path] of [
      [{ command: [] }, ['input', 'command']],
      [{ command: ['sh'], detachKeys: 'ctrl-p' }, ['input', 'detachKeys']],
      [{ command: ['sh'], tty: true, detachKeys: 'ctrl-é' }, ['input', 'detachKeys']],
    ] as const) {
      expect(await ask('create', { ref: box, ...input })).toMatchObject({
        userErrors: [{ __typename: 'InvalidInputError', path }],
      });
    }
    expect(await ask('input', { session: 'nonesuch', text: 'x' })).toMatchObject({
      userErrors: [{ __typename: 'NotFoundError', path: ['input', 'session'] }],
    });
    expect(await ask('input', { session: 'nonesuch' })).toMatchObject({
      userErrors: [{ __typename: 'InvalidInputError', path: ['input'] }],
    });
    await expect(output('nonesuch').rest()).rejects.toThrow('NOT_FOUND');
    expect(proxy.requests).toEqual([]);
  });
});
