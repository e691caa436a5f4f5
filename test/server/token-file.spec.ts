import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { post } from './raw.ts';
import { type RunningGateway, startGateway } from './stub.ts';
import { openClient, openSocket, terminateClients } from './ws-client.ts';

let directory: string;
let file: string;
let gateway: RunningGateway;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dockgraph-token-'));
  file = join(directory, 'token');
  writeFileSync(file, 'first-token\n');
  gateway = await startGateway({ DOCKGRAPH_TOKEN_FILE: file });
});
afterAll(async () => {
  await gateway.close();
  rmSync(directory, { recursive: true });
});
afterEach(() => terminateClients());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const statusWith = async (token: string) => (await post(gateway.port, '{ hello }', bearer(token))).status;

/** As an editor or an orchestrator does it: the file is never half written. */
function swap(token: string): void {
  writeFileSync(`${file}.new`, token);
  renameSync(`${file}.new`, file);
}

describe('a token file that gets another token', () => {
  it('lets the new one in and the old one no more, and closes what came in by it with 4403 within 5 s', async () => {
    const { ticker } = gateway.stub;
    const byInit = await openClient(gateway.wsUrl, { params: { Authorization: 'Bearer first-token' } });
    const byHeader = await openClient(gateway.wsUrl, { headers: bearer('first-token') });
    for (const client of [byInit, byHeader]) {
      client.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { tick }' } });
    }
    const events = await fetch(gateway.url, {
      method: 'POST',
      headers: { ...bearer('first-token'), 'content-type': 'application/json', accept: 'text/event-stream' },
      body: '{"query":"subscription { tick }"}',
    });
    await ticker.until(3);

    const began = performance.now();
    swap('second-token');
    expect((await byInit.closed).code).toBe(4403);
    expect((await byHeader.closed).code).toBe(4403);
    expect(await events.text()).toContain('event: complete');
    expect(performance.now() - began).toBeLessThan(5_000);
    await ticker.until(0);
    expect(await statusWith('first-token')).toBe(401);
    expect(await statusWith('second-token')).toBe(200);
    const old = await openSocket(gateway.wsUrl);
    old.send({ type: 'connection_init', payload: { Authorization: 'Bearer first-token' } });
    expect((await old.closed).code).toBe(4403);
    expect(JSON.stringify(gateway.log)).not.toMatch(/first-token|second-token/);
  });

  it('does nothing to those who are in when it is written again as it was', async () => {
    const client = await openClient(gateway.wsUrl, { params: { Authorization: 'Bearer second-token' } });
    swap('second-token\n');
    // That nothing happens has no event: the file is looked at every 1.5 s, so more than twice by now.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    client.send({ type: 'ping' });
    expect(await client.next()).toMatchObject({ type: 'pong' });
  });
});

describe('a token file that is emptied', () => {
  it('lets nobody in until it holds a token again', async () => {
    const said = (words: string) => gateway.log.filter(({ msg }) => msg.includes(words)).length;
    swap('');
    await expect.poll(() => said('nobody is let in'), { timeout: 5_000 }).toBe(1);
    // Those who come with the token of before are late, and are not taken for guessing.
    for (let count = 0; count < 20; count += 1) expect(await statusWith('second-token')).toBe(401);
    const changes = said('The token was changed');
    swap('third-token');
    await expect.poll(() => said('The token was changed'), { timeout: 5_000 }).toBe(changes + 1);
    expect(await statusWith('third-token')).toBe(200);
  });
});
