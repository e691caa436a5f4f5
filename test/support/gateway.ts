import { loadConfig } from '../../src/config.ts';
import { createGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/logger.ts';
import { at, listAt, textAt } from './json.ts';

interface GraphError {
  readonly message: string;
  /** `extensions.code`. */
  readonly code: string;
  readonly path: readonly unknown[];
}

/** What a client reads of one answer. */
export interface GraphAnswer {
  /** The HTTP status. */
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly GraphError[];
  readonly extensions: unknown;
}

export interface RunningGateway {
  /** Where GraphQL is answered. */
  readonly url: string;
  /** POSTs one operation, as any client would. Rejects only where the gateway does not answer in JSON. */
  query(
    document: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<GraphAnswer>;
  /** The same, and rejects with the messages where the answer has errors; resolves with `data`. */
  data(document: string, variables?: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface GatewayOptions {
  /** Where the Engine is, or the proxy before it: `unix:///…`. */
  readonly host: string;
  /** Further flags, such as `--max-depth=30`. */
  readonly flags?: readonly string[];
  /** Variables that it is configured by; nothing is inherited. */
  readonly environment?: Readonly<Record<string, string>>;
}

const errorOf = (error: unknown): GraphError => ({
  message: textAt(error, 'message'),
  code: textAt(error, 'extensions', 'code'),
  path: listAt(error, 'path'),
});

/** Starts the gateway as `serve` does, on a free port of this machine, in this process and with a silent log. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const argv = [
    'serve',
    '--port=0',
    `--host=${options.host}`,
    '--log-level=silent',
    ...(options.flags ?? []),
  ];
  const config = loadConfig(argv, options.environment ?? {});
  const gateway = createGateway(config, createLogger(config.log));
  const { url } = await gateway.listen();
  const query: RunningGateway['query'] = async (document, variables = {}, headers = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: document, variables }),
    });
    const answer: unknown = await response.json();
    return {
      status: response.status,
      data: at(answer, 'data'),
      errors: listAt(answer, 'errors').map(errorOf),
      extensions: at(answer, 'extensions'),
    };
  };
  const close = (): Promise<void> => gateway.close({ graceMs: 0 });
  return {
    url,
    query,
    async data(document, variables) {
      const { data, errors } = await query(document, variables);
      if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
      return data;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
