import { afterAll, describe, expect, it } from 'vitest';
import { createContext } from '../../../src/context.ts';
import { createEngineClient } from '../../../src/engine/client.ts';
import { connect } from '../../../src/engine/connect.ts';
import { responseError } from '../../../src/engine/errors.ts';
import { createCredentials } from '../../../src/engine/registry/credentials.ts';
import { createRegistryMemory } from '../../../src/engine/registry/memory.ts';
import { createEventHub } from '../../../src/events/hub.ts';
import { watchTasksOf } from '../../../src/events/task-watch.ts';
import { explain } from '../../../src/graph/mutation/explain.ts';
import { createLogHub } from '../../../src/logs/hub.ts';
import { createLongWork } from '../../../src/long-work/long-work.ts';
import { createSampleHub } from '../../../src/samples/hub.ts';
import { services } from '../../support/services.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const endpoint = {
  name: 'default',
  source: 'the spec',
  named: true,
  url: 'unix:///nowhere',
  transport: { kind: 'unix', socketPath: '/nowhere' },
} as const;
const client = createEngineClient({ name: 'default', endpoint, connection: connect(endpoint) });
const credentials = createCredentials({ configDir: '/nowhere', helperEnvironment: {} });
const events = createEventHub({ open: () => Promise.reject(new Error('no events here')), logger: quiet });
const { scope } = createContext(
  [
    {
      client,
      events,
      samples: createSampleHub(client),
      logs: createLogHub({ client, events }),
      taskWatch: watchTasksOf(client, events, 5_000),
      credentials,
      registries: createRegistryMemory(client, credentials, { ageMs: 0, failureAgeMs: 0 }),
      longWork: createLongWork(),
    },
  ],
  {
    requestId: 'spec',
    signal: new AbortController().signal,
  },
  services(),
);
afterAll(() => client.close());

const explained = (status: number, message: string) =>
  explain(responseError('POST /containers/{id}/start', status, JSON.stringify({ message })), {
    scope: scope('default'),
  });

const endpointError = 'driver failed programming external connectivity on endpoint web (845f882a)';

describe('a port that is taken', () => {
  it.each([
    [
      '20.10 and 26.1',
      `${endpointError}: Bind for 0.0.0.0:18080 failed: port is already allocated`,
      [18080, '0.0.0.0', null],
    ],
    [
      '20.10 and 26.1, by another address',
      `${endpointError}: Error starting userland proxy: listen tcp4 127.0.0.1:18080: bind: address already in use`,
      [18080, '127.0.0.1', 'tcp'],
    ],
    [
      '20.10 and 26.1, by IPv6',
      `${endpointError}: Error starting userland proxy: listen tcp6 [::1]:18080: bind: address already in use`,
      [18080, '::1', 'tcp'],
    ],
    [
      '20.10 and 26.1, over UDP',
      `${endpointError}: Error starting userland proxy: listen udp4 0.0.0.0:53: bind: address already in use`,
      [53, '0.0.0.0', 'udp'],
    ],
    [
      '28.5',
      `failed to set up container networking: ${endpointError}: Bind for :::18080 failed: port is already allocated`,
      [18080, '::', null],
    ],
    [
      '28.5, by a process',
      `failed to set up container networking: ${endpointError}: failed to bind host port for 0.0.0.0:19090:172.17.0.3:80/tcp: address already in use`,
      [19090, '0.0.0.0', 'tcp'],
    ],
    [
      '28.5, by a process over IPv6',
      `failed to set up container networking: ${endpointError}: failed to bind host port for [::]:19091:[fd68:2825:1936::2]:80/tcp: address already in use`,
      [19091, '::', 'tcp'],
    ],
    [
      '29, by a process',
      `failed to set up container networking: ${endpointError}: failed to bind host port 0.0.0.0:53/udp: address already in use`,
      [53, '0.0.0.0', 'udp'],
    ],
  ])('is told with its number, address and protocol: %s', (_release, message, [port, hostIp, protocol]) => {
    expect(explained(500, message)).toMatchObject({ kind: 'PortInUseError', port, hostIp, protocol });
  });
});

describe('a refusal whose status says something else', () => {
  it.each([
    ['Pool overlaps with other one on this address space', 403, 'ConflictError'],
    ['invalid pool request: Pool overlaps with other one on this address space', 403, 'ConflictError'],
    ['endpoint with name web already exists in network front', 403, 'ConflictError'],
    ['container f8c1 is not connected to network front', 500, 'ConflictError'],
    ['Container f8c1 is not paused', 500, 'ConflictError'],
    ['Invalid subnet nope : invalid CIDR address: nope', 500, 'InvalidInputError'],
    ['invalid reference format: repository name must be lowercase', 500, 'InvalidInputError'],
    ['cannot stop container: web: invalid signal: FOO', 500, 'InvalidInputError'],
    ['Multiple IDs found with provided prefix: 2', 500, 'AmbiguousReferenceError'],
  ])('is taken at its word: %s', (message, status, kind) => {
    expect(explained(status, message)).toMatchObject({ kind, message });
  });
});

describe('one refusal in the words of several releases', () => {
  it.each([
    [
      'You cannot remove a running container f8c1. Stop the container before attempting removal or force remove',
    ],
    [
      'cannot remove container "/web": container is running: stop the container before removing or force remove',
    ],
    [
      'cannot remove container "web": container is running: stop the container before removing or force remove',
    ],
  ])('is that the container runs: %s', (message) => {
    expect(explained(409, message)).toMatchObject({ kind: 'ContainerRunningError' });
  });

  it.each([
    [
      'You cannot remove a paused container f8c1. Unpause and then stop the container before attempting removal',
    ],
    ['cannot remove container "/web": container is paused and must be unpaused first'],
    ['cannot start a paused container, try unpause instead'],
  ])('is that the container is paused: %s', (message) => {
    expect(explained(409, message)).toMatchObject({ kind: 'ContainerPausedError' });
  });

  it.each([
    ['error while removing network: network front id a2e2 has active endpoints'],
    ['error while removing network: network front has active endpoints (name:"web" id:"671a24ef7431")'],
  ])('is that the network is in use: %s', (message) => {
    expect(explained(403, message)).toMatchObject({ kind: 'NetworkInUseError' });
  });
});
