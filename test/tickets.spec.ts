import { describe, expect, it } from 'vitest';
import { createTickets, TooManyTickets } from '../src/tickets.ts';

function clocked(options: { readonly most?: number } = {}) {
  const ended: string[] = [];
  let time = 1_000;
  const tickets = createTickets<string>({
    lifetime: 500,
    now: () => time,
    onEnd: (held) => ended.push(held),
    ...options,
  });
  const pass = (ms: number): void => {
    time += ms;
  };
  return { tickets, pass, ended };
}

describe('a ticket', () => {
  it('fits into a path and is never the same twice', () => {
    const { tickets } = clocked();
    const tokens = Array.from({ length: 100 }, () => tickets.issue('a').token);
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('is redeemed once', () => {
    const { tickets, ended } = clocked();
    const { token } = tickets.issue('a');
    expect(tickets.find(token)).toBe('a');
    expect(tickets.redeem(token)).toBe('a');
    expect(tickets.redeem(token)).toBeUndefined();
    expect(tickets.find(token)).toBeUndefined();
    expect(ended).toEqual([]);
  });

  it('ends at its time, and tells so', () => {
    const { tickets, pass, ended } = clocked();
    const { token, expiresAt } = tickets.issue('a');
    expect(expiresAt.getTime()).toBe(1_500);
    pass(499);
    expect(tickets.find(token)).toBe('a');
    pass(1);
    expect(tickets.redeem(token)).toBeUndefined();
    expect(ended).toEqual(['a']);
  });

  it('ends when it is revoked', () => {
    const { tickets, ended } = clocked();
    const { token } = tickets.issue('a');
    tickets.revoke(token);
    tickets.revoke(token);
    expect(tickets.redeem(token)).toBeUndefined();
    expect(ended).toEqual(['a']);
  });

  it('is refused where too many wait, until one has ended', () => {
    const { tickets, pass } = clocked({ most: 2 });
    tickets.issue('a');
    tickets.issue('b');
    expect(() => tickets.issue('c')).toThrow(TooManyTickets);
    pass(500);
    expect(tickets.find(tickets.issue('c').token)).toBe('c');
  });

  it('ends with all others when they are closed', () => {
    const { tickets, ended } = clocked();
    const { token } = tickets.issue('a');
    tickets.issue('b');
    tickets.close();
    expect(tickets.find(token)).toBeUndefined();
    expect(ended).toEqual(['a', 'b']);
  });
});
