import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, type FakeEngineOptions, startFakeEngine } from './fake-engine.ts';
import { rest } from './rest.ts';

let fake: FakeEngine;
afterEach(() => fake.close());
const start = async (options?: FakeEngineOptions): Promise<FakeEngine> => {
  fake = await startFakeEngine(options);
  return fake;
};

describe('a fake daemon', () => {
  it('says the API version that it was given', async () => {
    const { socketPath } = await start({ apiVersion: '1.44' });
    const ping = await rest(socketPath, 'GET', '/_ping');
    expect([ping.status, ping.text(), ping.headers['api-version']]).toEqual([200, 'OK', '1.44']);
    expect((await rest(socketPath, 'GET', '/version')).json()).toMatchObject({ ApiVersion: '1.44' });
  });

  it('finds handlers by the Engine’s own route strings, version and query left out', async () => {
    const { socketPath, requests } = await start({
      handlers: {
        'GET /containers/{id}/json': ({ params }) => params,
        'GET /containers/json': () => [],
        'GET /images/{name}/json': ({ params }) => params,
      },
    });
    const read = async (path: string): Promise<unknown> => (await rest(socketPath, 'GET', path)).json();
    expect(await read('/v1.41/containers/a%2Fb/json?size=1')).toEqual({ id: 'a%2Fb' });
    expect(await read('/containers/json')).toEqual([]);
    expect(await read('/v1.41/images/registry:5000/a/b/json')).toEqual({ name: 'registry:5000/a/b' });
    expect(requests[0]).toMatchObject({ apiVersion: '1.41', path: '/containers/a%2Fb/json' });
    expect(requests[0]?.query.get('size')).toBe('1');
  });

  it('answers unknown paths and failing handlers in the Engine’s manner', async () => {
    const { socketPath } = await start({
      handlers: {
        'GET /info': () => {
          throw new Error('boom');
        },
      },
    });
    const unknown = await rest(socketPath, 'GET', '/v1.45/nothing');
    expect([unknown.status, unknown.text()]).toEqual([404, '{"message":"page not found"}\n']);
    const failed = await rest(socketPath, 'GET', '/v1.45/info');
    expect([failed.status, failed.text()]).toEqual([500, '{"message":"boom"}\n']);
  });

  it('sends raw bytes and cuts connections', async () => {
    const { socketPath } = await start({
      handlers: {
        'GET /info': (_, reply) => {
          reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"Id":');
          reply.socket.end();
        },
        'GET /events': (_, reply) => reply.cut(),
      },
    });
    await expect(rest(socketPath, 'GET', '/info')).rejects.toThrow('aborted');
    await expect(rest(socketPath, 'GET', '/events')).rejects.toThrow('socket hang up');
  });

  it('streams as long as the client listens, and no longer', async () => {
    let returned = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      returned = resolve;
    });
    const endless: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => {
        let count = 0;
        return {
          next: () => (count++ === 0 ? Promise.resolve({ value: 'one\n' }) : new Promise(() => undefined)),
          return: () => {
            returned();
            return Promise.resolve({ done: true, value: undefined });
          },
        };
      },
    };
    const { socketPath } = await start({ handlers: { 'GET /events': (_, reply) => reply.stream(endless) } });
    const client = connect(socketPath).end('GET /events HTTP/1.1\r\nHost: x\r\n\r\n');
    let text = '';
    client.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('one\n')) client.destroy();
    });
    await finished;
    expect(text).toContain('one\n');
  });

  it('hands over the connection and the body of a request to upgrade', async () => {
    const { socketPath } = await start({
      handlers: {
        'POST /exec/{id}/start': ({ body }, { socket, raw }) => {
          raw('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
          raw(body);
          socket.pipe(socket);
        },
      },
    });
    const client = connect(socketPath);
    const head = 'POST /exec/1/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n';
    client.write(`${head}Content-Length: 4\r\n\r\n{`);
    client.write('  }');
    let text = '';
    client.on('data', (chunk) => {
      text += String(chunk);
      if (text.endsWith('{  }')) client.end('stdin');
    });
    await once(client, 'end');
    expect(text).toMatch(/^HTTP\/1\.1 101 UPGRADED[\s\S]*\{ {2}\}stdin$/);
  });

  it('resolves with a request that came before or comes later', async () => {
    const { socketPath, received } = await start();
    const later = received('GET /_ping');
    await rest(socketPath, 'GET', '/_ping');
    await expect(later).resolves.toMatchObject({ path: '/_ping' });
    await expect(received('GET /_ping')).resolves.toMatchObject({ path: '/_ping' });
  });
});
