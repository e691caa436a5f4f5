import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../src/server/body.ts';
import { Refusal, refuse } from '../../src/server/refusal.ts';
import { startGateway } from './stub.ts';

describe('a body that trickles in', () => {
  it('is refused with 408 when its time is up, and the connection is closed', async () => {
    const server = createServer((request, response) => {
      readBody(request, response, 1000, 50).catch((error: unknown) => {
        if (error instanceof Refusal) refuse(response, error);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) text += chunk;
    server.close();

    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(text).toContain('did not arrive');
    expect(text.toLowerCase()).toContain('connection: close');
  });
});

describe('a head that trickles in', () => {
  it('is cut off within some ten seconds, and others are served meanwhile', async () => {
    await using gateway = await startGateway();
    const begun = performance.now();
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('POST /graphql HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => socket.write('X: y\r\n'), 500);
    const ended = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.once('error', () => resolve(text));
      socket.once('close', () => resolve(text));
    });
    expect((await gateway.ask('{ hello }')).status).toBe(200);
    const text = await ended;
    clearInterval(drip);

    expect(text).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
    expect(performance.now() - begun).toBeLessThan(14_000);
  });
});
