import { type IncomingHttpHeaders, request } from 'node:http';

/** One answer of a daemon, whole. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  text(): string;
  /** The body as JSON. Throws SyntaxError when it is not. */
  json(): unknown;
}

export interface RestOptions {
  /** Sent as it is when bytes or text, as JSON otherwise. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A daemon answered a call that had to succeed with a status of 400 or above. */
class RestError extends Error {
  override readonly name = 'RestError';
  readonly status: number;

  constructor(call: string, answer: RestAnswer) {
    super(`${call} answered ${answer.status}: ${answer.text().trim()}`);
    this.status = answer.status;
  }
}

const isRaw = (body: unknown): body is string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array;

/**
 * One call over a unix socket, on a connection of its own, with nothing of the gateway in between: the second
 * opinion that specs compare with. Answers whatever the status is; rejects when the connection fails.
 */
export function rest(
  socketPath: string,
  method: string,
  path: string,
  options: RestOptions = {},
): Promise<RestAnswer> {
  const { body } = options;
  const raw = body === undefined ? undefined : isRaw(body) ? body : JSON.stringify(body);
  const headers = {
    ...(raw !== undefined && {
      'content-type': isRaw(body) ? 'application/x-tar' : 'application/json',
      'content-length': String(Buffer.byteLength(raw)),
    }),
    ...options.headers,
  };
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath,
      method,
      path,
      headers,
      agent: false,
      ...(options.signal && { signal: options.signal }),
    });
    call.on('error', reject);
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole,
          text: () => whole.toString('utf8'),
          json: (): unknown => JSON.parse(whole.toString('utf8')),
        });
      });
    });
    call.end(raw);
  });
}

/** Like {@link rest}, and rejects with RestError where the daemon refused. */
export async function mustRest(
  socketPath: string,
  method: string,
  path: string,
  options?: RestOptions,
): Promise<RestAnswer> {
  const answer = await rest(socketPath, method, path, options);
  if (answer.status >= 400) throw new RestError(`${method} ${path}`, answer);
  return answer;
}
