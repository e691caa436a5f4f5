/**
 * The program behind `scripted-registry.ts`: an HTTP server on a free port of the loopback that answers what it is told by
 * lines on its standard input, and tells by lines on its output.
 */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** In base64. */
  readonly body?: string;
}

const unknown: ScriptedAnswer = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"errors":[{"code":"NAME_UNKNOWN","message":"name unknown"}]}').toString('base64'),
};
let answers: Readonly<Record<string, ScriptedAnswer>> = {};
let requests: string[] = [];

const server = createServer((request, response) => {
  const target = request.url ?? '';
  requests.push(`${request.method} ${target}`);
  const {
    status = 200,
    headers = {},
    body = '',
  } = answers[target] ?? answers[target.replace(/\?.*/, '')] ?? unknown;
  const bytes = Buffer.from(body, 'base64');
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
});

const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  say(typeof address === 'object' && address !== null ? address.port : 0);
});
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'requests') {
      say(requests);
      requests = [];
    } else {
      answers = JSON.parse(line) as typeof answers;
      say('ok');
    }
  })
  .on('close', () => process.exit(0));
