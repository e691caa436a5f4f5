import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listAt, textAt } from './json.ts';
import { startSwarm, type TestSwarm } from './swarm.ts';
import { linkTarget, processesIn, traces } from './traces.ts';

/** A process that starts a swarm with a service on both nodes, says where they are, and waits. */
const owner = `
  const { startSwarm } = await import('${new URL('./swarm.ts', import.meta.url).href}');
  const swarm = await startSwarm({ workers: 1 });
  await swarm.first.cli(
    ...['service', 'create', '--quiet', '--mode', 'global', '--endpoint-mode', 'dnsrr', '--no-resolve-image'],
    ...['busybox', 'sleep', '3000'],
  );
  const nodes = swarm.nodes.map(({ socketPath, namespace }) => ({ socketPath, namespace }));
  console.log(JSON.stringify({ nodes, network: swarm.namespace }));
`;

describe('a swarm whose owner is killed', () => {
  it('is gone with its nodes, their containers and their network', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', owner], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const said: unknown = JSON.parse(String(line));
    const network = linkTarget(textAt(said, 'network'));
    const nodes = listAt(said, 'nodes').map((node) => ({
      socketPath: textAt(node, 'socketPath'),
      namespace: linkTarget(textAt(node, 'namespace')),
    }));
    const left = (): string =>
      [
        ...nodes.flatMap(({ socketPath, namespace }) => traces(socketPath, namespace)),
        ...processesIn(network),
      ].join('\n');
    const before = left();
    for (const { socketPath } of nodes) expect(before).toContain(dirname(socketPath));
    expect(before).toMatch(/dockerd --config-file/);
    expect(new Set(before.match(/process \d+: sleep 3000/g)).size).toBe(2);
    // The process that holds the switch.
    expect(before).toMatch(/: cat /);

    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect.poll(left, { timeout: 15_000 }).toBe('');
  }, 90_000);
});

describe('a swarm of a spec’s own', () => {
  let swarm: TestSwarm;
  beforeAll(async () => {
    swarm = await startSwarm({ managers: 1, workers: 2 });
  });
  afterAll(() => swarm?.stop());

  const nodes = (format: string): Promise<string> => swarm.first.cli('node', 'ls', '--format', format);
  const statusOf = async (hostname: string): Promise<string> => {
    const lines = (await nodes('{{.Hostname}} {{.Status}}')).split('\n');
    return lines.find((line) => line.startsWith(`${hostname} `))?.split(' ')[1] ?? '';
  };

  it('has the nodes that were asked for, by the names and IDs that it tells of', async () => {
    const lines = (await nodes('{{.Hostname}} {{.ID}} {{.Status}}')).split('\n').toSorted();
    expect(lines).toEqual(swarm.nodes.map(({ hostname, nodeId }) => `${hostname} ${nodeId} Ready`));
    expect(swarm.nodes.map(({ hostname }) => hostname)).toEqual(['manager1', 'worker1', 'worker2']);
    expect(swarm.member('worker2')).toBe(swarm.workers[1]);
    expect(() => swarm.member('worker3')).toThrow('manager1, worker1, worker2');
  });

  it('connects its nodes with each other and with nothing else', async () => {
    for (const { address } of swarm.nodes) {
      await swarm.workers[0]?.exec('busybox', ['ping', '-c', '1', '-W', '5', address]);
    }
    expect(await swarm.first.exec('ip', ['route', 'show', 'default'])).toBe('');
  });

  it('lets containers of one overlay network find each other across nodes', async () => {
    await swarm.first.cli('network', 'create', '--driver', 'overlay', 'over');
    const service = [
      '--mode',
      'global',
      '--endpoint-mode',
      'dnsrr',
      '--no-resolve-image',
      '--network',
      'over',
    ];
    await swarm.first.cli(
      'service',
      'create',
      '--quiet',
      '--name',
      'web',
      ...service,
      'busybox',
      'sleep',
      '999',
    );
    const [container = ''] = (await swarm.first.cli('ps', '-q', '--filter', 'name=web')).split('\n');
    const ask = async (): Promise<number> => {
      const found = await swarm.first.cli('exec', container, 'nslookup', 'tasks.web').catch(String);
      const addresses = [...found.matchAll(/Address: (10\.[\d.]+)$/gm)].map(([, address = '']) => address);
      const pings = addresses.map((each) =>
        swarm.first.cli('exec', container, 'ping', '-c', '1', '-W', '2', each),
      );
      return (await Promise.all(pings).catch(() => [])).length;
    };
    await expect.poll(ask, { timeout: 20_000 }).toBe(3);
  }, 60_000);

  it('misses a node that is killed or cut off, and finds it again', async () => {
    const [one, other] = swarm.workers;
    await Promise.all([one?.kill(), other?.cut()]);
    const both = async (): Promise<string> => `${await statusOf('worker1')} ${await statusOf('worker2')}`;
    await expect.poll(both, { timeout: 30_000 }).toBe('Down Down');
    await Promise.all([one?.start(), other?.mend()]);
    await expect.poll(both, { timeout: 40_000 }).toBe('Ready Ready');
  }, 90_000);
});
