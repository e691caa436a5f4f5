import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { expect, it, vi } from 'vitest';
import { sharedEngine } from './live.ts';
import { clientsOf, untilNothingLeft } from './nothing-left.ts';

it('names what is left once the patience is over, and waits for what goes in time', async () => {
  await expect(untilNothingLeft(() => ['42: dockerd'], 50)).rejects.toThrow('42: dockerd');
  let left = 3;
  await untilNothingLeft(() => (left-- > 0 ? ['43: sh'] : []), 2_000);
});

it('sees the processes of this run, and no others', async () => {
  const run = process.env['TEST_RUN_OF_DOCKGRAPH'] ?? '';
  expect(run).toMatch(/^\d+$/);
  // A process of another run than the one this worker is of: it is not named.
  const other = spawn('sleep', ['60'], { env: { TEST_RUN_OF_DOCKGRAPH: 'another' } });
  const own = spawn('sleep', ['61'], { env: { TEST_RUN_OF_DOCKGRAPH: String(process.pid) } });
  try {
    await vi.waitFor(async () => {
      const words = await untilNothingLeft(undefined, 0).catch((error: unknown) => String(error));
      expect(words).toContain(`${own.pid}: sleep 61`);
      expect(words).not.toContain('sleep 60');
    });
  } finally {
    own.kill();
    other.kill();
  }
});

it('counts the clients that an Engine has', async () => {
  const { socketPath } = sharedEngine();
  const before = clientsOf(socketPath);
  const clients = [connect(socketPath), connect(socketPath)];
  await vi.waitFor(() => expect(clientsOf(socketPath)).toBeGreaterThanOrEqual(before + 2));
  for (const client of clients) client.destroy();
});
