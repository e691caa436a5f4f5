import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changes, mutationOf, reads } from '../live/support/swarm-questions.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';

let podman: FakeEngine;
let gateway: RunningGateway;

beforeAll(async () => {
  podman = await startFakeEngine({
    apiVersion: '1.41',
    handlers: {
      'GET /_ping': (_request, { response }) => {
        response.setHeader('libpod-api-version', '5.4.0');
        response.end('OK');
      },
      'GET /info': () => ({ ID: 'x', Swarm: { LocalNodeState: 'inactive' } }),
    },
  });
  gateway = await startGateway({ host: podman.host });
});
afterAll(async () => {
  await gateway?.close();
  await podman?.close();
});

/** Secrets are Podman's own: it is asked for them, and has them without a swarm. */
const isSwarms = (name: string): boolean => !/secret/i.test(name);

/** What was asked of it, but for who it is. */
const asked = () =>
  podman.requests
    .map(({ method, path }) => `${method} ${path}`)
    .filter((call) => !/ \/(_ping|info)$/.test(call));

const further = {
  services: '{ services { totalCount } }',
  service: '{ service(ref: "x") { name } }',
  tasks: '{ tasks { totalCount } }',
  task: '{ task(ref: "x") { dockerId } }',
  stacks: '{ stacks { totalCount } }',
};
const serviceChanges = {
  serviceCreate: { image: 'a', name: 'x', resolveImage: false },
  serviceUpdate: { ref: 'x', image: 'b', resolveImage: false },
  serviceScale: { ref: 'x', replicas: 2 },
  serviceRollback: { ref: 'x' },
  serviceRestart: { ref: 'x' },
  serviceRemove: { ref: 'x' },
};

describe('Podman, which has no swarm', () => {
  it.each(Object.entries({ ...reads, ...further }).filter(([name]) => isSwarms(name)))(
    'answers %s with SWARM_INACTIVE, and is not asked',
    async (_name, document) => {
      podman.reset();
      const { errors } = await gateway.query(document);
      expect(errors.map(({ code }) => code)).toEqual(['SWARM_INACTIVE']);
      expect(asked()).toEqual([]);
    },
  );

  const inputs = {
    ...Object.fromEntries(Object.entries(changes).map(([name, { input }]) => [name, input])),
    ...serviceChanges,
  };
  it.each(Object.entries(inputs).filter(([name]) => isSwarms(name)))(
    'answers %s with SWARM_INACTIVE, and is not asked',
    async (name, input) => {
      podman.reset();
      const payload = at(await gateway.data(mutationOf(name), { input }), name);
      expect(payload).toMatchObject({ changed: false, userErrors: [{ code: 'SWARM_INACTIVE' }] });
      expect(asked()).toEqual([]);
    },
  );

  it('has no swarm to show, which is no error', async () => {
    podman.reset();
    expect(await gateway.data('{ swarm { dockerId } }')).toEqual({ swarm: null });
    expect(asked()).toEqual([]);
  });
});
