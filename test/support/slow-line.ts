/**
 * A program for an Engine's namespace, `slow-line.ts PORT BYTES`: a TCP proxy to a port of the loopback there, at so many
 * bytes a second for all connections together. Prints its own port, and then, for each line that it reads, how many bytes
 * have come back from there so far.
 */
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const [port, rate] = process.argv.slice(2).map(Number);
/** When the line is free again, in milliseconds of `performance.now()`. */
let free = 0;
let received = 0;

async function pump(from: Socket, to: Socket, count: (length: number) => void): Promise<void> {
  for await (const chunk of from) {
    const bytes: Buffer = chunk;
    free = Math.max(free, performance.now()) + (bytes.length / (rate ?? 1)) * 1_000;
    await delay(free - performance.now());
    if (to.destroyed) break;
    count(bytes.length);
    if (!to.write(bytes)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
  }
  to.end();
}

const server = createServer({ allowHalfOpen: true }, (client) => {
  const target = connect({ host: '127.0.0.1', port: port ?? 0, allowHalfOpen: true });
  const back = (length: number) => {
    received += length;
  };
  for (const [from, to, count] of [
    [client, target, () => {}],
    [target, client, back],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    pump(from, to, count).catch(() => to.destroy());
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
createInterface({ input: process.stdin }).on('line', () => process.stdout.write(`${received}\n`));
