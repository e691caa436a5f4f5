import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { type Graph, graphOver } from './image-fixture.ts';
import { orNull, pairsAt } from './pairs.ts';

let engine: PrivateEngine;
let graph: Graph;

const inspect = async (name: string) => (await engine.mustRest('GET', `/networks/${name}?verbose=1`)).json();

beforeAll(async () => {
  engine = await startPrivateEngine();
  graph = graphOver(engine);
  await importBusybox(engine);
  await engine.cli('swarm', 'init', '--advertise-addr=127.0.0.1');
  await engine.cli('network', 'create', '--driver=overlay', '--attachable', '--label=tier=web', 'mesh');
  await engine.cli('network', 'create', '--driver=overlay', 'idle');
  // Returns when the task runs.
  await engine.cli('service', 'create', '--name=web', '--network=mesh', 'busybox', 'sleep', '600');
});

afterAll(async () => {
  await graph.close();
  await engine.stop();
});

describe('a network of a swarm', () => {
  it('tells its services with their tasks, as a verbose inspect does', async () => {
    const { data, errors, calls } = await graph.ask(
      `{ networks(filter: { scopes: [SWARM], names: ["mesh"] }) { nodes {
        name scope driver attachable labels { key value }
        services { name mode networks { network { name } virtualIp } }
        serviceEndpoints { name vip ports localLoadBalancerIndex tasks { name endpointId endpointIp info { key value } } }
      } } }`,
    );
    expect(errors).toEqual([]);
    // Those of the filter, and all for the edges back.
    expect(calls.toSorted()).toEqual([
      'GET /networks',
      'GET /networks',
      'GET /networks/{id}',
      'GET /services',
    ]);
    const serviceEndpoints = pairsAt(await inspect('mesh'), 'Services').map(({ key, value }) => ({
      name: key,
      vip: orNull(at(value, 'VIP')),
      ports: listAt(value, 'Ports'),
      localLoadBalancerIndex: at(value, 'LocalLBIndex'),
      tasks: listAt(value, 'Tasks').map((task) => ({
        name: at(task, 'Name'),
        endpointId: at(task, 'EndpointID'),
        endpointIp: at(task, 'EndpointIP'),
        info: pairsAt(task, 'Info'),
      })),
    }));
    expect(serviceEndpoints.map(({ name, tasks }) => [name, tasks.length])).toEqual([['web', 1]]);
    expect(listAt(data, 'networks', 'nodes')).toEqual([
      {
        name: 'mesh',
        scope: 'SWARM',
        driver: 'overlay',
        attachable: true,
        labels: [{ key: 'tier', value: 'web' }],
        services: [
          {
            name: 'web',
            mode: 'REPLICATED',
            networks: [
              {
                network: { name: 'mesh' },
                virtualIp: expect.stringContaining(String(serviceEndpoints[0]?.vip)),
              },
            ],
          },
        ],
        serviceEndpoints,
      },
    ]);
  });

  it('tells its peers, which the list does not have', async () => {
    const expected = listAt(await inspect('mesh'), 'Peers').map((peer) => ({
      name: at(peer, 'Name'),
      ip: at(peer, 'IP'),
    }));
    expect(expected).toHaveLength(1);
    for (const query of [
      'networks(filter: { names: ["mesh"] }) { nodes { peers { name ip } } }',
      'network(ref: "mesh") { peers { name ip } }',
    ]) {
      const { data } = await graph.ask(`{ ${query} }`);
      expect(at(data, 'network', 'peers') ?? at(data, 'networks', 'nodes', 0, 'peers')).toEqual(expected);
    }
  });

  it('has endpoints that are no containers', async () => {
    const { data, errors } = await graph.ask(
      '{ network(ref: "mesh") { endpoints { key name ipv4Address container { name } } containers { ipv4 container { name } } } }',
    );
    expect(errors).toEqual([]);
    const expected = pairsAt(await inspect('mesh'), 'Containers').map(({ key, value }) => ({
      key,
      name: at(value, 'Name'),
      ipv4Address: at(value, 'IPv4Address'),
      container: key.length === 64 ? { name: at(value, 'Name') } : null,
    }));
    expect(expected.map(({ key }) => key)).toContain('lb-mesh');
    expect(listAt(data, 'network', 'endpoints')).toHaveLength(expected.length);
    expect(listAt(data, 'network', 'endpoints')).toEqual(expect.arrayContaining(expected));
    const [task] = expected.filter(({ container }) => container);
    expect(at(data, 'network', 'containers')).toEqual([
      { ipv4: textAt(task, 'ipv4Address').replace(/\/.*/, ''), container: task?.container },
    ]);
  });

  it('is dangling only where no service uses it', async () => {
    const { data } = await graph.ask('{ networks(filter: { dangling: true }) { nodes { name } } }');
    expect(listAt(data, 'networks', 'nodes').map((node) => textAt(node, 'name'))).toEqual(['idle']);
  });

  it('is found by its ID of 25 characters', async () => {
    const dockerId = textAt(await inspect('mesh'), 'Id');
    expect(dockerId).toHaveLength(25);
    const { data } = await graph.ask('query ($ref: ID!) { network(ref: $ref) { id name shortId } }', {
      ref: dockerId,
    });
    expect(at(data, 'network')).toMatchObject({ name: 'mesh', shortId: dockerId.slice(0, 12) });
    const node = await graph.ask('query ($id: ID!) { node(id: $id) { ... on Network { dockerId } } }', {
      id: at(data, 'network', 'id'),
    });
    expect(at(node.data, 'node')).toEqual({ dockerId });
  });
});
