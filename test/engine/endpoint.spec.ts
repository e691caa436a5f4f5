import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndpointError, type EndpointSettings, resolveEndpoint } from '../../src/engine/endpoint.ts';

let configDir: string;
/** Any certificate will do: nothing connects here. */
const ca = rootCertificates[0] ?? '';

beforeEach(() => {
  configDir = mkdtempSync(join(tmpdir(), 'dockgraph-endpoint-'));
});
afterEach(() => rmSync(configDir, { recursive: true, force: true }));

const noSocket = () => false;
const resolve = (
  settings: Omit<EndpointSettings, 'configDir'> = {},
  socketExists: (path: string) => boolean = noSocket,
) => resolveEndpoint({ configDir, ...settings }, socketExists);

function writeContext(name: string, host: string, endpoint: Readonly<Record<string, unknown>> = {}): void {
  const id = createHash('sha256').update(name).digest('hex');
  const directory = join(configDir, 'contexts', 'meta', id);
  mkdirSync(directory, { recursive: true });
  const metadata = { Name: name, Endpoints: { docker: { Host: host, ...endpoint } } };
  writeFileSync(join(directory, 'meta.json'), JSON.stringify(metadata));
}
const useContext = (name: string) =>
  writeFileSync(join(configDir, 'config.json'), JSON.stringify({ currentContext: name }));

function failureOf(work: () => unknown): EndpointError {
  try {
    work();
  } catch (error) {
    if (error instanceof EndpointError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('precedence', () => {
  const all = { dockerHost: 'tcp://env:1', dockerContext: 'by-env' };
  beforeEach(() => {
    for (const name of ['by-flag', 'by-env', 'by-file']) writeContext(name, `tcp://${name}:2375`);
    useContext('by-file');
  });

  it('refuses --host together with --context', () => {
    const failure = failureOf(() => resolve({ host: 'tcp://a', context: 'by-flag' }));
    expect(failure.message).toBe('--host and --context contradict each other.');
    expect(failure.remedy).not.toBe('');
  });

  it('takes --host before everything else', () => {
    expect(resolve({ ...all, host: 'tcp://flag:1' })).toEqual({
      name: 'default',
      source: '--host',
      named: true,
      url: 'tcp://flag:1',
      transport: { kind: 'tcp', host: 'flag', port: 1 },
    });
  });

  it('takes --context before DOCKER_HOST', () => {
    expect(resolve({ ...all, context: 'by-flag' })).toMatchObject({
      name: 'by-flag',
      source: 'context "by-flag" (--context)',
      named: true,
      url: 'tcp://by-flag:2375',
    });
  });

  it('takes DOCKER_HOST before DOCKER_CONTEXT', () => {
    expect(resolve(all)).toMatchObject({
      name: 'default',
      source: 'DOCKER_HOST',
      named: true,
      url: 'tcp://env:1',
    });
  });

  it('takes DOCKER_CONTEXT before the current context', () => {
    expect(resolve({ dockerContext: 'by-env', dockerHost: '' })).toMatchObject({
      name: 'by-env',
      source: 'context "by-env" (DOCKER_CONTEXT)',
      named: true,
    });
  });

  it('takes the current context before the default sockets', () => {
    expect(resolve({ dockerContext: '', dockerHost: '' })).toMatchObject({
      name: 'by-file',
      source: 'context "by-file" (config.json)',
      named: true,
      url: 'tcp://by-file:2375',
    });
  });

  it('does not look at contexts that are not asked for', () => {
    writeFileSync(join(configDir, 'config.json'), '{broken');
    expect(resolve({ dockerHost: 'tcp://env:1' }).url).toBe('tcp://env:1');
  });

  it('refuses a current context that does not exist, rather than to act on another Engine', () => {
    useContext('gone');
    expect(failureOf(() => resolve()).message).toMatch(/"gone" \(config\.json\) does not exist/);
  });
});

describe('the context called default', () => {
  it('stands for DOCKER_HOST', () => {
    expect(resolve({ context: 'default', dockerHost: 'tcp://env:1' })).toMatchObject({
      name: 'default',
      source: 'DOCKER_HOST',
      url: 'tcp://env:1',
    });
  });

  it('stands for the default socket, and counts as named when asked for', () => {
    const socket = { name: 'default', source: 'default socket', url: 'unix:///var/run/docker.sock' };
    expect(resolve({ context: 'default' })).toMatchObject({ ...socket, named: true });
    expect(resolve({ dockerContext: 'default' })).toMatchObject({ ...socket, named: true });
    useContext('default');
    expect(resolve()).toMatchObject({ ...socket, named: false });
  });
});

describe('the default sockets', () => {
  const homes = { home: '/home/ann', xdgRuntimeDir: '/run/user/1000' };
  const desktop = '/home/ann/.docker/run/docker.sock';
  const rootless = '/run/user/1000/docker.sock';
  const only =
    (...paths: readonly string[]) =>
    (path: string) =>
      paths.includes(path);

  it.each([
    ['the system one first', ['/var/run/docker.sock', desktop, rootless], '/var/run/docker.sock'],
    ['then the one of Docker Desktop', [desktop, rootless], desktop],
    ['then the rootless one', [rootless], rootless],
    ['the system one when none exists', [], '/var/run/docker.sock'],
  ])('are tried in order: %s', (_, existing, socketPath) => {
    expect(resolve(homes, only(...existing))).toEqual({
      name: 'default',
      source: 'default socket',
      named: false,
      url: `unix://${socketPath}`,
      transport: { kind: 'unix', socketPath },
    });
  });

  it('need neither HOME nor XDG_RUNTIME_DIR', () => {
    const asked: string[] = [];
    resolve({}, (path) => {
      asked.push(path);
      return false;
    });
    expect(asked).toEqual(['/var/run/docker.sock']);
  });

  it('serve a context that has no host', () => {
    writeContext('bare', '');
    expect(resolve({ ...homes, context: 'bare' }, only(rootless))).toMatchObject({
      name: 'bare',
      url: `unix://${rootless}`,
    });
  });

  it('serve an empty --host, as in the CLI', () => {
    expect(resolve({ host: '', dockerHost: 'tcp://env:1' })).toMatchObject({
      source: 'default socket',
      named: false,
    });
  });
});

describe('an address', () => {
  it.each([
    ['unix:///run/d.sock', 'unix:///run/d.sock'],
    ['unix://', 'unix:///var/run/docker.sock'],
    ['  unix:///run/d.sock\n', 'unix:///run/d.sock'],
    ['tcp://', 'tcp://localhost:2375'],
    ['tcp://host', 'tcp://host:2375'],
    ['tcp://host/', 'tcp://host:2375'],
    ['tcp://host:', 'tcp://host:2375'],
    ['tcp://host:4243', 'tcp://host:4243'],
    ['tcp://:99', 'tcp://localhost:99'],
    ['host', 'tcp://host:2375'],
    ['host:99', 'tcp://host:99'],
    [':99', 'tcp://localhost:99'],
    ['127.0.0.1:99', 'tcp://127.0.0.1:99'],
    ['::1', 'tcp://[::1]:2375'],
    ['tcp://[::1]', 'tcp://[::1]:2375'],
    ['tcp://[fc00::1]:99', 'tcp://[fc00::1]:99'],
    ['http://host', 'http://host:80'],
    ['http://host:2375', 'http://host:2375'],
    ['https://host', 'https://host:443'],
    ['https://host:2376', 'https://host:2376'],
  ])('%j means %s', (given, url) => {
    expect(resolve({ host: given }).url).toBe(url);
  });

  it('has the host of IPv6 without its brackets', () => {
    expect(resolve({ host: 'tcp://[::1]:99' }).transport).toEqual({ kind: 'tcp', host: '::1', port: 99 });
  });

  it('is encrypted and verified when it is https', () => {
    expect(resolve({ host: 'https://host' }).transport).toMatchObject({ tls: { rejectUnauthorized: true } });
  });

  it.each([
    ['ssh://me@box', /ssh:\/\/ addresses are not supported yet/, /docker context/],
    ['npipe:////./pipe/docker_engine', /Named pipes/, /TCP/],
    ['fd://', /a daemon listens on/, /unix:\/\//],
    ['ftp://host', /scheme ftp:\/\/ is unknown/, /tcp:\/\//],
    ['/var/run/docker.sock', /it is a path/, /Write unix:\/\/\/var\/run\/docker\.sock/],
    ['tcp://host:99/prefix', /it has a path/, /host:port/],
    ['tcp://host?x', /it has a path/, /host:port/],
    ['tcp://host:0', /no port 0/, /host:port/],
    ['tcp://host:65536', /no port 65536/, /host:port/],
    ['tcp://host:http', /not a host and a port/, /host:port/],
    ['tcp://unix:///x', /it has a path/, /host:port/],
    ['unix://tcp://x', /two schemes/, /host:port/],
    ['tcp://ho st', /not a host and a port/, /host:port/],
    ['tcp://[::g]:1', /not a host and a port/, /host:port/],
    ['tcp://[1.2.3.4]:1', /not an IPv6 address/, /host:port/],
    ['tcp://[fe80::1%eth0]:1', /not a host and a port/, /host:port/],
  ])('%s is refused with a remedy', (given, message, remedy) => {
    const failure = failureOf(() => resolve({ host: given }));
    expect(failure.message).toMatch(message);
    expect(failure.remedy).toMatch(remedy);
  });

  it('never has its password repeated', () => {
    const failure = failureOf(() => resolve({ host: 'tcp://ann:hunter2@host:1' }));
    expect(`${failure.message} ${failure.remedy}`).not.toContain('hunter2');
  });
});

describe('TLS by variables', () => {
  const tlsOf = (settings: Omit<EndpointSettings, 'configDir'>) => {
    const { transport } = resolve(settings);
    return transport.kind === 'tcp' ? transport.tls : undefined;
  };

  it('is off unless asked for', () => {
    expect(tlsOf({ host: 'tcp://host' })).toBeUndefined();
    expect(tlsOf({ host: 'tcp://host', tls: false, tlsVerify: false, certPath: configDir })).toBeUndefined();
  });

  it('verifies the daemon for DOCKER_TLS_VERIFY, and takes port 2376', () => {
    writeFileSync(join(configDir, 'ca.pem'), ca);
    const endpoint = resolve({ dockerHost: 'tcp://host', tlsVerify: true });
    expect(endpoint.url).toBe('tcp://host:2376');
    expect(endpoint.transport).toEqual({
      kind: 'tcp',
      host: 'host',
      port: 2376,
      tls: { ca, rejectUnauthorized: true },
    });
  });

  it('does not verify for DOCKER_TLS alone', () => {
    writeFileSync(join(configDir, 'ca.pem'), ca);
    expect(tlsOf({ host: 'tcp://host', tls: true })).toEqual({ ca, rejectUnauthorized: false });
  });

  it('reads DOCKER_CERT_PATH rather than the config directory', () => {
    const certPath = join(configDir, 'certs');
    mkdirSync(certPath);
    writeFileSync(join(certPath, 'ca.pem'), ca);
    expect(tlsOf({ host: 'tcp://host', tlsVerify: true, certPath })).toMatchObject({ ca });
    expect(tlsOf({ host: 'https://host', certPath })).toMatchObject({ ca, rejectUnauthorized: true });
  });

  it('names the files that are missing', () => {
    const failure = failureOf(() => resolve({ host: 'tcp://host', tlsVerify: true }));
    expect(failure.message).toBe(`TLS files are missing: ${join(configDir, 'ca.pem')}.`);
    writeFileSync(join(configDir, 'ca.pem'), ca);
    writeFileSync(join(configDir, 'cert.pem'), ca);
    const half = failureOf(() => resolve({ host: 'tcp://host', tlsVerify: true }));
    expect(half.message).toBe(`TLS files are missing: ${join(configDir, 'key.pem')}.`);
  });

  it('is not needed for sockets', () => {
    expect(resolve({ host: 'unix:///run/d.sock', tlsVerify: true }).transport).toEqual({
      kind: 'unix',
      socketPath: '/run/d.sock',
    });
  });

  it('makes localhost the default address, as in the CLI', () => {
    writeFileSync(join(configDir, 'ca.pem'), ca);
    expect(resolve({ tlsVerify: true })).toMatchObject({
      source: 'default TLS address',
      url: 'tcp://localhost:2376',
    });
  });

  it('contradicts http://', () => {
    writeFileSync(join(configDir, 'ca.pem'), ca);
    expect(failureOf(() => resolve({ host: 'http://host', tlsVerify: true })).message).toMatch(
      /not encrypted/,
    );
  });

  it('does not touch contexts, which bring their own', () => {
    writeContext('plain', 'tcp://host');
    writeContext('lab', 'tcp://host', { SkipTLSVerify: true });
    expect(tlsOf({ context: 'plain', tlsVerify: true })).toBeUndefined();
    expect(resolve({ context: 'lab' })).toMatchObject({
      url: 'tcp://host:2376',
      transport: { tls: { rejectUnauthorized: false } },
    });
  });
});

describe('whether a default socket exists', () => {
  it('is asked of the file system', () => {
    const home = configDir;
    mkdirSync(join(home, '.docker', 'run'), { recursive: true });
    writeFileSync(join(home, '.docker', 'run', 'docker.sock'), '');
    const { transport } = resolveEndpoint({ configDir, home });
    expect(['/var/run/docker.sock', join(home, '.docker', 'run', 'docker.sock')]).toContain(
      transport.kind === 'unix' ? transport.socketPath : '',
    );
  });
});
