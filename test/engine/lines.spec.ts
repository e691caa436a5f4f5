import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/engine/streams/frames.ts';
import { bytesOf, LineSplitter, type LogLine } from '../../src/engine/streams/lines.ts';
import { cutAt, cutsOf, drain } from './chunks.ts';

type LinesOptions = ConstructorParameters<typeof LineSplitter>[0];
/** As a reader takes them: piece by piece, and what is held when the pieces end or break off. */
async function* lines(source: AsyncIterable<Frame>, options?: LinesOptions): AsyncGenerator<LogLine> {
  const splitter = new LineSplitter(options);
  let failure: { readonly error: unknown } | undefined;
  const take = (add: (found: LogLine[]) => void): LogLine[] => {
    const found: LogLine[] = [];
    add(found);
    return found;
  };
  try {
    for await (const { stream, data } of source) yield* take((found) => splitter.accept(stream, data, found));
  } catch (error) {
    failure = { error };
  }
  yield* take((found) => splitter.end(found));
  if (failure) throw failure.error;
}

type Piece = readonly [stream: Frame['stream'], data: string | Uint8Array];
async function* framesOf(pieces: Iterable<Piece>): AsyncGenerator<Frame> {
  for (const [stream, data] of pieces) yield { stream, data: Buffer.from(data) };
}
const read = async (pieces: readonly Piece[], options?: LinesOptions) => {
  const { items } = await drain(lines(framesOf(pieces), options));
  return items.map(({ stream, text, timestamp, cut }) => ({
    stream,
    text,
    truncated: cut === 'long',
    ...(timestamp !== undefined && { timestamp }),
  }));
};
const line = (text: string, more: object = {}) => ({ stream: 'stdout', text, truncated: false, ...more });

describe('lines of output', () => {
  it('lose their line ends', async () => {
    expect(await read([['stdout', 'a\nb\r\n\n']])).toEqual([line('a'), line('b'), line('')]);
  });

  it('need no line end at the very end', async () => {
    expect(await read([['stdout', 'a\nb']])).toEqual([line('a'), line('b')]);
  });

  it('are joined over frames, each stream by itself', async () => {
    const pieces: readonly Piece[] = [
      ['stdout', 'one '],
      ['stderr', 'oh '],
      ['stdout', 'line\n'],
      ['stderr', 'no\n'],
      ['stderr', 'rest'],
    ];
    expect(await read(pieces)).toEqual([
      line('one line'),
      line('oh no', { stream: 'stderr' }),
      line('rest', { stream: 'stderr' }),
    ]);
  });

  it('are the same wherever a character or a line end is cut in two', async () => {
    const bytes = Buffer.from('wéb 🐳\r\n漢字\nend');
    for (let place = 0; place <= bytes.length; place++) {
      const pieces = cutAt(bytes, [place]).map((data): Piece => ['stdout', data]);
      expect(await read(pieces)).toEqual([line('wéb 🐳'), line('漢字'), line('end')]);
    }
  });

  it('keep bytes that are no UTF-8 exactly, beside a readable text', async () => {
    const { items } = await drain(lines(framesOf([['stdout', Uint8Array.of(0x61, 0xff, 0x00, 0x62, 0x0a)]])));
    expect(items[0]?.text).toBe('a\ufffd\0b');
    expect(Buffer.from(items[0] ? bytesOf(items[0]) : []).toString('hex')).toBe('61ff0062');
  });

  it('keep a byte order mark', async () => {
    expect(await read([['stdout', '\ufeffa\n']])).toEqual([line('\ufeffa')]);
  });

  it('give out what was held when the source fails, and then its error', async () => {
    const failure = new Error('other side closed');
    async function* source(): AsyncGenerator<Frame> {
      yield* framesOf([['stdout', 'a\nhalf']]);
      throw failure;
    }
    const { items, error } = await drain(lines(source()));
    expect(items.map(({ text }) => text)).toEqual(['a', 'half']);
    expect(error).toBe(failure);
  });
});

describe('a long line', () => {
  it('comes in bounded items, all truncated but the last', async () => {
    const pieces: readonly Piece[] = [
      ['stdout', 'x'.repeat(100)],
      ['stdout', `${'y'.repeat(50)}\nnext\n`],
    ];
    expect(await read(pieces, { maxLineBytes: 64 })).toEqual([
      line('x'.repeat(64), { truncated: true }),
      line('x'.repeat(36) + 'y'.repeat(28), { truncated: true }),
      line('y'.repeat(22)),
      line('next'),
    ]);
  });

  it('is not truncated when it is as long as the bound', async () => {
    expect(await read([['stdout', `${'x'.repeat(64)}\n`]], { maxLineBytes: 64 })).toEqual([
      line('x'.repeat(64)),
    ]);
  });

  it('is never cut inside a character', async () => {
    for (const character of ['é', '漢', '🐳']) {
      for (let before = 0; before < 4; before++) {
        const text = 'a'.repeat(before) + character.repeat(60);
        const found = await read([['stdout', `${text}\n`]], { maxLineBytes: 64 });
        expect(found.map((item) => item.text).join('')).toBe(text);
        expect(found.length).toBeGreaterThan(1);
      }
    }
  });

  it('loses no byte, whatever the bytes and the frames', async () => {
    const cut = fc.uint8Array({ maxLength: 400 }).chain((bytes) => {
      const clean = bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d);
      return cutsOf(clean).map((chunks) => ({ clean, chunks }));
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ clean, chunks }) => {
        const pieces = chunks.map((data): Piece => ['stdout', data]);
        const { items } = await drain(lines(framesOf(pieces), { maxLineBytes: 64 }));
        expect(Uint8Array.from(Buffer.concat(items.map(bytesOf)))).toEqual(clean);
        expect(items.every(({ size }) => size <= 64)).toBe(true);
        expect(items.slice(0, -1).every(({ cut }) => cut === 'long')).toBe(true);
        expect(items.at(-1)?.cut).not.toBe('long');
      }),
    );
  });

  it('takes a mebibyte an item when nobody says otherwise', async () => {
    async function* flood(): AsyncGenerator<Frame> {
      for (let sent = 0; sent < 256; sent++) yield { stream: 'stdout', data: Buffer.alloc(16_384, 0x78) };
    }
    const { items } = await drain(lines(flood()));
    expect(items.map(({ size }) => size)).toEqual(Array(4).fill(1_048_576));
  });
});

describe('timestamps', () => {
  const time = '2026-01-02T03:04:05.678901234Z';
  const later = '2026-01-02T03:04:06.000000000Z';

  it('are left alone unless asked for', async () => {
    expect(await read([['stdout', `${time} a\n`]])).toEqual([line(`${time} a`)]);
  });

  it('are split off each frame, so that they do not end up inside a line of several', async () => {
    const pieces: readonly Piece[] = [
      ['stdout', `${time} first `],
      ['stdout', `${later} second\n`],
      ['stdout', `${later} third\n`],
      ['stdout', `${later} \n`],
    ];
    expect(await read(pieces, { timestamps: 'frame' })).toEqual([
      line('first second', { timestamp: time }),
      line('third', { timestamp: later }),
      line('', { timestamp: later }),
    ]);
  });

  it('are split off each line of a terminal, wherever it is cut', async () => {
    const bytes = Buffer.from(`${time} a\r\n${later} b\r\n`);
    for (let place = 0; place <= bytes.length; place++) {
      const pieces = cutAt(bytes, [place]).map((data): Piece => ['stdout', data]);
      expect(await read(pieces, { timestamps: 'line' })).toEqual([
        line('a', { timestamp: time }),
        line('b', { timestamp: later }),
      ]);
    }
  });

  it.each(['frame', 'line'] as const)('stay with every item of a long line (each %s)', async (timestamps) => {
    const found = await read([['stdout', `${time} ${'x'.repeat(200)}\n`]], { timestamps, maxLineBytes: 64 });
    expect(found.map((item) => item.text).join('')).toBe('x'.repeat(200));
    expect(found.map((item) => item.timestamp)).toEqual(Array(found.length).fill(time));
  });

  it.each(['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.5+02:00', '2026-01-02T03:04:05.678901234-11:30'])(
    'may be written as Podman does: %s',
    async (written) => {
      expect(await read([['stdout', `${written} a\n`]], { timestamps: 'frame' })).toEqual([
        line('a', { timestamp: written }),
      ]);
    },
  );

  it.each(['2026-01-02', '2026-01-02T03:04:05Zx', 'plain text', ''])(
    'are not made up from %j',
    async (text) => {
      expect(await read([['stdout', `${text}\n`]], { timestamps: 'frame' })).toEqual([line(text)]);
    },
  );

  it('are taken once: what a program prints after them is text', async () => {
    expect(await read([['stdout', `${time} ${later} a\n`]], { timestamps: 'frame' })).toEqual([
      line(`${later} a`, { timestamp: time }),
    ]);
  });
});

describe('a reader that leaves', () => {
  it('ends the source', async () => {
    let ended = false;
    async function* source(): AsyncGenerator<Frame> {
      try {
        for (;;) yield { stream: 'stdout', data: Buffer.from('a\nb\n') };
      } finally {
        ended = true;
      }
    }
    for await (const { text } of lines(source())) {
      expect(text).toBe('a');
      break;
    }
    expect(ended).toBe(true);
  });
});
