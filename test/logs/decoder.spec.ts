import { describe, expect, it } from 'vitest';
import { LogDecoder } from '../../src/logs/decoder.ts';
import type { Entry } from '../../src/logs/position.ts';
import { frame } from './fake-log.ts';

describe('a line of a gibibyte', () => {
  it('comes in pieces of at most a mebibyte, which say that it goes on, in constant memory', () => {
    const decoder = new LogDecoder(false);
    const piece = frame(1, `2026-11-20T17:30:01.000000000Z ${'x'.repeat(16_384)}`);
    const pieces = 1024 ** 3 / 16_384;
    let bytes = 0;
    let most = 0;
    const before = process.memoryUsage.rss();
    let rss = before;
    for (let sent = 0; sent < pieces; sent++) {
      const entries: Entry[] = [];
      decoder.push(piece, entries);
      for (const { line } of entries) {
        bytes += line.size;
        most = Math.max(most, line.size);
        expect(line.cut).toBe('long');
      }
      if (sent % 1024 === 0) rss = Math.max(rss, process.memoryUsage.rss());
    }
    const rest: Entry[] = [];
    decoder.push(frame(1, '2026-11-20T17:30:02.000000000Z end\n'), rest);
    expect(rest.map(({ line }) => [line.size, line.cut])).toEqual([
      [1_048_576, 'long'],
      [3, undefined],
    ]);
    expect(bytes).toBe(1024 ** 3 - 1_048_576);
    expect(most).toBe(1_048_576);
    expect(rss - before).toBeLessThan(150 * 1024 ** 2);
  });
});
