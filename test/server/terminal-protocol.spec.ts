import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { closeOf, controlOf } from '../../src/server/terminal-protocol.ts';
import { pulseOf } from '../../src/server/terminal-pulse.ts';

describe('a control message', () => {
  it('sets the size or ends the input', () => {
    expect(controlOf('{"resize":{"columns":80,"rows":24}}')).toEqual({ resize: { columns: 80, rows: 24 } });
    expect(controlOf('{"end":true}')).toEqual({ end: true });
  });

  it.each([
    '',
    'ls\r',
    'null',
    '1',
    '{}',
    '{"end":false}',
    '{"resize":null}',
    '{"resize":{"columns":80}}',
    '{"resize":{"columns":"80","rows":24}}',
    '{"resize":{"columns":0,"rows":24}}',
    '{"resize":{"columns":80.5,"rows":24}}',
    '{"resize":{"columns":65536,"rows":24}}',
  ])('is nothing else: %s', (text) => {
    expect(controlOf(text)).toBeUndefined();
  });
});

describe('the close of a terminal', () => {
  it.each([
    [{ reason: 'EXITED', exitCode: 0, message: null }, 1000, 'exit 0'],

    [{ reason: 'EXITED', exitCode: null, message: null }, 1000, 'exit unknown'],
    [{ reason: 'NOT_STARTED', exitCode: 127, message: 'no such program' }, 4127, 'no such program'],
    [{ reason: 'DETACHED', exitCode: null, message: null }, 4200, 'detached'],
    [{ reason: 'IDLE', exitCode: null, message: 'idle' }, 4408, 'idle'],
    [{ reason: 'CLOSED', exitCode: null, message: null }, 4410, 'closed'],
    [{ reason: 'LOST', exitCode: null, message: 'gone' }, 4502, 'gone'],
    [{ reason: 'SHUTDOWN', exitCode: null, message: 'bye' }, 1001, 'bye'],
  ] as const)('tells how it ended: %j', (ending, code, reason) => {
    expect(closeOf(ending)).toEqual({ code, reason });
  });

  it('has a reason that fits into a close frame, cut between characters', () => {
    for (let length = 100; length < 140; length++) {
      const { reason } = closeOf({
        reason: 'LOST',
        exitCode: null,
        message: `${'x'.repeat(length)}€€€€€€€€€€`,
      });
      expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
      expect(reason).toMatch(/^x+€*…?$/);
    }
  });
});

describe('the pulse of a terminal', () => {
  const made = () => {
    const state = { pings: 0, terminated: 0, isPaused: false, bufferedAmount: 0 };
    const socket = Object.assign(new EventEmitter(), {
      ping: () => {
        state.pings += 1;
      },
      terminate: () => {
        state.terminated += 1;
      },
      readyState: 1 as const,
      OPEN: 1 as const,
    });
    Object.defineProperties(socket, {
      isPaused: { get: () => state.isPaused },
      bufferedAmount: { get: () => state.bufferedAmount },
    });
    // Only what a pulse uses of a WebSocket: a real one cannot be made to lag on demand.
    return { state, socket, beat: pulseOf(socket as unknown as Parameters<typeof pulseOf>[0]) };
  };

  it('ends a client that neither answers nor reads', () => {
    const { state, beat } = made();
    state.bufferedAmount = 1000;
    beat();
    expect(state).toMatchObject({ pings: 1, terminated: 0 });
    beat();
    expect(state).toMatchObject({ pings: 1, terminated: 1 });
  });

  it('leaves alone one that answers, types, reads, or that we do not read ourselves', () => {
    const { state, socket, beat } = made();
    for (const event of ['pong', 'message']) {
      beat();
      socket.emit(event);
    }
    state.bufferedAmount = 1000;
    beat();
    state.bufferedAmount = 500;
    beat();
    state.isPaused = true;
    for (let count = 0; count < 5; count++) beat();
    state.isPaused = false;
    beat();
    expect(state.terminated).toBe(0);
  });
});
