/** All sessions of the gateway: who may still come, and that none outlives it. */
import { randomBytes } from 'node:crypto';
import { EngineError } from '../engine/errors.ts';
import { createTickets, type Ticket } from '../tickets.ts';
import { type Process, Session, type SessionFacts } from './session.ts';
import type { SessionLimits } from './tenure.ts';

export interface SessionsLimits extends SessionLimits {
  /** Sessions open at once. */
  readonly most: number;
}

/** As many sessions are open as may be. */
export class TooManySessions extends Error {
  override readonly name = 'TooManySessions';
}

/** A command has one start, and it had it. */
export class AlreadyStarted extends Error {
  override readonly name = 'AlreadyStarted';
}

/** Where a terminal can connect, once. */
export interface TerminalAddress {
  readonly path: string;
  readonly expiresAt: Date;
}

export interface TerminalClaim {
  readonly session: Session;
  /** The session ends with its terminal. */
  readonly isOwner: boolean;
}

export interface Sessions {
  /**
   * Opens a session; whoever calls this must be allowed to.
   *
   * @param connect reaches the process; `signal` is aborted when the session ends
   * @throws TooManySessions, AlreadyStarted, and what `connect` throws
   */
  readonly open: (
    facts: SessionFacts,
    connect: (signal: AbortSignal) => Promise<Process>,
  ) => Promise<Session>;
  /** By its secret ID; also for a while after its end. */
  readonly find: (id: string) => Session | undefined;
  /**
   * An address for one terminal, for 30 seconds.
   *
   * @throws TooManyTickets
   */
  readonly address: (session: Session, isOwner: boolean) => TerminalAddress;
  /** What the secret of an address stands for, for the first who comes with it. */
  readonly redeem: (token: string) => TerminalClaim | undefined;
  /** Sessions that are open. */
  readonly count: () => number;
  /** Ends all of them. */
  readonly close: () => void;
}

/** The path of terminals, before the secret. */
export const terminalPath = '/terminal/';

/** Milliseconds that an address is good for. */
const ticketLifetime = 30_000;

/** Milliseconds in which a process must have been reached. */
const patience = 30_000;

export function createSessions(limits: SessionsLimits): Sessions {
  const { most, graceMs } = limits;
  const open = new Map<string, Session>();
  /** Ended, and remembered for a while. */
  const ended = new Map<string, { readonly session: Session; readonly timer: NodeJS.Timeout }>();
  const opening = new Set<AbortController>();
  /** Commands that were started here. */
  const started = new Set<string>();
  let isClosed = false;

  interface Held extends TerminalClaim {
    readonly release: () => void;
  }
  const tickets = createTickets<Held>({
    lifetime: ticketLifetime,
    onEnd: ({ release }) => release(),
  });

  const keyOf = ({ engine, exec }: SessionFacts): string | undefined => exec && `${engine}/${exec}`;

  function forget(id: string): void {
    const known = ended.get(id);
    if (!known) return;
    clearTimeout(known.timer);
    ended.delete(id);
    const key = keyOf(known.session.facts);
    if (key) started.delete(key);
  }

  function remember(session: Session): void {
    open.delete(session.id);
    if (isClosed) return;
    const timer = setTimeout(() => forget(session.id), graceMs);
    timer.unref();
    ended.set(session.id, { session, timer });
    const [oldest] = ended.keys();
    if (ended.size > most && oldest !== undefined) forget(oldest);
  }

  return {
    open: async (facts, connect) => {
      const key = keyOf(facts);
      if (key && started.has(key)) {
        throw new AlreadyStarted('The command was started before, and a command can be started once.');
      }
      if (isClosed || open.size + opening.size >= most) {
        throw new TooManySessions(`${most} sessions are open, the most this gateway keeps: end one.`);
      }
      const abort = new AbortController();
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        abort.abort();
      }, patience);
      opening.add(abort);
      if (key) started.add(key);
      try {
        const process = await connect(abort.signal);
        if (isClosed) throw new TooManySessions('The gateway is shutting down.');
        const session: Session = new Session({
          id: randomBytes(24).toString('base64url'),
          facts,
          process,
          abort,
          limits,
          onEnd: () => remember(session),
        });
        open.set(session.id, session);
        return session;
      } catch (error) {
        abort.abort();
        if (key) started.delete(key);
        if (!isLate || !(error instanceof EngineError)) throw error;
        throw new EngineError({
          kind: 'timeout',
          route: error.route,
          message: 'The Engine did not answer in time.',
        });
      } finally {
        clearTimeout(timer);
        opening.delete(abort);
      }
    },
    find: (id) => open.get(id) ?? ended.get(id)?.session,
    address: (session, isOwner) => {
      const release = session.hold();
      try {
        const { token, expiresAt }: Ticket = tickets.issue({ session, isOwner, release });
        return { path: `${terminalPath}${token}`, expiresAt };
      } catch (error) {
        release();
        throw error;
      }
    },
    redeem: (token) => {
      const held = tickets.redeem(token);
      held?.release();
      return held;
    },
    count: () => open.size,
    close: () => {
      isClosed = true;
      tickets.close();
      for (const abort of opening) abort.abort();
      for (const session of open.values()) session.end('SHUTDOWN', 'The gateway is shutting down.');
      for (const id of ended.keys()) forget(id);
    },
  };
}
