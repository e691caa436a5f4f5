/** Run as a program in an Engine's namespace: a TCP proxy to a port there, at so many bytes a second for all together. */
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const [port = '0', rate = '1000000'] = process.argv.slice(2);
/** When the line is free again, in milliseconds of `performance.now()`. */
let free = 0;

async function pump(from: Socket, to: Socket): Promise<void> {
  for await (const chunk of from) {
    const bytes: Buffer = chunk;
    free = Math.max(free, performance.now()) + (bytes.length / Number(rate)) * 1_000;
    await delay(free - performance.now());
    if (!to.write(bytes)) await new Promise((resolve) => to.once('drain', resolve));
  }
  to.end();
}

const server = createServer({ allowHalfOpen: true }, (client) => {
  const target = connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true });
  for (const [from, to] of [
    [client, target],
    [target, client],
  ] as const) {
    from.on('error', () => to.destroy());
    pump(from, to).catch(() => to.destroy());
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') process.stdout.write(`${address?.port}\n`);
});
