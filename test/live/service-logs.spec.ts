import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

/** Its own, as it becomes a swarm. */
let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;

interface Line {
  readonly name: string;
  readonly task: string;
  readonly node: string;
  readonly service: string;
  readonly stream: string;
  readonly text: string;
  readonly cursor: string;
}

/** Lines of `serviceLogs` or `taskLogs`, as a client reads them: so many, or all until nothing comes for a second. */
async function linesOf(field: string, count = Number.POSITIVE_INFINITY): Promise<Line[]> {
  const client = createClient({
    url: gateway.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const name = field.slice(0, field.indexOf('('));
  const lines: Line[] = [];
  const query = `subscription { ${field} { task { name } taskId nodeId serviceId stream text cursor timestamp base64 partial } }`;
  const results = client.iterate({ query });
  const leave = () => void results.return?.();
  let silence = setTimeout(leave, 3_000);
  try {
    for await (const result of results) {
      clearTimeout(silence);
      silence = setTimeout(leave, 1_000);
      const line = at(result, 'data', name);
      if (!line)
        throw new Error(
          listAt(result, 'errors')
            .map((error) => textAt(error, 'message'))
            .join(),
        );
      const exact = Buffer.from(textAt(line, 'base64'), 'base64').toString();
      expect(exact.replace(/\r$/, '')).toBe(textAt(line, 'text'));
      lines.push({
        name: textAt(line, 'task', 'name'),
        task: textAt(line, 'taskId'),
        node: textAt(line, 'nodeId'),
        service: textAt(line, 'serviceId'),
        stream: textAt(line, 'stream'),
        text: textAt(line, 'text'),
        cursor: textAt(line, 'cursor'),
      });
      if (lines.length >= count) break;
    }
  } finally {
    clearTimeout(silence);
    await client.dispose();
  }
  return lines;
}

/** The Engine itself leaves out lines of a service now and then, also for the docker CLI: then it is asked again. */
async function eventually<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; attempt < 15; attempt++) {
    try {
      return await work();
    } catch {
      // Asked again.
    }
  }
  return work();
}

function service(name: string, script: string, ...options: readonly string[]): Promise<string> {
  const common = ['--detach', '--quiet', '--name', name, '--endpoint-mode', 'dnsrr', '--no-resolve-image'];
  const once = ['--restart-condition', 'none', ...options];
  return engine.cli('service', 'create', ...common, ...once, 'busybox', 'sh', '-c', script);
}

/** By task, the container that ran for it. */
async function containersOf(name: string): Promise<ReadonlyMap<string, string>> {
  const filter = `label=com.docker.swarm.service.name=${name}`;
  const format = '{{.Label "com.docker.swarm.task.id"}} {{.ID}}';
  const output = await engine.cli('ps', '--all', '--no-trunc', '--filter', filter, '--format', format);
  return new Map(output.split('\n').map((row) => [row.split(' ')[0] ?? '', row.split(' ')[1] ?? '']));
}

const script =
  'i=0; while [ $i -lt 200 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done; head -c 40000 /dev/zero | tr "\\0" z; echo; echo end; exec sleep 600';

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
  await service('web', script, '--replicas', '2');
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

describe('the logs of a service', () => {
  const count = 2 * 402;
  let all: Line[];

  it('are what `docker logs` shows of each of its tasks, with who wrote what', async () => {
    all = await eventually(async () => {
      const lines = await linesOf('serviceLogs(ref: "web")', count);
      expect(lines).toHaveLength(count);
      return lines;
    });
    const containers = await containersOf('web');
    expect(containers.size).toBe(2);
    const id = await engine.cli('service', 'inspect', '--format', '{{.ID}}', 'web');
    const node = await engine.cli('info', '--format', '{{.Swarm.NodeID}}');
    expect(new Set(all.map((line) => `${line.service} ${line.node}`))).toEqual(new Set([`${id} ${node}`]));
    for (const [task, container] of containers) {
      const own = all.filter((line) => line.task === task);
      for (const [stream, only] of [
        ['STDOUT', '2>/dev/null'],
        ['STDERR', '2>&1 >/dev/null'],
      ] as const) {
        const texts = own.filter((line) => line.stream === stream).map(({ text }) => `${text}\n`);
        expect(texts.join('')).toBe(await engine.exec('sh', ['-c', `docker logs ${container} ${only}`]));
      }
    }
  }, 60_000);

  it('go on behind any line, for each task with nothing lost and nothing twice', async () => {
    const identity = ({ task, stream, text }: Line) => `${task} ${stream} ${text}`;
    for (const place of [0, 5, 301, 700]) {
      const after = all[place]?.cursor ?? '';
      const expected = all.slice(place + 1).map(identity);
      await eventually(async () => {
        const rest = await linesOf(`serviceLogs(ref: "web", after: "${after}")`);
        expect(rest.map(identity).sort()).toEqual(expected.toSorted());
      });
    }
  }, 60_000);

  it('are those with a text, or of one task, and leave nothing open', async () => {
    const task = all[0]?.task ?? '';
    const own = await eventually(async () => {
      const lines = await linesOf(`taskLogs(ref: "${task}", streams: [STDOUT], grepPattern: "^out 1..$")`);
      expect(lines).toHaveLength(100);
      return lines;
    });
    expect(own.map(({ text }) => text)).toEqual(
      Array.from({ length: 100 }, (_, index) => `out ${100 + index}`),
    );
    expect(new Set(own.map((line) => line.task))).toEqual(new Set([task]));
    await proxy.until((requests) =>
      requests.filter(({ path }) => path.includes('/logs?')).every(({ ended }) => ended),
    );
  }, 60_000);

  it('are asked for by global IDs as well, of the right kind, and lead to their task', async () => {
    const answer = await gateway.data('{ service(ref: "web") { id tasks { id dockerId name } } }');
    const id = textAt(answer, 'service', 'id');
    const tasks = listAt(answer, 'service', 'tasks');
    expect(tasks).toHaveLength(2);
    await eventually(async () => {
      const lines = await linesOf(`serviceLogs(ref: "${id}", follow: false, tail: 1)`);
      expect(new Set(lines.map(({ task }) => task))).toEqual(
        new Set(tasks.map((task) => textAt(task, 'dockerId'))),
      );
    });
    const [first] = tasks;
    await eventually(async () => {
      const lines = await linesOf(`taskLogs(ref: "${textAt(first, 'id')}", follow: false, grep: "end")`);
      expect(lines).toMatchObject([
        { task: textAt(first, 'dockerId'), text: 'end', name: textAt(first, 'name') },
      ]);
    });
    const before = proxy.requests.length;
    await expect(linesOf(`taskLogs(ref: "${id}")`)).rejects.toThrow(/global ID of a Service/);
    expect(proxy.requests).toHaveLength(before);
  }, 60_000);

  it('of a terminal are lines too', async () => {
    await service('tty', 'echo one; echo two; exec sleep 600', '--tty');
    const lines = await linesOf('serviceLogs(ref: "tty")', 2);
    expect(lines.map(({ text }) => text)).toEqual(['one', 'two']);
    expect([...(await containersOf('tty')).keys()]).toEqual([lines[0]?.task]);
  }, 60_000);

  it('are refused by name where there is no such service, and without a call for what cannot be one', async () => {
    await expect(linesOf('serviceLogs(ref: "nobody")')).rejects.toThrow(/service nobody not found/);
    const before = proxy.requests.length;
    await expect(linesOf('serviceLogs(ref: "../info")')).rejects.toThrow(/"..\/info"/);
    await expect(linesOf('taskLogs(ref: "x", grepPattern: "a(b")')).rejects.toThrow(/missing closing \)/);
    expect(proxy.requests).toHaveLength(before);
  });
});
