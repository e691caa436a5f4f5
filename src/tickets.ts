/** Short-lived secrets in addresses, each standing for something that a viewer was allowed to do. */
import { randomBytes } from 'node:crypto';

export interface Ticket {
  /** 43 characters that fit into a path. */
  readonly token: string;
  /** When it ends if nobody has come with it. */
  readonly expiresAt: Date;
}

export interface Tickets<Held> {
  /** @throws TooManyTickets where too many wait already */
  readonly issue: (held: Held) => Ticket;
  /** What it stands for; undefined for one that never was, has ended or was redeemed. */
  readonly find: (token: string) => Held | undefined;
  /** The same, and it ends with that: of two that come at once, one gets it. */
  readonly redeem: (token: string) => Held | undefined;
  /** Ends it unused. */
  readonly revoke: (token: string) => void;
  /** Ends all of them. */
  readonly close: () => void;
}

export interface TicketOptions<Held> {
  /** Milliseconds that one lasts. */
  readonly lifetime: number;
  /** Tickets waiting at once; 10,000 by default. */
  readonly most?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Called with what a ticket stood for that ended without having been redeemed. */
  readonly onEnd?: (held: Held) => void;
}

/** As many were issued as may wait at once, and none has ended yet. */
export class TooManyTickets extends Error {
  override readonly name = 'TooManyTickets';
}

/** 256 bits, which nobody guesses. */
const tokenBytes = 32;

export function createTickets<Held>(options: TicketOptions<Held>): Tickets<Held> {
  const { lifetime, most = 10_000, now = Date.now, onEnd = () => {} } = options;
  /** In the order of their issue, which is that of their end. */
  const waiting = new Map<string, { readonly held: Held; readonly end: number }>();
  let timer: NodeJS.Timeout | undefined;

  function expire(): void {
    const time = now();
    for (const [token, { held, end }] of waiting) {
      if (end > time) return;
      waiting.delete(token);
      onEnd(held);
    }
  }

  /** One timer for all, at the end of the oldest. */
  function schedule(): void {
    const [oldest] = waiting.values();
    if (timer || !oldest) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        expire();
        schedule();
      },
      Math.max(1, oldest.end - now()),
    );
    timer.unref();
  }

  return {
    issue: (held) => {
      expire();
      if (waiting.size >= most) {
        throw new TooManyTickets(
          `${most} addresses were handed out and not used yet, the most that may wait: use one, or wait ${Math.ceil(lifetime / 1000)} seconds.`,
        );
      }
      const token = randomBytes(tokenBytes).toString('base64url');
      const end = now() + lifetime;
      waiting.set(token, { held, end });
      schedule();
      return { token, expiresAt: new Date(end) };
    },
    find: (token) => {
      expire();
      return waiting.get(token)?.held;
    },
    redeem: (token) => {
      expire();
      const ticket = waiting.get(token);
      waiting.delete(token);
      return ticket?.held;
    },
    revoke: (token) => {
      const ticket = waiting.get(token);
      if (ticket && waiting.delete(token)) onEnd(ticket.held);
    },
    close: () => {
      clearTimeout(timer);
      timer = undefined;
      const left = [...waiting.values()];
      waiting.clear();
      for (const { held } of left) onEnd(held);
    },
  };
}
