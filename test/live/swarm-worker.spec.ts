import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as documents from '../generated/graphql.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt } from '../support/json.ts';
import { startSwarm, type TestSwarm } from '../support/swarm.ts';
import { changes, mutationOf, reads } from './support/swarm-questions.ts';

let swarm: TestSwarm;
let worker: RunningGateway;
let manager: RunningGateway;

beforeAll(async () => {
  swarm = await startSwarm({ managers: 1, workers: 1 });
  [worker, manager] = await Promise.all([
    startGateway({ host: swarm.member('worker1').host }),
    startGateway({ host: swarm.first.host }),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([worker?.close(), manager?.close()]);
  await swarm?.stop();
});

async function mutate(
  gateway: RunningGateway,
  name: string,
  input: object,
  selection = '',
): Promise<unknown> {
  return at(await gateway.data(mutationOf(name, selection), { input }), name);
}

const { swarmLeave, ...others } = changes;

describe('a worker', () => {
  it('cannot show the swarm, and says where its own part in it is told', async () => {
    const { data, errors } = await worker.query(
      '{ swarm { dockerId } engine { info { swarm { localNodeState controlAvailable nodeId } } } }',
    );
    expect(errors).toMatchObject([{ code: 'SWARM_NOT_MANAGER', path: ['swarm'] }]);
    expect(at(data, 'engine', 'info', 'swarm')).toEqual({
      localNodeState: 'ACTIVE',
      controlAvailable: false,
      nodeId: swarm.member('worker1').nodeId,
    });
  });

  it.each(Object.entries(reads))('answers %s with SWARM_NOT_MANAGER', async (_name, document) => {
    expect((await worker.query(document)).errors).toMatchObject([{ code: 'SWARM_NOT_MANAGER' }]);
  });

  it.each(Object.entries(others))(
    'answers %s with SWARM_NOT_MANAGER, or that it is in a swarm',
    async (name, change) => {
      expect(await mutate(worker, name, change.input)).toMatchObject({
        changed: false,
        userErrors: [{ code: change.enters ? 'SWARM_ACTIVE' : 'SWARM_NOT_MANAGER' }],
      });
    },
  );
});

describe('a swarm of two', () => {
  it('is shown by the worked example, as `docker node ls` does', async () => {
    const answer = await manager.data(print(documents.SwarmDocument));
    expect(at(answer, 'swarm', 'counts')).toMatchObject({
      managers: 1,
      workers: 1,
      ready: 2,
      managersToSpare: 0,
    });
    const rows = await swarm.first.cli(
      'node',
      'ls',
      '--format',
      '{{.Hostname}} {{.Self}} {{.Status}} {{.ManagerStatus}}',
    );
    const told = listAt(answer, 'swarm', 'nodes').map((node) =>
      `${String(at(node, 'hostname'))} ${String(at(node, 'isSelf'))} ${at(node, 'isReady') === true ? 'Ready' : 'Down'} ${at(node, 'isLeader') === true ? 'Leader' : ''}`.trimEnd(),
    );
    expect(told.sort()).toEqual(
      rows
        .split('\n')
        .map((row) => row.trimEnd())
        .sort(),
    );
  });

  it('drains a node and makes secrets by the worked examples', async () => {
    const drained = await manager.data(print(documents.DrainNodeDocument), { ref: 'worker1' });
    expect(at(drained, 'swarmNodeDrain')).toEqual({
      changed: true,
      node: { hostname: 'worker1', availability: 'DRAIN', tasks: [] },
      userErrors: [],
    });
    const secret = { name: 'password', data: 'x' };
    const made = await manager.data(print(documents.SecretCreateDocument), secret);
    expect(at(made, 'secretCreate')).toMatchObject({
      changed: true,
      secret: { name: 'password', engine: { secrets: { nodes: [{ name: 'password' }] } } },
    });
    expect(await manager.data(print(documents.SecretCreateDocument), secret)).toMatchObject({
      secretCreate: { userErrors: [{ code: 'NAME_IN_USE', existing: { id: expect.any(String) } }] },
    });
    const again = await manager.data(print(documents.SwarmInitDocument));
    expect(at(again, 'swarmInit')).toMatchObject({ userErrors: [{ code: 'SWARM_ACTIVE' }] });
  });

  it('promotes and demotes a node, and keeps one that is up from being removed', async () => {
    const role = () => swarm.first.cli('node', 'inspect', '--format', '{{.Spec.Role}}', 'worker1');
    expect(await mutate(manager, 'swarmNodeRemove', { ref: 'worker1' })).toMatchObject({
      changed: false,
      userErrors: [{ code: 'CONFLICT', message: expect.stringContaining('is not down') }],
    });
    expect(await mutate(manager, 'swarmNodePromote', { ref: 'worker1' })).toMatchObject({ changed: true });
    expect(await role()).toBe('manager');
    const isManager = async (): Promise<unknown> =>
      at(await manager.data('{ swarmNode(ref: "worker1") { isManager isReachable } }'), 'swarmNode');
    await expect
      .poll(isManager, { timeout: 20_000, interval: 200 })
      .toEqual({ isManager: true, isReachable: true });
    // Demoting one of two takes the majority away for a moment, and the Engine may say so first.
    await expect
      .poll(() => mutate(manager, 'swarmNodeDemote', { ref: 'worker1' }), { timeout: 20_000, interval: 500 })
      .toMatchObject({ userErrors: [] });
    await expect
      .poll(isManager, { timeout: 20_000, interval: 200 })
      .toEqual({ isManager: false, isReachable: null });
  }, 60_000);

  it('lets the worker leave, join again and go for good', async () => {
    expect(
      await mutate(worker, 'swarmLeave', swarmLeave?.input ?? {}, 'engine { swarm { dockerId } }'),
    ).toMatchObject({
      changed: true,
      engine: { swarm: null },
    });
    const tokens = at(await manager.data('{ swarm { joinAddrs joinTokens { worker } } }'), 'swarm');
    const joining = { remoteAddrs: at(tokens, 'joinAddrs'), advertiseAddr: swarm.member('worker1').address };
    expect(
      await mutate(worker, 'swarmJoin', {
        ...joining,
        joinToken: 'SWMTKN-1-3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-1awxwuwd3z9j1z3puu7rcgdbx',
      }),
    ).toMatchObject({
      changed: false,
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'joinToken'] }],
    });
    const joined = await mutate(
      worker,
      'swarmJoin',
      { ...joining, joinToken: at(tokens, 'joinTokens', 'worker'), availability: 'PAUSE' },
      'nodeId node { id } swarm { id } engine { info { swarm { localNodeState } } }',
    );
    expect(joined).toMatchObject({
      changed: true,
      nodeId: expect.stringMatching(/^\w{25}$/),
      node: null,
      swarm: null,
      userErrors: [],
      engine: { info: { swarm: { localNodeState: 'ACTIVE' } } },
    });
    const ref = String(at(joined, 'nodeId'));
    const availability = await swarm.first.cli('node', 'inspect', '--format', '{{.Spec.Availability}}', ref);
    expect(availability).toBe('pause');
    expect(await mutate(manager, 'swarmNodeRemove', { ref, force: true }, 'removedId')).toMatchObject({
      changed: true,
      removedId: expect.any(String),
    });
    expect(await swarm.first.cli('node', 'ls', '--quiet')).not.toContain(ref);
  }, 60_000);
});
