/**
 * A set-up file of every worker: notes which operations of the Engine the gateway under test has really asked for, and
 * of what kind of Engine, as it is seen where the requests of undici leave and their answers come in. What specs ask by
 * themselves (`rest`, the docker CLI) goes other ways and is not in it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { inject } from 'vitest';
import { engineRouteOf } from './engine-routes.ts';
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
/** Requests that came to a fake daemon of this process, and whose answer has not been seen yet. */
const faked = new Map<string, number>();

const keyOf = (request: unknown): string => `${textAt(request, 'method')} ${textAt(request, 'path')}`;

/** `Docker/28.5.2 (linux)` out of a list of names and values, as undici has it. */
function serverOf(headers: readonly unknown[]): string {
  const texts = headers.map(String);
  return texts.find((_text, index) => index % 2 === 1 && texts[index - 1]?.toLowerCase() === 'server') ?? '';
}

function engineOf(key: string, status: number, server: string): 'real' | 'fake' | undefined {
  const outstanding = faked.get(key) ?? 0;
  if (outstanding > 0) {
    faked.set(key, outstanding - 1);
    return 'fake';
  }
  // A connection that is handed over begins without the headers of other answers.
  return status === 101 || /^Docker\/\d/.test(server) ? 'real' : undefined;
}

function note(message: unknown): void {
  const request = at(message, 'request');
  const status = Number(at(message, 'response', 'statusCode'));
  const engine = engineOf(keyOf(request), status, serverOf(listAt(message, 'response', 'headers')));
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

subscribe(fakeRequests.name, (message) => {
  const key = keyOf(message);
  faked.set(key, (faked.get(key) ?? 0) + 1);
});
subscribe('undici:request:headers', note);
