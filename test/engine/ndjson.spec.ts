import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndjson } from '../../src/engine/streams/ndjson.ts';
import { StreamError } from '../../src/engine/streams/stream-error.ts';
import { chunksOf, cutAt, cutsOf, drain } from './chunks.ts';

const bytesOf = (text: string) => Buffer.from(text, 'utf8');
const split = (text: string, options?: { readonly maxLineBytes?: number }) =>
  drain(ndjson(chunksOf([bytesOf(text)]), options));

describe('lines of JSON', () => {
  it('come out one by one, without their line ends', async () => {
    expect(await split('{"a":1}\n{"b":2}\r\n{"c":3}\n')).toEqual({
      items: ['{"a":1}', '{"b":2}', '{"c":3}'],
    });
  });

  it('need no line end at the very end', async () => {
    expect(await split('{"a":1}\n{"b":')).toEqual({ items: ['{"a":1}', '{"b":'] });
  });

  it('leave out empty ones', async () => {
    expect(await split('\n\r\n{"a":1}\n\n  \n')).toEqual({ items: ['{"a":1}'] });
  });

  it('lose the record separators of application/json-seq', async () => {
    expect(await split('\u001e{"a":1}\n\u001e{"b":2}\n')).toEqual({ items: ['{"a":1}', '{"b":2}'] });
  });

  it('are none for an empty stream', async () => {
    expect(await drain(ndjson(chunksOf([])))).toEqual({ items: [] });
  });

  it('are the same wherever a stream is cut in two', async () => {
    const bytes = bytesOf('\u001e{"name":"wéb 🐳"}\r\n{"b":"\\n"}\n\n{"漢":"字"}\r\n{"last":true}');
    const whole = ['{"name":"wéb 🐳"}', '{"b":"\\n"}', '{"漢":"字"}', '{"last":true}'];
    for (let place = 0; place <= bytes.length; place++) {
      expect(await drain(ndjson(chunksOf(cutAt(bytes, [place]))))).toEqual({ items: whole });
    }
  });

  it('are the same however a stream is cut', async () => {
    const value = fc.json({ stringUnit: 'binary', maxDepth: 2 });
    const stream = fc.array(fc.tuple(value, fc.constantFrom('\n', '\r\n')), { maxLength: 4 });
    const cut = stream.chain((pairs) => {
      const texts = pairs.map(([text]) => text);
      const bytes = bytesOf(pairs.flat().join(''));
      // Lone surrogates do not survive UTF-8, and are no concern of the framing.
      const whole = texts.map((text) => bytesOf(text).toString('utf8'));
      return cutsOf(bytes).map((chunks) => ({ chunks, whole }));
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ chunks, whole }) => {
        expect(await drain(ndjson(chunksOf(chunks)))).toEqual({ items: whole });
      }),
    );
  });
});

describe('a line above the bound', () => {
  it('ends the stream, after the lines before it', async () => {
    const { items, error } = await split(`{"a":1}\n"${'x'.repeat(100)}"\n{"b":2}\n`, { maxLineBytes: 50 });
    expect(items).toEqual(['{"a":1}']);
    expect(error).toBeInstanceOf(StreamError);
    expect(error).toMatchObject({
      kind: 'too_large',
      message: 'The Engine sent a line of more than 50 bytes.',
    });
  });

  it('is about each line by itself', async () => {
    expect((await split('{"a":1}\n'.repeat(100), { maxLineBytes: 10 })).items.length).toBe(100);
  });

  it('ends it as soon as the bound is crossed, not when the line ends', async () => {
    let sent = 0;
    async function* endless() {
      for (;;) {
        sent++;
        yield bytesOf('x'.repeat(1000));
      }
    }
    const { error } = await drain(ndjson(endless(), { maxLineBytes: 10_000 }));
    expect(error).toMatchObject({ kind: 'too_large' });
    expect(sent).toBe(11);
  });

  it('is one above a mebibyte when nobody says otherwise', async () => {
    expect((await split(`"${'x'.repeat(1_048_574)}"\n`)).items.length).toBe(1);
    expect((await split(`"${'x'.repeat(1_048_575)}"\n`)).error).toMatchObject({ kind: 'too_large' });
  });
});

describe('a reader that leaves', () => {
  it('ends the source', async () => {
    let ended = false;
    async function* source() {
      try {
        for (;;) yield bytesOf('{}\n{}\n');
      } finally {
        ended = true;
      }
    }
    for await (const text of ndjson(source())) {
      expect(text).toBe('{}');
      break;
    }
    expect(ended).toBe(true);
  });
});

describe('a source that fails', () => {
  it('passes its error on, after the whole lines', async () => {
    const failure = new Error('other side closed');
    async function* source() {
      yield bytesOf('{"a":1}\n{"b"');
      throw failure;
    }
    expect(await drain(ndjson(source()))).toEqual({ items: ['{"a":1}'], error: failure });
  });
});

describe('a long stream in tiny chunks', () => {
  it('takes time in proportion to its length', async () => {
    const line = bytesOf(`"${'x'.repeat(200_000)}"\n`);
    const chunks = Array.from({ length: line.length }, (_, index) => line.subarray(index, index + 1));
    expect((await drain(ndjson(chunksOf(chunks)))).items.map((text) => text.length)).toEqual([200_002]);
  });
});
