import protobuf from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import { decodeTrace, momentOf } from '../../src/engine/build/trace.ts';

type Write = (writer: protobuf.Writer) => void;

const delimited = 2;
const tag = (number: number, wire: number) => (number << 3) | wire;
const written = (write: Write): Uint8Array => {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
};
const inside = (writer: protobuf.Writer, number: number, write: Write) =>
  writer.uint32(tag(number, delimited)).bytes(written(write));
const base64 = (write: Write) => Buffer.from(written(write)).toString('base64');
const text = (writer: protobuf.Writer, number: number, value: string) =>
  writer.uint32(tag(number, delimited)).string(value);
const number = (writer: protobuf.Writer, field: number, value: number) =>
  writer.uint32(tag(field, 0)).int64(value);
const time = (writer: protobuf.Writer, field: number, seconds: number, nanos: number) =>
  inside(writer, field, (inner) => {
    number(inner, 1, seconds);
    number(inner, 2, nanos);
  });

describe('a trace of BuildKit', () => {
  it('has its steps with their times, their errors, and whether they were cached', () => {
    const trace = decodeTrace(
      base64((writer) => {
        inside(writer, 1, (vertex) => {
          text(vertex, 1, 'sha256:a');
          text(vertex, 2, 'sha256:b');
          text(vertex, 2, 'sha256:c');
          text(vertex, 3, '[2/3] RUN täst');
          number(vertex, 4, 1);
          time(vertex, 5, 1_795_208_198, 5);
          time(vertex, 6, 1_795_208_199, 999_999_999);
          text(vertex, 7, 'it broke');
        });
        inside(writer, 1, (vertex) => text(vertex, 1, 'sha256:b'));
      }),
    );
    const [first, second] = trace.vertexes;
    expect(first).toMatchObject({
      digest: 'sha256:a',
      inputs: ['sha256:b', 'sha256:c'],
      name: '[2/3] RUN täst',
      cached: true,
      error: 'it broke',
    });
    expect(momentOf(first?.started ?? null)).toBe('2026-11-20T20:56:38.000000005Z');
    expect(momentOf(first?.completed ?? null)).toBe('2026-11-20T20:56:39.999999999Z');
    expect(second).toMatchObject({ digest: 'sha256:b', inputs: [], cached: false, started: null, error: '' });
  });

  it('has output as the bytes that were written, and counters beyond 32 bits', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const trace = decodeTrace(
      base64((writer) => {
        inside(writer, 3, (log) => {
          text(log, 1, 'sha256:a');
          number(log, 3, 2);
          log.uint32(tag(4, delimited)).bytes(bytes);
        });
        inside(writer, 2, (status) => {
          text(status, 1, 'sha256:layer');
          number(status, 4, 2 ** 40 + 1);
          number(status, 5, -1);
        });
      }),
    );
    expect(trace.logs[0]).toMatchObject({ vertex: 'sha256:a', stream: 2 });
    expect(Buffer.from(trace.logs[0]?.data ?? [])).toEqual(Buffer.from(bytes));
    expect(trace.statuses[0]).toMatchObject({ id: 'sha256:layer', current: 2 ** 40 + 1, total: -1 });
  });

  it('has warnings with where they belong', () => {
    const trace = decodeTrace(
      base64((writer) =>
        inside(writer, 4, (warning) => {
          text(warning, 3, 'Old: do not');
          text(warning, 4, 'because');
          text(warning, 5, 'https://docs.example/old');
          inside(warning, 6, (info) => text(info, 1, 'Dockerfile'));
          inside(warning, 7, (range) => inside(range, 1, (start) => number(start, 1, 3)));
        }),
      ),
    );
    expect(trace.warnings).toMatchObject([
      {
        short: 'Old: do not',
        detail: ['because'],
        url: 'https://docs.example/old',
        source: { filename: 'Dockerfile' },
        ranges: [{ start: { line: 3 } }],
      },
    ]);
  });

  it('may have fields of tomorrow, and fields written in another way', () => {
    const trace = decodeTrace(
      base64((writer) => {
        writer.uint32(tag(99, 5)).fixed32(7);
        writer.uint32(tag(98, 1)).fixed64(7);
        writer.uint32(tag(1, 0)).uint32(7);
        inside(writer, 97, (inner) => text(inner, 1, 'x'));
        inside(writer, 1, (vertex) => {
          number(vertex, 3, 5);
          text(vertex, 1, 'sha256:a');
        });
      }),
    );
    expect(trace.vertexes).toMatchObject([{ digest: 'sha256:a', name: '' }]);
  });

  it.each([
    ['a length beyond its end', [0x0a, 0x7f, 0x01]],
    ['a number that does not end', [0x80, 0x80]],
    ['a field of no known kind', [0x0f]],
    ['a message inside that is cut', [0x0a, 0x02, 0x0a, 0x05]],
  ])('with %s is refused', (_title, bytes) => {
    expect(() => decodeTrace(Buffer.from(bytes).toString('base64'))).toThrow();
  });

  it('that is empty says nothing', () => {
    expect(decodeTrace('')).toEqual({ vertexes: [], statuses: [], logs: [], warnings: [] });
  });

  it('names no moment that no calendar has', () => {
    expect(momentOf(null)).toBeNull();
    expect(momentOf({ seconds: -62_135_596_800, nanos: 0 })).toBeNull();
    expect(momentOf({ seconds: 2 ** 60, nanos: 0 })).toBeNull();
  });
});
