import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from './stub.ts';

describe('the audits of GraphQL over HTTP, without any special header', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('passes all 61', async () => {
    const results = await auditServer({ url: gateway.url });

    const failed = results
      .filter(({ status }) => status !== 'ok')
      .map(({ id, name, status }) => ({ id, name, status }));
    expect(failed).toEqual([]);
    expect(results).toHaveLength(61);
  });

  it('passes them still after a WebSocket saw the same broken query first', async () => {
    const { createClient } = await import('graphql-ws');
    const { WebSocket } = await import('ws');
    const client = createClient({ url: gateway.wsUrl, webSocketImpl: WebSocket });
    for (const query of ['{', '{ 8f31403dfe404bccbb0e835f2629c6a7 }']) {
      await new Promise<void>((resolve) =>
        client.subscribe({ query }, { next: () => {}, error: () => resolve(), complete: () => resolve() }),
      );
    }
    await client.dispose();

    const results = await auditServer({ url: gateway.url });

    expect(results.filter(({ status }) => status !== 'ok').map(({ id }) => id)).toEqual([]);
  });
});
