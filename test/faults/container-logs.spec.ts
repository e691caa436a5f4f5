import { afterEach, describe, expect, it } from 'vitest';
import { allLogs, readLogs, type SeenLine } from '../live/support/log-reader.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

const id = 'a'.repeat(64);
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

function frame(type: number, text: string): Buffer {
  const header = Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}
const line = (second: number, text: string, type = 1) =>
  frame(type, `2026-11-20T17:30:0${second}.000000000Z ${text}\n`);

const multiplexed = 'application/vnd.docker.multiplexed-stream';

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
  it('ends with an error after the lines before it, when the connection is cut', async () => {
    const { gateway } = await behind((_request, { response, cut }) => {
      response.writeHead(200, { 'content-type': multiplexed });
      response.write(Buffer.concat([line(1, 'one'), line(2, 'two')]), () => setImmediate(cut));
    });
    const { texts, error } = await outcome(gateway);
    expect(texts).toEqual(['one', 'two']);
    expect(error).toMatch(/^ENGINE_PROTOCOL: /);
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
