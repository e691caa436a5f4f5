/** A gateway in a process of its own, which tells what it holds, and ends by itself once the gateway is closed. */
import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { startGateway } from '../../support/gateway.ts';

const [host = '', ...flags] = process.argv.slice(2);
const gateway = await startGateway({ host, flags });

/** Bytes in use after everything that can be forgotten is. */
async function heap(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const handlers: Readonly<Record<string, () => unknown>> = {
  url: () => gateway.url,
  facts: async () => ({
    heap: await heap(),
    files: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().toSorted(),
  }),
  close: () => gateway.close(),
};

process.on('message', (what: string) => {
  Promise.resolve()
    .then(() => handlers[what]?.())
    .then(
      (answer) => {
        process.send?.({ answer: answer ?? null });
        // Nothing is to keep this process now.
        if (what === 'close') process.disconnect?.();
      },
      (error: unknown) => process.send?.({ error: String(error) }),
    );
});
