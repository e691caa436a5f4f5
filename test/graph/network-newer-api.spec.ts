import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { at } from '../support/json.ts';
import { type Graph, graphOver } from './image-fixture.ts';

const networkId = 'a'.repeat(64);
const containerId = 'c'.repeat(64);
const network = {
  Name: 'front',
  Id: networkId,
  Created: '0001-01-01T00:00:00Z',
  Scope: 'interplanetary',
  Driver: '',
  EnableIPv4: false,
  EnableIPv6: true,
  IPAM: { Driver: 'default', Options: null, Config: null },
  Options: null,
  Labels: null,
};
const endpoint = {
  IPAMConfig: { IPv4Address: '10.0.0.9' },
  Links: null,
  Aliases: null,
  DriverOpts: null,
  DNSNames: null,
  GwPriority: 7,
  NetworkID: networkId,
  EndpointID: 'e'.repeat(64),
  IPAddress: '10.0.0.9',
  IPPrefixLen: 24,
};
const inspectedEndpoint = {
  ...endpoint,
  Aliases: ['www'],
  DNSNames: ['web', 'www', 'cccccccccccc'],
  DriverOpts: { 'com.docker.network.endpoint.ifname': 'front0' },
};

/** Numbers as the daemon's 64 bits hold them, which JSON.stringify cannot write. */
const inspected = JSON.stringify({
  ...network,
  Containers: {},
  Status: { IPAM: { Subnets: { 'fd00::/64': { IPsInUse: 3, DynamicIPsAvailable: 'most' } } } },
}).replace('"most"', '18446744073709551615');

let engine: FakeEngine;
let graph: Graph;

beforeAll(async () => {
  engine = await startFakeEngine({
    apiVersion: '1.52',
    handlers: {
      'GET /networks': () => [network],
      'GET /networks/{id}': (_, { response }) =>
        void response.setHeader('content-type', 'application/json').end(inspected),
      'GET /containers/json': () => [
        { Id: containerId, Names: ['/web'], NetworkSettings: { Networks: { front: endpoint, lost: null } } },
      ],
      'GET /containers/{id}/json': () => ({
        Id: containerId,
        Name: '/web',
        NetworkSettings: { Networks: { front: inspectedEndpoint } },
      }),
    },
  });
  graph = graphOver(engine);
});

afterAll(async () => {
  await graph.close();
  await engine.close();
});

describe('networks of a newer Engine', () => {
  it('tell how many addresses are left, with every digit', async () => {
    const { data, errors } = await graph.ask(
      '{ networks { nodes { status { ipam { subnets { subnet ipsInUse dynamicIpsAvailable } } } } } }',
    );
    expect(errors).toEqual([]);
    expect(at(data, 'networks', 'nodes', 0, 'status', 'ipam', 'subnets')).toEqual([
      { subnet: 'fd00::/64', ipsInUse: 3, dynamicIpsAvailable: '18446744073709551615' },
    ]);
  });

  it('read what is unknown, empty or null without losing the network', async () => {
    const { data, errors } = await graph.ask(
      `{ networks { nodes {
        name createdAt scope scopeRaw driver enableIpv4 enableIpv6 internal ingress subnets configFromName
        ipam { driver options { key } config { subnet } } options { key } labels { key } configFrom { name }
      } } }`,
    );
    expect(errors).toEqual([]);
    expect(at(data, 'networks', 'nodes', 0)).toEqual({
      name: 'front',
      createdAt: null,
      scope: 'UNKNOWN',
      scopeRaw: 'interplanetary',
      driver: null,
      enableIpv4: false,
      enableIpv6: true,
      internal: null,
      ingress: null,
      subnets: [],
      configFromName: null,
      ipam: { driver: 'default', options: [], config: [] },
      options: [],
      labels: [],
      configFrom: null,
    });
  });
});

describe('the networks of containers of a newer Engine', () => {
  it('tell their priority from the list, and DNS names and driver options from inspect', async () => {
    const { data, errors, calls } = await graph.ask(
      `{ containers { nodes { networks {
        networkName gatewayPriority dnsNames aliases links driverOptions { key value }
        ipamConfig { ipv4Address ipv6Address linkLocalIps }
      } } } }`,
    );
    expect(errors).toEqual([]);
    expect(at(data, 'containers', 'nodes', 0, 'networks')).toEqual([
      {
        networkName: 'front',
        gatewayPriority: 7,
        dnsNames: ['web', 'www', 'cccccccccccc'],
        aliases: ['www'],
        links: [],
        driverOptions: [{ key: 'com.docker.network.endpoint.ifname', value: 'front0' }],
        ipamConfig: { ipv4Address: '10.0.0.9', ipv6Address: null, linkLocalIps: [] },
      },
    ]);
    expect(calls).toEqual(['GET /containers/json', 'GET /containers/{id}/json']);
  });

  it('lose only what inspect knows when the container goes between the two calls', async () => {
    engine.on({
      'GET /containers/{id}/json': (_, { fail }) => fail(404, `No such container: ${containerId}`),
    });
    const { data, errors } = await graph.ask(
      '{ containers { nodes { networks { ipv4 aliases dnsNames driverOptions { key } ipamConfig { ipv4Address linkLocalIps } } } } }',
    );
    expect(errors).toEqual([]);
    expect(at(data, 'containers', 'nodes', 0, 'networks')).toEqual([
      {
        ipv4: '10.0.0.9',
        aliases: null,
        dnsNames: null,
        driverOptions: null,
        ipamConfig: { ipv4Address: '10.0.0.9', linkLocalIps: null },
      },
    ]);
  });
});
