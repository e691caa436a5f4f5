import { describe, expect, it } from 'vitest';
import { createCapture } from '../../src/graph/exec/capture.ts';

const captured = (limit: number, ...pieces: readonly string[]) => {
  const capture = createCapture(limit);
  for (const piece of pieces) capture.add(Buffer.from(piece));
  const { bytes, truncated } = capture.result();
  return { text: bytes.toString(), truncated };
};

describe('the first bytes of an output', () => {
  it.each([
    [5, ['hello'], 'hello', false],
    [5, ['he', '', 'llo'], 'hello', false],
    [4, ['hello'], 'hell', true],
    [4, ['hell', 'o'], 'hell', true],
    [4, ['h', 'ello', 'again'], 'hell', true],
    [0, ['x'], '', true],
    [0, [''], '', false],
    [9, [], '', false],
  ])('are kept up to %i: %j', (limit, pieces, text, truncated) => {
    expect(captured(limit, ...pieces)).toEqual({ text, truncated });
  });

  it('are a copy, as what was read may be written over', () => {
    const capture = createCapture(8);
    const piece = Buffer.from('safe');
    capture.add(piece);
    piece.fill('x');
    expect(capture.result().bytes.toString()).toBe('safe');
  });

  it('take memory for what was kept, not for the limit nor for what was dropped', () => {
    const capture = createCapture(16_777_216);
    for (let i = 0; i < 100; i++) capture.add(Buffer.from('0123456789'));
    const { bytes } = capture.result();
    expect(bytes.length).toBe(1000);
    expect(bytes.buffer.byteLength).toBeLessThanOrEqual(8192);
  });
});
