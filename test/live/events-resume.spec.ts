import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

const prefix = 'resume-';
const label = `${prefix}watched`;

/** Its own: on a shared one the events of others would push ours out of the 256 that an Engine remembers. */
let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

/** What the Engine itself sends about our containers, without the gateway: `<nanoseconds> <action> <ID>` each. */
async function record() {
  const path = `/v${engine.apiVersion}/events?filters=${encodeURIComponent(JSON.stringify({ label: [label] }))}`;
  const call = request({ socketPath: engine.socketPath, path, agent: false });
  call.end();
  const [response] = await once(call, 'response');
  const lines = createInterface({ input: response });
  // It is broken off in the end, which both call an error.
  for (const source of [response, lines]) source.on('error', () => {});
  const seen: string[] = [];
  lines.on('line', (line) => {
    const message: unknown = JSON.parse(line);
    // Not as a number: it has more digits than those hold.
    const nanos = /"timeNano":(\d+)/.exec(line)?.[1];
    seen.push(`${nanos} ${textAt(message, 'Action')} ${textAt(message, 'Actor', 'ID')}`);
  });
  return { seen, stop: () => call.destroy() };
}

/** One connection of one client, from its beginning to wherever it is left. */
function connect(url: string, after: string | null) {
  const client = createClient({ url });
  const results = client.iterate({
    query: `subscription ($after: String, $labels: [String!]) {
      events(after: $after, filter: { labels: $labels }) { __typename cursor actionRaw actorId ... on EventGap { reason } }
    }`,
    variables: { after, labels: [label] },
  });
  return {
    /** The next event as {@link record} writes it, and its cursor. */
    async next() {
      const { value, done } = await results.next();
      if (done) throw new Error('the stream ended');
      const event = at(value, 'data', 'events');
      const cursor = textAt(event, 'cursor');
      const what = textAt(event, 'reason') || textAt(event, 'actionRaw');
      return { cursor, text: `${cursor.split(':')[0]} ${what} ${textAt(event, 'actorId')}` };
    },
    async leave() {
      await results.return?.();
      client.dispose();
    },
  };
}

const create = async (name: string) => {
  await engine.cli('create', '--name', `${prefix}${name}`, '--label', label, '--network', 'none', 'busybox');
};

/** Containers come and go until the signal is aborted. */
async function keepBusy(signal: AbortSignal): Promise<void> {
  for (let number = 0; !signal.aborted && number < 1_000; number++) {
    await create(`c${number}`);
    await engine.cli('rm', `${prefix}c${number}`);
  }
}

describe('a client that comes back with the cursor of the last event it has seen', () => {
  it('sees each event exactly once, over twenty connections while containers come and go', async () => {
    const recording = await record();
    const stop = new AbortController();
    const busy = keepBusy(stop.signal);
    const seen: string[] = [];
    let last: string | null = null;
    for (let connection = 0; connection <= 20; connection++) {
      // A gateway that was just started has only the Engine to ask, and the same cursors.
      const isNew = connection % 7 === 6;
      const server = isNew ? await startGateway({ host: proxy.host }) : gateway;
      const client = connect(server.url, last);
      for (let count = 0; count < 3; count++) {
        const { cursor, text } = await client.next();
        seen.push(text);
        last = cursor;
      }
      await client.leave();
      if (isNew) await server.close();
    }
    stop.abort();
    await busy;
    await create('last');
    const id = await engine.cli('inspect', '--format', '{{.Id}}', `${prefix}last`);
    const client = connect(gateway.url, last);
    const end = `create ${id}`;
    while (!seen.at(-1)?.endsWith(end)) seen.push((await client.next()).text);
    await client.leave();
    await vi.waitFor(() => expect(recording.seen.at(-1)).toContain(end));
    recording.stop();
    const [first = ''] = seen;
    expect(seen).toEqual(recording.seen.slice(recording.seen.indexOf(first)));
    expect(seen.length).toBeGreaterThan(63);
  });
});

describe('a cursor that cannot be gone on from', () => {
  it('is answered with a gap, and then with what is known since; the cursor of the gap brings the same without it', async () => {
    const client = connect(gateway.url, '1000000000:0123456789ab');
    const gap = await client.next();
    expect(gap.text).toContain('CURSOR_TOO_OLD');
    await create('after-gap');
    const id = await engine.cli('inspect', '--format', '{{.Id}}', `${prefix}after-gap`);
    const texts: string[] = [];
    while (!texts.at(-1)?.endsWith(`create ${id}`)) texts.push((await client.next()).text);
    await client.leave();
    const again = connect(gateway.url, gap.cursor);
    for (const text of texts) expect((await again.next()).text).toBe(text);
    await again.leave();
  });

  it('is refused with the remedy when it is none, and the Engine is not asked', async () => {
    await using fresh = await startGateway({ host: proxy.host });
    proxy.reset();
    const response = await fetch(fresh.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { events(after: "yesterday") { cursor } }' }),
    });
    const answer = await response.text();
    expect(answer).toContain('"code":"BAD_USER_INPUT"');
    expect(answer).toContain('leave `after` out to begin now');
    expect(proxy.requests).toEqual([]);
  });
});
