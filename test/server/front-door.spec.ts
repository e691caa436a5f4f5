import { Agent } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, post, send, talk, upgradeStatus } from './raw.ts';
import { type RunningGateway, startGateway } from './stub.ts';

let gateway: RunningGateway;
let port: number;
beforeAll(async () => {
  gateway = await startGateway({
    DOCKGRAPH_PUBLIC_HOSTS: 'graph.example.org, tunnel.example.org:8443',
    DOCKGRAPH_ALLOWED_ORIGINS: 'https://app.example.org',
  });
  port = gateway.port;
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.stub.mutations.length = 0;
});

const mutation = 'mutation { act }';

describe('a request that names the gateway by a name', () => {
  const known = () => [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `LOCALHOST:${port}`,
    `[::1]:${port}`,
    'graph.example.org',
    'graph.example.org:443',
    'tunnel.example.org:8443',
  ];
  const unknown = () => [
    `rebind.evil:${port}`,
    'localhost',
    `localhost:${port + 1}`,
    `localhost.evil:${port}`,
    `127.0.0.1.nip.io:${port}`,
    'tunnel.example.org',
    `graph.example.org.evil:${port}`,
    `user@localhost:${port}`,
  ];

  it('is let in under loopback names with our port and under the public ones', async () => {
    for (const host of known()) {
      const { status } = await post(port, mutation, { host });
      expect([host, status]).toEqual([host, 200]);
    }
  });

  it('is refused with 421 under any other, by HTTP and by WebSocket alike', async () => {
    for (const host of unknown()) {
      const answer = await post(port, mutation, { host });
      const upgrade = await upgradeStatus(gateway.wsUrl, { host });
      expect([host, answer.status, codeOf(answer), upgrade]).toEqual([host, 421, 'HOST_NOT_ALLOWED', 421]);
    }
    expect(gateway.stub.mutations).toEqual([]);
  });

  it('is refused when it names two hosts, none, or one in the request line', async () => {
    const own = `Host: localhost:${port}`;
    const cases = [
      [`GET /health HTTP/1.1\r\n${own}\r\nHost: rebind.evil\r\nConnection: close\r\n\r\n`, 400],
      ['GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      ['GET /health HTTP/1.0\r\n\r\n', 421],
      [`GET http://rebind.evil/health HTTP/1.1\r\n${own}\r\nConnection: close\r\n\r\n`, 400],
      [`GET //rebind.evil/health HTTP/1.1\r\n${own}\r\nConnection: close\r\n\r\n`, 400],
      [`GET /health HTTP/1.1\r\n${own}\r\nConnection: close\r\n\r\n`, 200],
    ] as const;
    for (const [bytes, status] of cases) {
      expect([bytes, (await talk(port, bytes)).slice(9, 12)]).toEqual([bytes, String(status)]);
    }
  });

  it('judges every request of a pipeline', async () => {
    const one = (host: string) => `GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const text = await talk(
      port,
      one(`localhost:${port}`) + one('rebind.evil'),
      (seen) => (seen.match(/HTTP\/1\.1/g) ?? []).length === 2 && seen.endsWith('}'),
    );
    expect(text.match(/HTTP\/1\.1 (\d+)/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 421']);
  });
});

describe('a request from a web page', () => {
  it('is let in from our own pages, from listed ones, and from programs that send no origin', async () => {
    const own = `http://localhost:${port}`;
    const headers = [
      {},
      { host: `localhost:${port}`, origin: own },
      { host: `localhost:${port}`, origin: own, 'sec-fetch-site': 'same-origin' },
      { host: 'graph.example.org', origin: 'https://graph.example.org' },
      { origin: 'https://app.example.org', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const given of headers) {
      expect([given, (await post(port, mutation, given)).status]).toEqual([given, 200]);
      expect([given, await upgradeStatus(gateway.wsUrl, given)]).toEqual([given, 101]);
    }
  });

  it('is refused with 403 from any other, before anything runs and with nothing for CORS to read', async () => {
    const headers = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:${port + 1}` },
      { origin: `https://app.example.org.evil.example` },
      { origin: 'https://app.example.org:444' },
      { origin: 'http://app.example.org' },
      { origin: 'file://' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const given of headers) {
      const answer = await post(port, mutation, given);
      expect([given, answer.status, codeOf(answer)]).toEqual([given, 403, 'ORIGIN_NOT_ALLOWED']);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect([given, await upgradeStatus(gateway.wsUrl, given)]).toEqual([given, 403]);
    }
    const image = await send({
      port,
      path: '/graphql?query={hello}',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(image.status).toBe(403);
    expect(gateway.stub.mutations).toEqual([]);
  });

  it('may lead to GraphiQL by a link, but to nothing else', async () => {
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      accept: 'text/html',
    };
    expect((await send({ port, path: '/', headers: link })).status).toBe(302);
    const page = await send({ port, path: '/graphql?query={hello}', headers: link });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const json = { ...link, accept: 'application/json' };
    expect((await send({ port, path: '/graphql?query={hello}', headers: json })).status).toBe(403);
    const framed = { ...link, 'sec-fetch-dest': 'iframe' };
    expect((await send({ port, path: '/graphql', headers: framed })).status).toBe(403);
  });

  it('gets CORS headers for a listed origin only', async () => {
    const preflight = (origin: string) =>
      send({ port, method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

    const listed = await preflight('https://app.example.org');
    expect(listed.status).toBe(204);
    expect(listed.headers['access-control-allow-origin']).toBe('https://app.example.org');
    expect(listed.headers['access-control-allow-headers']).toContain('authorization');
    expect(listed.headers['access-control-allow-credentials']).toBeUndefined();
    expect(listed.headers.vary).toBe('origin');
    expect((await preflight('https://evil.example')).status).toBe(403);
    const answer = await post(port, '{ hello }', { origin: 'https://app.example.org' });
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example.org');
  });
});

describe('a body', () => {
  const types = [
    ['application/json', 200],
    ['application/json; charset=utf-8', 200],
    ['Application/JSON ; Charset="UTF-8"', 200],
    ['application/graphql+json', 200],
    ['application/json; charset=utf-7', 415],
    ['application/json; charset=iso-8859-1', 415],
    ['application/graphql', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['text/plain', 415],
    ['text/plain; application/json', 415],
    ['application/jsonp', 415],
    ['', 415],
  ] as const;

  it('runs a mutation only when it is JSON', async () => {
    for (const [type, status] of types) {
      const answer = await post(port, mutation, { 'content-type': type });
      expect([type, answer.status]).toEqual([type, status]);
    }
    expect(gateway.stub.mutations).toHaveLength(types.filter(([, status]) => status === 200).length);
  });

  it('is refused when it is compressed or no UTF-8', async () => {
    const headers = { 'content-type': 'application/json' };
    const squeezed = { ...headers, 'content-encoding': 'gzip' };
    expect((await send({ port, method: 'POST', headers: squeezed, body: '{}' })).status).toBe(415);
    const broken = Buffer.from([
      ...Buffer.from('{"query":"{hello(name:\\"'),
      0xff,
      0xfe,
      ...Buffer.from('\\")}"}'),
    ]);
    const answer = await send({ port, method: 'POST', headers, body: broken });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
  });

  it('is refused as a batch, as a string and as nothing', async () => {
    for (const body of ['[{"query":"{hello}"}]', '"{hello}"', 'null', '', '{']) {
      const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
      const answer = await send({ port, method: 'POST', headers, body });
      expect([body, answer.status]).toEqual([body, 400]);
    }
  });

  it('may hold keys that would change prototypes, and they change nothing', async () => {
    const body =
      '{"query":"{hello}","variables":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}';
    const answer = await send({
      port,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('is refused above the limit, declared or counted, and the connection is closed', async () => {
    const limit = 1024 ** 2;
    const headers = { 'content-type': 'application/json' };
    const body = Buffer.alloc(limit + 1, 0x20);
    const declared = await send({ port, method: 'POST', headers, body });
    expect([declared.status, codeOf(declared), declared.headers.connection]).toEqual([
      413,
      'LIMIT_BODY_BYTES',
      'close',
    ]);
    async function* endless(): AsyncGenerator<Buffer> {
      for (let sent = 0; sent < 4 * limit; sent += 65_536) yield Buffer.alloc(65_536, 0x20);
    }
    const counted = await send({ port, method: 'POST', headers, body: endless() });
    expect([counted.status, counted.headers.connection]).toEqual([413, 'close']);
  });

  it('of exactly the limit is taken', async () => {
    const query = JSON.stringify({ query: '{ hello }' });
    const body = query.padEnd(1024 ** 2, ' ');
    const answer = await send({
      port,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
  });

  it('that was too large does not hold up the next request of the same client', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const headers = { 'content-type': 'application/json' };
    const large = await send({ port, method: 'POST', headers, body: Buffer.alloc(2 * 1024 ** 2), agent });
    const next = await send({ port, method: 'POST', headers, body: '{"query":"{hello}"}', agent });
    agent.destroy();
    expect([large.status, next.status]).toEqual([413, 200]);
  });

  it('is not asked for when it would be refused', async () => {
    const head = (length: number) =>
      `POST /graphql HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`;
    expect(await talk(port, head(3_000_000))).toMatch(/^HTTP\/1\.1 413 /);
    const asked = await talk(port, head(19), (seen) => seen.includes('100 Continue'));
    expect(asked).toMatch(/^HTTP\/1\.1 100 Continue/);
  });
});

describe('a method or a path', () => {
  it('runs no mutation by GET', async () => {
    const answer = await send({ port, path: `/graphql?query=${encodeURIComponent(mutation)}` });
    expect([answer.status, gateway.stub.mutations]).toEqual([405, []]);
  });

  it('answers a query by GET', async () => {
    const answer = await send({ port, path: `/graphql?query=${encodeURIComponent('{ hello }')}` });
    expect(JSON.parse(answer.text)).toEqual({ data: { hello: 'Hello world' } });
  });

  it('refuses variables by GET that are no JSON', async () => {
    const answer = await send({ port, path: '/graphql?query={hello}&variables=%7B' });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
  });

  it('refuses other methods and unknown paths', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'HEAD']) {
      expect([method, (await send({ port, method })).status]).toEqual([method, 405]);
    }
    for (const path of ['/nowhere', '/x?y=/graphql', '/graphql/', '/graphql/x', '/favicon.ico']) {
      const answer = await send({ port, path });
      expect([path, answer.status, codeOf(answer)]).toEqual([path, 404, 'NOT_FOUND']);
    }
  });
});

describe('every answer', () => {
  it('carries headers that keep browsers from guessing and framing', async () => {
    for (const answer of [await post(port, '{ hello }'), await send({ port, path: '/nowhere' })]) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
    }
  });

  it('carries the request ID that came, if it is sane, else one of ours', async () => {
    const idFor = async (given: string) =>
      (await post(port, '{ hello }', { 'x-request-id': given })).headers['x-request-id'];
    expect(await idFor('trace-1:2.3@x')).toBe('trace-1:2.3@x');
    expect(await idFor('"><script>')).toMatch(/^[\da-f-]{36}$/);
    expect(await idFor('x'.repeat(200))).toMatch(/^[\da-f-]{36}$/);
    expect((await post(port, '{ hello }')).headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
  });
});
