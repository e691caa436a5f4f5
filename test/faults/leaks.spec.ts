import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { openClient, openSocket, terminateClients } from '../server/ws-client.ts';
import { importBusybox } from '../support/busybox.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { at, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import {
  liveSamples,
  type SampleWorld,
  type StreamSample,
  streamSamples,
} from '../support/stream-samples.ts';
import { type GatewayProcess, type Held, startGatewayProcess } from './support/start-gateway-process.ts';

/** What it has open upstream is counted here, so it is nobody else's. */
let engine: PrivateEngine;
let proxy: Awaited<ReturnType<typeof startCountingProxy>>;
let gateway: GatewayProcess;
let world: SampleWorld;

const json = { 'content-type': 'application/json' };

async function data(query: string, variables: object = {}): Promise<unknown> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ query, variables }),
  });
  return at(await response.json(), 'data');
}

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  const body = { Image: 'busybox', Cmd: ['sh', '-c', 'while :; do echo line; sleep 0.1; done'] };
  const made = await engine.mustRest('POST', '/containers/create?name=talker', { body });
  await engine.mustRest('POST', '/containers/talker/start');
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGatewayProcess(proxy.host);
  world = { container: textAt(made.json(), 'Id'), data };
});
afterAll(async () => {
  terminateClients();
  gateway?.kill();
  await proxy?.close();
  await engine?.stop();
});

const fields = Object.keys(schema.getSubscriptionType()?.getFields() ?? {});
const samples: readonly StreamSample[] = [
  ...fields.flatMap((field) => streamSamples[field] ?? []),
  ...(schema.getDirective('live') ? liveSamples : []),
];

/** Answers of the Engine that go on as long as somebody listens. */
const endless =
  /\/events(?!.*until=)|follow=1|follow=true|stream=1|stream=true|\/(?:attach|wait)\b|\/exec\/.*\/start/;
const upstreams = () => proxy.requests.filter(({ path, ended }) => !ended && endless.test(path));

/** What it holds, but for connections to the Engine: idle ones are kept for half a minute, for the next call. */
async function held(): Promise<Held> {
  const { files, ...facts } = await gateway.facts();
  return { ...facts, files: files - proxy.connections };
}

/** Resolves when the gateway holds no more than it did. */
async function holdsNoMoreThan(before: Held): Promise<void> {
  await vi.waitFor(
    async () => {
      const { files, resources } = await held();
      const rest = [...before.resources];
      // What was there before counts once each; idle connections to the Engine come and go, and are counted by files.
      const added = resources.filter((kind) => {
        const index = rest.indexOf(kind);
        if (index >= 0) rest.splice(index, 1);
        return index < 0 && kind !== 'PipeWrap';
      });
      expect({ open: upstreams().map(({ path }) => path), added }).toEqual({ open: [], added: [] });
      expect(files).toBeLessThanOrEqual(before.files);
    },
    { timeout: 25_000, interval: 200 },
  );
}

const variablesOf = async ({ variables }: StreamSample) => (await variables?.(world)) ?? {};

/** How long a sample that speaks is given to do so. */
const patience = 5_000;

/** Over a WebSocket: left at once, or after the first result, politely or not. */
async function overWebSocket(
  sample: StreamSample,
  late: boolean,
  how: 'complete' | 'terminate',
): Promise<void> {
  const client = await openClient(gateway.wsUrl);
  client.send({
    id: '1',
    type: 'subscribe',
    payload: { query: sample.query, variables: await variablesOf(sample) },
  });
  if (late && sample.speaks) {
    const first = await Promise.race([client.next(), wait(patience)]);
    expect([sample.query, first?.type]).toEqual([sample.query, 'next']);
    expect(at(first?.payload, 'errors')).toBeUndefined();
  }
  if (how === 'terminate') {
    client.socket.terminate();
    return;
  }
  client.send({ id: '1', type: 'complete' });
  client.socket.close();
  await client.closed;
}

async function overSse(sample: StreamSample, late: boolean): Promise<void> {
  const leaving = new AbortController();
  const asked = fetch(gateway.url, {
    method: 'POST',
    headers: { ...json, accept: 'text/event-stream' },
    body: JSON.stringify({ query: sample.query, variables: await variablesOf(sample) }),
    signal: leaving.signal,
  });
  if (late) await (await asked).body?.getReader().read();
  leaving.abort();
  await asked.catch(() => undefined);
}

async function everyStream(): Promise<void> {
  for (const sample of samples) {
    await Promise.all([
      overWebSocket(sample, true, 'complete'),
      overWebSocket(sample, true, 'terminate'),
      overWebSocket(sample, false, 'complete'),
      overWebSocket(sample, false, 'terminate'),
      overSse(sample, true),
      overSse(sample, false),
    ]);
  }
}

/** Opens a request, sends a part of it, and goes away. */
const broken = (head: Readonly<Record<string, string>>, part: string): Promise<void> =>
  new Promise((resolve) => {
    const asked = request(gateway.url, { method: 'POST', headers: head });
    asked.on('error', () => undefined).once('close', () => resolve());
    asked.write(part, () => setTimeout(() => asked.destroy(), 20));
  });

/** Begins an upload, sends a part of it, and goes away. */
async function brokenUpload(): Promise<void> {
  const begun = await data('mutation { imageLoad(input: {}) { operation { id } upload { url method } } }');
  const [url, method] = [
    textAt(begun, 'imageLoad', 'upload', 'url'),
    textAt(begun, 'imageLoad', 'upload', 'method'),
  ];
  expect([url, method]).toEqual([expect.stringMatching(/./), expect.stringMatching(/^P/)]);
  await new Promise<void>((resolve) => {
    const asked = request(new URL(url, gateway.url), {
      method,
      headers: { 'content-type': 'application/x-tar' },
    });
    asked.on('error', () => undefined).once('close', () => resolve());
    asked.write(Buffer.alloc(100_000), () => setTimeout(() => asked.destroy(), 50));
  });
}

/** Clients that leave in the middle of whatever they do. */
async function everyRudeness(): Promise<void> {
  const list = JSON.stringify({
    query: '{ containers { nodes { name exitCode } } engine { info { driver } } }',
  });
  await Promise.all([
    broken({ ...json, 'content-length': '1000' }, '{"query":"'),
    broken({ ...json, 'transfer-encoding': 'chunked' }, '{"query":"'),
    ...Array.from({ length: 5 }, async () => {
      const asked = fetch(gateway.url, {
        method: 'POST',
        headers: json,
        body: list,
        signal: AbortSignal.timeout(3),
      });
      await asked.then((response) => response.text()).catch(() => undefined);
    }),
    ...Array.from({ length: 5 }, async () => {
      const client = await openClient(gateway.wsUrl);
      client.send({ id: '1', type: 'subscribe', payload: JSON.parse(list) });
      client.send({ id: '1', type: 'complete' });
      client.send({ id: '2', type: 'subscribe', payload: JSON.parse(list) });
      client.socket.terminate();
    }),
    brokenUpload(),
    // Never let in, refused, and gone during the handshake.
    openSocket(gateway.wsUrl).then(({ socket }) => socket.terminate()),
    openClient(gateway.wsUrl).then(async ({ send, closed }) => {
      send({ type: 'connection_init' });
      await closed;
    }),
  ]);
}

describe('every stream of the schema', () => {
  it('has a sample for this spec', () => {
    expect(fields.filter((field) => !streamSamples[field])).toEqual([]);
  });

  it('leaves nothing behind when it is opened and left again and again, in every way', async () => {
    // The first round fills what is kept for good: connections, compiled code, parsed documents.
    await everyStream();
    await everyRudeness();
    // Nothing tells that lingering streams and idle timers are gone: what is held is measured once they must be.
    await wait(5_000);
    const before = await held();
    for (let round = 0; round < 2; round += 1) {
      await everyStream();
      await everyRudeness();
    }
    await holdsNoMoreThan(before);
    const { heap } = await held();
    expect((heap - before.heap) / 1024 ** 2).toBeLessThan(4);
    await vi.waitFor(
      async () => expect(at((await engine.mustRest('GET', '/info')).json(), 'NEventsListener')).toBe(0),
      { timeout: 5_000 },
    );
  }, 120_000);
});

describe('ten thousand subscriptions that are opened and completed', () => {
  it('leave no listener, socket or timer', async () => {
    const query = 'subscription { events { type } }';
    const churn = async (cycles: number): Promise<void> => {
      const client = await openClient(gateway.wsUrl);
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        const id = String(cycle);
        client.send({ id, type: 'subscribe', payload: { query } });
        if (cycle % 2 === 0) client.send({ type: 'ping' });
        if (cycle % 2 === 0) await client.until('pong');
        client.send({ id, type: 'complete' });
      }
      client.send({ id: 'last', type: 'subscribe', payload: { query: '{ __typename }' } });
      await client.until('complete');
      client.socket.close();
      await client.closed;
    };
    const rounds = async (sockets: number): Promise<void> => {
      await Promise.all(Array.from({ length: sockets }, () => churn(250)));
    };
    await rounds(4);
    // As above: lingering streams are closed by then.
    await wait(3_000);
    const before = await held();
    for (let round = 0; round < 4; round += 1) await rounds(10);
    await holdsNoMoreThan(before);
    const { heap } = await held();
    expect((heap - before.heap) / 1024 ** 2).toBeLessThan(4);
  }, 60_000);
});

describe('a gateway that was closed', () => {
  it('leaves nothing that keeps its process running, also while everything is in use', async () => {
    for (const sample of samples) {
      const client = await openClient(gateway.wsUrl);
      client.send({
        id: '1',
        type: 'subscribe',
        payload: { query: sample.query, variables: await variablesOf(sample) },
      });
      if (sample.speaks) await Promise.race([client.next(), wait(patience)]);
    }
    const began = performance.now();
    // The exit code is of a process that ended because nothing was left to do.
    expect(await gateway.close()).toBe(0);
    expect(performance.now() - began).toBeLessThan(5_000);
    await vi.waitFor(() => expect(proxy.connections).toBe(0));
  }, 30_000);
});
