import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, frames, rawFrames } from '../../src/engine/streams/frames.ts';
import { StreamError } from '../../src/engine/streams/stream-error.ts';
import { chunksOf, cutAt, cutsOf, drain } from './chunks.ts';

function frame(type: number, payload: string | Uint8Array): Buffer {
  const data = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}
const header = (type: number, size: number) => {
  const bytes = frame(type, '');
  bytes.writeUInt32BE(size, 4);
  return bytes;
};
const read = async (chunks: readonly Uint8Array[], options?: { readonly maxFrameBytes?: number }) => {
  const { items, error } = await drain(frames(chunksOf(chunks), options));
  return { texts: items.map(({ stream, data }) => `${stream} ${Buffer.from(data).toString('utf8')}`), error };
};

describe('a multiplexed stream', () => {
  it('gives its frames, those of stdin as stdout', async () => {
    const bytes = Buffer.concat([frame(1, 'out\n'), frame(2, 'err\n'), frame(0, 'in\n')]);
    expect(await read([bytes])).toEqual({ texts: ['stdout out\n', 'stderr err\n', 'stdout in\n'] });
  });

  it('leaves out empty frames', async () => {
    expect(await read([Buffer.concat([frame(1, ''), frame(2, 'x')])])).toEqual({ texts: ['stderr x'] });
  });

  it('gives no frames for no bytes', async () => {
    expect(await read([])).toEqual({ texts: [] });
  });

  it('gives the same frames wherever it is cut in two', async () => {
    const bytes = Buffer.concat([
      frame(1, 'wéb'),
      frame(2, ''),
      frame(2, '🐳\n'),
      frame(1, '\u0001\0\0\0\0\0\0\u0005'),
    ]);
    const whole = await read([bytes]);
    expect(whole.texts.length).toBe(3);
    for (let place = 0; place <= bytes.length; place++)
      expect(await read(cutAt(bytes, [place]))).toEqual(whole);
  });

  it('gives the same frames however it is cut, byte for byte', async () => {
    const one = fc.record({
      stream: fc.constantFrom<Frame['stream']>('stdout', 'stderr'),
      data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    });
    const cut = fc.array(one, { maxLength: 6 }).chain((whole) => {
      const bytes = Buffer.concat(whole.map(({ stream, data }) => frame(stream === 'stdout' ? 1 : 2, data)));
      return cutsOf(bytes).map((chunks) => ({ whole, chunks }));
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ whole, chunks }) => {
        const { items } = await drain(frames(chunksOf(chunks)));
        expect(items.map(({ stream, data }) => ({ stream, data: Uint8Array.from(data) }))).toEqual(whole);
      }),
    );
  });

  it('takes time in proportion to its length, in tiny chunks and with tiny frames', async () => {
    const big = frame(1, 'x'.repeat(300_000));
    const many = Buffer.concat(Array.from({ length: 50_000 }, () => frame(2, 'y')));
    const bytes = Array.from(big, (_, index) => big.subarray(index, index + 1));
    expect((await drain(frames(chunksOf(bytes)))).items.map(({ data }) => data.length)).toEqual([300_000]);
    expect((await drain(frames(chunksOf([many])))).items.length).toBe(50_000);
  });
});

describe('a stream that goes wrong', () => {
  const good = frame(1, 'kept');

  it('throws what the daemon reports in it, in the words of the daemon', async () => {
    const bytes = Buffer.concat([good, frame(3, 'Error grabbing logs: EOF\n'), frame(1, 'never')]);
    const { texts, error } = await read([bytes]);
    expect(texts).toEqual(['stdout kept']);
    expect(error).toBeInstanceOf(StreamError);
    expect(error).toMatchObject({ kind: 'response', message: 'Error grabbing logs: EOF' });
  });

  it('says so when the daemon reports nothing', async () => {
    expect((await read([frame(3, '')])).error).toMatchObject({
      kind: 'response',
      message: expect.stringMatching(/without saying which/),
    });
  });

  it.each([
    ['an unknown type', header(7, 4)],
    ['bytes that are not zero after the type', Buffer.from('\u0001hello, terminal')],
    ['plain text', Buffer.from('total 24\r\n')],
  ])('is refused for %s, and the frames before are kept', async (_, bytes) => {
    const { texts, error } = await read([Buffer.concat([good, bytes])]);
    expect(texts).toEqual(['stdout kept']);
    expect(error).toMatchObject({ kind: 'protocol' });
  });

  it('is refused for a frame of 4 GiB before any of it has come', async () => {
    const { texts, error } = await read([Buffer.concat([good, header(1, 0xffff_ffff)])]);
    expect(texts).toEqual(['stdout kept']);
    expect(error).toMatchObject({ kind: 'too_large', message: expect.stringMatching(/4294967295 bytes/) });
  });

  it('has the bound it is given', async () => {
    expect((await read([frame(1, 'x'.repeat(10))], { maxFrameBytes: 10 })).error).toBeUndefined();
    expect((await read([frame(1, 'x'.repeat(11))], { maxFrameBytes: 10 })).error).toMatchObject({
      kind: 'too_large',
    });
  });

  it('is refused when it ends anywhere inside a frame', async () => {
    const last = frame(2, 'half');
    for (let length = 1; length < last.length; length++) {
      const { texts, error } = await read([good, last.subarray(0, length)]);
      expect(texts).toEqual(['stdout kept']);
      expect(error).toMatchObject({
        kind: 'protocol',
        message: expect.stringMatching(/in the middle of a frame/),
      });
    }
  });
});

describe('the output of a terminal', () => {
  it('is stdout as it comes, even if it looks like frames', async () => {
    const forged = header(1, 0xffff_ffff);
    const { items } = await drain(rawFrames(chunksOf([Buffer.from('a'), Buffer.alloc(0), forged])));
    expect(items).toEqual([
      { stream: 'stdout', data: Buffer.from('a') },
      { stream: 'stdout', data: forged },
    ]);
  });
});
