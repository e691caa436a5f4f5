import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { download, upload } from './support/transfer-client.ts';

const run = promisify(execFile);
const engine = sharedEngine();
const prefix = ownPrefix(engine);
const box = `${prefix}box`;
const app = `${prefix}app`;

let directory: string;
let proxy: CountingProxy;
let gateway: RunningGateway;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dockgraph-transfers-'));
  proxy = await startCountingProxy(engine.socketPath);
  await Promise.all([
    engine.cli('create', '--name', box, '-v', '/volume', 'busybox', 'true'),
    importBusybox(engine, `${app}:1`),
  ]);
  await engine.cli('tag', `${app}:1`, `${app}:2`);
  gateway = await startGateway({ host: proxy.host });
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  if (directory) await rm(directory, { recursive: true });
});

const ask = async (query: string, ...path: readonly (string | number)[]): Promise<unknown> =>
  at(await gateway.data(`{ ${query} }`), ...path);

const sha256 = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

/** Members and their attributes, as tar lists them. */
const listing = async (path: string): Promise<string> =>
  (await run('tar', ['-tv', '--numeric-owner', '-f', path], { maxBuffer: 2 ** 26 })).stdout;

const saved = async (name: string, body: Buffer): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, body);
  return path;
};

describe('the export of a container', () => {
  it('is what docker export writes', async () => {
    const transfer = await ask(
      `container(ref: "${box}") { export { url method filename contentType accepts } }`,
      'container',
      'export',
    );
    expect(transfer).toMatchObject({
      method: 'GET',
      filename: `${box}.tar`,
      contentType: 'application/x-tar',
      accepts: [],
    });
    const got = await download(gateway.url, transfer);
    expect(got).toMatchObject({ status: 200, complete: true });
    const theirs = join(directory, 'export.tar');
    await engine.cli('export', '--output', theirs, box);
    const ours = await saved('our-export.tar', got.body);
    expect(await listing(ours)).toBe(await listing(theirs));
    expect(got.sha256).toBe(await sha256(theirs));
  });
});

describe('an archive out of a container', () => {
  it.each(['/etc', '/etc/passwd', '/bin/sh', 'volume/'])('of %s is what docker cp writes', async (path) => {
    const transfer = await ask(
      `container(ref: "${box}") { archive(path: "${path}") { url } }`,
      'container',
      'archive',
    );
    const got = await download(gateway.url, transfer);
    expect(got).toMatchObject({ status: 200, complete: true });
    const theirs = join(directory, 'cp.tar');
    await run('sh', ['-c', 'docker cp "$0" - > "$1"', `${box}:${path}`, theirs], {
      env: { ...process.env, DOCKER_HOST: engine.host },
    });
    expect(await listing(await saved('our-cp.tar', got.body))).toBe(await listing(theirs));
    expect(got.sha256).toBe(await sha256(theirs));
  });

  it('that is not there is an error of the address', async () => {
    const transfer = await ask(
      `container(ref: "${box}") { archive(path: "/nothing") { url } }`,
      'container',
      'archive',
    );
    const got = await download(gateway.url, transfer);
    expect(got.status).toBe(404);
    expect(JSON.parse(got.body.toString())).toMatchObject({
      errors: [{ message: expect.stringContaining('/nothing'), extensions: { code: 'NOT_FOUND' } }],
    });
  });
});

describe('the archive of an image', () => {
  it('has all its tags, and gives the same image back after it was removed', async () => {
    const id = await engine.cli('image', 'inspect', '--format', '{{.Id}}', `${app}:1`);
    const transfer = await ask(`image(ref: "${app}:1") { save { url filename } }`, 'image', 'save');
    const got = await download(gateway.url, transfer);
    expect(got).toMatchObject({ status: 200, complete: true });
    await engine.cli('rmi', `${app}:1`, `${app}:2`);
    const begun = await gateway.data(
      'mutation { imageLoad(input: {}) { upload { url } userErrors { message } } }',
    );
    const loaded = await upload(gateway.url, at(begun, 'imageLoad', 'upload'), [got.body]);
    expect(loaded.status, loaded.body.toString()).toBe(200);
    for (const tag of ['1', '2']) {
      expect(await engine.cli('image', 'inspect', '--format', '{{.Id}}', `${app}:${tag}`)).toBe(id);
    }
  });

  it('holds several, each with the names that were asked for', async () => {
    const id = await engine.cli('image', 'inspect', '--format', '{{.Id}}', 'busybox');
    await engine.cli('tag', 'busybox', `${prefix}other:1`);
    const transfer = await ask(
      `imagesSave(refs: ["${app}:2", "${id.slice(7, 19)}"]) { url filename }`,
      'imagesSave',
    );
    expect(at(transfer, 'filename')).toBe('images.tar');
    const got = await download(gateway.url, transfer);
    const path = await saved('images.tar', got.body);
    const { stdout } = await run('tar', ['-xOf', path, 'manifest.json']);
    const manifest: unknown = JSON.parse(stdout);
    const names = [at(manifest, 0, 'RepoTags'), at(manifest, 1, 'RepoTags')].flat();
    expect(names).toEqual(expect.arrayContaining([`${app}:2`, 'busybox:latest', `${prefix}other:1`]));
    expect(names).not.toContain(`${app}:1`);
  });

  it.each([
    ['imagesSave(refs: []) { url }', 'BAD_USER_INPUT'],
    ['imagesSave(refs: ["UPPER"]) { url }', 'BAD_USER_INPUT'],
    [`imagesSave(refs: ["busybox", "${prefix}missing:1"]) { url }`, 'NOT_FOUND'],
  ])('%s is refused', async (query, code) => {
    expect((await gateway.query(`{ ${query} }`)).errors).toMatchObject([{ code }]);
  });

  it('that has gone meanwhile is an error of the address', async () => {
    await engine.cli('tag', 'busybox', `${prefix}gone:1`);
    const transfer = await ask(`imagesSave(refs: ["${prefix}gone:1"]) { url }`, 'imagesSave');
    await engine.cli('rmi', `${prefix}gone:1`);
    expect(await download(gateway.url, transfer)).toMatchObject({ status: 404 });
  });
});

describe('a client that leaves in the middle', () => {
  it('leaves nothing upstream', async () => {
    const transfer = await ask(`container(ref: "${box}") { export { url } }`, 'container', 'export');
    proxy.reset();
    const gone = new AbortController();
    const response = await fetch(new URL(String(at(transfer, 'url')), gateway.url), { signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
    await proxy.until((requests) => requests.some(({ path, ended }) => path.endsWith('/export') && ended));
  });
});
