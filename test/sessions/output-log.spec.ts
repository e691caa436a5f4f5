import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputLog, type Piece } from '../../src/sessions/output-log.ts';

const piece = fc.record({
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
});

/** Each byte with the stream that it was written to. */
const bytesOf = (pieces: readonly Piece[]): string[] =>
  pieces.flatMap(({ stream, data }) => [...data].map((byte) => `${stream}:${byte}`));

function readAll(log: OutputLog, from: number, most: number): Piece[] {
  const pieces: Piece[] = [];
  for (let place = from; ; ) {
    const next = log.read(place, most);
    if (!next) return pieces;
    pieces.push(next);
    place += next.data.length;
  }
}

describe('the output of a session', () => {
  it('is read from any place in pieces of any size, each byte once and under its stream', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.nat(),
        fc.integer({ min: 1, max: 50 }),
        (pieces, from, most) => {
          const log = new OutputLog();
          for (const { stream, data } of pieces) log.append(stream, data);
          const all = bytesOf(pieces);
          const start = all.length === 0 ? 0 : from % (all.length + 1);
          expect(bytesOf(readAll(log, start, most))).toEqual(all.slice(start));
          expect(readAll(log, start, most).every(({ data }) => data.length <= most)).toBe(true);
          expect(log.end).toBe(all.length);
        },
      ),
    );
  });

  it('forgets the oldest first, and nothing that is needed', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.nat({ max: 4000 }),
        (pieces, place, most) => {
          const log = new OutputLog();
          for (const { stream, data } of pieces) log.append(stream, data);
          const needed = place % (log.end + 1);
          log.trim(most, needed);
          expect(log.start).toBeLessThanOrEqual(needed);
          expect(bytesOf(readAll(log, log.start, 1000))).toEqual(bytesOf(pieces).slice(log.start));
          expect(needed < log.end || log.cost <= most).toBe(true);
        },
      ),
    );
  });

  it('costs what it keeps, also of a program that changes streams with each byte', () => {
    const log = new OutputLog();
    const before = process.memoryUsage().rss;
    for (let count = 0; count < 400_000; count++) {
      log.append(count % 2 === 0 ? 'stdout' : 'stderr', Uint8Array.of(count % 256));
      log.trim(1_048_576, log.end);
    }
    expect(log.cost).toBeLessThanOrEqual(1_048_576);
    expect(log.end - log.start).toBeGreaterThan(3000);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
  });

  it('does not change what was read of it', () => {
    const log = new OutputLog();
    log.append('stdout', Buffer.from('ab'));
    const first = log.read(0, 10);
    log.append('stdout', Buffer.from('cd'));
    expect(Buffer.from(first?.data ?? []).toString()).toBe('ab');
    expect(Buffer.from(log.read(1, 10)?.data ?? []).toString()).toBe('bcd');
  });
});
