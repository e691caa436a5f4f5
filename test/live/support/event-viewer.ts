/** A client of the gateway that keeps what events tell it, and nothing else. */
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { at, listAt, textAt } from '../../support/json.ts';
import { textOf } from './event-recording.ts';

export type Transport = 'graphql-ws' | 'SSE';

export interface SeenEvent {
  readonly kind: 'event' | 'gap' | 'resync';
  readonly nanos: bigint;
  /** As a recording writes it; of a gap its reason. */
  readonly text: string;
  /** RFC 3339, of gaps that tell. */
  readonly from: string;
  readonly to: string;
}

/** By noun and ID: `<name> <state>`. */
type View = Map<string, string>;

export interface EventViewer {
  /** Everything in the order in which it came. */
  readonly seen: readonly SeenEvent[];
  /** What there is, from the last resync and the events since; undefined while a gap waits for its resync. */
  readonly view: ReadonlyMap<string, string> | undefined;
  /** Resyncs whose differences, applied to what was known, did not give what they say there is. */
  readonly contradictions: readonly string[];
  leave(): Promise<void>;
}

const entry = '{ noun dockerId name stateRaw }';
const resyncFields = `... on EventResync {
  cause inventory ${entry} appeared ${entry} vanished ${entry} changed { before ${entry} after ${entry} }
}`;

const documentOf = (resync: boolean) => `subscription ($filter: EventFilter, $after: String) {
  events(filter: $filter, after: $after) {
    __typename cursor typeRaw actionRaw actorId name: attribute(key: "name")
    ... on EventGap { reason from to }
    ${resync ? resyncFields : ''}
  }
}`;

function iterate(url: string, transport: Transport, query: string, variables: Record<string, unknown>) {
  if (transport === 'SSE') {
    const client = createSseClient({ url });
    const results = client.iterate({ query, variables });
    return { results, dispose: async () => client.dispose() };
  }
  const client = createWsClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
  return { results: client.iterate({ query, variables }), dispose: async () => client.dispose() };
}

/** Yields what one connection brings; its `return()` leaves at once. */
export function connectEvents(
  url: string,
  transport: Transport,
  options: { readonly filter?: object; readonly after?: string | undefined; readonly resync?: boolean },
) {
  const { filter = null, after = null, resync = false } = options;
  const { results, dispose } = iterate(url, transport, documentOf(resync), { filter, after });
  return {
    /** The next event as the client gets it; undefined at the end. */
    async next(): Promise<unknown> {
      const { value, done } = await results.next();
      if (done) return undefined;
      if (at(value, 'errors') !== undefined) throw new Error(JSON.stringify(at(value, 'errors')));
      return at(value, 'data', 'events');
    },
    async leave() {
      await results.return?.();
      await dispose();
    },
  };
}

export function readSeen(event: unknown): SeenEvent {
  const nanos = BigInt(textAt(event, 'cursor').split(':')[0] ?? '0');
  const type = textAt(event, '__typename');
  const kind = type === 'EventGap' ? 'gap' : type === 'EventResync' ? 'resync' : 'event';
  const told = textOf(nanos, textAt(event, 'typeRaw'), textAt(event, 'actionRaw'), textAt(event, 'actorId'));
  const text = kind === 'event' ? told : textAt(event, kind === 'gap' ? 'reason' : 'cause');
  return { kind, nanos, text, from: textAt(event, 'from'), to: textAt(event, 'to') };
}

const keyOf = (thing: unknown): string =>
  `${textAt(thing, 'noun').toLowerCase()} ${textAt(thing, 'dockerId')}`;
const wordsOf = (thing: unknown): string => `${textAt(thing, 'name')} ${textAt(thing, 'stateRaw')}`.trim();

const states: Readonly<Record<string, string>> = {
  start: 'running',
  unpause: 'running',
  pause: 'paused',
  die: 'exited',
};

/** What an event does to what is known. Written without a look at the gateway's own. */
function follow(view: View, event: unknown): void {
  const [type, action] = [textAt(event, 'typeRaw'), textAt(event, 'actionRaw')];
  const [id, name] = [textAt(event, 'actorId'), textAt(event, 'name')];
  const key = `${type} ${id}`;
  if (action === 'destroy') view.delete(key);
  else if (type === 'volume' && action === 'create') view.set(key, id);
  else if (type === 'network' && action === 'create') view.set(key, name);
  else if (type === 'container') {
    const known = view.get(key);
    if (action === 'create') view.set(key, `${name} created`);
    else if (known !== undefined) {
      const [, state = ''] = known.split(' ');
      if (action === 'rename') view.set(key, `${name} ${state}`);
      else if (states[action] !== undefined) view.set(key, `${name} ${states[action]}`);
    }
  }
}

/** The same text for the same view, line by line. */
export const linesOf = (view: Iterable<readonly [key: string, words: string]>): string =>
  [...view]
    .map(([key, words]) => `${key} ${words}`)
    .sort()
    .join('\n');

/** Whether the differences of a resync lead from what was known to what it says there is. */
function contradiction(known: View | undefined, event: unknown, found: View): string | undefined {
  if (!known || at(event, 'appeared') === null) return undefined;
  const made = new Map(known);
  for (const thing of listAt(event, 'vanished')) made.delete(keyOf(thing));
  for (const thing of listAt(event, 'appeared')) made.set(keyOf(thing), wordsOf(thing));
  for (const change of listAt(event, 'changed'))
    made.set(keyOf(at(change, 'after')), wordsOf(at(change, 'after')));
  return linesOf(made) === linesOf(found) ? undefined : `${linesOf(made)}\nis not\n${linesOf(found)}`;
}

/** Subscribes, and reads all the time. */
export function viewEvents(
  url: string,
  transport: Transport,
  options: { readonly filter?: object; readonly resync?: boolean } = {},
): EventViewer {
  const connection = connectEvents(url, transport, options);
  const seen: SeenEvent[] = [];
  const contradictions: string[] = [];
  let view: View | undefined;
  let isGap = false;
  const reading = (async () => {
    for (;;) {
      const event = await connection.next();
      if (event === undefined) return;
      const item = readSeen(event);
      seen.push(item);
      if (item.kind === 'gap') isGap = true;
      else if (item.kind === 'event') {
        if (view) follow(view, event);
      } else {
        const found: View = new Map(
          listAt(event, 'inventory').map((thing) => [keyOf(thing), wordsOf(thing)]),
        );
        const why = contradiction(view, event, found);
        if (why !== undefined) contradictions.push(why);
        view = found;
        isGap = false;
      }
    }
  })();
  reading.catch((error: unknown) => contradictions.push(String(error)));
  return {
    seen,
    contradictions,
    get view() {
      return isGap ? undefined : view;
    },
    async leave() {
      await connection.leave();
      await reading;
    },
  };
}
