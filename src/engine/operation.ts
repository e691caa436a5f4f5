/** The Engine's operations as data: what a row says, and how its parameters are typed from its route. */

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
export type Route = `${Method} /${string}`;

/** `'id'` for `'POST /containers/{id}/kill'`. */
type Placeholders<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** List filters as the daemon takes them: AND between keys, OR inside one (labels: AND). */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** What may be given to a call beside its placeholders. `body` is sent as JSON, all else as the query. */
export type Params = { readonly body?: unknown } & { readonly [name: string]: unknown };

/** How the answer is read: one JSON value, no content, one of its headers, or bytes as they come. */
type Format = 'json' | 'nothing' | 'header' | 'stream';

/**
 * How long an operation may take before it counts as hanging, in milliseconds. 0 is no deadline. A function where a
 * parameter moves it, as the grace period of `stop` does.
 */
export type Deadline = number | ((params: Params) => number);

export const deadlines = {
  ping: 3_000,
  read: 10_000,
  write: 30_000,
  slow: 120_000,
  none: 0,
} as const;

/** What the outermost value of a JSON answer is; what is inside is read with tolerance. */
type Shape = 'object' | 'list' | 'list-or-null' | 'text';

export interface Decoder<Result> {
  readonly format: Format;
  readonly shape?: Shape;
  /** The header that is the answer, in lower case. */
  readonly header?: string;
  readonly result?: Result;
}
export interface Taken<Given> {
  readonly given?: Given;
}

/** `h2c` is HTTP/2 in which the daemon is the client. */
type Upgrade = 'tcp' | 'websocket' | 'h2c';

/** What a row says at run time. */
export interface Row {
  readonly route: Route;
  readonly format: Format;
  readonly shape: Shape | undefined;
  readonly header: string | undefined;
  readonly deadline: Deadline;
  /**
   * Concurrent identical calls share one answer. Of those that also wait, a second one is never made beside the first,
   * as the daemon refuses it or suffers from it.
   */
  readonly shared: boolean;
  /** May take as long as the world outside takes (a stop, a wait, a sample): kept off the pool of quick calls. */
  readonly waits: boolean;
  /**
   * Bytes of a stream that are read ahead of whoever takes them; undefined for what is usual. The daemon throws away what
   * it cannot write, or makes others wait for it.
   */
  readonly readAhead: number | undefined;
  /** What the connection becomes, where it does not stay HTTP: `tcp` is bytes both ways. */
  readonly upgrade: Upgrade;
  /** Changes something on the Engine: once sent, it goes on though nobody waits for its answer any more. */
  readonly changes: boolean;
}

/** A row with what only the compiler knows of it. */
export interface Operation<Given, Result> extends Row {
  readonly types?: { readonly given: Given; readonly result: Result };
}

/** The answer is one JSON object, read whole. */
export const json = <Result>(): Decoder<Result> => ({ format: 'json', shape: 'object' });
/** The answer is a JSON list, read whole. */
export const jsonList = <Item>(): Decoder<readonly Item[]> => ({ format: 'json', shape: 'list' });
/** The answer is a JSON list, and null where that would be empty. */
export const jsonListOrNull = <Item>(): Decoder<readonly Item[] | null> => ({
  format: 'json',
  shape: 'list-or-null',
});
/** The answer is one JSON text. */
export const jsonText: Decoder<string> = { format: 'json', shape: 'text' };
/** The answer has no content. `true` when the daemon did something, `false` when it was so already (304). */
export const nothing: Decoder<boolean> = { format: 'nothing' };
/** The answer is one of its headers. */
export const header = (name: string): Decoder<string> => ({ format: 'header', header: name });
/** The answer is read while it comes. */
export const bytes: Decoder<AsyncIterable<Uint8Array>> = { format: 'stream' };
/** The query and body parameters of an operation. */
export const takes = <Given extends object = object>(): Taken<Given> => ({});

const isRead = (route: Route): boolean => /^(?:GET|HEAD) /.test(route);

export const operation = <const Path extends Route, Result, Given extends object = object>(
  route: Path,
  decoder: Decoder<Result>,
  _given: Taken<Given> = {},
  options: {
    readonly deadline?: Deadline;
    readonly shared?: boolean;
    readonly waits?: boolean;
    readonly readAhead?: number;
    readonly upgrade?: Upgrade;
    readonly changes?: boolean;
  } = {},
): Operation<Given & Readonly<Record<Placeholders<Path>, string>>, Result> => ({
  route,
  format: decoder.format,
  shape: decoder.shape,
  header: decoder.header,
  deadline: options.deadline ?? (isRead(route) ? deadlines.read : deadlines.write),
  shared: options.shared ?? false,
  waits: options.waits ?? false,
  readAhead: options.readAhead,
  upgrade: options.upgrade ?? 'tcp',
  changes: options.changes ?? !isRead(route),
});

/** Whether an answer is what the row says. Nobody can work with a list that is none, and it would fail far from here. */
export function fits({ shape }: Row, value: unknown): boolean {
  if (shape === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (shape === 'text') return typeof value === 'string';
  return Array.isArray(value) || (shape === 'list-or-null' && value === null);
}
