import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { sessionBench } from './support/session-bench.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const bench = sessionBench(engine, `${prefix}box`);
const { ask, attach } = bench;

const create = (name: string, flags: readonly string[], script: string) =>
  engine.cli(
    'create',
    '--name',
    `${prefix}${name}`,
    '--stop-timeout',
    '0',
    ...flags,
    'busybox',
    'sh',
    '-c',
    script,
  );

async function attached(name: string, more: object = {}): Promise<string> {
  const ref = `${prefix}${name}`;
  const payload = await ask('attachStart', { ref, transport: 'WEBSOCKET', ...more });
  expect(payload).toMatchObject({ changed: true, userErrors: [], session: { kind: 'CONTAINER' } });
  return textAt(payload, 'session', 'id');
}
const write = (session: string, input: object) => ask('attachInput', { session, ...input });
const isMerged = async (id: string): Promise<unknown> =>
  at(
    await bench.ready().gateway.data('query ($id: ID!) { session(id: $id) { isMerged } }', { id }),
    'session',
    'isMerged',
  );
const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe('a container that is attached to by WebSocket', () => {
  it('gives every byte back that it was sent, of both streams as one', async () => {
    await create('echo', ['--interactive'], 'echo out; echo err >&2; cat');
    const session = await attached('echo');
    expect(await isMerged(session)).toBe(true);
    const reader = attach({ session });
    await engine.cli('start', `${prefix}echo`);
    await reader.until('err\n');
    const bytes = Buffer.from(
      Array.from({ length: 65_536 }, (_, index) => (index * 7 + (index >> 8)) & 0xff),
    );
    for (let at = 0; at < bytes.length; at += 16_384) {
      const base64 = bytes.subarray(at, at + 16_384).toString('base64');
      expect(await write(session, { base64 })).toMatchObject({ bytes: 16_384, userErrors: [] });
    }
    await write(session, { text: '<end>' });
    await reader.until('<end>');
    await engine.cli('kill', `${prefix}echo`);
    const { stdout, stderr, ending } = await reader.rest();
    expect(stderr).toHaveLength(0);
    expect(stdout.subarray(0, 8).toString().split('\n').toSorted()).toEqual(['', 'err', 'out']);
    expect(stdout.subarray(8, -5).equals(bytes)).toBe(true);
    expect(ending).toEqual({ reason: 'EXITED', exitCode: 137, message: null });
    await bench.quiet();
  });

  it('loses nothing of what comes faster than it is read', async () => {
    await create('fast', [], 'seq 1 600000');
    const session = await attached('fast', { stdin: false });
    await engine.cli('start', `${prefix}fast`);
    const { stdout, ending } = await attach({ session }).rest();
    const expected = Array.from({ length: 600_000 }, (_, index) => `${index + 1}\n`).join('');
    expect(stdout).toHaveLength(expected.length);
    expect(sha(stdout)).toBe(sha(expected));
    expect(ending).toEqual({ reason: 'EXITED', exitCode: 0, message: null });
  });

  it('is a terminal where it has one, of the size that is wished for', async () => {
    await create('tty', ['--tty', '--interactive'], 'read -r x; stty size; read -r x');
    const session = await attached('tty');
    const reader = attach({ session });
    await engine.cli('start', `${prefix}tty`);
    await ask('containerResize', { ref: `${prefix}tty`, size: { columns: 123, rows: 45 } }).catch(
      () => undefined,
    );
    await write(session, { text: '\n' });
    await reader.until(' ');
    await write(session, { text: '\n' });
    const { ending } = await reader.rest();
    expect(ending).toMatchObject({ reason: 'EXITED', exitCode: 0 });
  });

  it('begins with what it has written before, where that is wished for', async () => {
    await create('logs', ['--interactive'], 'echo before; read -r x; echo after');
    await engine.cli('start', `${prefix}logs`);
    const first = await attached('logs', { logs: true });
    await attach({ session: first }).until('before\n');
    await write(first, { text: '\n' });
    const { stdout, ending } = await attach({ session: first }).rest();
    expect(stdout.toString()).toBe('before\nafter\n');
    expect(ending).toMatchObject({ reason: 'EXITED', exitCode: 0 });
  });

  it('has no end of its input alone, and says so', async () => {
    await engine.mustRest('POST', `/containers/create?name=${prefix}once`, {
      body: { Image: 'busybox', Cmd: ['cat'], OpenStdin: true, StdinOnce: true, AttachStdin: true },
    });
    const session = await attached('once');
    await engine.cli('start', `${prefix}once`);
    expect(await write(session, { text: 'x', end: true })).toMatchObject({
      changed: false,
      userErrors: [
        { __typename: 'InvalidInputError', message: expect.stringContaining('transport: UPGRADE') },
      ],
    });
    expect(await ask('end', { session })).toMatchObject({ changed: true });
    await bench.quiet();
    await engine.cli('rm', '--force', `${prefix}once`);
  });

  it('runs on when the session ends', async () => {
    // By `docker run --detach` it takes one writer after the other.
    await engine.cli('run', '--detach', '--interactive', '--name', `${prefix}stays`, 'busybox', 'cat');
    const session = await attached('stays');
    await write(session, { text: 'hello\n' });
    await attach({ session }).until('hello\n');
    await ask('end', { session });
    await bench.quiet();
    expect(await engine.cli('inspect', '--format', '{{.State.Running}}', `${prefix}stays`)).toBe('true');
  });

  it('gives one of its outputs alone, where the API can', async () => {
    await create('err', [], 'echo out; echo err >&2');
    const input = { ref: `${prefix}err`, transport: 'WEBSOCKET', stdin: false, stdout: false };
    const payload = await ask('attachStart', input);
    const isOld = ['1.41'].includes(engine.apiVersion);
    expect(payload).toMatchObject({ userErrors: isOld ? [{ __typename: 'ApiVersionError' }] : [] });
    if (isOld) return;
    const reader = attach({ session: textAt(payload, 'session', 'id') });
    await engine.cli('start', `${prefix}err`);
    expect((await reader.rest()).stdout.toString()).toBe('err\n');
  });

  it('is refused in words where it cannot be attached to', async () => {
    await create('none', [], 'sleep 100');
    await engine.cli('start', `${prefix}none`);
    const ref = `${prefix}none`;
    expect(await ask('attachStart', { ref, transport: 'WEBSOCKET' })).toMatchObject({
      session: null,
      userErrors: [{ message: expect.stringContaining('openStdin') }],
    });
    await engine.cli('pause', ref);
    expect(await ask('attachStart', { ref, transport: 'WEBSOCKET', stdin: false })).toMatchObject({
      session: null,
      userErrors: [{ __typename: 'ContainerPausedError' }],
    });
    await engine.cli('unpause', ref);
  });
});
