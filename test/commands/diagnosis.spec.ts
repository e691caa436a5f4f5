import { describe, expect, it } from 'vitest';
import { codesOf, diagnose, type SocketFile } from '../../src/commands/diagnosis.ts';
import type { Endpoint } from '../../src/engine/endpoint.ts';
import { EngineError, type EngineErrorKind } from '../../src/engine/errors.ts';

const socket: Endpoint = {
  name: 'default',
  source: 'default socket',
  named: false,
  url: 'unix:///var/run/docker.sock',
  transport: { kind: 'unix', socketPath: '/var/run/docker.sock' },
};
const tcp: Endpoint = {
  name: 'default',
  source: 'DOCKER_HOST',
  named: true,
  url: 'tcp://engine.example:2375',
  transport: { kind: 'tcp', host: 'engine.example', port: 2375 },
};

const withCode = (code: string, message = code): Error => Object.assign(new Error(message), { code });

const failure = (
  kind: EngineErrorKind,
  cause?: unknown,
  status?: number,
  message = 'It failed.',
): EngineError =>
  new EngineError({
    kind,
    route: 'GET /_ping',
    message,
    cause,
    ...(status !== undefined && { status }),
  });

const here = (file: SocketFile) => () => file;
const present = here({ kind: 'socket', group: 998 });

describe('the diagnosis of a socket', () => {
  it.each([
    [
      'missing',
      failure('unavailable', withCode('ENOENT')),
      here({ kind: 'missing' }),
      /no socket at/,
      /systemctl start/,
    ],
    [
      'forbidden',
      failure('unavailable', withCode('EACCES')),
      present,
      /may not use.*group 998/,
      /usermod -aG docker/,
    ],
    [
      'left behind',
      failure('unavailable', withCode('ECONNREFUSED')),
      present,
      /Nobody listens/,
      /systemctl start/,
    ],
    [
      'a directory',
      failure('unavailable', withCode('ECONNREFUSED')),
      here({ kind: 'other' }),
      /not a socket/,
      /remove it/,
    ],
    ['hung', failure('timeout'), present, /does not answer/, /journalctl/],
  ] as const)('that is %s says so, and what to do', (_, error, inspect, problem, remedy) => {
    const found = diagnose(error, socket, inspect);
    expect(found.problem).toMatch(problem);
    expect(found.remedy).toMatch(remedy);
  });
});

describe('the diagnosis of an address', () => {
  const tls = (code: string, message?: string) => failure('unavailable', withCode(code, message));
  it.each([
    [
      'unknown',
      failure('unavailable', withCode('ENOTFOUND')),
      /engine\.example cannot be resolved/,
      /spelling/,
    ],
    ['closed', failure('unavailable', withCode('ECONNREFUSED')), /Nobody listens at/, /2376 TLS/],
    [
      'far away',
      failure('unavailable', withCode('UND_ERR_CONNECT_TIMEOUT')),
      /cannot be reached over/,
      /firewalls/,
    ],
    [
      'plain where TLS was asked for',
      tls('ERR_SSL_WRONG_VERSION_NUMBER'),
      /does not speak TLS/,
      /Unset DOCKER_TLS/,
    ],
    [
      'TLS where plain was asked for',
      failure('response', undefined, 400),
      /without TLS/,
      /DOCKER_TLS_VERIFY=1/,
    ],
    ['expired', tls('CERT_HAS_EXPIRED'), /has expired/, /new certificate/],
    ['named otherwise', tls('ERR_TLS_CERT_ALTNAME_INVALID'), /another name/, /alternative names/],
    ['signed by others', tls('SELF_SIGNED_CERT_IN_CHAIN'), /authority in ca\.pem/, /DOCKER_CERT_PATH/],
    [
      'distrustful',
      tls('EPROTO', 'ssl alert bad certificate'),
      /refused the client certificate/,
      /cert\.pem/,
    ],
    [
      'too old',
      failure('unsupported', undefined, undefined, 'The Engine speaks API 1.40.'),
      /1\.40/,
      /update it/,
    ],
    ['behind a proxy', failure('response', undefined, 403, 'blocked'), /refuses: blocked/, /socket proxy/],
    ['something else', failure('protocol'), /does not speak the API/, /Check that it is/],
    ['broken by us', new TypeError('x is not a function'), /not a function/, /report it/],
  ] as const)('that is %s says so, and what to do', (_, error, problem, remedy) => {
    const found = diagnose(error, tcp);
    expect(found.problem).toMatch(problem);
    expect(found.remedy).toMatch(remedy);
  });
});

describe('the codes of an error', () => {
  it('are those of its causes and of the errors it gathers, too', () => {
    const gathered = new AggregateError([withCode('ECONNREFUSED'), withCode('EACCES')]);
    expect(codesOf(failure('unavailable', gathered))).toEqual(['ECONNREFUSED', 'EACCES']);
    const circle = withCode('A');
    circle.cause = circle;
    expect(new Set(codesOf(circle))).toEqual(new Set(['A']));
    expect(codesOf('text')).toEqual([]);
  });
});
