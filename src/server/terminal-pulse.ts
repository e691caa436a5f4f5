/** Whether somebody is still at the other end of a terminal. */
import type { WebSocket } from 'ws';

/**
 * A function to be called every few seconds: it pings, and terminates a client that has neither answered nor read
 * anything since the last time. One that we do not read cannot answer.
 */
export function pulseOf(
  socket: Pick<
    WebSocket,
    'on' | 'ping' | 'terminate' | 'isPaused' | 'bufferedAmount' | 'readyState' | 'OPEN'
  >,
): () => void {
  let isAlive = true;
  let bufferedBefore = 0;
  const live = () => {
    isAlive = true;
  };
  socket.on('pong', live);
  socket.on('message', live);
  return () => {
    if (socket.isPaused) {
      isAlive = true;
      return;
    }
    if (!isAlive && socket.bufferedAmount >= bufferedBefore) {
      socket.terminate();
      return;
    }
    isAlive = false;
    bufferedBefore = socket.bufferedAmount;
    if (socket.readyState === socket.OPEN) socket.ping();
  };
}
