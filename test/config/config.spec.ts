import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { type Config, type Environment, isLoopback, loadConfig } from '../../src/config.ts';

const home = '/home/someone';
const load = (argv: readonly string[] = [], env: Environment = {}): Config =>
  loadConfig(argv, { HOME: home, ...env });

/** The sentence and the exit code of a refusal. */
function refusal(argv: readonly string[], env: Environment = {}, cwd = '/'): readonly [string, number] {
  try {
    loadConfig(argv, env, { cwd });
  } catch (error) {
    if (error instanceof ConfigError) return [error.message, error.exitCode];
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('the configuration without flags and variables', () => {
  it('is a gateway on loopback that keeps within its limits', () => {
    expect(load()).toEqual({
      command: 'serve',
      server: {
        listen: '127.0.0.1',
        port: 4000,
        tokenDigest: undefined,
        tokenFile: undefined,
        publicHosts: [],
        allowedOrigins: [],
        graphiql: true,
        limits: {
          maxBodyBytes: 1_048_576,
          maxQueryBytes: 32_768,
          maxTokens: 2000,
          maxDepth: 15,
          maxSockets: 1000,
          maxSubscriptions: 100,
        },
      },
      endpoint: { configDir: `${home}/.docker`, home },
      registries: { configDir: `${home}/.docker`, authConfig: undefined, helperEnvironment: { HOME: home } },
      transfers: { mostUnderWay: 32, maxUploadBytes: undefined, lifetimeMs: 300_000, idleMs: 60_000 },
      events: { kept: 10_000, linger: 2_000, queue: 1_000, idle: 5_000, retryMax: 30_000, resync: 300_000 },
      sessions: { most: 100, idleMs: 1_800_000, graceMs: 60_000 },
      buildRemotes: [],
      importRemotes: [],
      apiVersion: undefined,
      log: { level: 'info', format: 'json', color: false },
      shutdownGraceMs: 10_000,
      registryMemory: { ageMs: 3_600_000, failureAgeMs: 300_000 },
      tasksPollMs: 5_000,
      warnings: [],
    });
  });

  it('cannot be changed', () => {
    const config = load();
    for (const part of [
      config,
      config.server,
      config.server.limits,
      config.endpoint,
      config.registries,
      config.sessions,
      config.transfers,
      config.events,
      config.log,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('is for people on a terminal, with colours unless they want none', () => {
    const log = (env: Environment) => loadConfig([], env, { terminal: true }).log;
    expect(log({})).toEqual({ level: 'info', format: 'pretty', color: true });
    expect(log({ NO_COLOR: '1', DOCKGRAPH_LOG_FORMAT: 'json' })).toEqual({
      level: 'info',
      format: 'json',
      color: false,
    });
  });
});

describe('flags and variables', () => {
  it('take precedence in that order, and empty variables count as unset', () => {
    const port = (argv: string[], env: Environment) => load(argv, env).server.port;
    expect(port([], { PORT: '5000' })).toBe(5000);
    expect(port(['--port', '6000'], { PORT: '5000' })).toBe(6000);
    expect(port(['-p', '6000'], {})).toBe(6000);
    expect(port(['--port=6000', '--port=7000'], {})).toBe(7000);
    expect(port([], { PORT: '' })).toBe(4000);
  });

  it('set every limit in the units people write', () => {
    const { server, shutdownGraceMs } = load(['--max-body-bytes', '2m', '--max-tokens=500'], {
      DOCKGRAPH_MAX_QUERY_BYTES: '64 KiB',
      DOCKGRAPH_MAX_DEPTH: '20',
      DOCKGRAPH_MAX_SOCKETS: '10',
      DOCKGRAPH_MAX_SUBSCRIPTIONS: '5',
      SHUTDOWN_GRACE: '1.5s',
    });
    expect(server.limits).toEqual({
      maxBodyBytes: 2_097_152,
      maxQueryBytes: 65_536,
      maxTokens: 500,
      maxDepth: 20,
      maxSockets: 10,
      maxSubscriptions: 5,
    });
    expect(shutdownGraceMs).toBe(1500);
    expect(load([], { SHUTDOWN_GRACE: '30' }).shutdownGraceMs).toBe(30_000);
    expect(load([], { SHUTDOWN_GRACE: '250ms' }).shutdownGraceMs).toBe(250);
  });

  it('list hosts and origins as browsers write them', () => {
    const { server } = load(['--public-hosts', 'Graph.Example.org, [fd00::1]:4000,'], {
      DOCKGRAPH_ALLOWED_ORIGINS: 'https://App.Example.org:443,http://localhost:3000/'.replace(
        '3000/',
        '3000',
      ),
    });
    expect(server.publicHosts).toEqual(['graph.example.org', '[fd00::1]:4000']);
    expect(server.allowedOrigins).toEqual(['https://app.example.org', 'http://localhost:3000']);
  });

  it('switch GraphiQL, which is on by itself for loopback only', () => {
    const graphiql = (argv: string[], env: Environment = {}) => load(argv, env).server.graphiql;
    const open = { HOST: '0.0.0.0', DOCKGRAPH_TOKEN: 't' };
    expect(graphiql([])).toBe(true);
    expect(graphiql(['--no-graphiql'])).toBe(false);
    expect(graphiql([], open)).toBe(false);
    expect(graphiql(['--graphiql'], open)).toBe(true);
    expect(graphiql([], { ...open, DOCKGRAPH_GRAPHIQL: 'yes' })).toBe(true);
    expect(graphiql([], { DOCKGRAPH_GRAPHIQL: '0' })).toBe(false);
  });

  it('name the Engine apart, as the docker CLI tells them apart', () => {
    expect(load(['-H', 'tcp://a:1'], { DOCKER_HOST: 'tcp://b:2' }).endpoint).toMatchObject({
      host: 'tcp://a:1',
    });
    expect(load([], { DOCKER_HOST: 'tcp://b:2', DOCKER_CONTEXT: 'c' }).endpoint).toMatchObject({
      dockerHost: 'tcp://b:2',
      dockerContext: 'c',
    });
    expect(load(['--context', 'mine'], { DOCKER_CONTEXT: 'c' }).endpoint).toMatchObject({ context: 'mine' });
    expect(load(['--context', 'mine'], { DOCKER_CONTEXT: 'c' }).endpoint).not.toHaveProperty('dockerContext');
    expect(
      load([], {
        DOCKER_CONFIG: '/etc/docker-config',
        DOCKER_CERT_PATH: '/certs',
        DOCKER_TLS_VERIFY: '0',
        DOCKER_TLS: '',
        XDG_RUNTIME_DIR: '/run/user/1000',
        DOCKER_API_VERSION: 'v1.44',
      }),
    ).toMatchObject({
      endpoint: {
        configDir: '/etc/docker-config',
        certPath: '/certs',
        tlsVerify: true,
        tls: undefined,
        xdgRuntimeDir: '/run/user/1000',
      },
      apiVersion: '1.44',
    });
  });

  it.each(['1.40', '1.24', 'latest', '1'])(
    'refuse %j as the API version, which no call could be made in',
    (version) => {
      expect(() => load([], { DOCKER_API_VERSION: version })).toThrow(/DOCKER_API_VERSION.*from 1\.41 up/);
    },
  );

  it('reach credential helpers, but for our own and the secrets in them', () => {
    const { registries } = load([], {
      DOCKER_CONFIG: '/etc/docker-config',
      DOCKER_AUTH_CONFIG: '{"auths":{}}',
      DOCKGRAPH_TOKEN: 't',
      AWS_PROFILE: 'registry',
    });
    expect(registries).toEqual({
      configDir: '/etc/docker-config',
      authConfig: '{"auths":{}}',
      helperEnvironment: { HOME: home, DOCKER_CONFIG: '/etc/docker-config', AWS_PROFILE: 'registry' },
    });
  });

  it('of ours that nothing reads are pointed out', () => {
    expect(load([], { DOCKGRAPH_TOKENS: 'x' }).warnings).toEqual([
      'DOCKGRAPH_TOKENS is set, but dockgraph knows no such variable; "dockgraph --help" lists them.',
    ]);
  });
});

describe('a flag or a variable that cannot be used', () => {
  it('is refused in one sentence with its name, its value and what is accepted', () => {
    expect(refusal(['--port', '70000'])).toEqual([
      '--port cannot be "70000": accepted is a whole number from 0 to 65535.',
      64,
    ]);
    expect(refusal([], { PORT: 'http' })).toEqual([
      'PORT cannot be "http": accepted is a whole number from 0 to 65535.',
      78,
    ]);
    expect(refusal([], { LOG_LEVEL: 'loud' })).toEqual([
      'LOG_LEVEL cannot be "loud": accepted is one of trace, debug, info, warn, error, fatal, silent.',
      78,
    ]);
  });

  it.each([
    ['--port', '-1'],
    ['--port', '4000.5'],
    ['--port', '0x10'],
    ['--shutdown-grace', 'soon'],
    ['--max-body-bytes', '1'],
    ['--max-body-bytes', '1x'],
    ['--public-hosts', 'https://example.org'],
    ['--public-hosts', 'example.org/path'],
    ['--allowed-origins', '*'],
    ['--allowed-origins', 'null'],
    ['--allowed-origins', 'https://example.org/path'],
    ['--allowed-origins', 'https://*.example.org'],
    ['--log-format', 'xml'],
    ['--listen', ''],
  ])('is refused: %s %j', (flag, value) => {
    const [message, exitCode] = refusal([`${flag}=${value}`]);
    expect(message).toContain(`${flag} cannot be ${JSON.stringify(value)}: accepted is `);
    expect(exitCode).toBe(64);
  });

  it('is refused when it does not exist, lacks its value, or has one too many', () => {
    expect(refusal(['--prot', '4000'])).toEqual([
      'There is no flag --prot; "dockgraph --help" lists them.',
      64,
    ]);
    expect(refusal(['-x'])).toEqual(['There is no flag -x; "dockgraph --help" lists them.', 64]);
    expect(refusal(['--port'])).toEqual(['--port needs a value.', 64]);
    expect(refusal(['--graphiql=no'])[1]).toBe(64);
    expect(refusal(['--token', 'secret'])[0]).toContain('DOCKGRAPH_TOKEN');
    expect(refusal(['--token', 'secret'])[0]).not.toContain('secret');
  });
});

describe('commands', () => {
  it('are words before, between and after flags', () => {
    expect(load([]).command).toBe('serve');
    expect(load(['serve']).command).toBe('serve');
    expect(load(['--port', '1', 'schema', 'print']).command).toBe('schema print');
    expect(load(['doctor', '-c', 'x']).command).toBe('doctor');
    expect(load(['healthcheck']).command).toBe('healthcheck');
    expect(load(['--help', 'doctor']).command).toBe('help');
    expect(load(['-v']).command).toBe('version');
  });

  it('that do not exist are refused with those that do', () => {
    expect(refusal(['sevre'])).toEqual([
      'There is no command "sevre"; the commands are serve, schema print, schema coverage, healthcheck, doctor, help, version.',
      64,
    ]);
  });
});

describe('the token', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'dockgraph-config-'));
    writeFileSync(join(directory, 'token'), 'from-file\n');
    writeFileSync(join(directory, 'empty'), '\n');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const digest = (token: string) => createHash('sha256').update(token).digest();

  it('is kept as a digest only, and read from a file without its last line break', () => {
    const given = load([], { DOCKGRAPH_TOKEN: 'secret-token' });
    expect(given.server.tokenDigest).toEqual(digest('secret-token'));
    expect(JSON.stringify(given)).not.toContain('secret-token');
    const read = loadConfig(['--token-file', 'token'], {}, { cwd: directory });
    expect(read.server.tokenDigest).toEqual(digest('from-file'));
    expect(load([], { DOCKGRAPH_TOKEN_FILE: join(directory, 'token') }).server.tokenDigest).toEqual(
      digest('from-file'),
    );
  });

  it('is refused when its file is empty or missing, or when it is given twice', () => {
    expect(refusal([], { DOCKGRAPH_TOKEN_FILE: 'empty' }, directory)).toEqual([
      'DOCKGRAPH_TOKEN_FILE names empty, which is empty: it must hold the token.',
      78,
    ]);
    expect(refusal(['--token-file', 'missing'], {}, directory)).toEqual([
      '--token-file names missing, which cannot be read (ENOENT).',
      78,
    ]);
    expect(refusal(['--token-file', 'token'], { DOCKGRAPH_TOKEN: 'x' }, directory)[1]).toBe(78);
  });

  it('is required where others can reach the gateway, and only to serve', () => {
    for (const listen of ['0.0.0.0', '::', '192.168.1.10', 'gateway.internal']) {
      const [message, exitCode] = refusal(['--listen', listen]);
      expect(message).toMatch(new RegExp(`^Listening on ${listen}.*DOCKGRAPH_TOKEN.*127\\.0\\.0\\.1\\.$`));
      expect(exitCode).toBe(78);
      expect(load(['--listen', listen], { DOCKGRAPH_TOKEN: 't' }).server.listen).toBe(listen);
      expect(load(['doctor', '--listen', listen]).command).toBe('doctor');
    }
    for (const listen of ['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]']) {
      expect(load(['--listen', listen]).server.listen).toBe(listen);
    }
  });

  it('is not spared by names that only look like loopback', () => {
    for (const listen of ['localhost.evil.example', '127.0.0.1.nip.io', '1127.0.0.1', '::1:2', '128.0.0.1']) {
      expect([listen, isLoopback(listen)]).toEqual([listen, false]);
    }
  });
});

describe('addresses that builds may fetch their context from', () => {
  const remotes = (value: string) => load([], { DOCKGRAPH_BUILD_REMOTES: value }).buildRemotes;

  it.each([
    ['https://git.example.org/team/', ['https://git.example.org/team']],
    ['git://[::1]:9418, http://h/a.git', ['git://[::1]:9418', 'http://h/a.git']],
    ['*', ['*']],
  ])('are written as %s', (value, expected) => {
    expect(remotes(value)).toEqual(expected);
  });

  it.each([
    'git.example.org/team',
    'ssh://h/x',
    'https://user@h/x',
    'https://h/x?y',
    'https://H/x',
    'https://*',
  ])('are not written as %s', (value) => {
    expect(() => remotes(value)).toThrow(/DOCKGRAPH_BUILD_REMOTES cannot be/);
  });
});
