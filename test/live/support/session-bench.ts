import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect } from 'vitest';
import { WebSocket } from 'ws';
import { type CountingProxy, startCountingProxy } from '../../support/counting-proxy.ts';
import type { EngineAccess } from '../../support/engine-access.ts';
import { type RunningGateway, startGateway } from '../../support/gateway.ts';
import { at, listAt, textAt } from '../../support/json.ts';

const selection = `__typename cursor ... on SessionChunk { stream text base64 } ... on SessionGap { bytes }
  ... on SessionEnd { ending { reason exitCode message } }`;

interface SeenItem {
  readonly kind: string;
  readonly cursor: string;
  readonly stream: string;
  readonly text: string;
  readonly bytes: Buffer;
  /** Of a gap. */
  readonly missing: unknown;
  /** Of the end. */
  readonly ending: unknown;
}

const itemOf = (value: unknown, field: string): SeenItem => {
  const item = at(value, 'data', field);
  if (item === undefined || item === null) {
    const errors = listAt(value, 'errors');
    throw new Error(
      errors.map((error) => `${textAt(error, 'extensions', 'code')}: ${textAt(error, 'message')}`).join('\n'),
    );
  }
  return {
    kind: textAt(item, '__typename'),
    cursor: textAt(item, 'cursor'),
    stream: textAt(item, 'stream'),
    text: textAt(item, 'text'),
    bytes: Buffer.from(textAt(item, 'base64'), 'base64'),
    missing: at(item, 'bytes'),
    ending: at(item, 'ending'),
  };
};

export interface OutputReader {
  /** Everything that has come so far. */
  readonly items: readonly SeenItem[];
  next(): Promise<SeenItem | undefined>;
  /** Reads on until all text so far contains this; gives the text. */
  until(text: string): Promise<string>;
  /** Reads to the end. */
  rest(): Promise<{ readonly stdout: Buffer; readonly stderr: Buffer; readonly ending: unknown }>;
  leave(): Promise<void>;
}

/** Follows `execOutput` or `containerAttach` over a WebSocket, as a client does. */
export function readOutput(
  url: string,
  field: 'execOutput' | 'containerAttach',
  args: Readonly<Record<string, string | boolean>>,
): OutputReader {
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const given = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const results: AsyncIterableIterator<unknown> = client.iterate({
    query: `subscription { ${field}${given.length > 0 ? `(${given.join(', ')})` : ''} { ${selection} } }`,
  });
  const items: SeenItem[] = [];
  const textSoFar = () => items.map(({ text }) => text).join('');
  const next = async () => {
    const { value, done } = await results.next();
    if (done) return undefined;
    const item = itemOf(value, field);
    items.push(item);
    return item;
  };
  const bytesOf = (stream: string) =>
    Buffer.concat(items.filter((item) => item.stream === stream).map(({ bytes }) => bytes));
  return {
    items,
    next,
    async until(text) {
      while (!textSoFar().includes(text)) {
        if (!(await next())) throw new Error(`ended without ${JSON.stringify(text)}: ${textSoFar()}`);
      }
      return textSoFar();
    },
    async rest() {
      for (;;) if (!(await next())) break;
      return { stdout: bytesOf('STDOUT'), stderr: bytesOf('STDERR'), ending: items.at(-1)?.ending };
    },
    async leave() {
      await results.return?.();
      await client.dispose();
    },
  };
}

const errors = 'userErrors { __typename code message path }';
const sessionFields = `session { id kind tty takesInput endedAt ending { reason exitCode message } }`;

export const documents = {
  create: `mutation ($input: ExecCreateInput!) { execCreate(input: $input) {
    changed exec { dockerId command tty isRunning openStdin } container { name } ${errors} } }`,
  start: `mutation ($input: ExecStartInput!) { execStart(input: $input) {
    changed exec { dockerId isRunning } ${sessionFields} ${errors} } }`,
  input: `mutation ($input: ExecInputInput!) { execInput(input: $input) { changed bytes ${sessionFields} ${errors} } }`,
  resize: `mutation ($input: ExecResizeInput!) { execResize(input: $input) { changed exec { dockerId } ${errors} } }`,
  attachStart: `mutation ($input: ContainerAttachStartInput!) { containerAttachStart(input: $input) {
    changed container { name state } ${sessionFields} ${errors} } }`,
  attachInput: `mutation ($input: ContainerAttachInputInput!) { containerAttachInput(input: $input) {
    changed bytes ${sessionFields} ${errors} } }`,
  containerResize: `mutation ($input: ContainerResizeInput!) { containerResize(input: $input) {
    changed container { name } ${errors} } }`,
  end: `mutation ($input: SessionEndInput!) { sessionEnd(input: $input) { changed ${sessionFields} ${errors} } }`,
  terminal: `mutation ($input: TerminalOpenInput!) { terminalOpen(input: $input) {
    changed url expiresAt session { id kind exec { dockerId } } ${errors} } }`,
} as const;

export interface SessionBench {
  readonly proxy: CountingProxy;
  readonly gateway: RunningGateway;
}

/** A running container of that name, and a gateway whose calls are counted. */
export function sessionBench(engine: EngineAccess, box: string, flags: readonly string[] = []) {
  let bench: SessionBench | undefined;
  const ready = (): SessionBench => {
    if (!bench) throw new Error('not before the first test');
    return bench;
  };
  beforeAll(async () => {
    const proxy = await startCountingProxy(engine.socketPath);
    bench = {
      proxy,
      gateway: await startGateway({ host: proxy.host, flags: ['--max-body-bytes=4m', ...flags] }),
    };
    await engine.cli('run', '--detach', '--name', box, '--stop-timeout', '0', 'busybox', 'sleep', '3600');
  });
  afterAll(async () => {
    await bench?.gateway.close();
    await bench?.proxy.close();
  });

  /** The payload of a mutation. */
  async function ask(document: keyof typeof documents, input: object): Promise<unknown> {
    const data = await ready().gateway.data(documents[document], { input });
    return Object.values(data ?? {})[0];
  }
  async function created(input: object): Promise<string> {
    const payload = await ask('create', { ref: box, ...input });
    expect(payload).toMatchObject({ changed: true, userErrors: [] });
    return textAt(payload, 'exec', 'dockerId');
  }
  /** Starts a command; gives the ID of the session. */
  async function start(
    input: object,
    more: object = {},
  ): Promise<{ readonly session: string; readonly exec: string }> {
    const exec = await created(input);
    const payload = await ask('start', { ref: exec, ...more });
    expect(payload).toMatchObject({ changed: true, userErrors: [] });
    return { exec, session: textAt(payload, 'session', 'id') };
  }
  return {
    ready,
    ask,
    created,
    start,
    write: (session: string, input: object) => ask('input', { session, ...input }),
    output: (session: string, after?: string) =>
      readOutput(ready().gateway.url, 'execOutput', { session, ...(after !== undefined && { after }) }),
    attach: (args: Readonly<Record<string, string | boolean>>) =>
      readOutput(ready().gateway.url, 'containerAttach', args),
    /** Resolves when somebody is attached to that container, and as many look on as that. */
    attachedTo: async (name: string, count = 1) => {
      const id = await engine.cli('inspect', '--format', '{{.Id}}', name);
      await ready().proxy.until(
        (requests) =>
          requests.filter(({ path, bytes }) => path.includes(`${id}/attach`) && bytes > 0).length >= count,
      );
    },
    /** Resolves when nothing of sessions is open at the Engine. */
    quiet: () =>
      ready().proxy.until((requests) =>
        requests.every(({ path, ended }) => ended || !/\/(start|attach|attach\/ws)(\?|$)/.test(path)),
      ),
  };
}
