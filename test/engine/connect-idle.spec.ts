import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/engine/connect.ts';

const directory = mkdtempSync(join(tmpdir(), 'dockgraph-idle-'));
const socketPath = join(directory, 'd.sock');
const server = createServer((request, response) => {
  // An answer without a header, and one without a body, for as long as anybody waits.
  if (request.url === '/wait') return;
  response.writeHead(200).write('{}\n');
});

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  server.listen(socketPath);
  await once(server, 'listening');
});
afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  rmSync(directory, { recursive: true, force: true });
});

describe('an hour without a byte', () => {
  it('ends a call that nobody set a deadline for, and no stream', async () => {
    const transport = { kind: 'unix', socketPath } as const;
    const { origin, calls, streams, close } = connect({
      name: '',
      source: '',
      named: true,
      url: '',
      transport,
    });
    const ended: string[] = [];
    const follow = (name: string, pool: typeof calls, path: string) =>
      pool
        .request({ origin, method: 'GET', path })
        .then(({ body }) => body.text())
        .catch(({ code }: { readonly code?: string }) => void ended.push(`${name} ${code}`));
    let requests = 0;
    const arrived = new Promise<void>((resolve) => {
      server.on('request', () => ++requests === 3 && resolve());
    });
    const all = [
      follow('call', calls, '/events'),
      follow('stream', streams, '/events'),
      follow('wait', streams, '/wait'),
    ];
    await arrived;
    for (let minute = 0; minute < 60; minute++) {
      await vi.advanceTimersByTimeAsync(60_000);
      await turn();
    }
    expect(ended).toEqual(['call UND_ERR_BODY_TIMEOUT']);
    await close();
    await Promise.all(all);
    expect(ended.length).toBe(3);
  });
});
