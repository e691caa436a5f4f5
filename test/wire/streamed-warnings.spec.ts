import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt } from '../support/json.ts';

const id = 'a'.repeat(64);
let old: FakeEngine;
let gateway: RunningGateway;
let state = 'running';
let send: (event: object) => void = () => {};

beforeEach(async () => {
  state = 'running';
  send = () => {};
  old = await startFakeEngine({
    apiVersion: '1.41',
    handlers: {
      'GET /containers/json': () => [{ Id: id, Names: ['/box'], State: state }],
      'GET /containers/{id}/json': () => ({ Id: id, Name: '/box', State: { Status: state }, HostConfig: {} }),
      'GET /images/json': () => [],
      'GET /networks': () => [],
      'GET /volumes': () => ({ Volumes: [] }),
      'GET /events': (_request, { response }) => {
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
        send = (event) => void response.write(`${JSON.stringify(event)}\n`);
      },
    },
  });
  gateway = await startGateway({ host: old.host });
});
afterEach(async () => {
  await gateway?.close();
  await old?.close();
});

const happened = (Action: string) => {
  const now = BigInt(Date.now()) * 1_000_000n;
  return {
    status: Action,
    id,
    Type: 'container',
    Action,
    Actor: { ID: id, Attributes: { name: 'box', image: 'a' } },
    scope: 'local',
    time: Number(now / 1_000_000_000n),
    timeNano: Number(now),
  };
};

const warned = (result: unknown) =>
  listAt(result, 'extensions', 'warnings').map((each) => [
    at(each, 'coordinate'),
    at(each, 'needs'),
    at(each, 'path'),
  ]);

/** So many results over a WebSocket; between them something happens. */
async function results(
  query: string,
  count: number,
  between: (seen: number) => void,
): Promise<readonly unknown[]> {
  const client = createClient({
    url: gateway.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const seen: unknown[] = [];
  try {
    for await (const result of client.iterate({ query })) {
      seen.push(result);
      if (seen.length === count) break;
      between(seen.length);
    }
  } finally {
    await client.dispose();
  }
  return seen;
}

describe('what an old Engine has not, over a WebSocket', () => {
  it('is said with each event of a subscription that lacks it', async () => {
    const query =
      'subscription { events { action ... on ContainerEvent { container { hostConfig { annotations { key } } } } } }';
    const pending = results(query, 2, () => send(happened('unpause')));
    await old.received('GET /events');
    // Until its answer has begun there is nobody to tell.
    await expect.poll(() => send.length).toBe(1);
    send(happened('pause'));
    const seen = await pending;
    expect(seen.map((result) => at(result, 'data', 'events', 'action'))).toEqual(['PAUSE', 'UNPAUSE']);
    const path = ['events', 'container', 'hostConfig', 'annotations'];
    for (const result of seen) expect(warned(result)).toEqual([['HostConfig.annotations', '1.43', path]]);
  });

  it('is said with each answer of a live query that lacks it', async () => {
    const query = 'query @live { containers { nodes { state hostConfig { annotations { key } } } } }';
    const seen = await results(query, 2, () => {
      state = 'paused';
      send(happened('pause'));
    });
    expect(seen).toHaveLength(2);
    const path = ['containers', 'nodes', 0, 'hostConfig', 'annotations'];
    for (const result of seen) expect(warned(result)).toEqual([['HostConfig.annotations', '1.43', path]]);
  });
});
