import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, textAt } from '../support/json.ts';
import { startWired, stopWired, type WiredEngine } from './fixtures/engines.ts';
import { apis, from, ids } from './fixtures/shapes.ts';

let engines: readonly WiredEngine[] = [];

beforeAll(async () => {
  engines = await Promise.all(apis.map(startWired));
});
afterAll(async () => {
  await Promise.all(engines.map(stopWired));
});

/** What each of them makes of the same question. */
async function everywhere(
  query: string,
): Promise<readonly { readonly api: string; readonly data: unknown }[]> {
  return Promise.all(engines.map(async ({ api, gateway }) => ({ api, data: await gateway.data(query) })));
}

async function expectEverywhere(query: string, data: unknown): Promise<void> {
  for (const answer of await everywhere(query)) expect(answer).toEqual({ api: answer.api, data });
}

describe('what newer versions of the API say in another form', () => {
  it('is spoken of in the version of each Engine', async () => {
    for (const { api, gateway, engine } of engines) {
      expect(await gateway.data('{ engine { apiVersion } }')).toEqual({ engine: { apiVersion: api } });
      expect(engine.requests.map(({ method }) => method)).toContain('HEAD');
    }
  });

  it('reads the same for the address in the default network', async () => {
    await expectEverywhere(
      `{ container(ref: "${ids.web}") { networkSettings {
        sandboxKey endpointId gateway ipAddress ipPrefixLength ipv6Gateway globalIpv6Address globalIpv6PrefixLength
        macAddress bridge hairpinMode linkLocalIpv6Address linkLocalIpv6PrefixLength
        secondaryIpAddresses { address } secondaryIpv6Addresses { address }
      } } }`,
      {
        container: {
          networkSettings: {
            sandboxKey: '/var/run/docker/netns/1',
            endpointId: ids.endpoint,
            gateway: '172.17.0.1',
            ipAddress: '172.17.0.2',
            ipPrefixLength: 16,
            ipv6Gateway: null,
            globalIpv6Address: null,
            globalIpv6PrefixLength: 0,
            macAddress: '02:42:ac:11:00:02',
            bridge: null,
            hairpinMode: false,
            linkLocalIpv6Address: null,
            linkLocalIpv6PrefixLength: 0,
            secondaryIpAddresses: [],
            secondaryIpv6Addresses: [],
          },
        },
      },
    );
  });

  it('reads the same for health, for the fewest calls that each allows', async () => {
    for (const { engine } of engines) engine.reset();
    await expectEverywhere(
      '{ containers { nodes { name health { status statusRaw } } } engine { counts { healthy unhealthy } } }',
      {
        containers: {
          nodes: [
            { name: 'job', health: { status: 'NONE', statusRaw: 'none' } },
            { name: 'web', health: { status: 'UNHEALTHY', statusRaw: 'unhealthy' } },
          ],
        },
        engine: { counts: { healthy: 0, unhealthy: 1 } },
      },
    );
    await expectEverywhere(
      '{ containers(filter: { names: ["web"] }) { nodes { health { failingStreak } } } }',
      { containers: { nodes: [{ health: { failingStreak: null } }, { health: { failingStreak: 3 } }] } },
    );
    for (const { api, engine } of engines) {
      const inspects = engine.requests.filter(({ path }) => path === `/containers/${ids.web}/json`);
      expect([api, inspects.length]).toEqual([api, from(api, '1.52') ? 0 : 1]);
    }
  });

  it('reads the same for what keeps the files of containers and images', async () => {
    await expectEverywhere(
      `{ container(ref: "${ids.web}") { graphDriver { name } storage { snapshotter } }
        image(ref: "${ids.image}") { graphDriver { name } } }`,
      {
        container: { graphDriver: null, storage: { snapshotter: 'overlayfs' } },
        image: { graphDriver: null },
      },
    );
  });

  it('reads the same for the names of a container in a network', async () => {
    const query = `{ container(ref: "${ids.web}") { networks { networkName aliases ipv4 network { name } } } }`;
    await expectEverywhere(query, {
      container: {
        networks: [
          { networkName: 'bridge', aliases: [], ipv4: '172.17.0.2', network: { name: 'bridge' } },
          { networkName: 'front', aliases: ['www'], ipv4: '172.17.0.2', network: { name: 'front' } },
        ],
      },
    });
  });

  it('reads the same for images without a name, without a time, and without an empty config', async () => {
    await expectEverywhere(
      `{ images { nodes { dockerId name tags digests createdAt containerCount inUse } }
        untagged: image(ref: "${ids.untagged}") { tags createdAt author comment }
        image(ref: "${ids.image}") {
          createdAt config { user env { name } entrypoint onBuild volumes cmd workingDir labels { key value } }
        } }`,
      {
        images: {
          nodes: [
            {
              dockerId: ids.image,
              name: 'shop/web:1',
              tags: ['shop/web:1'],
              digests: expect.any(Array),
              createdAt: '2026-11-20T15:53:20Z',
              containerCount: 2,
              inUse: true,
            },
            {
              dockerId: ids.untagged,
              name: null,
              tags: [],
              digests: [],
              createdAt: null,
              containerCount: 0,
              inUse: false,
            },
          ],
        },
        untagged: { tags: [], createdAt: null, author: null, comment: null },
        image: {
          createdAt: '2026-11-20T17:00:00Z',
          config: {
            user: null,
            env: [],
            entrypoint: [],
            onBuild: [],
            volumes: [],
            cmd: ['serve'],
            workingDir: '/srv',
            labels: [{ key: 'maker', value: 'shop' }],
          },
        },
      },
    );
  });

  it('reads the same for disk usage, sums and items', async () => {
    await expectEverywhere(
      `{ engine { diskUsage {
        layersSize
        images { count activeCount size reclaimable items { image { name } size uniqueSize containerCount } }
        containers { count activeCount size reclaimable items { container { name } size rootFsSize } }
        volumes { count activeCount size reclaimable items { volume { name } size refCount } }
        buildCache { count activeCount size reclaimable items { dockerId parents size } }
      } } }`,
      {
        engine: {
          diskUsage: {
            layersSize: 8_000,
            images: {
              count: 2,
              activeCount: 1,
              size: 8_000,
              reclaimable: 3_000,
              items: [
                { image: { name: 'shop/web:1' }, size: 7_000, uniqueSize: 5_000, containerCount: 2 },
                { image: { name: null }, size: 3_000, uniqueSize: 3_000, containerCount: 0 },
              ],
            },
            containers: {
              count: 2,
              activeCount: 1,
              size: 150,
              reclaimable: 50,
              items: [
                { container: { name: 'web' }, size: 100, rootFsSize: 7_100 },
                { container: { name: 'job' }, size: 50, rootFsSize: 7_050 },
              ],
            },
            volumes: {
              count: 1,
              activeCount: 1,
              size: 400,
              reclaimable: 0,
              items: [{ volume: { name: 'data' }, size: 400, refCount: 1 }],
            },
            buildCache: {
              count: 2,
              activeCount: 1,
              size: 30,
              reclaimable: 30,
              items: [
                { dockerId: 'r1', parents: [], size: 30 },
                { dockerId: 'r2', parents: ['r1'], size: 70 },
              ],
            },
          },
        },
      },
    );
  });

  it('is asked for kind by kind where the API can: one call, and nothing twice in its answer', async () => {
    for (const { engine } of engines) engine.reset();
    await expectEverywhere(
      '{ engine { diskUsage { volumes { size } } } volumes { nodes { usageData { size } } } }',
      {
        engine: { diskUsage: { volumes: { size: 400 } } },
        volumes: { nodes: [{ usageData: { size: 400 } }] },
      },
    );
    for (const { api, engine } of engines) {
      const asked = engine.requests
        .filter(({ path }) => path === '/system/df')
        .map(({ query }) => String(query));
      const query = from(api, '1.52') ? 'type=volume&verbose=1' : from(api, '1.42') ? 'type=volume' : '';
      expect([api, asked]).toEqual([api, [query]]);
    }
  });

  it('reads the same for logs, with and without a content type', async () => {
    await expectEverywhere(`{ container(ref: "${ids.web}") { logs { lines { text stream } } } }`, {
      container: { logs: { lines: [{ text: 'ready', stream: 'STDOUT' }] } },
    });
  });

  it('reads the same for events', async () => {
    for (const { api, gateway } of engines) {
      const client = createClient({ url: gateway.url });
      const events = client.iterate({
        query:
          'subscription { events { type action actorId ... on ContainerEvent { containerName imageRef exitCode } } }',
      });
      const { value } = await events.next();
      client.dispose();
      expect([api, at(value, 'data', 'events')]).toEqual([
        api,
        {
          type: 'CONTAINER',
          action: 'DIE',
          actorId: ids.web,
          containerName: 'web',
          imageRef: 'shop/web:1',
          exitCode: 3,
        },
      ]);
    }
  });
});

describe('how an Engine stands to a swarm', () => {
  it('is read from the header of the ping where that says it, and from the info before', async () => {
    for (const { engine } of engines) engine.reset();
    await expectEverywhere('{ engine { capabilities { swarmState swarmManager } } }', {
      engine: { capabilities: { swarmState: 'INACTIVE', swarmManager: false } },
    });
    for (const { api, engine } of engines) {
      const asked = engine.requests.map(({ method, path }) => `${method} ${path}`);
      expect([api, asked]).toEqual([api, [from(api, '1.42') ? 'HEAD /_ping' : 'GET /info']]);
    }
  });
});

describe('what only some versions of the API have', () => {
  const query = `{
    engine { info {
      containerd { address } cdiSpecDirs discoveredDevices { deviceId } nri { info { key value } } clusterStore
      networking { firewallBackend { driver } bridgeNfIptables } limits { kernelMemory kernelMemoryTcp }
      commits { runc { expected } } runtimes { status { key } }
    } }
    networks { nodes { enableIpv4 status { ipam { subnets { ipsInUse } } } } }
    container(ref: "${ids.web}") {
      hostConfig { annotations { key } } config { macAddress healthcheck { startInterval } }
      networks { dnsNames gatewayPriority } stats { osType } imageManifestDescriptor { digest }
    }
    image(ref: "${ids.image}") { descriptor { digest } buildContainerConfig { cmd } config { hostname } }
  }`;

  it('is null or empty elsewhere, and warned of there and nowhere else', async () => {
    const warned = await Promise.all(
      engines.map(async ({ api, gateway }) => {
        const { errors, extensions } = await gateway.query(query);
        expect([api, errors]).toEqual([api, []]);
        return [
          api,
          listAt(extensions, 'warnings').map((each) => {
            const version = textAt(each, 'needs') || `below ${textAt(each, 'goneWith')}`;
            return `${textAt(each, 'coordinate')} ${version}`;
          }),
        ] as const;
      }),
    );
    const dropped = [
      'EngineInfo.clusterStore below 1.42',
      'EngineLimits.kernelMemory below 1.42',
      'EngineNetworking.bridgeNfIptables below 1.50',
      'EngineToolCommit.expected below 1.49',
      'Image.buildContainerConfig below 1.45',
      'ImageConfig.hostname below 1.50',
    ];
    const gone52 = ['ContainerConfig.macAddress below 1.52', 'EngineLimits.kernelMemoryTcp below 1.52'];
    const byApi = Object.fromEntries(warned.map(([api, list]) => [api, list.toSorted()]));
    expect(byApi).toEqual({
      '1.41': [
        'Container.imageManifestDescriptor 1.48',
        'ContainerNetwork.dnsNames 1.44',
        'ContainerNetwork.gatewayPriority 1.48',
        'ContainerStats.osType 1.52',
        'EngineInfo.cdiSpecDirs 1.44',
        'EngineInfo.containerd 1.46',
        'EngineInfo.discoveredDevices 1.50',
        'EngineInfo.nri 1.53',
        'EngineNetworking.firewallBackend 1.49',
        'EngineRuntime.status 1.44',
        'HealthCheckConfig.startInterval 1.44',
        'HostConfig.annotations 1.43',
        'Image.descriptor 1.48',
        'Network.enableIpv4 1.48',
        'Network.status 1.52',
      ],
      '1.51': [
        ...dropped,
        'ContainerStats.osType 1.52',
        'EngineInfo.nri 1.53',
        'Network.status 1.52',
      ].toSorted(),
      '1.52': [...dropped, ...gone52, 'EngineInfo.nri 1.53'].toSorted(),
      '1.53': [...dropped, ...gone52].toSorted(),
      '1.54': [...dropped, ...gone52].toSorted(),
      '1.55': [...dropped, ...gone52].toSorted(),
    });
  });
});
