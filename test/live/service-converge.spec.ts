import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExamples } from '../../src/examples.ts';
import { importBusybox } from '../support/busybox.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

/** Its own, as it becomes a swarm. */
let engine: PrivateEngine;
let gateway: RunningGateway;

beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  gateway = await startGateway({ host: engine.host });
}, 90_000);
afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

const answers = `changed service { id dockerId }
  operation { id kind subject state progress { current total percent } steps { id name status state } service { dockerId }
    error { __typename message } }
  userErrors { __typename code message path ... on ServiceNotConvergedError {
    isTimeout runningTasks desiredTasks service { dockerId } tasks { dockerId } } }`;

const run = async (mutation: string, input: object): Promise<unknown> => {
  const name = mutation.charAt(0).toUpperCase() + mutation.slice(1);
  const document = `mutation ($input: ${name}Input!) { ${mutation}(input: $input) { ${answers} } }`;
  return at(await gateway.data(document, { input }), mutation);
};

/** As they run here, where there are no virtual addresses. */
const common = { image: 'busybox', resolveImage: false, endpointMode: 'DNSRR', stopGracePeriod: '0s' };
const sleeping = { ...common, command: ['sleep', '600'] };
const create = (input: object): Promise<unknown> => run('serviceCreate', { ...common, ...input });

/** How many of its tasks run, as the docker CLI has it. */
const replicasOf = (name: string): Promise<string> =>
  engine.cli('service', 'ls', '--filter', `name=${name}`, '--format', '{{.Replicas}}');

describe('a service that is waited for', () => {
  it('runs all its tasks when the answer comes, and the operation tells how far it was', async () => {
    const answer = await create({
      ...sleeping,
      name: 'web',
      replicas: 2,
      waitFor: 'CONVERGED',
      stableFor: '500ms',
    });
    expect(answer).toMatchObject({
      changed: true,
      userErrors: [],
      operation: {
        kind: 'SERVICE_CONVERGE',
        subject: 'web',
        state: 'SUCCEEDED',
        progress: { current: 2, total: 2, percent: 100 },
        service: { dockerId: textAt(answer, 'service', 'dockerId') },
        error: null,
      },
    });
    expect(
      listAt(answer, 'operation', 'steps')
        .map((step) => `${textAt(step, 'name')} ${textAt(step, 'status')} ${textAt(step, 'state')}`)
        .toSorted(),
    ).toEqual(['web.1 running DONE', 'web.2 running DONE']);
    expect(await replicasOf('web')).toBe('2/2');
  }, 30_000);

  it('is scaled, updated, restarted and rolled back likewise', async () => {
    const wait = { ref: 'web', waitFor: 'CONVERGED', stableFor: 0, timeout: '30s' };
    expect(await run('serviceScale', { ...wait, replicas: 3 })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    expect(await replicasOf('web')).toBe('3/3');
    expect(await run('serviceScale', { ...wait, replicas: 1 })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    const containers = async () =>
      (await engine.cli('ps', '--quiet', '--filter', 'label=com.docker.swarm.service.name=web')).split('\n');
    const env = {
      addEnv: [{ name: 'A', value: '1' }],
      updateConfig: { monitor: '100ms' },
      rollbackConfig: { monitor: '100ms' },
    };
    expect(await run('serviceUpdate', { ...wait, ...env })).toMatchObject({ changed: true, userErrors: [] });
    const updated = await containers();
    expect(await engine.cli('inspect', '--format', '{{.Config.Env}}', ...updated)).toContain('A=1');
    expect(await run('serviceRestart', wait)).toMatchObject({ changed: true, userErrors: [] });
    expect(await containers()).not.toEqual(updated);
    expect(await run('serviceUpdate', { ...wait, removeEnv: ['A'] })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    expect(await run('serviceRollback', wait)).toMatchObject({
      changed: true,
      userErrors: [],
      operation: { state: 'SUCCEEDED' },
    });
    expect(await engine.cli('inspect', '--format', '{{.Config.Env}}', ...(await containers()))).toContain(
      'A=1',
    );
    await engine.cli('service', 'rm', 'web');
  }, 60_000);

  it('that is to run on each node, or to end well, is done when it does', async () => {
    const wait = { waitFor: 'CONVERGED', stableFor: 0, timeout: '30s' };
    const global = await create({ ...sleeping, ...wait, name: 'each', mode: 'GLOBAL' });
    expect(global).toMatchObject({ userErrors: [], operation: { progress: { current: 1, total: 1 } } });
    const jobs = await Promise.all([
      create({ ...wait, name: 'job', mode: 'REPLICATED_JOB', replicas: 3, command: ['true'] }),
      create({ ...wait, name: 'each-job', mode: 'GLOBAL_JOB', command: ['true'] }),
    ]);
    expect(jobs).toMatchObject([
      { userErrors: [], operation: { state: 'SUCCEEDED', progress: { current: 3, total: 3 } } },
      { userErrors: [], operation: { state: 'SUCCEEDED', progress: { current: 1, total: 1 } } },
    ]);
    await engine.cli('service', 'rm', 'each', 'job', 'each-job');
  }, 60_000);
});

describe('a service that does not become as it is wanted', () => {
  it('because no node fits it, says so when the time is up, and is there', async () => {
    const answer = await create({
      ...sleeping,
      name: 'homeless',
      placement: { constraints: ['node.labels.never==1'] },
      waitFor: 'CONVERGED',
      timeout: '1500ms',
    });
    const dockerId = await engine.cli('service', 'inspect', '--format', '{{.ID}}', 'homeless');
    expect(answer).toMatchObject({
      changed: true,
      service: { dockerId },
      operation: { state: 'FAILED', error: { __typename: 'ServiceNotConvergedError' } },
      userErrors: [
        {
          __typename: 'ServiceNotConvergedError',
          code: 'SERVICE_NOT_CONVERGED',
          message: expect.stringMatching(/"homeless".*1\.5s.*0 of 1.*no suitable node/),
          isTimeout: true,
          runningTasks: 0,
          desiredTasks: 1,
          service: { dockerId },
          tasks: [{ dockerId: expect.any(String) }],
        },
      ],
    });
    await engine.cli('service', 'rm', 'homeless');
  }, 30_000);

  it('because its program ends, says how', async () => {
    const answer = await create({
      name: 'ending',
      command: ['sh', '-c', 'exit 7'],
      restartPolicy: { delay: '100ms' },
      waitFor: 'CONVERGED',
      timeout: '4s',
      stableFor: '3s',
    });
    expect(textAt(answer, 'userErrors', 0, 'message')).toContain('task: non-zero exit (7)');
    await engine.cli('service', 'rm', 'ending');
  }, 30_000);

  it('because its update was given up or undone, says so at once', async () => {
    const policy = { parallelism: 1, monitor: '5s' };
    const bad = { ref: 'shaky', command: ['sh', '-c', 'exit 7'], waitFor: 'CONVERGED', timeout: '40s' };
    await create({
      ...sleeping,
      name: 'shaky',
      restartPolicy: { condition: 'NONE' },
      updateConfig: { ...policy, failureAction: 'PAUSE' },
      rollbackConfig: { monitor: '100ms' },
      waitFor: 'CONVERGED',
      stableFor: 0,
    });
    expect(await run('serviceUpdate', bad)).toMatchObject({
      changed: true,
      userErrors: [
        {
          __typename: 'ServiceNotConvergedError',
          isTimeout: false,
          message: expect.stringMatching(/was paused while it was updated.*non-zero exit \(7\)/),
        },
      ],
    });
    expect(
      await run('serviceUpdate', {
        ...bad,
        updateConfig: { failureAction: 'ROLLBACK' },
        command: ['sh', '-c', 'exit 8'],
      }),
    ).toMatchObject({
      changed: true,
      userErrors: [
        {
          __typename: 'ServiceNotConvergedError',
          isTimeout: false,
          message: expect.stringContaining('was rolled back'),
        },
      ],
    });
    await engine.cli('service', 'rm', 'shaky');
  }, 60_000);
});

describe('a wait in the background', () => {
  it('is an operation that can be read and canceled, which leaves the service alone', async () => {
    const answer = await create({
      ...sleeping,
      name: 'later',
      placement: { constraints: ['node.labels.never==1'] },
      waitFor: 'BACKGROUND',
    });
    expect(answer).toMatchObject({ changed: true, userErrors: [], operation: { state: 'RUNNING' } });
    const id = textAt(answer, 'operation', 'id');
    const canceled = await gateway.data(
      'mutation ($id: ID!) { operationCancel(input: {id: $id}) { changed operation { state } } }',
      { id },
    );
    expect(at(canceled, 'operationCancel')).toMatchObject({
      changed: true,
      operation: { state: 'CANCELED' },
    });
    expect(await replicasOf('later')).toBe('0/1');
    await engine.cli('service', 'rm', 'later');
  });

  it('ends when the service is removed meanwhile', async () => {
    const waiting = create({
      ...sleeping,
      name: 'gone',
      placement: { constraints: ['node.labels.never==1'] },
      waitFor: 'CONVERGED',
    });
    const removal = async (): Promise<void> => {
      const id = await engine.cli('service', 'ls', '--quiet', '--filter', 'name=gone');
      if (id === '') return removal();
      await engine.cli('service', 'rm', id);
    };
    await removal();
    expect(await waiting).toMatchObject({
      changed: true,
      service: null,
      userErrors: [{ __typename: 'NotFoundError', message: expect.stringContaining('removed') }],
    });
  }, 30_000);
});

describe('the worked examples', () => {
  const example = async (name: string): Promise<unknown> => {
    const { query } = loadExamples().find((each) => each.query.includes(`mutation ${name}`)) ?? {};
    return gateway.data(query ?? '');
  };

  it('make a service, change it, and scale it', async () => {
    expect(await example('ServiceCreate')).toMatchObject({
      serviceCreate: {
        operation: { state: 'SUCCEEDED', progress: { current: 2, total: 2 } },
        userErrors: [],
      },
    });
    expect(await example('ServiceUpdate')).toMatchObject({
      serviceUpdate: { changed: true, userErrors: [] },
    });
    expect(await example('ServicesScale')).toMatchObject({
      servicesScale: { results: [{ ref: 'greeter', changed: true, userErrors: [] }] },
    });
    await engine.cli('service', 'rm', 'greeter');
  }, 60_000);
});
