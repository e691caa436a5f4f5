import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from '../../src/engine/errors.ts';
import type { Ending } from '../../src/sessions/ending.ts';
import {
  AlreadyStarted,
  createSessions,
  type Sessions,
  TooManySessions,
} from '../../src/sessions/registry.ts';
import type { Process, SessionFacts } from '../../src/sessions/session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const facts: SessionFacts = {
  kind: 'exec',
  engine: 'default',
  container: 'c',
  exec: 'e1',
  tty: true,
  stdin: true,
  endless: undefined,
};
const exited: Ending = { reason: 'EXITED', exitCode: 0, message: null };

/** A process that writes what it is told to, and ends when its output does. */
function fakeProcess() {
  const output = new PassThrough();
  const input = new PassThrough();
  const process: Process = {
    duplex: { contentType: '', body: output[Symbol.asyncIterator](), input },
    ending: async () => exited,
    resize: async () => true,
  };
  return { output, input, process };
}

const limits = { most: 2, idleMs: 5_000, graceMs: 1_000 };
const openOne = async (sessions: Sessions, more: Partial<SessionFacts> = {}) => {
  const fake = fakeProcess();
  let signal: AbortSignal | undefined;
  const session = await sessions.open({ ...facts, ...more }, async (given) => {
    signal = given;
    return fake.process;
  });
  return { ...fake, session, isCut: () => signal?.aborted === true };
};

describe('sessions', () => {
  it('end when nobody has to do with them for a while, are remembered for as long, and leave no timer', async () => {
    const sessions = createSessions(limits);
    const { session, isCut } = await openOne(sessions);
    await vi.advanceTimersByTimeAsync(900);
    await session.write(Buffer.from('x'));
    await vi.advanceTimersByTimeAsync(900);
    expect(session.ending).toBeUndefined();
    await vi.advanceTimersByTimeAsync(100);
    expect(session.ending).toMatchObject({ reason: 'ABANDONED' });
    expect(isCut()).toBe(true);
    expect(sessions.find(session.id)).toBe(session);
    expect(sessions.count()).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sessions.find(session.id)).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('go on as long as somebody reads them, and end when nothing happens for long', async () => {
    const sessions = createSessions(limits);
    const { session, output } = await openOne(sessions);
    const viewer = session.view();
    const end = (async () => {
      for await (const item of viewer) if (item.kind === 'end') return item.ending.reason;
      return undefined;
    })();
    await vi.advanceTimersByTimeAsync(4_900);
    output.write('still here');
    await vi.advanceTimersByTimeAsync(4_900);
    expect(session.ending).toBeUndefined();
    await vi.advanceTimersByTimeAsync(200);
    expect(await end).toBe('IDLE');
    sessions.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('go on where idleness is allowed', async () => {
    const sessions = createSessions({ ...limits, idleMs: 0 });
    const { session } = await openOne(sessions);
    const viewer = session.view();
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(session.ending).toBeUndefined();
    await viewer.return();
    sessions.close();
    expect(session.ending).toMatchObject({ reason: 'SHUTDOWN' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are so many at once, those being opened counted, and no command has two', async () => {
    const sessions = createSessions(limits);
    const first = await openOne(sessions);
    await expect(openOne(sessions)).rejects.toThrow(AlreadyStarted);
    let arrive: (process: Process) => void = () => undefined;
    const second = sessions.open(
      { ...facts, exec: 'e2' },
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    await expect(openOne(sessions, { exec: 'e3' })).rejects.toThrow(TooManySessions);
    await expect(openOne(sessions, { exec: 'e2' })).rejects.toThrow(AlreadyStarted);
    arrive(fakeProcess().process);
    expect((await second).ending).toBeUndefined();
    first.session.end('CLOSED');
    await openOne(sessions, { kind: 'container', exec: undefined });
    sessions.close();
    await expect(openOne(sessions, { exec: 'e9' })).rejects.toThrow(TooManySessions);
  });

  it('may be tried again where the process was not reached, which may take so long', async () => {
    const sessions = createSessions(limits);
    const route = 'POST /exec/{id}/start';
    const never = sessions.open(
      facts,
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () =>
            reject(new EngineError({ kind: 'cancelled', route, message: 'cut' })),
          );
        }),
    );
    const late = expect(never).rejects.toMatchObject({ kind: 'timeout', route });
    await vi.advanceTimersByTimeAsync(30_000);
    await late;
    await openOne(sessions);
    sessions.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that are being opened end with the gateway', async () => {
    const sessions = createSessions(limits);
    let arrive: (process: Process) => void = () => undefined;
    let isCut = false;
    const opening = sessions.open(facts, (signal) => {
      signal.addEventListener('abort', () => {
        isCut = true;
      });
      return new Promise((resolve) => {
        arrive = resolve;
      });
    });
    sessions.close();
    expect(isCut).toBe(true);
    arrive(fakeProcess().process);
    await expect(opening).rejects.toThrow(/shutting down/);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the address of a terminal', () => {
  it('keeps its session until somebody comes or it ends, and is good once', async () => {
    const sessions = createSessions(limits);
    const { session } = await openOne(sessions);
    const { path } = sessions.address(session, true);
    const token = path.slice('/terminal/'.length);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(session.ending).toBeUndefined();
    expect(sessions.redeem(token)).toMatchObject({ session, isOwner: true });
    expect(sessions.redeem(token)).toBeUndefined();
    sessions.address(session, true);
    await session.write(Buffer.from('x'));
    await vi.advanceTimersByTimeAsync(4_000);
    await session.write(Buffer.from('x'));
    expect(session.ending).toBeUndefined();
    sessions.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what a session writes', () => {
  it('waits in the process while it is not read, and goes on when it is', async () => {
    vi.useRealTimers();
    const sessions = createSessions(limits);
    const { session, output } = await openOne(sessions);
    const lump = Buffer.alloc(65_536, 'x');
    const total = 200;
    let sent = 0;
    const flood = (async () => {
      for (; sent < total; sent++) {
        if (!output.write(lump)) await new Promise((resolve) => output.once('drain', resolve));
      }
      output.end();
    })();
    await vi.waitFor(() => expect(sent).toBeGreaterThan(7));
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toBeLessThan(14);
    const slow = session.view();
    let read = 0;
    for await (const item of session.view()) {
      if (item.kind === 'output') read += item.data.length;
      // The other one holds it up as well, until it leaves.
      if (read === 8 * lump.length) void slow.return();
    }
    await flood;
    expect(read).toBe(total * lump.length);
    expect(session.ending).toEqual(exited);
    sessions.close();
  });
});
