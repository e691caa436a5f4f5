import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { tar } from '../support/tar.ts';
import { type Builder, build, cancel, ended, follow, operationIn, uploadUrl } from './support/build.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
});
afterAll(() => gateway?.close());

const inspect = (image: string, format: string) => engine.cli('image', 'inspect', '--format', format, image);
const runIn = (image: string, ...command: string[]) => engine.cli('run', '--rm', image, ...command);
const exists = async (image: string) => (await engine.rest('GET', `/images/${image}/json`)).status === 200;
const linesOf = (operation: unknown) => listAt(operation, 'output').map((line) => textAt(line, 'text'));
const stepsOf = (operation: unknown) => listAt(operation, 'steps');
const named = (operation: unknown, instruction: string) =>
  stepsOf(operation).find((step) => textAt(step, 'name').includes(instruction));

/** Processes of this machine with these words in their command lines. */
async function processesOf(words: string): Promise<string> {
  try {
    return (await promisify(execFile)('pgrep', ['-f', `^${words}$`])).stdout;
  } catch {
    return '';
  }
}

const put = async (url: string, bytes: Uint8Array): Promise<{ status: number; answer: unknown }> => {
  const response = await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) });
  return { status: response.status, answer: await response.json() };
};

/** Sends so much of an archive, and hangs up. */
async function putAndCut(url: string, body: Uint8Array, length: number): Promise<void> {
  const sent = request(url, { method: 'PUT', headers: { 'content-length': String(length) } });
  sent.on('error', () => {});
  sent.write(body);
  await once(sent, 'socket');
  await new Promise<void>((resolve) => {
    sent.write('', () => resolve());
  });
  sent.destroy();
}

const builders: readonly Builder[] = ['CLASSIC', 'BUILDKIT'];

describe.each(builders)('%s', (builder) => {
  const tag = (name: string) => `${prefix}${builder.toLowerCase()}-${name}:1`;
  const unique = `${builder}-${Date.now()}`;

  it('builds from the text of a Dockerfile, with labels, arguments and several names', async () => {
    const dockerfile =
      'FROM busybox\nARG WHO=nobody\nRUN echo "hello $WHO" > /greeting && cat /greeting\nCMD ["true"]\n';
    const tags = [tag('inline'), tag('inline-too')];
    const answer = await build(gateway, {
      context: { dockerfile },
      builder,
      tags,
      buildArgs: [{ key: 'WHO', value: unique }],
      labels: [{ key: 'of', value: 'this spec' }],
    });
    expect(answer).toMatchObject({
      changed: true,
      userErrors: [],
      upload: null,
      image: { tags: expect.arrayContaining(tags) },
      operation: {
        kind: 'IMAGE_BUILD',
        state: 'SUCCEEDED',
        subject: tags[0],
        canCancel: false,
        progress: { percent: 100 },
        image: { dockerId: textAt(answer, 'image', 'dockerId') },
        error: null,
      },
    });
    expect(await inspect(tag('inline'), '{{.Id}} {{.Config.Labels.of}}')).toBe(
      `${textAt(answer, 'image', 'dockerId')} this spec`,
    );
    expect(await runIn(tag('inline-too'), 'cat', '/greeting')).toBe(`hello ${unique}`);
    expect(linesOf(at(answer, 'operation')).join('\n')).toContain(`hello ${unique}`);
    const step = named(at(answer, 'operation'), 'RUN echo');
    expect(step).toMatchObject({ state: 'DONE', percent: 100 });
    expect(Date.parse(textAt(step, 'finishedAt'))).toBeGreaterThanOrEqual(
      Date.parse(textAt(step, 'startedAt')),
    );
  });

  it('shows what an earlier build has done as cached', async () => {
    const input = {
      context: { dockerfile: `FROM busybox\nRUN echo ${unique} > /a\nRUN echo ${unique} > /b\n` },
      builder,
    };
    const first = await build(gateway, input);
    expect(named(at(first, 'operation'), '> /b')).toMatchObject({ state: 'DONE' });
    const second = await build(gateway, input);
    expect(second).toMatchObject({ changed: true, operation: { state: 'SUCCEEDED' } });
    expect(named(at(second, 'operation'), '> /a')).toMatchObject({ state: 'CACHED', percent: 100 });
    expect(named(at(second, 'operation'), '> /b')).toMatchObject({ state: 'CACHED' });
    const anew = await build(gateway, { ...input, noCache: true });
    expect(named(at(anew, 'operation'), '> /b')).toMatchObject({ state: 'DONE' });
  });

  it('stops at the stage that is asked for, and takes files of any bytes and modes', async () => {
    const answer = await build(gateway, {
      context: {
        files: [
          {
            path: 'docker/the.Dockerfile',
            text: 'FROM busybox AS tools\nCOPY bin/ /tools/\nRUN /tools/say\nFROM tools AS unwanted\nRUN false\n',
          },
          { path: 'bin/say', text: '#!/bin/sh\necho said\n', executable: true },
          { path: 'bin/raw', base64: Buffer.from([0, 255, 10, 128]).toString('base64') },
        ],
      },
      dockerfile: 'docker/the.Dockerfile',
      target: 'tools',
      builder,
      tags: [tag('target')],
    });
    expect(at(answer, 'userErrors')).toEqual([]);
    expect(await runIn(tag('target'), 'sh', '-c', '/tools/say; od -An -tx1 /tools/raw')).toBe(
      'said\n 00 ff 0a 80',
    );
  });

  it('says which command failed, and with which exit code', async () => {
    const dockerfile = 'FROM busybox\nRUN echo before; echo "exit code: 99" >&2; exit 7\n';
    const failure = {
      __typename: 'BuildFailedError',
      code: 'BUILD_FAILED',
      exitCode: 7,
      step: expect.stringContaining('RUN echo before'),
      path: null,
    };
    const answer = await build(gateway, { context: { dockerfile }, builder, tags: [tag('failed')] });
    expect(answer).toMatchObject({
      changed: false,
      image: null,
      userErrors: [failure],
      operation: { state: 'FAILED', error: failure, image: null },
    });
    expect(named(at(answer, 'operation'), 'RUN echo before')).toMatchObject({ state: 'FAILED' });
    expect(linesOf(at(answer, 'operation')).join('\n')).toContain('before');
    expect(Number(at(answer, 'operation', 'progress', 'percent'))).toBeLessThan(100);
    expect(await exists(tag('failed'))).toBe(false);
  });

  it.each([
    ['an unknown instruction', 'FROM busybox\n\nRUNN true\n', { __typename: 'DockerfileError', line: 3 }, {}],
    ['an empty Dockerfile', '', { __typename: 'DockerfileError', line: null }, {}],
    ['an unknown stage', 'FROM busybox\n', { __typename: 'DockerfileError' }, { target: 'nowhere' }],
    [
      'a file that is not there',
      'FROM busybox\nCOPY src/gone.txt /\n',
      { __typename: 'BuildContextError', file: expect.stringMatching(/^src(\/gone\.txt)?$/) },
      {},
    ],
    ['a registry that is not there', 'FROM 127.0.0.1:1/none\n', { __typename: 'RegistryError' }, {}],
  ])('names %s', async (_title, dockerfile, error, rest) => {
    const answer = await build(gateway, { context: { dockerfile }, builder, ...rest });
    const typed = { ...error, path: ['input', 'context'] };
    expect(answer).toMatchObject({ changed: false, userErrors: [typed], operation: { state: 'FAILED' } });
  });

  it('says that a path to a Dockerfile leads nowhere', async () => {
    const answer = await build(gateway, {
      context: { files: [{ path: 'a', text: 'a' }] },
      dockerfile: 'sub/Dockerfile',
      builder,
    });
    expect(answer).toMatchObject({ userErrors: [{ __typename: 'DockerfileError', line: null }] });
  });

  it.each([
    ['plain', (archive: Buffer) => archive],
    ['packed by gzip', (archive: Buffer) => gzipSync(archive)],
  ])('builds from an archive that is uploaded, %s', async (title, packed) => {
    const payload = await build(gateway, { context: { upload: true }, builder, tags: [tag('upload')] });
    expect(payload).toMatchObject({
      changed: false,
      image: null,
      userErrors: [],
      upload: { method: 'PUT', accepts: expect.arrayContaining(['application/x-tar', 'application/gzip']) },
      operation: { state: 'WAITING_FOR_UPLOAD', canCancel: true },
    });
    const big = Buffer.alloc(3_000_000, `${title} ${unique}`);
    const archive = tar([
      { path: 'Dockerfile', content: 'FROM busybox\nCOPY . /context\nRUN ls /context\n' },
      { path: 'big.bin', content: big },
      { path: 'dir/', directory: true },
      { path: 'dir/title', content: title },
    ]);
    const body = packed(archive);
    expect(await put(uploadUrl(gateway, payload), body)).toEqual({
      status: 200,
      answer: {
        data: {
          operation: operationIn(payload),
          bytes: body.length,
          image: expect.stringMatching(/^sha256:/),
        },
      },
    });
    expect(await ended(gateway, payload)).toMatchObject({
      state: 'SUCCEEDED',
      progress: { percent: 100 },
      image: { tags: expect.arrayContaining([tag('upload')]) },
    });
    expect(await runIn(tag('upload'), 'cat', '/context/dir/title')).toBe(title);
    const size = await runIn(tag('upload'), 'stat', '-c', '%s', '/context/big.bin');
    expect(Number(size)).toBe(big.length);
    expect((await put(uploadUrl(gateway, payload), body)).status).toBe(410);
  });

  it('builds nothing from an archive that is cut off, wherever that is', async () => {
    const archive = tar([
      { path: 'Dockerfile', content: 'FROM busybox\nRUN true\n' },
      { path: 'rest', content: Buffer.alloc(200_000, 'x') },
    ]);
    // In the middle of a file; and where all files are there and only the padding at the end is not.
    for (const part of [100_000, archive.length - 600]) {
      const payload = await build(gateway, { context: { upload: true }, builder, tags: [tag('cut')] });
      await putAndCut(uploadUrl(gateway, payload), archive.subarray(0, part), archive.length);
      expect(await ended(gateway, payload)).toMatchObject({
        state: 'FAILED',
        error: { __typename: 'UploadError', message: expect.stringContaining('broke off') },
      });
      expect(await exists(tag('cut'))).toBe(false);
    }
  });

  it('says that what was uploaded is no archive', async () => {
    const payload = await build(gateway, { context: { upload: true }, builder });
    const { status } = await put(
      uploadUrl(gateway, payload),
      gzipSync(Buffer.alloc(5_000, 'x')).subarray(0, 20),
    );
    expect(status).toBe(400);
    const error = at(await ended(gateway, payload), 'error');
    // BuildKit takes what is no archive for the Dockerfile itself.
    expect(['ArchiveError', 'DockerfileError']).toContain(textAt(error, '__typename'));
  });

  it('rises while it is followed, and leaves nothing running when it is canceled', async () => {
    const seconds = 4_000 + builders.indexOf(builder) * 1_000 + (Date.now() % 1_000);
    const dockerfile = `FROM busybox\nRUN echo one ${unique}\nRUN echo started && sleep ${seconds}\nRUN echo never\n`;
    const payload = await build(gateway, { context: { dockerfile }, builder, wait: false });
    expect(payload).toMatchObject({ changed: false, image: null, operation: { state: 'RUNNING' } });
    const reader = follow(gateway, payload);
    const states = await reader.until((state) =>
      linesOf(state).some((line) => /^(?:#\d+ )?started$/.test(line)),
    );
    const percents = states.map((state) => Number(at(state, 'progress', 'percent') ?? 0));
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(named(states.at(-1), 'sleep')).toMatchObject({ state: 'RUNNING', finishedAt: null });
    expect(await processesOf(`sleep ${seconds}`)).not.toBe('');

    expect(await cancel(gateway, payload)).toEqual({
      changed: true,
      operation: { state: 'CANCELED', error: { __typename: 'OperationCanceledError' } },
    });
    await reader.rest();
    await expect.poll(() => processesOf(`sleep ${seconds}`), { timeout: 15_000 }).toBe('');
    const containers = async () =>
      (await engine.cli('ps', '--all', '--no-trunc', '--format', '{{.Command}}')).includes(String(seconds));
    await expect.poll(containers, { timeout: 15_000 }).toBe(false);
  });

  it('hangs up on a client that still sends when it is canceled', async () => {
    const payload = await build(gateway, { context: { upload: true }, builder, tags: [tag('late')] });
    const archive = tar([
      { path: 'Dockerfile', content: 'FROM busybox\n' },
      { path: 'rest', content: Buffer.alloc(100_000) },
    ]);
    const sent = request(uploadUrl(gateway, payload), {
      method: 'PUT',
      headers: { 'content-length': String(archive.length) },
    });
    const answered = once(sent, 'response');
    sent.write(archive.subarray(0, 50_000));
    await follow(gateway, payload).until((state) => textAt(state, 'state') === 'RUNNING');
    expect(await cancel(gateway, payload)).toMatchObject({
      changed: true,
      operation: { state: 'CANCELED' },
    });
    const [{ statusCode }] = await answered;
    expect(statusCode).toBe(409);
    sent.destroy();
    expect(await exists(tag('late'))).toBe(false);
  });

  it('takes its address back when it is canceled before anything came', async () => {
    const payload = await build(gateway, { context: { upload: true }, builder });
    expect(await cancel(gateway, payload)).toMatchObject({ changed: true, operation: { state: 'CANCELED' } });
    expect((await put(uploadUrl(gateway, payload), Buffer.alloc(10))).status).toBe(410);
  });
});

describe('the choice of a builder', () => {
  it('is that of the docker CLI on this Engine', async () => {
    const { headers } = await engine.rest('GET', '/_ping');
    const answer = await build(gateway, { context: { dockerfile: 'FROM busybox\n' } });
    const isBuildKit = stepsOf(at(answer, 'operation')).some((step) =>
      textAt(step, 'name').startsWith('[internal]'),
    );
    expect(isBuildKit).toBe(headers['builder-version'] === '2');
  });

  it('is told where a step needs BuildKit, or a secret that it was not given', async () => {
    const secret = 'FROM busybox\nRUN --mount=type=secret,id=x,required=true cat /run/secrets/x\n';
    expect(await build(gateway, { context: { dockerfile: secret }, builder: 'CLASSIC' })).toMatchObject({
      userErrors: [{ __typename: 'DockerfileError', message: expect.stringContaining('BuildKit') }],
    });
    expect(await build(gateway, { context: { dockerfile: secret }, builder: 'BUILDKIT' })).toMatchObject({
      userErrors: [{ __typename: 'BuildSessionError', message: expect.stringContaining('secret "x"') }],
    });
  });
});

const checksDockerfiles = Number(engine.version.split('.')[0]) >= 27;

describe('a warning of BuildKit', () => {
  it('is shown with its line by Engines that check Dockerfiles, since 27', async () => {
    const dockerfile = 'FROM busybox as lower\nRUN true\nMAINTAINER somebody\n';
    const answer = await build(gateway, { context: { dockerfile }, builder: 'BUILDKIT' });
    expect(at(answer, 'userErrors')).toEqual([]);
    const casing = {
      message: expect.stringContaining('FromAsCasing'),
      line: 1,
      file: 'Dockerfile',
      url: expect.stringContaining('https://'),
    };
    const warnings = listAt(answer, 'operation', 'warnings').filter((warning) => at(warning, 'line') === 1);
    expect(warnings).toMatchObject(checksDockerfiles ? [casing] : []);
    const said = linesOf(at(answer, 'operation')).filter((line) => line.startsWith('WARNING: FromAsCasing'));
    expect(said).toHaveLength(checksDockerfiles ? 1 : 0);
  });
});

describe('the cache of BuildKit', () => {
  it('is emptied of what nothing uses', async () => {
    await build(gateway, {
      context: { dockerfile: `FROM busybox\nRUN echo ${Date.now()} > /x\n` },
      builder: 'BUILDKIT',
    });
    const prune = async (input: object) =>
      at(
        await gateway.data(
          'mutation ($input: BuilderPruneInput!) { builderPrune(input: $input) { changed removed spaceReclaimed userErrors { code path } } }',
          { input },
        ),
        'builderPrune',
      );
    expect(await prune({ all: true, unusedFor: '24h' })).toEqual({
      changed: false,
      removed: [],
      spaceReclaimed: 0,
      userErrors: [],
    });
    const pruned = await prune({ all: true });
    expect(pruned).toMatchObject({ changed: true, userErrors: [] });
    expect(listAt(pruned, 'removed').length).toBeGreaterThan(0);
    expect(await prune({ keepStorage: -1 })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'keepStorage'] }],
    });
  });
});
