import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from './stub.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const follow = (query: string, init: RequestInit = {}): Promise<Response> =>
  fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    ...init,
  });

describe('subscriptions over server-sent events', () => {
  it('arrive event by event and end with complete', async () => {
    const response = await follow('subscription { countTo(last: 2) }');
    const events = (await response.text()).split('\n\n').filter((event) => event !== '' && event !== ':');

    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(events).toEqual([
      'event: next\ndata: {"data":{"countTo":1}}',
      'event: next\ndata: {"data":{"countTo":2}}',
      'event: complete\ndata:',
    ]);
  });

  it('work with the client that people use, in distinct connections', async () => {
    const client = createClient({ url: gateway.url, singleConnection: false });
    const seen: unknown[] = [];
    for await (const { data } of client.iterate({ query: 'subscription { countTo(last: 3) }' }))
      seen.push(data);
    client.dispose();

    expect(seen).toEqual([{ countTo: 1 }, { countTo: 2 }, { countTo: 3 }]);
  });

  it('work by GET, as EventSource asks', async () => {
    const query = encodeURIComponent('subscription { countTo(last: 1) }');
    const response = await fetch(`${gateway.url}?query=${query}`, {
      headers: { accept: 'text/event-stream' },
    });

    expect(await response.text()).toContain('data: {"data":{"countTo":1}}');
  });

  it('carry their transport to the resolvers', async () => {
    const response = await follow('{ transport }');
    expect(await response.text()).toContain('"transport":"sse"');
  });

  it('close their source when the client goes', async () => {
    const { ticker } = gateway.stub;
    const leaving = new AbortController();
    const response = await follow('subscription { tick }', { signal: leaving.signal });
    await ticker.until(1);
    leaving.abort();
    await ticker.until(0);

    await expect(response.text()).rejects.toThrow();
  });

  it('stop a source that is always ready when the client goes', async () => {
    const lines = () =>
      gateway.log.filter(({ type, transport }) => type === 'subscription' && transport === 'sse');
    const before = lines().length;
    const leaving = new AbortController();
    const response = await follow('subscription { countTo(last: 100000000) }', { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();

    await expect.poll(() => lines().length).toBe(before + 1);
    expect((await gateway.ask('{ hello }')).status).toBe(200);
  });

  it('mask what breaks them', async () => {
    const text = await (await follow('subscription { breaks }')).text();

    expect(text).toContain('Unexpected error.');
    expect(text).not.toContain('secret');
  });

  it('answer a syntax error as an event', async () => {
    const text = await (await follow('subscription {')).text();
    expect(text).toContain('GRAPHQL_PARSE_FAILED');
  });
});
