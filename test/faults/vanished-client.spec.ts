import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { startFakeEngine } from '../support/fake-engine.ts';
import { startGateway } from '../support/gateway.ts';

const script = fileURLToPath(new URL('./support/client-process.ts', import.meta.url));

it('ends what a client followed within some 24 s when it vanishes without a word', async () => {
  let open = 0;
  await using engine = Object.assign(
    await startFakeEngine({
      handlers: {
        'GET /events': async (_request, { response, clientGone }) => {
          response.writeHead(200).flushHeaders();
          open += 1;
          await clientGone;
          open -= 1;
        },
      },
    }),
    { [Symbol.asyncDispose]: () => engine.close() },
  );
  await using gateway = await startGateway({ host: engine.host });
  const client = fork(script, [gateway.url.replace(/^http/, 'ws'), 'subscription { events { type } }'], {
    execArgv: ['--import', 'tsx'],
  });
  try {
    await once(client, 'message');
    await vi.waitFor(() => expect(open).toBe(1), { timeout: 5_000 });
    // Its kernel goes on taking what comes, as a machine behind a cut line would seem to for a while.
    client.kill('SIGSTOP');
    const began = performance.now();
    await vi.waitFor(() => expect(open).toBe(0), { timeout: 30_000, interval: 100 });
    // Two pings at most, and the two seconds for which the hub waits for somebody else.
    expect(performance.now() - began).toBeLessThan(27_000);
  } finally {
    client.kill('SIGKILL');
  }
}, 45_000);
