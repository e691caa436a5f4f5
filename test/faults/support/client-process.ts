/** A client in a process of its own, which can be stopped like one whose machine is gone: it subscribes and waits. */
import { WebSocket } from 'ws';

const [url = '', query = ''] = process.argv.slice(2);
const socket = new WebSocket(url, 'graphql-transport-ws');
socket.on('open', () => socket.send('{"type":"connection_init"}'));
socket.on('message', () => {
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  process.send?.('subscribed');
});
socket.on('error', () => undefined);
