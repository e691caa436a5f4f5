import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctor } from '../../src/commands/doctor.ts';
import { loadConfig } from '../../src/config.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler, FakeHandlers } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';

const id = (digit: string) => digit.repeat(64);
const defaultNetwork = '2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9';

/** As Podman 4.3 and 5 answer: without what Docker always sends, and with words of their own. */
const summary = (digit: string, State: string, Status: string) => ({
  Id: id(digit),
  Names: [`/${State}`],
  Image: 'docker.io/library/web:latest',
  ImageID: `sha256:${id('e')}`,
  Command: 'serve',
  Created: 1_795_221_561,
  Ports: [],
  Labels: {},
  State,
  Status,
  NetworkSettings: {
    Networks: { podman: { NetworkID: 'podman', Aliases: [id(digit).slice(0, 12)], IPAddress: '10.88.0.2' } },
  },
  Mounts: [],
  Name: '',
  Config: null,
  NetworkingConfig: null,
});
const summaries = [
  summary('a', 'running', 'Up 5 seconds'),
  summary('b', 'configured', 'Created'),
  summary('c', 'initialized', 'Created'),
  summary('d', 'stopped', 'Exited (0) 2 seconds ago'),
  summary('f', 'stopping', 'Stopping'),
];

const plainNotFound: FakeHandler = (_request, { response }) => {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not Found\n');
};

const happened = (Type: string, Action: string, ID: string, more: object = {}, attributes: object = {}) => ({
  status: Action,
  id: ID,
  Type,
  Action,
  Actor: { ID, Attributes: { containerExitCode: '7', image: 'web', name: 'n', podId: '', ...attributes } },
  scope: 'local',
  time: 1_795_221_491,
  timeNano: 1_795_221_491_600_677_400,
  ...more,
});
const events = [
  happened('container', 'init', id('a')),
  happened('container', 'health_status', id('a'), { HealthStatus: 'healthy' }),
  happened('container', 'exec_died', id('a')),
  happened('container', 'died', id('a')),
  happened('container', 'remove', id('a')),
  happened('image', 'remove', id('e')),
  happened('volume', 'remove', '', {}, { name: 'data' }),
  happened('pod', 'create', id('9')),
];

const handlers: FakeHandlers = {
  'GET /_ping': (_request, { response }) => {
    response.removeHeader('ostype');
    response.setHeader('libpod-api-version', '4.3.1');
    response.setHeader('builder-version', '');
    response.setHeader('docker-experimental', 'true');
    response.setHeader('server', 'Libpod/4.3.1 (linux)');
    response.end('OK');
  },
  'GET /info': () => ({ ID: 'x', Swarm: { LocalNodeState: 'inactive' }, SecurityOptions: ['name=rootless'] }),
  'GET /containers/json': () => summaries,
  'GET /containers/{id}/json': ({ params }, { fail }) => {
    const found = summaries.find(({ Id }) => Id === params['id']);
    if (!found) return fail(404, `no container with name or ID "${params['id']}" found: no such container`);
    return {
      Id: found.Id,
      Name: found.Names[0],
      State: { Status: 'running', Running: true, Health: { Status: 'healthy', FailingStreak: 0, Log: null } },
      NetworkSettings: found.NetworkSettings,
    };
  },
  'GET /images/json': () => [
    {
      Id: `sha256:${id('e')}`,
      RepoTags: ['docker.io/library/web:latest'],
      RepoDigests: null,
      Size: 900,
      Labels: null,
    },
  ],
  // The default network is listed by a name that no container knows.
  'GET /networks': () => [{ Name: 'bridge', Id: defaultNetwork, Driver: 'bridge', Scope: 'local' }],
  'GET /volumes': () => ({ Volumes: [] }),
  'GET /system/df': () => ({
    LayersSize: 0,
    Images: [{ Id: id('e'), RepoTags: ['latest'], Size: 900, SharedSize: 0, Containers: 1, Labels: {} }],
    Containers: [{ Id: id('a'), Names: ['running'], State: 'running', SizeRw: 12 }],
    Volumes: [],
    BuildCache: [],
  }),
  'GET /swarm': plainNotFound,
  'GET /services': plainNotFound,
  'GET /plugins': (_request, { json }) =>
    json({ cause: '', message: 'Path /v1.41/plugins is not supported', response: 0 }, 500),
  'POST /build/prune': plainNotFound,
  'GET /events': (_request, { response }) => {
    response.write(events.map((each) => `${JSON.stringify(each)}\n`).join(''));
  },
};

let engine: FakeEngine;
let gateway: RunningGateway;

beforeAll(async () => {
  engine = await startFakeEngine({ apiVersion: '1.41', handlers });
  gateway = await startGateway({ host: engine.host });
});
afterAll(async () => {
  await gateway.close();
  await engine.close();
});

describe('Podman behind the same API', () => {
  it('is told, with its version and what can be expected of it', async () => {
    expect(
      await gateway.data(`{ engine { product status capabilities {
        product isPodman podmanVersion builderVersion experimental osType swarmState swarmManager rootless
      } } }`),
    ).toEqual({
      engine: {
        product: 'PODMAN',
        status: 'CONNECTED',
        capabilities: {
          product: 'PODMAN',
          isPodman: true,
          podmanVersion: '4.3.1',
          builderVersion: null,
          experimental: true,
          osType: null,
          swarmState: 'INACTIVE',
          swarmManager: null,
          rootless: true,
        },
      },
    });
  });

  it('is named by the doctor', async () => {
    const { ok, lines } = await doctor(loadConfig(['doctor', `--host=${engine.host}`], {}));
    expect([ok, lines.join('\n')]).toEqual([true, expect.stringContaining('Podman 26.0.0-fake')]);
  });

  it('has the states of Docker, with its own words beside them', async () => {
    expect(await gateway.data('{ containers { nodes { state stateRaw } } }')).toEqual({
      containers: {
        nodes: expect.arrayContaining([
          { state: 'RUNNING', stateRaw: 'running' },
          { state: 'CREATED', stateRaw: 'configured' },
          { state: 'CREATED', stateRaw: 'initialized' },
          { state: 'EXITED', stateRaw: 'stopped' },
          { state: 'STOPPING', stateRaw: 'stopping' },
        ]),
      },
    });
  });

  it('is asked for the health of what runs, as its list says nothing of it', async () => {
    expect(
      await gateway.data(
        '{ containers(filter: { names: ["running"] }) { nodes { name health { status } } } engine { counts { healthy } } }',
      ),
    ).toMatchObject({
      containers: { nodes: expect.arrayContaining([{ name: 'running', health: { status: 'HEALTHY' } }]) },
      engine: { counts: { healthy: 1 } },
    });
  });

  it('has networks with containers in them, both ways, though it has other names for each way', async () => {
    expect(
      await gateway.data(
        `{ container(ref: "${id('a')}") { networks { networkName ipv4 aliases network { name } } }
           networks { nodes { name containers { container { name } ipv4 } } } }`,
      ),
    ).toEqual({
      container: {
        networks: [{ networkName: 'podman', ipv4: '10.88.0.2', aliases: [], network: { name: 'bridge' } }],
      },
      networks: {
        nodes: [
          {
            name: 'bridge',
            containers: ['configured', 'initialized', 'running', 'stopped', 'stopping'].map((name) => ({
              container: { name },
              ipv4: '10.88.0.2',
            })),
          },
        ],
      },
    });
  });

  it('tells of disk usage what it knows, and the lists tell the rest', async () => {
    expect(
      await gateway.data(
        '{ engine { diskUsage { layersSize images { size items { size image { name } } } containers { items { container { imageRef } } } } } }',
      ),
    ).toEqual({
      engine: {
        diskUsage: {
          layersSize: 900,
          images: { size: 900, items: [{ size: 900, image: { name: 'web:latest' } }] },
          containers: { items: [{ container: { imageRef: 'docker.io/library/web:latest' } }] },
        },
      },
    });
  });

  it('says nothing that only an object could be missing for, where it lacks the endpoint', async () => {
    const mutation = 'mutation { builderPrune(input: {}) { changed userErrors { __typename message } } }';
    expect(await gateway.data(mutation)).toEqual({
      builderPrune: {
        changed: false,
        userErrors: [
          {
            __typename: 'ApiVersionError',
            message: expect.stringContaining('This Engine has no POST /build/prune'),
          },
        ],
      },
    });
  });

  it('tells events in the words of Docker', async () => {
    const client = createClient({ url: gateway.url });
    const stream = client.iterate({
      query: `subscription { events {
        type action detail actorId ... on ContainerEvent { exitCode health }
      } }`,
    });
    const seen: unknown[] = [];
    for await (const result of stream) {
      seen.push(at(result, 'data', 'events'));
      if (seen.length === events.length) break;
    }
    client.dispose();
    expect(seen).toMatchObject([
      { type: 'CONTAINER', action: 'INIT', exitCode: null },
      { type: 'CONTAINER', action: 'HEALTH_STATUS', detail: 'healthy', health: 'HEALTHY' },
      { type: 'CONTAINER', action: 'EXEC_DIE', exitCode: 7 },
      { type: 'CONTAINER', action: 'DIE', exitCode: 7 },
      { type: 'CONTAINER', action: 'DESTROY', exitCode: null },
      { type: 'IMAGE', action: 'DELETE', actorId: `sha256:${id('e')}` },
      { type: 'VOLUME', action: 'DESTROY', actorId: 'data' },
      { type: 'POD', action: 'CREATE', actorId: id('9') },
    ]);
  });
});
