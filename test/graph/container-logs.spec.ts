import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGraphQLError } from '../../src/errors.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { type Answer, type Graph, graphOver } from './image-fixture.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const graph = graphOver(engine);
afterAll(() => graph.close());

const named = (name: string) => `${prefix}${name}`;

const ask = (name: string, args: string, over: Graph = graph): Promise<Answer> =>
  over.ask(
    `query ($ref: ID!) { container(ref: $ref) { name logs${args} { truncated lines { timestamp stream text partial } } } }`,
    { ref: name.length === 64 ? name : named(name) },
  );

async function logs(name: string, args = ''): Promise<unknown> {
  const { data, errors } = await ask(name, args);
  expect(errors).toEqual([]);
  return at(data, 'container', 'logs');
}

const lines = async (name: string, args = ''): Promise<readonly unknown[]> =>
  listAt(await logs(name, args), 'lines');
const texts = async (name: string, args = ''): Promise<string[]> =>
  (await lines(name, args)).map((line) => textAt(line, 'text'));

/** `docker logs --timestamps`, one of its two streams, as lines of time and text. */
async function cliLogs(
  name: string,
  stream: 'stdout' | 'stderr',
  ...options: readonly string[]
): Promise<string[]> {
  const only = stream === 'stdout' ? '2>/dev/null' : '2>&1 >/dev/null';
  const output = await engine.exec('sh', [
    '-c',
    `docker logs --timestamps ${options.join(' ')} ${named(name)} ${only}`,
  ]);
  return output.split(/\r?\n/).filter(Boolean);
}

const asCliLines = (found: readonly unknown[], stream: 'STDOUT' | 'STDERR') =>
  found
    .filter((line) => textAt(line, 'stream') === stream)
    .map((line) => `${textAt(line, 'timestamp')} ${textAt(line, 'text')}`);

async function finished(name: string, script: string, ...options: readonly string[]): Promise<void> {
  await engine.cli('run', '--detach', '--name', named(name), ...options, 'busybox', 'sh', '-c', script);
  await engine.cli('wait', named(name));
}

describe('a container that writes to both streams', () => {
  beforeAll(() => finished('both', 'for i in $(seq 125); do echo "out $i"; echo "err $i" >&2; done'));

  it('shows what `docker logs --timestamps` shows, to the nanosecond', async () => {
    const found = await lines('both', '(tail: 250)');
    expect(asCliLines(found, 'STDOUT')).toEqual(await cliLogs('both', 'stdout'));
    expect(asCliLines(found, 'STDERR')).toEqual(await cliLogs('both', 'stderr'));
    expect(found).toHaveLength(250);
    expect(found[0]).toMatchObject({ partial: false, timestamp: expect.stringMatching(/\.\d{9}Z$/) });
  });

  it('shows the last hundred lines unless told otherwise, all with null, and none with 0', async () => {
    expect(await texts('both')).toHaveLength(100);
    expect((await texts('both')).at(-1)).toMatch(/ 125$/);
    expect(await texts('both', '(tail: null)')).toHaveLength(250);
    expect(await texts('both', '(tail: 3)')).toHaveLength(3);
    expect(await logs('both', '(tail: 0)')).toEqual({ truncated: false, lines: [] });
  });

  it('shows one stream only', async () => {
    expect(await texts('both', '(tail: 250, stderr: false)')).toEqual(
      Array.from({ length: 125 }, (_, index) => `out ${index + 1}`),
    );
    expect(await texts('both', '(tail: 250, stdout: false)')).toHaveLength(125);
  });

  it('shows what was written in a span of time, by the nanosecond, as the CLI does', async () => {
    const all = await lines('both', '(tail: 250, stderr: false)');
    const [since = '', until = ''] = [all[40], all[80]].map((line) => textAt(line, 'timestamp'));
    const found = await lines('both', `(tail: 250, since: "${since}", until: "${until}")`);
    const cli = await cliLogs('both', 'stdout', '--since', since, '--until', until);
    expect(asCliLines(found, 'STDOUT')).toEqual(cli);
    expect(cli[0]).toBe(`${since} out 41`);
    expect(found.length).toBeLessThan(250);
  });

  it('shows only lines that contain a text, of those the tail has', async () => {
    expect(await texts('both', '(tail: 250, grep: "t 12")')).toEqual(
      [12, 120, 121, 122, 123, 124, 125].map((i) => `out ${i}`),
    );
    expect(await texts('both', '(tail: 4, grep: "t 12")')).not.toContain('out 12');
    expect(await texts('both', '(tail: 250, grep: ".")')).toEqual([]);
  });

  it('refuses what cannot be meant, and says what would be accepted', async () => {
    for (const [args, message] of [
      ['(tail: -1)', /`tail` cannot be -1: give 0 to 10000/],
      ['(tail: 10001)', /`tail` cannot be 10001: give 0 to 10000.*`until`/],
      ['(stdout: false, stderr: false)', /cannot both be false/],
    ] as const) {
      const answer = await ask('both', args);
      expect(answer.errors).toMatchObject([
        { code: 'BAD_USER_INPUT', message: expect.stringMatching(message) },
      ]);
      expect(at(answer.data, 'container')).toEqual({ name: named('both'), logs: null });
    }
  });
});

describe('odd output', () => {
  it('is one line however long it is, although the Engine keeps it in pieces', async () => {
    await finished('long', 'head -c 50000 /dev/zero | tr "\\0" x; echo; echo after');
    const found = await lines('long');
    expect(found.map((line) => textAt(line, 'text').length)).toEqual([50_000, 5]);
    expect(found[0]).toMatchObject({ partial: false, text: 'x'.repeat(50_000) });
  });

  it('keeps empty lines, characters of several bytes, and a last line without an end', async () => {
    await finished('odd', 'echo; echo "é 𝄞"; printf "\\377\\n"; printf end');
    expect(await texts('odd')).toEqual(['', 'é 𝄞', '\ufffd', 'end']);
  });

  it('is cut at four mebibytes, and what was written last is kept', async () => {
    await finished(
      'much',
      'x=$(head -c 1000 /dev/zero | tr "\\0" x); for i in $(seq 6000); do echo "$i $x"; done',
    );
    const answer = await logs('much', '(tail: 10000)');
    const found = listAt(answer, 'lines').map((line) => textAt(line, 'text'));
    const bytes = found.reduce((sum, text) => sum + text.length, 0);
    expect(at(answer, 'truncated')).toBe(true);
    expect(found.at(-1)).toMatch(/^6000 x/);
    expect(bytes).toBeLessThanOrEqual(4_194_304);
    expect(bytes).toBeGreaterThan(4_194_304 - 2000);
    expect(Number.parseInt(found[0] ?? '', 10)).toBe(6001 - found.length);
  });
});

describe('a container with a terminal', () => {
  it('shows all output as standard output, without the returns that terminals put before line ends', async () => {
    await finished('tty', 'echo out; echo err >&2', '--tty');
    const found = await lines('tty');
    expect(found.map((line) => [at(line, 'stream'), at(line, 'text')])).toEqual([
      ['STDOUT', 'out'],
      ['STDOUT', 'err'],
    ]);
    expect(asCliLines(found, 'STDOUT')).toEqual(await cliLogs('tty', 'stdout'));
  });
});

describe('a container that was never started', () => {
  it('has no lines', async () => {
    await engine.cli('create', '--name', named('idle'), 'busybox');
    expect(await logs('idle')).toEqual({ truncated: false, lines: [] });
  });
});

describe('a log driver that keeps nothing', () => {
  it("costs this field only, with the Engine's own sentence", async () => {
    await finished('none', 'echo lost', '--log-driver', 'none');
    const refused = await engine.rest('GET', `/containers/${named('none')}/logs?stdout=1`);
    const answer = await ask('none', '');
    expect(at(answer.data, 'container')).toEqual({ name: named('none'), logs: null });
    expect(answer.errors.map(({ message }) => message)).toEqual([textAt(refused.json(), 'message')]);
    expect(textAt(refused.json(), 'message')).toMatch(/does not support reading/);
  });
});

describe('what this Engine cannot be made to answer', () => {
  const id = (digit: string) => digit.repeat(64);
  const stamp = '2026-11-20T17:30:00.123456789Z';
  const frame = (type: number, text: string) => {
    const header = Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  const multiplexed = 'application/vnd.docker.multiplexed-stream';
  const raw = 'application/vnd.docker.raw-stream';
  let fake: FakeEngine;
  let newer: Graph;

  const answers = new Map([
    [id('a'), { type: multiplexed, bytes: frame(2, `${stamp} careful\n`) }],
    [id('b'), { type: raw, bytes: Buffer.from(`${stamp} typed\r\n`) }],
    [
      id('c'),
      {
        type: multiplexed,
        bytes: Buffer.concat([frame(1, `${stamp} one\n`), frame(3, 'Error grabbing logs: EOF')]),
      },
    ],
    [id('d'), { type: multiplexed, bytes: frame(1, `${stamp} one\n`).subarray(0, 20) }],
  ]);

  beforeAll(async () => {
    fake = await startFakeEngine({
      apiVersion: '1.45',
      handlers: {
        'GET /containers/json': () =>
          ['a', 'b', 'c', 'd', 'e'].map((digit) => ({ Id: id(digit), Names: [`/${digit}`] })),
        'GET /containers/{id}/json': ({ params }) => ({
          Id: params['id'],
          Name: '/x',
          Config: { Tty: params['id'] === id('b') },
        }),
        'GET /containers/{id}/logs': ({ params }, { response, fail }) => {
          const answer = answers.get(params['id'] ?? '');
          if (!answer) return fail(404, `No such container: ${params['id']}`);
          response.writeHead(200, { 'content-type': answer.type }).end(answer.bytes);
        },
      },
    });
    newer = graphOver(fake);
  });
  afterAll(async () => {
    await newer.close();
    await fake.close();
  });

  const publicCode = ({ errors }: Answer) => toGraphQLError(errors[0]?.cause)?.extensions['code'];

  it('takes the word of a newer Engine for what comes from a terminal, and asks where it may be meant', async () => {
    const answer = await newer.ask(
      '{ containers { nodes { name logs { lines { stream text timestamp } } } } }',
    );
    const of = (name: string) =>
      listAt(answer.data, 'containers', 'nodes').find((node) => textAt(node, 'name') === name);
    expect(of('a')).toEqual({
      name: 'a',
      logs: { lines: [{ stream: 'STDERR', text: 'careful', timestamp: stamp }] },
    });
    expect(of('b')).toEqual({
      name: 'b',
      logs: { lines: [{ stream: 'STDOUT', text: 'typed', timestamp: stamp }] },
    });
    expect(answer.calls.filter((call) => call === 'GET /containers/{id}/json')).toHaveLength(1);
  });

  it('is null for a container that has gone since', async () => {
    const answer = await ask(id('e'), '', newer);
    expect(answer.errors).toEqual([]);
    expect(at(answer.data, 'container')).toEqual({ name: 'x', logs: null });
  });

  it('fails with what the Engine reports in the middle of an answer', async () => {
    const answer = await ask(id('c'), '', newer);
    expect(answer.errors).toMatchObject([{ message: 'Error grabbing logs: EOF' }]);
    expect(publicCode(answer)).toBe('ENGINE_ERROR');
  });

  it('fails for an answer that breaks off', async () => {
    const answer = await ask(id('d'), '', newer);
    expect(publicCode(answer)).toBe('ENGINE_PROTOCOL');
  });
});
