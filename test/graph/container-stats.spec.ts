import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { firstBytes } from './first-bytes.ts';
import { type Graph, graphOver } from './image-fixture.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const graph = graphOver(engine);
afterAll(() => graph.close());

const named = (name: string) => `${prefix}${name}`;
const mebibyte = 1024 ** 2;

async function statsOf(name: string, selection: string): Promise<unknown> {
  const { data, errors } = await graph.ask(
    `query ($ref: ID!) { container(ref: $ref) { stats { ${selection} } } }`,
    { ref: named(name) },
  );
  expect(errors).toEqual([]);
  return at(data, 'container', 'stats');
}

const rawStats = async (name: string): Promise<unknown> =>
  (await engine.mustRest('GET', `/containers/${named(name)}/stats?stream=false`)).json();

const cliStats = async (name: string): Promise<unknown> =>
  JSON.parse(await engine.cli('stats', '--no-stream', '--format', '{{json .}}', named(name)));

/** `17.5MiB` of the CLI, in bytes. */
function bytesOf(text: string): number {
  const [, amount = '', unit = ''] = /^([\d.]+)([KMG]i)?B$/.exec(text) ?? [];
  return Number(amount) * 1024 ** ['', 'Ki', 'Mi', 'Gi'].indexOf(unit);
}

describe('a running container', () => {
  beforeAll(async () => {
    const options = [
      '--detach',
      '--name',
      named('busy'),
      '--cpus',
      '0.3',
      '--memory',
      '64m',
      '--pids-limit',
      '20',
    ];
    const fill = 'dd if=/dev/zero of=/dev/shm/fill bs=1M count=16 2>/dev/null';
    const ping = 'ping -c 1 -s 1000 $(ip route | cut -d " " -f 3 | head -n 1) >/dev/null';
    const script = `${fill}; ${ping}; echo ready; while :; do :; done`;
    await engine.cli('run', ...options, 'busybox', 'sh', '-c', script);
    await firstBytes(engine, `/containers/${named('busy')}/logs?follow=1&stdout=1`);
  });

  it('uses what `docker stats` says it uses', async () => {
    const cli = await cliStats('busy');
    const stats = await statsOf('busy', 'cpuPercent memoryUsage memoryLimit memoryPercent pids pidsLimit');
    // Two different seconds of ten scheduling periods each, on a machine with other work: half the limit either way.
    // That the same sample makes the same number to the last digit is in stats-math.spec.ts.
    const cliCpu = Number.parseFloat(textAt(cli, 'CPUPerc'));
    expect(Math.abs(Number(at(stats, 'cpuPercent')) - cliCpu)).toBeLessThan(15);
    expect(at(stats, 'cpuPercent')).toBeGreaterThan(5);
    // It has what it needs and asks for no more, but the kernel counts pages in batches for each CPU.
    const [usage = '', limit = ''] = textAt(cli, 'MemUsage').split(' / ');
    expect(Math.abs(Number(at(stats, 'memoryUsage')) - bytesOf(usage))).toBeLessThan(mebibyte);
    expect(at(stats, 'memoryUsage')).toBeGreaterThan(16 * mebibyte);
    expect(at(stats, 'memoryLimit')).toBe(bytesOf(limit));
    expect(at(stats, 'memoryPercent')).toBeCloseTo(
      (Number(at(stats, 'memoryUsage')) / (64 * mebibyte)) * 100,
      6,
    );
    expect(at(stats, 'pids')).toBe(Number(textAt(cli, 'PIDs')));
    expect(at(stats, 'pidsLimit')).toBe(20);
  });

  it('has every counter between what the Engine says before and after', async () => {
    const before = await rawStats('busy');
    const stats = await statsOf(
      'busy',
      `readAt previousReadAt networkReceivedBytes networkSentBytes
       networks { name receivedBytes receivedPackets sentBytes }
       cpuStats { cpuUsage { totalUsage percpuUsage } systemCpuUsage onlineCpus throttlingData { periods } }
       precpuStats { cpuUsage { totalUsage } }
       memoryStats { usage limit stats { name value } }`,
    );
    const after = await rawStats('busy');
    const between = (value: unknown, ...path: readonly string[]) => {
      expect(Number(value)).toBeGreaterThanOrEqual(Number(at(before, ...path)));
      expect(Number(value)).toBeLessThanOrEqual(Number(at(after, ...path)));
      expect(Number(value)).toBeGreaterThan(0);
    };
    between(at(stats, 'cpuStats', 'cpuUsage', 'totalUsage'), 'cpu_stats', 'cpu_usage', 'total_usage');
    between(at(stats, 'cpuStats', 'systemCpuUsage'), 'cpu_stats', 'system_cpu_usage');
    between(at(stats, 'cpuStats', 'throttlingData', 'periods'), 'cpu_stats', 'throttling_data', 'periods');
    between(at(stats, 'precpuStats', 'cpuUsage', 'totalUsage'), 'precpu_stats', 'cpu_usage', 'total_usage');
    between(at(stats, 'networks', 0, 'receivedBytes'), 'networks', 'eth0', 'rx_bytes');
    between(at(stats, 'networks', 0, 'sentBytes'), 'networks', 'eth0', 'tx_bytes');
    between(at(stats, 'networkReceivedBytes'), 'networks', 'eth0', 'rx_bytes');
    between(at(stats, 'networkSentBytes'), 'networks', 'eth0', 'tx_bytes');
    expect(listAt(stats, 'networks').map((each) => at(each, 'name'))).toEqual(['eth0']);
    expect(at(stats, 'cpuStats', 'onlineCpus')).toBe(at(before, 'cpu_stats', 'online_cpus'));
    expect(at(stats, 'memoryStats', 'limit')).toBe(64 * mebibyte);
    expect(listAt(stats, 'memoryStats', 'stats').map((each) => at(each, 'name'))).toEqual(
      Object.keys(at(before, 'memory_stats', 'stats') ?? {}).sort(),
    );
    expect(Date.parse(textAt(stats, 'readAt'))).toBeGreaterThan(Date.parse(textAt(stats, 'previousReadAt')));
  });

  it('is measured once for all fields and aliases of an operation', async () => {
    const answer = await graph.ask(
      `query ($ref: ID!) { container(ref: $ref) { a: stats { cpuPercent pids } b: stats { memoryUsage } } }`,
      { ref: named('busy') },
    );
    expect(answer.errors).toEqual([]);
    expect(answer.calls).toEqual(['GET /containers/{id}/json', 'GET /containers/{id}/stats']);
  });
});

describe('a container without networking', () => {
  it('has no network counters, rather than zeros', async () => {
    await engine.cli(
      'run',
      '--detach',
      '--name',
      named('alone'),
      '--network',
      'none',
      'busybox',
      'sleep',
      '300',
    );
    const selection = 'networks { name } networkReceivedBytes networkSentBytes networkReceivedRate pids';
    const raw = at(await rawStats('alone'), 'networks');
    const stats = await statsOf('alone', selection);
    expect(raw).toBeUndefined();
    expect(stats).toEqual({
      networks: [],
      networkReceivedBytes: null,
      networkSentBytes: null,
      networkReceivedRate: null,
      pids: 1,
    });
  });
});

describe('a container that does not run', () => {
  it('has none, and no call is made for them', async () => {
    await engine.cli('create', '--name', named('idle'), 'busybox');
    const answer = await graph.ask(
      'query ($names: [String!]) { containers(filter: { namePatterns: $names }) { nodes { stats { pids } } } }',
      { names: [`^/${named('idle')}$`] },
    );
    expect(answer).toMatchObject({ data: { containers: { nodes: [{ stats: null }] } }, errors: [] });
    expect(answer.calls).toEqual(['GET /containers/json']);
  });
});

describe('what this Engine cannot be made to send', () => {
  const id = (digit: string) => digit.repeat(64);
  const running = { State: { Status: 'running', Running: true }, Config: {} };
  const samples = new Map([
    [
      id('a'),
      `{"name":"/x","read":"2026-11-20T17:30:01.123456789Z","preread":"0001-01-01T00:00:00Z","os_type":"linux",
        "memory_stats":{"usage":100,"limit":9223372036854771712,
          "stats":{"hierarchical_memory_limit":9223372036854771712,"cache":7,"gone":null}},
        "pids_stats":{"current":1,"limit":18446744073709551615},"blkio_stats":{"io_service_bytes_recursive":null},
        "cpu_stats":{"cpu_usage":{"total_usage":1}},"precpu_stats":{"cpu_usage":{"total_usage":0}}}`,
    ],
    [
      id('b'),
      `{"name":"/x","read":"0001-01-01T00:00:00Z","preread":"0001-01-01T00:00:00Z","pids_stats":{},
        "cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}}`,
    ],
    [
      id('d'),
      `{"read":"2026-11-20T17:30:01Z","preread":"2026-11-20T17:30:00Z","os_type":"windows","num_procs":4,
        "cpu_stats":{"cpu_usage":{"total_usage":30000000}},"precpu_stats":{"cpu_usage":{"total_usage":10000000}},
        "memory_stats":{"commitbytes":3,"commitpeakbytes":4,"privateworkingset":2},
        "storage_stats":{"read_count_normalized":5,"read_size_bytes":6,"write_count_normalized":7,"write_size_bytes":8},
        "networks":{"nic":{"rx_bytes":1,"endpoint_id":"e","instance_id":"i"}}}`,
    ],
  ]);
  let fake: FakeEngine;
  let newer: Graph;

  beforeAll(async () => {
    fake = await startFakeEngine({
      apiVersion: '1.52',
      handlers: {
        'GET /containers/{id}/json': ({ params }) => ({ Id: params['id'], Name: '/x', ...running }),
        'GET /containers/{id}/stats': ({ params }, { response, fail }) => {
          const sample = samples.get(params['id'] ?? '');
          if (sample === undefined) return fail(404, 'No such container');
          response.writeHead(200, { 'content-type': 'application/json' }).end(sample);
        },
      },
    });
    newer = graphOver(fake);
  });
  afterAll(async () => {
    await newer.close();
    await fake.close();
  });

  const stats = async (digit: string, selection: string) => {
    const { data, errors } = await newer.ask(
      `query ($ref: ID!) { container(ref: $ref) { name stats { ${selection} } } }`,
      { ref: id(digit) },
    );
    expect(errors).toEqual([]);
    return at(data, 'container', 'stats');
  };

  it('keeps every digit of what no double holds, and takes the largest number for no limit', async () => {
    expect(
      await stats(
        'a',
        `readAt previousReadAt osType cpuPercent memoryLimit memoryUsage pids pidsLimit memoryStats { stats { name value } }
         blkioStats { ioServiceBytesRecursive { value } } storageStats { readSizeBytes }`,
      ),
    ).toEqual({
      readAt: '2026-11-20T17:30:01.123456789Z',
      previousReadAt: null,
      osType: 'linux',
      cpuPercent: null,
      memoryLimit: '9223372036854771712',
      memoryUsage: 100,
      pids: 1,
      pidsLimit: null,
      memoryStats: {
        stats: [
          { name: 'cache', value: 7 },
          { name: 'hierarchical_memory_limit', value: '9223372036854771712' },
        ],
      },
      blkioStats: { ioServiceBytesRecursive: [] },
      storageStats: null,
    });
  });

  it('is null where the container ended between the two calls, or went away', async () => {
    expect(await stats('b', 'pids')).toBeNull();
    expect(await stats('c', 'pids')).toBeNull();
  });

  it('reads what Windows counts', async () => {
    expect(
      await stats(
        'd',
        `osType processorCount cpuPercent memoryUsage memoryLimit memoryPercent pids blockReadBytes blockWrittenBytes
         memoryStats { commitBytes commitPeakBytes privateWorkingSet }
         storageStats { readCountNormalized readSizeBytes writeCountNormalized writeSizeBytes }
         networks { name receivedBytes endpointId instanceId }`,
      ),
    ).toEqual({
      osType: 'windows',
      processorCount: 4,
      cpuPercent: 50,
      memoryUsage: 2,
      memoryLimit: null,
      memoryPercent: null,
      pids: null,
      blockReadBytes: 6,
      blockWrittenBytes: 8,
      memoryStats: { commitBytes: 3, commitPeakBytes: 4, privateWorkingSet: 2 },
      storageStats: { readCountNormalized: 5, readSizeBytes: 6, writeCountNormalized: 7, writeSizeBytes: 8 },
      networks: [{ name: 'nic', receivedBytes: 1, endpointId: 'e', instanceId: 'i' }],
    });
  });
});
