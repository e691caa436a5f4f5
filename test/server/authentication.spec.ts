import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { createAuthentication } from '../../src/server/authentication.ts';
import { Refusal } from '../../src/server/refusal.ts';
import { createServer } from '../../src/server.ts';
import { codeOf, post, send, upgradeStatus } from './raw.ts';
import { createLogSink, createStub, type RunningGateway, startGateway, stubConfig } from './stub.ts';
import { openClient, openSocket } from './ws-client.ts';

const token = 'correct horse battery staple'.replaceAll(' ', '-');
const right = { authorization: `Bearer ${token}` };

describe('a gateway with a token', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ DOCKGRAPH_TOKEN: token });
  });
  afterAll(() => gateway.close());

  it('answers nobody without it', async () => {
    const none = await post(gateway.port, '{ hello }');
    expect([none.status, codeOf(none)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(none.headers['www-authenticate']).toBe('Bearer realm="dockgraph"');
    const wrong = ['Bearer wrong', `Basic ${token}`, token, 'Bearer', `Bearer ${token}x`];
    for (const authorization of wrong) {
      const answer = await post(gateway.port, '{ hello }', { authorization });
      expect([authorization, answer.status]).toEqual([authorization, 401]);
      expect(answer.headers['www-authenticate']).toContain('invalid_token');
    }
    const path = `/graphql?query={hello}&token=${token}&access_token=${token}`;
    expect((await send({ port: gateway.port, path })).status).toBe(401);
    expect(gateway.stub.contexts).toEqual([]);
  });

  it('answers whoever presents it', async () => {
    expect((await post(gateway.port, '{ hello }', right)).status).toBe(200);
    expect((await post(gateway.port, '{ hello }', { authorization: `bearer ${token}` })).status).toBe(200);
  });

  it('takes it in connection_init, or with the upgrade', async () => {
    for (const options of [
      { params: { Authorization: right.authorization } },
      { params: right },
      { headers: right },
    ]) {
      const client = await openClient(gateway.wsUrl, options);
      client.socket.terminate();
    }
  });

  it('closes a WebSocket that presents none or another', async () => {
    for (const payload of [undefined, {}, { authorization: 'Bearer wrong' }, { authorization: 7 }]) {
      const client = await openSocket(gateway.wsUrl);
      client.send({ type: 'connection_init', payload });
      expect((await client.closed).code).toBe(4403);
    }
    expect(await upgradeStatus(gateway.wsUrl, { authorization: 'Bearer wrong' })).toBe(401);
  });

  it('tells probes whether it lives and is ready, and browsers nothing but the page', async () => {
    const { port } = gateway;
    const page = await send({ port, headers: { accept: 'text/html' } });
    expect((await send({ port, path: '/health' })).text).toBe('{"status":"ok"}');
    expect((await send({ port, path: '/ready' })).text).toBe('{"status":"ready"}');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await send({ port, path: '/nowhere' })).status).toBe(401);
  });

  it('writes it nowhere', () => {
    expect(gateway.log.length).toBeGreaterThan(0);
    expect(JSON.stringify(gateway.log)).not.toContain(token);
  });
});

describe('wrong tokens', () => {
  const digest = createHash('sha256').update('right').digest();

  const refusal = (check: () => void): number => {
    try {
      check();
    } catch (error) {
      if (error instanceof Refusal) return error.status;
    }
    return 200;
  };

  it('block their address for a minute after ten, and no other', () => {
    let now = 1000;
    const { check } = createAuthentication(digest, () => now);
    const tries = Array.from({ length: 12 }, () => refusal(() => check('Bearer wrong', '10.0.0.1')));
    expect(tries).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    expect(refusal(() => check('Bearer right', '10.0.0.1'))).toBe(429);
    expect(refusal(() => check('Bearer right', '10.0.0.2'))).toBe(200);
    now += 60_000;
    expect(refusal(() => check('Bearer right', '10.0.0.1'))).toBe(200);
  });

  it('are not what a request without any counts as', () => {
    const { check } = createAuthentication(digest, () => 0);
    for (let count = 0; count < 50; count += 1) refusal(() => check(undefined, '10.0.0.1'));
    expect(refusal(() => check('Bearer right', '10.0.0.1'))).toBe(200);
  });
});

describe('a gateway that others can reach', () => {
  const create = (env: Record<string, string>) =>
    createServer({
      schema: createStub().schema,
      context: () => ({}),
      config: stubConfig(env),
      logger: createLogSink().logger,
      ready: async () => ({ ok: true }),
      tabs: [],
    });

  it('is not made without a token', () => {
    const config = { ...stubConfig({ DOCKGRAPH_TOKEN: 'x' }), listen: '0.0.0.0', tokenDigest: undefined };
    const make = () =>
      createServer({
        schema: createStub().schema,
        context: () => ({}),
        config,
        logger: createLogSink().logger,
        ready: async () => ({ ok: true }),
        tabs: [],
      });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(/DOCKGRAPH_TOKEN/);
  });

  it('is known by the address that a client reached it at', async () => {
    const gateway = create({ HOST: '0.0.0.0', DOCKGRAPH_TOKEN: token });
    const { url, port } = await gateway.listen();
    expect(url).toBe(`http://localhost:${port}/graphql`);
    const { status } = await post(port, '{ hello }', { ...right, host: `127.0.0.1:${port}` });
    const strange = await post(port, '{ hello }', { ...right, host: `10.1.2.3:${port}` });
    await gateway.close({ graceMs: 0 });

    expect([status, strange.status]).toEqual([200, 421]);
  });

  it('serves GraphiQL only when told to', async () => {
    for (const [graphiql, status] of [
      ['', 401],
      ['on', 200],
    ] as const) {
      const gateway = create({ HOST: '0.0.0.0', DOCKGRAPH_TOKEN: token, DOCKGRAPH_GRAPHIQL: graphiql });
      const { port } = await gateway.listen();
      const page = await send({ port, headers: { accept: 'text/html' } });
      await gateway.close({ graceMs: 0 });
      expect([graphiql, page.status]).toEqual([graphiql, status]);
    }
  });
});
