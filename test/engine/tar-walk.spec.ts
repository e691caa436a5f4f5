import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamError } from '../../src/engine/streams/stream-error.ts';
import { archiveLength, archiveOf, type TarFile } from '../../src/engine/streams/tar-file.ts';
import { type TarVisitor, TarWalk } from '../../src/engine/streams/tar-walk.ts';
import { tar } from '../support/tar.ts';

const plain = tar([
  { path: 'dir/', directory: true },
  { path: 'dir/a', content: 'a'.repeat(700) },
  { path: 'dir/link', linkTo: 'a' },
  { path: 'zeros', content: Buffer.alloc(4096) },
  { path: 'empty', content: '' },
  { path: 'full', content: 'x'.repeat(512) },
]);

/** How a walk over these chunks ends: undefined for well. */
function ending(chunks: readonly Uint8Array[], visitor?: TarVisitor): StreamError | undefined {
  const walk = new TarWalk(visitor);
  for (const chunk of chunks) walk.add(chunk);
  try {
    walk.end();
    return undefined;
  } catch (error) {
    if (error instanceof StreamError) return error;
    throw error;
  }
}

const file: TarFile = { name: 'f', size: 0, mode: 0o644, uid: 0, gid: 0, modified: 0 };

/** An archive of one file with as many bytes as `size` says, none of which exist. */
async function* sparse(size: number): AsyncGenerator<Uint8Array, void, undefined> {
  const chunk = Buffer.alloc(2 ** 26);
  for (let left = size; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
}

describe('a whole archive', () => {
  it('is found whole however it is cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: plain.length - 1 }), { maxLength: 40 }), (cuts) => {
        const bounds = [0, ...cuts.toSorted((a, b) => a - b), plain.length];
        const chunks = bounds.slice(1).map((end, index) => plain.subarray(bounds[index], end));
        expect(ending(chunks)).toBeUndefined();
      }),
    );
    expect(ending(Array.from(plain, (_byte, index) => plain.subarray(index, index + 1)))).toBeUndefined();
  });

  it('may have further empty blocks behind it, and nothing in it', () => {
    expect(ending([plain, Buffer.alloc(10_240)])).toBeUndefined();
    expect(ending([Buffer.alloc(1024)])).toBeUndefined();
  });

  it('gives the content of its files', () => {
    const sizes: number[] = [];
    const content: Buffer[] = [];
    const visitor = {
      begin: (size: number) => sizes.push(size),
      content: (bytes: Uint8Array) => content.push(Buffer.from(bytes)),
    };
    expect(ending([plain.subarray(0, 777), plain.subarray(777)], visitor)).toBeUndefined();
    expect(sizes).toEqual([700, 4096, 0, 512]);
    expect(Buffer.concat(content).toString('latin1')).toBe(
      `${'a'.repeat(700)}${'\0'.repeat(4096)}${'x'.repeat(512)}`,
    );
  });

  it('may hold a file of more than 8 GiB, whose size no plain header can', async () => {
    const huge = { ...file, size: 2 ** 33 + 1 };
    const walk = new TarWalk();
    let length = 0;
    for await (const chunk of archiveOf(huge, sparse(huge.size))) {
      walk.add(chunk);
      length += chunk.length;
    }
    expect(() => walk.end()).not.toThrow();
    expect(length).toBe(archiveLength(huge));
  });

  it('may say a size in binary', () => {
    const bytes = tar([{ path: 'a', content: 'abc' }]);
    bytes.fill(0, 124, 136);
    bytes[124] = 0x80;
    bytes[135] = 3;
    bytes.write('        ', 148);
    const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect(ending([bytes])).toBeUndefined();
  });
});

describe('an archive that is not whole', () => {
  it('is found out wherever it ends, also within zeros', () => {
    for (let length = 0; length < plain.length; length += 1) {
      const end = ending([plain.subarray(0, length)]);
      expect(end, `after ${length} bytes`).toMatchObject({ kind: 'protocol' });
    }
  });

  it.each([
    ['at its beginning', plain.subarray(0, 0)],
    ['between two members', plain.subarray(0, 512)],
    ['within content', plain.subarray(0, 1300)],
    ['behind its end', plain],
  ])('ends with the sentence of the Engine that stands %s', (_where, before) => {
    const lines = [
      '{"errorDetail":{"message":"no space left"},"error":"no space left"}\r\n',
      '{"message":"no space left"}\n',
    ];
    for (const line of lines) {
      expect(ending([before, Buffer.from(line)])).toMatchObject({
        kind: 'response',
        message: 'no space left',
      });
    }
  });

  it('is what is none at all', () => {
    expect(ending([Buffer.from('this is no archive'.repeat(1000))])).toMatchObject({ kind: 'protocol' });
  });
});

describe('a file as an archive', () => {
  const collect = async (of: TarFile, ...chunks: readonly string[]): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
      for (const chunk of chunks) yield Buffer.from(chunk);
    }
    for await (const part of archiveOf(of, body())) parts.push(part);
    return Buffer.concat(parts);
  };

  it('is as long as was said before, and whole', async () => {
    for (const size of [0, 1, 511, 512, 513]) {
      const of = { ...file, name: 'ü'.repeat(size + 1), uid: 3_000_000, size };
      const bytes = await collect(of, 'x'.repeat(size));
      expect(bytes.length).toBe(archiveLength(of));
      expect(ending([bytes])).toBeUndefined();
    }
  });

  it('breaks off where more or fewer bytes come than were said', async () => {
    await expect(collect({ ...file, size: 4 }, 'abc')).rejects.toThrow(RangeError);
    await expect(collect({ ...file, size: 4 }, 'abc', 'de')).rejects.toThrow(RangeError);
  });
});
