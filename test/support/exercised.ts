/**
 * A set-up file of every worker: notes which operations of the Engine the gateway under test has really asked for, and
 * of what kind of Engine, as it is seen where requests leave and answers come in: those of undici, and of WebSockets,
 * which begin as requests of Node's own. What specs ask by themselves (`rest`, the docker CLI) goes other ways and is
 * not in it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { inject } from 'vitest';
import { engineRouteOf } from './engine-routes.ts';
import { createEvidence } from './evidence.ts';
import { fakeRequests } from './fake-requests.ts';
import { at, listAt, textAt } from './json.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that every worker appends what it has seen to. */
    readonly exercised: string;
  }
}

const file = inject('exercised');
const known = new Set<string>();
const evidence = createEvidence();

const keyOf = (request: unknown): string => `${textAt(request, 'method')} ${textAt(request, 'path')}`;

/** `Docker/28.5.2 (linux)` out of a list of names and values, as undici has it. */
function serverOf(headers: readonly unknown[]): string {
  const texts = headers.map(String);
  return texts.find((_text, index) => index % 2 === 1 && texts[index - 1]?.toLowerCase() === 'server') ?? '';
}

function note(message: unknown): void {
  const request = at(message, 'request');
  const status = Number(at(message, 'response', 'statusCode'));
  const engine = evidence.engineOf(keyOf(request), status, serverOf(listAt(message, 'response', 'headers')));
  // What the Engine refused has not been done.
  if (engine === undefined || status >= 400) return;
  const [path = '', query = ''] = textAt(request, 'path').split('?');
  const route = engineRouteOf(textAt(request, 'method'), path);
  if (route === undefined) return;
  const names = [...new Set(new URLSearchParams(query).keys())].sort();
  const line = [engine, route, ...names].join('\t');
  if (known.has(line)) return;
  known.add(line);
  appendFileSync(file, `${line}\n`);
}

/** A request of Node's own, which is one of the gateway's if it asks for a WebSocket. */
function noteWebSocket(message: unknown): void {
  // What Node documents of the channel.
  const { request } = message as { readonly request: ClientRequest };
  if (request.getHeader('upgrade') !== 'websocket') return;
  request.once('upgrade', ({ statusCode, rawHeaders }: IncomingMessage) => {
    note({
      request: { method: request.method, path: request.path },
      response: { statusCode, headers: rawHeaders },
    });
  });
}

subscribe(fakeRequests.name, (message) => evidence.faked(keyOf(message)));
subscribe('undici:request:headers', note);
subscribe('http.client.request.start', noteWebSocket);
