/** One WebSocket as the protocol needs it: nothing piles up in it, and nothing keeps it open that is dead. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WebSocket } from 'ws';

/** Bytes waiting to be sent beyond which the client is taken for gone: it does not read. */
const mostBufferedBytes = 8 * 1024 ** 2;
/** Messages waiting to be sent, likewise; small ones cost far more than their bytes. */
const mostPending = 4096;
/** Answers to pings waiting to be sent, likewise. Nobody needs as many. */
const mostPongs = 64;
/** After so many messages in a row the others get a turn, even if this client takes them as fast as they come. */
const turn = 64;

export interface GuardedSocket {
  /** Resolves when the message has left, or at once (but not in the same turn) when there is nobody to send it to. */
  readonly send: (message: string) => Promise<void>;
  readonly pong: (message: string) => Promise<void>;
  readonly close: (code: number, reason: string) => void;
  /** Sends a ping; terminates the socket when nothing happened since the last one. */
  readonly checkAlive: () => void;
}

export function guardSocket(socket: WebSocket): GuardedSocket {
  let pending = 0;
  let pongs = 0;
  let sent = 0;
  let alive = true;
  let bufferedBefore = 0;
  socket.on('pong', () => {
    alive = true;
  });
  const send = async (message: string): Promise<void> => {
    if (socket.readyState !== socket.OPEN) return nextTurn();
    if (socket.bufferedAmount > mostBufferedBytes || pending >= mostPending) {
      socket.terminate();
      return nextTurn();
    }
    pending += 1;
    await new Promise<void>((resolve) => {
      // A failed write is followed by `close`, which ends whatever was sending.
      socket.send(message, () => resolve());
    });
    pending -= 1;
    sent += 1;
    if (sent % turn === 0) await nextTurn();
  };
  return {
    send,
    pong: async (message) => {
      if (pongs >= mostPongs) return socket.terminate();
      pongs += 1;
      await send(message);
      pongs -= 1;
    },
    close: (code, reason) => socket.close(code, reason),
    checkAlive: () => {
      // A slow client's pong is stuck behind what it has yet to read; that it reads is sign of life enough.
      const progress = socket.bufferedAmount < bufferedBefore;
      if (!alive && !progress) {
        socket.terminate();
        return;
      }
      alive = false;
      bufferedBefore = socket.bufferedAmount;
      if (socket.readyState === socket.OPEN) socket.ping();
    },
  };
}
