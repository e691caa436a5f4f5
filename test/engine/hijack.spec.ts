import { afterEach, describe, expect, it } from 'vitest';
import { createEngineClient, type EngineClient } from '../../src/engine/client.ts';
import { connect } from '../../src/engine/connect.ts';
import { resolveEndpoint } from '../../src/engine/endpoint.ts';
import type { EngineDuplex } from '../../src/engine/hijack.ts';
import { execs } from '../../src/engine/operations/exec.ts';
import { startFakeEngine } from '../support/fake-engine.ts';
import type { FakeReply, FakeRequest } from '../support/fake-protocol.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const head =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

/** A daemon that hands the connection over and then does this with it. */
async function daemon(handler: (reply: FakeReply, request: FakeRequest) => unknown): Promise<{
  client: EngineClient;
  /** Resolves when the connection is closed. */
  gone: Promise<void>;
  start(own?: AbortSignal): Promise<EngineDuplex>;
}> {
  let leave = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const engine = await startFakeEngine({
    handlers: {
      'POST /exec/{id}/start': (request, reply) => {
        void reply.clientGone.then(leave);
        handler(reply, request);
        return undefined;
      },
    },
  });
  const endpoint = resolveEndpoint({ configDir: '/nowhere', dockerHost: engine.host });
  const client = createEngineClient({ name: 'fake', endpoint, connection: connect(endpoint) });
  opened.push(client, engine);
  const start = (own?: AbortSignal) => client.hijack(execs.start, { id: 'e1', body: { Tty: true } }, { own });
  return { client, gone, start };
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

describe('a connection that was handed over', () => {
  it('carries bytes both ways, and the end of the input leaves the output open', async () => {
    let asked: FakeRequest | undefined;
    const { start } = await daemon(({ raw, socket }, request) => {
      asked = request;
      raw(`${head}early `);
      const got: Buffer[] = [];
      socket.resume().on('data', (chunk: Buffer) => got.push(chunk));
      socket.on('end', () => socket.end(Buffer.concat([...got, Buffer.from(' late')])));
    });
    const { body, input, contentType } = await start();
    input.write(Buffer.from([0, 255, 128]));
    input.end('x');
    expect(await textOf(body)).toBe('early \u0000\u00ff\u0080x late');
    expect(contentType).toBe('application/vnd.docker.raw-stream');
    expect(asked?.headers).toMatchObject({ connection: 'upgrade', upgrade: 'tcp' });
    expect(asked?.body.toString()).toBe('{"Tty":true}');
  });

  it('gives everything to the end that the daemon makes, with most of the input unread', async () => {
    const output = 'o'.repeat(100_000);
    const { start } = await daemon(({ raw, socket }) => {
      raw(head);
      socket.end(output);
    });
    const { body, input } = await start();
    input.end(Buffer.alloc(8_000_000));
    expect((await textOf(body)) === output).toBe(true);
    expect(input.destroyed).toBe(true);
  });

  it('does not take a connection that broke for the end', async () => {
    const { start } = await daemon(({ raw, socket }) => {
      raw(`${head}some`);
      socket.once('readable', () => socket.destroy());
    });
    const { body, input } = await start();
    expect(Buffer.from((await body.next()).value ?? []).toString()).toBe('some');
    input.end(Buffer.alloc(8_000_000));
    await expect(textOf(body)).rejects.toMatchObject({ name: 'EngineError', kind: 'protocol' });
  });

  it('is closed at once when it is left, also by a reader who waits', async () => {
    const { start, gone } = await daemon(({ raw, socket }) => {
      raw(head);
      socket.resume().on('end', () => socket.destroy());
    });
    const { body } = await start();
    const waiting = body.next();
    await body.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await gone;
  });

  it('is closed when its owner aborts it, which is no end of the output', async () => {
    const { start, gone } = await daemon(({ raw, socket }) => {
      raw(`${head}some`);
      socket.resume().on('end', () => socket.destroy());
    });
    const owner = new AbortController();
    const { body } = await start(owner.signal);
    expect(Buffer.from((await body.next()).value ?? []).toString()).toBe('some');
    const waiting = body.next();
    owner.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'EngineError', kind: 'cancelled' });
    await gone;
  });

  it('is closed with its client', async () => {
    const { client, start, gone } = await daemon(({ raw, socket }) => {
      raw(head);
      socket.resume().on('end', () => socket.destroy());
    });
    const { body, input } = await start();
    const waiting = expect(body.next()).rejects.toMatchObject({ name: 'EngineError', kind: 'cancelled' });
    await client.close();
    await waiting;
    expect(input.destroyed).toBe(true);
    await gone;
  });

  it('holds up a daemon that writes faster than anybody reads', async () => {
    const total = 64 * 1024 * 1024;
    let written = 0;
    let stall = (): void => undefined;
    const stalled = new Promise<void>((resolve) => {
      stall = resolve;
    });
    const { start } = await daemon(({ raw, socket }) => {
      raw(head);
      const chunk = Buffer.alloc(65_536, 'x');
      const more = (): void => {
        while (written < total) {
          written += chunk.length;
          if (!socket.write(chunk)) {
            stall();
            socket.once('drain', more);
            return;
          }
        }
        socket.end();
      };
      more();
    });
    const { body } = await start();
    await body.next();
    await stalled;
    expect(written).toBeLessThan(16 * 1024 * 1024);
    let read = 65_536;
    for await (const chunk of body) read += chunk.length;
    expect(read).toBeGreaterThanOrEqual(total - 65_536);
  });
});

describe('a connection that is not handed over', () => {
  it('is an error that says what it may be', async () => {
    const { start } = await daemon(({ fail }) => fail(409, 'Container e1 is paused'));
    await expect(start()).rejects.toMatchObject({
      name: 'EngineError',
      kind: 'protocol',
      route: 'POST /exec/{id}/start',
      message: expect.stringMatching(/did not hand over the connection/),
    });
  });

  it('is not asked for by whoever has gone already', async () => {
    const { start } = await daemon(({ raw }) => raw(head));
    await expect(start(AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
