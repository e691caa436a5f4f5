import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { startSwarm, type TestSwarm } from '../support/swarm.ts';
import { askOnce, refusalsOf } from './support/ask-once.ts';
import { changes, mutationOf, reads } from './support/swarm-questions.ts';

/** Two managers, which can do nothing without each other, and a worker. */
let swarm: TestSwarm;
let gateways: Readonly<Record<'manager' | 'worker', RunningGateway>>;

beforeAll(async () => {
  swarm = await startSwarm({ managers: 2, workers: 1 });
  const [manager, worker] = await Promise.all(
    ['manager1', 'worker1'].map((name) => startGateway({ host: swarm.member(name).host })),
  );
  if (!manager || !worker) throw new Error('no gateways');
  gateways = { manager, worker };
});
afterAll(async () => {
  await Promise.all(Object.values(gateways ?? {}).map((gateway) => gateway.close()));
  await swarm?.stop();
});

const allReads: Readonly<Record<string, string>> = {
  ...reads,
  service: '{ service(ref: "x") { name } }',
  services: '{ services { totalCount } }',
  'services filtered': '{ services(filter: { names: ["x"] }) { totalCount } }',
  task: '{ task(ref: "x") { dockerId } }',
  tasks: '{ tasks { totalCount } }',
  'tasks filtered': '{ tasks(filter: { desiredStates: [RUNNING] }) { totalCount } }',
  swarm: '{ swarm { dockerId } }',
};
const allChanges: Readonly<Record<string, object>> = {
  ...Object.fromEntries(Object.entries(changes).map(([name, { input }]) => [name, input])),
  serviceCreate: { name: 'x', image: 'busybox', resolveImage: false },
  serviceUpdate: { ref: 'x', addEnv: [{ name: 'A', value: 'b' }], resolveImage: false },
  serviceScale: { ref: 'x', replicas: 2 },
  serviceRollback: { ref: 'x' },
  serviceRestart: { ref: 'x' },
  serviceRemove: { ref: 'x' },
};

/** Every query, mutation and subscription answers with this code, but for those that another is told of. */
function answersEverything(
  where: 'manager' | 'worker',
  code: string,
  others: Readonly<Record<string, string>>,
): void {
  it.each(Object.entries(allReads))(`answers %s with ${code}`, async (_name, document) => {
    const { errors } = await gateways[where].query(document);
    expect(errors).toMatchObject([{ code, message: expect.stringMatching(/\w{3}/) }]);
  });

  const asked = Object.entries(allChanges).filter(([name]) => others[name] !== '');
  it.each(asked)(`answers %s with ${code}, or what else is in its way`, async (name, input) => {
    const answer = at(await gateways[where].data(mutationOf(name), { input }), name);
    expect(answer).toMatchObject({ changed: false, userErrors: [{ code: others[name] ?? code }] });
  });

  it.each(['serviceLogs', 'taskLogs'])(`ends %s with ${code}`, async (name) => {
    const document = `subscription { ${name}(ref: "x") { text } }`;
    expect(refusalsOf(await askOnce(gateways[where].url, document, {}))).toMatchObject([{ code }]);
  });
}

const inSwarm = { swarmInit: 'SWARM_ACTIVE', swarmJoin: 'SWARM_ACTIVE' };

describe('a gateway at a worker', () => {
  // A worker may leave by itself.
  answersEverything('worker', 'SWARM_NOT_MANAGER', { ...inSwarm, swarmLeave: '' });

  it('says how its Engine stands to the swarm', async () => {
    const answer = await gateways.worker.data(
      '{ engine { info { swarm { localNodeState controlAvailable nodeId remoteManagers { nodeId } } } } }',
    );
    const { remoteManagers, ...own } = Object(at(answer, 'engine', 'info', 'swarm'));
    const nodeId = swarm.member('worker1').nodeId;
    expect(own).toEqual({ localNodeState: 'ACTIVE', controlAvailable: false, nodeId });
    const ids = Array.from(remoteManagers, (manager) => textAt(manager, 'nodeId'));
    expect(ids.toSorted()).toEqual(swarm.managers.map((each) => each.nodeId).toSorted());
  });

  it('shows the containers of tasks as containers like others', async () => {
    const create = [
      'service',
      'create',
      '--quiet',
      '--name',
      'web',
      '--mode',
      'global',
      '--no-resolve-image',
    ];
    await swarm.first.cli(...create, '--endpoint-mode', 'dnsrr', 'busybox', 'sleep', '1000');
    const answer = await gateways.worker.data('{ containers { nodes { dockerId } } }');
    const own = await swarm.member('worker1').cli('ps', '--quiet', '--no-trunc');
    expect(at(answer, 'containers', 'nodes')).toEqual([{ dockerId: own }]);
  });
});

describe('a gateway at a manager without quorum', () => {
  beforeAll(async () => {
    await swarm.member('manager2').kill();
    // The first change is what makes it find out; it waits for the other for up to twenty seconds.
    const body = { Name: 'x', Data: 'eA==' };
    await vi.waitFor(async () => {
      const said = (await swarm.first.rest('POST', '/secrets/create', { body })).text();
      if (!said.includes('does not have a leader')) throw new Error(`it says: ${said}`);
    }, 60_000);
  }, 90_000);

  // It may not leave without force, and it is not locked: it knows that by itself.
  const byItself = { swarmLeave: 'CONFLICT', swarmUnlock: 'CONFLICT' };
  answersEverything('manager', 'SWARM_UNAVAILABLE', { ...inSwarm, ...byItself });

  it('answers again when the others are back', async () => {
    await swarm.member('manager2').start();
    await expect
      .poll(async () => (await gateways.manager.query('{ services { nodes { name } } }')).data, {
        timeout: 40_000,
        interval: 300,
      })
      .toEqual({ services: { nodes: [{ name: 'web' }] } });
  }, 60_000);
});
