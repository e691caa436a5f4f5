/** Terminals: WebSockets that carry the bytes of a session as they are, for xterm.js and its like. */
import type { IncomingMessage } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../logger.ts';
import { InputClosed, InputFull } from '../sessions/input.ts';
import { type Sessions, type TerminalClaim, terminalPath } from '../sessions/registry.ts';
import { Refusal } from './refusal.ts';
import {
  closeOf,
  controlOf,
  controlProtocol,
  goingAway,
  misunderstood,
  shortened,
} from './terminal-protocol.ts';
import { pulseOf } from './terminal-pulse.ts';
import type { UpgradeRoute } from './upgrade-route.ts';

/** Milliseconds between pings; a client that did nothing since the last one is gone. */
const pingIntervalMs = 12_000;
/** Milliseconds that a closed socket waits for the client to agree. */
const closeTimeoutMs = 1_000;
interface TerminalsOptions {
  readonly sessions: Sessions;
  readonly logger: Logger;
  readonly limits: {
    readonly maxBodyBytes: number;
    /** Terminals open at once. */
    readonly maxSockets: number;
  };
}

const bytesOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
};

interface Terminal {
  readonly socket: WebSocket;
  readonly checkAlive: () => void;
}

export function createTerminals({ sessions, logger, limits }: TerminalsOptions): UpgradeRoute {
  const terminals = new Set<Terminal>();
  const serverOptions = {
    noServer: true,
    clientTracking: false,
    maxPayload: Math.min(limits.maxBodyBytes, 1_048_576),
    perMessageDeflate: false,
    maxFragments: 128,
    maxBufferedChunks: 1024,
    closeTimeout: closeTimeoutMs,
    handleProtocols: (offered: Set<string>) => (offered.has(controlProtocol) ? controlProtocol : false),
  };
  const server = new WebSocketServer(serverOptions);
  let pulse: NodeJS.Timeout | undefined;

  function enter(terminal: Terminal): void {
    terminals.add(terminal);
    pulse ??= setInterval(() => {
      for (const { checkAlive } of terminals) checkAlive();
    }, pingIntervalMs);
    pulse.unref();
  }
  function leave(terminal: Terminal): void {
    terminals.delete(terminal);
    if (terminals.size > 0) return;
    clearInterval(pulse);
    pulse = undefined;
  }

  function accept(socket: WebSocket, { session, isOwner }: TerminalClaim, requestId: string): void {
    const begun = performance.now();
    const terminal = { socket, checkAlive: pulseOf(socket) };
    const viewer = session.view();
    let received = 0;
    let sent = 0;
    enter(terminal);

    async function show(): Promise<void> {
      for await (const item of viewer) {
        if (item.kind === 'end') {
          const { code, reason } = closeOf(item.ending);
          socket.close(code, reason);
          return;
        }
        // What is forgotten is missing on the screen as well: nothing in raw bytes could say so.
        if (item.kind === 'gap' || item.data.length === 0) continue;
        sent += item.data.length;
        await new Promise<void>((resolve) => {
          socket.send(item.data, { binary: true }, () => resolve());
        });
      }
    }

    /** Waits for as long as the program does not read; the client waits with us. */
    async function write(data: Buffer, isLast = false): Promise<void> {
      try {
        await session.write(data, isLast);
      } catch (error) {
        if (!(error instanceof InputFull)) throw error;
        if (socket.readyState === socket.OPEN) await write(data, isLast);
      }
    }

    async function take(data: Buffer, isBinary: boolean): Promise<void> {
      if (socket.protocol !== controlProtocol || isBinary) {
        received += data.length;
        await write(data);
        return;
      }
      const control = controlOf(data.toString());
      if (!control)
        socket.close(misunderstood, 'Text is for {"resize":{"columns":80,"rows":24}} and {"end":true}.');
      else if ('resize' in control) await session.resize(control.resize);
      else if (session.facts.endless) socket.close(misunderstood, shortened(session.facts.endless));
      else await write(Buffer.alloc(0), true);
    }

    function failed(error: unknown): void {
      // What is written behind the end of the input, or of the process, goes nowhere, as in any terminal.
      if (error instanceof InputClosed) return;
      logger.debug({ err: error, requestId }, 'A terminal could not do what it was told');
    }

    let taking = Promise.resolve();
    let queued = 0;
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== socket.OPEN) return;
      // One message at a time, the others stay where they are: in the client.
      queued += 1;
      socket.pause();
      taking = taking
        .then(() => take(bytesOf(data), isBinary))
        .catch(failed)
        .then(() => {
          queued -= 1;
          if (queued === 0) socket.resume();
        });
    });
    socket.on('error', (error) => logger.debug({ err: error, requestId }, 'A terminal broke'));
    socket.once('close', (code) => {
      leave(terminal);
      void viewer.return();
      if (isOwner) session.abandon();
      const ms = Math.round(performance.now() - begun);
      logger.info({ requestId, code, ms, received, sent }, 'terminal');
    });
    show().catch((error: unknown) => {
      logger.error({ err: error, requestId }, 'A terminal failed');
      socket.close(1011, 'Internal server error');
    });
  }

  return {
    path: terminalPath,
    upgrade: (request: IncomingMessage, socket, head, { pathname, requestId }) => {
      if (terminals.size >= limits.maxSockets) {
        throw new Refusal({
          status: 503,
          code: 'LIMIT_SOCKETS',
          message: `${limits.maxSockets} terminals are open, the most this gateway takes.`,
          extensions: { limit: limits.maxSockets },
        });
      }
      const claim = sessions.redeem(pathname.slice(terminalPath.length));
      if (!claim) {
        throw new Refusal({
          status: 404,
          code: 'NOT_FOUND',
          message: 'There is no terminal at this address: each is good for one connection within 30 seconds.',
          close: true,
        });
      }
      server.handleUpgrade(request, socket, head, (accepted) => accept(accepted, claim, requestId));
    },
    close: async () => {
      const gone = [...terminals].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      );
      for (const { socket } of terminals) {
        socket.resume();
        socket.close(goingAway, 'The gateway is shutting down.');
      }
      await Promise.all(gone);
      server.close();
    },
  };
}
