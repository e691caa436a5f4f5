import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../server/stub.ts';
import { openClient, terminateClients } from '../server/ws-client.ts';

const report = { calls: [{ operation: 'GET /containers/json', ms: 1 }], totalMs: 2 };
const plan = { report: () => report };

let gateway: RunningGateway;
let seen = 0;
beforeAll(async () => {
  gateway = await startGateway({}, { context: () => ({ plan }) });
});
afterAll(async () => {
  terminateClients();
  await gateway.close();
});
beforeEach(() => {
  seen = gateway.log.length;
});

const operations = () => gateway.log.slice(seen).filter(({ msg }) => msg === 'operation');

describe('the plan of an operation', () => {
  it('is in the answer when asked for by header, also beside errors', async () => {
    const headers = { 'x-dockgraph-plan': '1' };
    expect((await gateway.ask('{ hello }', { headers })).body.extensions).toEqual({ plan: report });
    expect((await gateway.ask('{ expected }', { headers })).body).toMatchObject({
      errors: [{ message: 'No such container: web' }],
      extensions: { plan: report },
    });
  });

  it('is not when not asked for', async () => {
    expect((await gateway.ask('{ hello }')).body).not.toHaveProperty('extensions');
    const other = await gateway.ask('{ hello }', { headers: { 'x-dockgraph-plan': '0' } });
    expect(other.body).not.toHaveProperty('extensions');
  });

  it('is on a WebSocket when connection_init asked for it', async () => {
    const client = await openClient(gateway.wsUrl, { params: { 'x-dockgraph-plan': '1' } });
    client.send({ id: '1', type: 'subscribe', payload: { query: '{ hello }' } });
    const [answer] = await client.until('complete');
    expect(answer?.payload).toEqual({ data: { hello: 'Hello world' }, extensions: { plan: report } });
  });
});

describe('the access log', () => {
  it('has one line for each operation, with what it was and how it went', async () => {
    const { headers } = await gateway.ask('query Greet($name: String) { hello(name: $name) }', {
      variables: { name: 'private' },
    });
    await gateway.ask('mutation { act }');
    await gateway.ask('{ expected unexpected }');

    expect(operations()).toMatchObject([
      {
        level: 30,
        requestId: headers.get('x-request-id'),
        operation: 'Greet',
        type: 'query',
        transport: 'http',
        ms: expect.any(Number),
        engineCalls: 1,
      },
      { type: 'mutation' },
      { type: 'query', errors: ['NOT_FOUND', 'INTERNAL_SERVER_ERROR'] },
    ]);
    expect(operations()[0]).not.toHaveProperty('errors');
  });

  it('has a line for what never came to execution, on every transport', async () => {
    await gateway.ask('{');
    await gateway.ask('{ nonsense }');
    await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    const client = await openClient(gateway.wsUrl);
    client.send({ id: '1', type: 'subscribe', payload: { query: '{' } });
    await client.next();

    expect(operations().map(({ transport, errors }) => [transport, errors])).toEqual([
      ['http', ['GRAPHQL_PARSE_FAILED']],
      ['http', ['GRAPHQL_VALIDATION_FAILED']],
      ['http', ['BAD_REQUEST']],
      ['ws', ['GRAPHQL_PARSE_FAILED']],
    ]);
  });

  it('has a line for a subscription when it ends, with its events and what broke it', async () => {
    const client = await openClient(gateway.wsUrl);
    client.send({
      id: '1',
      type: 'subscribe',
      payload: { query: 'subscription Count { countTo(last: 4) }' },
    });
    await client.until('complete');
    client.send({ id: '2', type: 'subscribe', payload: { query: 'subscription { breaks }' } });
    await client.next();

    await expect.poll(operations).toMatchObject([
      { operation: 'Count', type: 'subscription', transport: 'ws', events: 4 },
      { type: 'subscription', events: 0, errors: ['INTERNAL_SERVER_ERROR'] },
    ]);
  });

  it('never has variables, query texts or headers', async () => {
    await gateway.ask('query Q($name: String) { hello(name: $name) }', {
      variables: { name: 'private-variable' },
      headers: { authorization: 'Bearer private-token', cookie: 'private-cookie' },
    });
    await gateway.ask('{ hello(name: "private-literal") }');
    await gateway.ask('{ hello(name: "private-broken }');

    expect(JSON.stringify(gateway.log.slice(seen).filter(({ level }) => level >= 30))).not.toContain(
      'private',
    );
  });
});
