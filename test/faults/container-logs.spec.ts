import { afterEach, describe, expect, it } from 'vitest';
import { allLogs, readLogs, type SeenLine } from '../live/support/log-reader.ts';
import { frame, id, multiplexed } from '../logs/fake-log.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const line = (second: number, text: string, type = 1) =>
  frame(type, `2026-11-20T17:30:0${second}.000000000Z ${text}\n`);

async function behind(
  logs: FakeHandler,
  terminal = false,
): Promise<{ engine: FakeEngine; gateway: RunningGateway }> {
  const engine = await startFakeEngine({
    handlers: {
      'GET /containers/{id}/json': () => ({ Id: id, Name: '/x', Config: { Tty: terminal } }),
      'GET /containers/{id}/logs': logs,
    },
  });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

async function* chunks(...given: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* given;
}

/** The texts that came, and the error that ended it. */
async function outcome(gateway: RunningGateway): Promise<{ texts: string[]; error: string }> {
  const reader = readLogs(gateway.url, 'refs: ["x"]');
  const lines: SeenLine[] = [];
  try {
    for (;;) {
      const next = await reader.next();
      if (!next) return { texts: lines.map(({ text }) => text), error: '' };
      lines.push(next);
    }
  } catch (error) {
    return { texts: lines.map(({ text }) => text), error: error instanceof Error ? error.message : '' };
  } finally {
    await reader.leave();
  }
}

describe('a log that breaks off', () => {
  it('goes on behind the lines before it, when the connection is cut', async () => {
    const asked: (string | null)[] = [];
    const { gateway } = await behind(({ query }, { response, cut }) => {
      asked.push(query.get('since'));
      response.writeHead(200, { 'content-type': multiplexed });
      if (asked.length > 1) response.end(Buffer.concat([line(1, 'one'), line(2, 'two'), line(3, 'three')]));
      // In the middle of a frame, and of a line.
      else
        response.write(Buffer.concat([line(1, 'one'), line(2, 'two').subarray(0, 30)]), () =>
          setImmediate(cut),
        );
    });
    expect(await outcome(gateway)).toEqual({ texts: ['one', 'two', 'three'], error: '' });
    expect(asked.slice(0, 2)).toEqual([
      null,
      String(Date.parse('2026-11-20T17:30:00Z') / 1000).concat('.000000000'),
    ]);
  });

  it('ends with what the Engine reports in its middle', async () => {
    const { gateway } = await behind((_request, { stream }) =>
      stream(chunks(line(1, 'one'), frame(3, 'Error grabbing logs: EOF')), multiplexed),
    );
    expect(await outcome(gateway)).toEqual({
      texts: ['one'],
      error: 'ENGINE_ERROR: Error grabbing logs: EOF',
    });
  });

  it('ends with an error for a frame that nobody could hold', async () => {
    const huge = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    const { gateway } = await behind((_request, { stream }) =>
      stream(chunks(line(1, 'one'), huge), multiplexed),
    );
    const { texts, error } = await outcome(gateway);
    expect(texts).toEqual(['one']);
    expect(error).toMatch(/^ENGINE_PROTOCOL: .*frame of 4294967295 bytes/);
  });

  it.each([
    ['a frame of an unknown kind', Buffer.from([7, 0, 0, 0, 0, 0, 0, 1, 0x78])],
    ['an end in the middle of a header', Buffer.from([1, 0, 0])],
    ['an end in the middle of a frame', line(2, 'two').subarray(0, 20)],
  ])('ends with an error for %s, after the lines before it', async (_, bytes) => {
    const { gateway } = await behind((_request, { stream }) =>
      stream(chunks(line(1, 'one'), bytes), multiplexed),
    );
    const { texts, error } = await outcome(gateway);
    expect(texts).toEqual(['one']);
    expect(error).toMatch(/^ENGINE_PROTOCOL: /);
  });

  it('is exact in base64 for bytes that are no UTF-8', async () => {
    const noise = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).filter((byte) => byte !== 10);
    const bytes = Buffer.concat([Buffer.from('2026-11-20T17:30:01.000000000Z '), noise, Buffer.from('\n')]);
    const { gateway } = await behind((_request, { stream }) => stream(chunks(frame(1, bytes)), multiplexed));
    const [only] = await allLogs(gateway.url, 'refs: ["x"]');
    expect(Buffer.from(only?.base64 ?? '', 'base64').equals(noise)).toBe(true);
    expect(only?.text).toContain('\ufffd');
  });
});

describe('a line without an end', () => {
  it('comes in pieces of a mebibyte, all but the last marked, and never as a whole', async () => {
    const piece = frame(1, `2026-11-20T17:30:01.000000000Z ${'x'.repeat(16_384)}`);
    const { gateway } = await behind((_request, { stream }) =>
      stream(chunks(...Array.from({ length: 512 }, () => piece), line(2, 'y')), multiplexed),
    );
    const lines = await allLogs(gateway.url, 'refs: ["x"]');
    expect(lines.map(({ text, partial }) => [text.length, partial])).toEqual([
      ...Array.from({ length: 8 }, () => [1_048_576, true]),
      [1, false],
    ]);
  });
});

describe('lines that are cut by the network', () => {
  it('are whole, however the bytes come, in the middle of a character and of a header too', async () => {
    const bytes = Buffer.concat([line(1, 'é 𝄞'), line(2, 'zwei', 2), line(3, '')]);
    const { gateway } = await behind((_request, { stream }) =>
      stream(chunks(...Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1))), multiplexed),
    );
    const lines = await allLogs(gateway.url, 'refs: ["x"]');
    expect(lines.map(({ stream, text }) => [stream, text])).toEqual([
      ['STDOUT', 'é 𝄞'],
      ['STDERR', 'zwei'],
      ['STDOUT', ''],
    ]);
  });

  it('of a terminal are text, also where they look like a frame', async () => {
    const bytes = Buffer.from('2026-11-20T17:30:01.000000000Z \u0001\0\0\0\0\0\0\u0002hi\r\n');
    const { gateway } = await behind(
      (_request, { stream }) => stream(chunks(bytes), 'application/vnd.docker.raw-stream'),
      true,
    );
    const lines = await allLogs(gateway.url, 'refs: ["x"]');
    expect(lines.map(({ text }) => text)).toEqual(['\u0001\0\0\0\0\0\0\u0002hi']);
  });
});
