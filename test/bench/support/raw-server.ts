/** The least that can be done: each event of the Engine, as one text, to every WebSocket by `ws.send`. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { WebSocketServer } from 'ws';
import { answer } from './child.ts';

const [socketPath = ''] = process.argv.slice(2);
const server = new WebSocketServer({
  port: 0,
  host: '127.0.0.1',
  perMessageDeflate: false,
  clientTracking: true,
  backlog: 4096,
});
await once(server, 'listening');

interface Message {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope: string;
  readonly time: number;
  readonly timeNano: number;
}

/** The message that a gateway would send for the same event and the same fields. */
function messageOf(line: string): string {
  const { Type, Action, Actor, scope, time, timeNano } = JSON.parse(line) as Message;
  const events = {
    __typename: 'ContainerEvent',
    cursor: `${timeNano}:0123456789ab`,
    time: new Date(time * 1000).toISOString(),
    type: Type,
    action: Action,
    actorId: Actor.ID,
    scope,
    attributes: Object.entries(Actor.Attributes).map(([key, value]) => ({ key, value })),
  };
  return JSON.stringify({ id: '1', type: 'next', payload: { data: { events } } });
}

const events = request({ socketPath, path: '/events', headers: { host: 'engine' } }, (response) => {
  const lines = createInterface({ input: response });
  // It hands on that the Engine was ended.
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    const message = messageOf(line);
    for (const client of server.clients) client.send(message);
  });
});
events.on('error', () => undefined);
events.end();

server.on('connection', (socket) => socket.on('error', () => undefined));
// With nothing to wait for in between: what is asked goes to whoever listens at that moment.
const facts: string = new URL('./facts.mjs', import.meta.url).href;
await import(facts);
answer({ port: () => (server.address() as AddressInfo).port }, () => {
  events.destroy();
  for (const client of server.clients) client.terminate();
  server.close();
});
