import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareApi } from '../../src/engine/version.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const named = (name: string): string => `${prefix}${name}`;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
});
afterAll(() => gateway.close());

const update = async (name: string, input: object): Promise<unknown> => {
  const data = await gateway.data(
    `mutation ($input: ContainerUpdateInput!) { containerUpdate(input: $input) {
      changed warnings
      container { hostConfig { resources { memory cpus pidsLimit } restartPolicy { name maximumRetryCount } } }
      userErrors { __typename path message } } }`,
    { input: { ref: named(name), ...input } },
  );
  return at(data, 'containerUpdate');
};

const hostConfig = async (name: string): Promise<unknown> =>
  JSON.parse(await engine.cli('inspect', '--format', '{{json .HostConfig}}', named(name)));

const create = (name: string, ...flags: string[]) =>
  engine.cli('create', '--name', named(name), '--stop-timeout', '0', ...flags, 'busybox', 'sleep', '3600');

/** Gone with API 1.42. */
const kernelMemory: [string, string[], object] = [
  'kernel memory',
  ['--kernel-memory', '32m'],
  { kernelMemory: '32m' },
];

describe('limits that are changed later', () => {
  it.each([
    ['memory', ['--memory', '64m', '--memory-swap', '128m'], { memory: '64m', memorySwap: '128m' }],
    ['swap without limit', ['--memory', '64m', '--memory-swap', '-1'], { memory: '64m', memorySwap: -1 }],
    ['reservation', ['--memory-reservation', '32m'], { memoryReservation: '32m' }],
    ['cpus', ['--cpus', '1.5'], { cpus: 1.5 }],
    ['shares', ['--cpu-shares', '512'], { cpuShares: 512 }],
    ['quota', ['--cpu-period', '50000', '--cpu-quota', '25000'], { cpuPeriod: 50_000, cpuQuota: 25_000 }],
    ['cpuset', ['--cpuset-cpus', '0', '--cpuset-mems', '0'], { cpusetCpus: '0', cpusetMems: '0' }],
    ['pids', ['--pids-limit', '50'], { pidsLimit: 50 }],
    ['no pids limit', ['--pids-limit', '-1'], { pidsLimit: -1 }],
    ['blkio', ['--blkio-weight', '300'], { blkioWeight: 300 }],
    [
      'realtime',
      ['--cpu-rt-period', '1000000', '--cpu-rt-runtime', '950000'],
      { cpuRealtimePeriod: 1_000_000, cpuRealtimeRuntime: 950_000 },
    ],
    ...(compareApi(engine.apiVersion, '1.42') < 0 ? [kernelMemory] : []),
  ])('are those that `docker update` sets: %s', async (title, flags, resources) => {
    const label = title.replaceAll(' ', '-');
    await Promise.all([
      create(`${label}-x`, '--pids-limit', '10'),
      create(`${label}-y`, '--pids-limit', '10'),
    ]);
    await engine.cli('update', ...flags, named(`${label}-x`));
    expect(await update(`${label}-y`, { resources })).toMatchObject({ changed: true, userErrors: [] });
    expect(await hostConfig(`${label}-y`)).toEqual(await hostConfig(`${label}-x`));
  });

  it('hold for a container that runs', async () => {
    await create('runs', '--memory', '256m');
    await engine.cli('start', named('runs'));
    expect(await update('runs', { resources: { memory: '128m', memorySwap: '256m' } })).toMatchObject({
      changed: true,
      userErrors: [],
      container: { hostConfig: { resources: { memory: 134_217_728 } } },
    });
    const limit = 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null';
    expect(await engine.cli('exec', named('runs'), 'sh', '-c', `${limit}; true`)).toBe('134217728');
    await engine.cli('kill', named('runs'));
  });
});

describe('a restart policy that is changed later', () => {
  it('is the one that `docker update` sets, and limits stay', async () => {
    await create('policy', '--memory', '64m');
    const restartPolicy = { name: 'ON_FAILURE', maximumRetryCount: 4 };
    expect(await update('policy', { restartPolicy })).toMatchObject({
      changed: true,
      container: { hostConfig: { restartPolicy, resources: { memory: 67_108_864 } } },
    });
    expect(await hostConfig('policy')).toMatchObject({
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 4 },
      Memory: 67_108_864,
    });
    expect(await update('policy', { restartPolicy: { name: 'NO' } })).toMatchObject({ changed: true });
    expect(await hostConfig('policy')).toMatchObject({ RestartPolicy: { Name: 'no' } });
  });
});

describe('a change that cannot be', () => {
  beforeAll(async () => {
    await create('firm', '--memory', '64m', '--memory-swap', '64m');
  });

  it.each([
    [{}, ['input']],
    [{ resources: {} }, ['input']],
    [{ resources: { cpus: -1 } }, ['input', 'resources', 'cpus']],
    [
      { restartPolicy: { name: 'ALWAYS', maximumRetryCount: 2 } },
      ['input', 'restartPolicy', 'maximumRetryCount'],
    ],
  ])('is refused without a change: %j', async (input, path) => {
    const before = await hostConfig('firm');
    expect(await update('firm', input)).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'InvalidInputError', path }],
    });
    expect(await hostConfig('firm')).toEqual(before);
  });

  it("gives the Engine's own sentence for what only the Engine knows", async () => {
    expect(await update('firm', { resources: { memory: '1k' } })).toMatchObject({
      changed: false,
      userErrors: [{ message: expect.stringMatching(/minimum memory limit/i) }],
    });
    expect(await update('firm', { resources: { memory: '128m' } })).toMatchObject({
      changed: false,
      userErrors: [{ message: expect.stringMatching(/memory ?swap/i) }],
    });
  });

  it('says typed that there is no such container', async () => {
    expect(await update('nobody', { resources: { cpus: 1 } })).toMatchObject({
      changed: false,
      container: null,
      userErrors: [{ __typename: 'NotFoundError', path: ['input', 'ref'] }],
    });
  });
});
