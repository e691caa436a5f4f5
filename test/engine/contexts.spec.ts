import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTls, currentContext, readContext, readPemFiles } from '../../src/engine/contexts.ts';
import { EndpointError } from '../../src/engine/endpoint-error.ts';

let configDir: string;

beforeEach(() => {
  configDir = mkdtempSync(join(tmpdir(), 'dockgraph-contexts-'));
});
afterEach(() => rmSync(configDir, { recursive: true, force: true }));

const idOf = (name: string) => createHash('sha256').update(name).digest('hex');

function writeContext(name: string, metadata: unknown): string {
  const directory = join(configDir, 'contexts', 'meta', idOf(name));
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'meta.json'),
    typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
  );
  return join(directory, 'meta.json');
}

function writeTls(name: string, files: Readonly<Record<string, string>>): string {
  const directory = join(configDir, 'contexts', 'tls', idOf(name), 'docker');
  mkdirSync(directory, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  return directory;
}

const docker = (endpoint: unknown) => ({ Name: 'x', Metadata: {}, Endpoints: { docker: endpoint } });

function failureOf(work: () => unknown): EndpointError {
  try {
    work();
  } catch (error) {
    if (error instanceof EndpointError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('currentContext', () => {
  it('is what docker context use wrote', () => {
    writeFileSync(join(configDir, 'config.json'), '{"auths":{},"currentContext":"prod"}');
    expect(currentContext(configDir)).toBe('prod');
  });

  it.each([
    ['there is no config.json', undefined],
    ['config.json is empty', ''],
    ['no context is chosen', '{"auths":{}}'],
    ['the chosen context is empty', '{"currentContext":""}'],
    ['the chosen context is no text', '{"currentContext":7}'],
  ])('is none when %s', (_, text) => {
    if (text !== undefined) writeFileSync(join(configDir, 'config.json'), text);
    expect(currentContext(configDir)).toBeUndefined();
  });

  it('is none when the config directory does not exist', () => {
    expect(currentContext(join(configDir, 'nowhere'))).toBeUndefined();
  });

  it.each(['{"currentContext":', '[]', '"prod"'])('throws for a broken config.json: %s', (text) => {
    const path = join(configDir, 'config.json');
    writeFileSync(path, text);
    const failure = failureOf(() => currentContext(configDir));
    expect(failure.message).toContain(path);
    expect(failure.remedy).toContain('DOCKER_HOST');
  });

  it('throws for a config.json that is a directory', () => {
    mkdirSync(join(configDir, 'config.json'));
    expect(failureOf(() => currentContext(configDir)).message).toMatch(/cannot be read/);
  });
});

describe('readContext', () => {
  it('finds a context by the digest of its name', () => {
    writeContext('prod', docker({ Host: 'tcp://10.0.0.1:2375', SkipTLSVerify: false }));
    expect(readContext(configDir, 'prod', '--context')).toEqual({ host: 'tcp://10.0.0.1:2375' });
  });

  it('reads the TLS files that it has', () => {
    writeContext('prod', docker({ Host: 'tcp://10.0.0.1:2376' }));
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const directory = writeTls('prod', { 'key.pem': key });
    const failure = failureOf(() => readContext(configDir, 'prod', '--context'));
    expect(failure.message).toBe(`TLS files are missing: ${join(directory, 'cert.pem')}.`);
  });

  it('uses TLS without verification when the context says so, even with no files', () => {
    writeContext('lab', docker({ Host: 'tcp://10.0.0.1:2376', SkipTLSVerify: true }));
    expect(readContext(configDir, 'lab', '--context').tls).toEqual({ rejectUnauthorized: false });
  });

  it('leaves the host empty when the context has none', () => {
    writeContext('empty', docker({}));
    expect(readContext(configDir, 'empty', '--context')).toEqual({ host: '' });
  });

  it('names a context that does not exist, and who asked for it', () => {
    const failure = failureOf(() => readContext(configDir, 'no"pe', 'DOCKER_CONTEXT'));
    expect(failure.message).toBe(
      `The Docker context "no\\"pe" (DOCKER_CONTEXT) does not exist in ${configDir}.`,
    );
    expect(failure.remedy).toContain('docker context ls');
  });

  it('stays below the config directory, whatever the name', () => {
    expect(failureOf(() => readContext(configDir, '../../etc', '--context')).message).toMatch(
      /does not exist/,
    );
  });

  it.each([
    ['no endpoints', { Name: 'x' }],
    ['another endpoint only', { Endpoints: { kubernetes: { Host: 'https://k' } } }],
    ['an endpoint that is no object', docker('tcp://x')],
  ])('throws for a context with %s', (_, metadata) => {
    writeContext('x', metadata);
    expect(failureOf(() => readContext(configDir, 'x', '--context')).message).toMatch(
      /has no Docker endpoint/,
    );
  });

  it('names the file of a context that is not JSON', () => {
    const path = writeContext('x', '{');
    expect(failureOf(() => readContext(configDir, 'x', '--context')).message).toBe(
      `${path} is not valid JSON.`,
    );
  });
});

describe('checkTls', () => {
  it('names every file that is missing', () => {
    const failure = failureOf(() =>
      checkTls(configDir, {}, { required: ['ca', 'cert', 'key'], rejectUnauthorized: true }),
    );
    expect(failure.message).toBe(
      `TLS files are missing: ${join(configDir, 'ca.pem')}, ${join(configDir, 'cert.pem')}, ${join(configDir, 'key.pem')}.`,
    );
    expect(failure.remedy).toContain('DOCKER_CERT_PATH');
  });

  it('takes no client certificate for none', () => {
    expect(checkTls(configDir, {}, { required: [], rejectUnauthorized: false })).toEqual({
      rejectUnauthorized: false,
    });
  });

  it('tells a file that is no certificate at the start, without repeating what is in it', () => {
    writeFileSync(join(configDir, 'cert.pem'), 'secret words');
    writeFileSync(join(configDir, 'key.pem'), 'secret words');
    const failure = failureOf(() =>
      checkTls(configDir, readPemFiles(configDir), { required: [], rejectUnauthorized: true }),
    );
    expect(failure.message).toContain(`The TLS files in ${configDir} cannot be used`);
    expect(failure.message).not.toContain('secret');
  });

  it('tells a ca.pem that holds no certificate', () => {
    writeFileSync(join(configDir, 'ca.pem'), 'hello');
    const files = readPemFiles(configDir);
    expect(() => checkTls(configDir, files, { required: ['ca'], rejectUnauthorized: true })).toThrow(
      EndpointError,
    );
  });
});
