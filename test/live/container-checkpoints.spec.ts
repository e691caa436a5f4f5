import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { sharedEngine } from '../support/live.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

const usual = sharedEngine();
const errorFields =
  'userErrors { __typename code message path ... on CheckpointError { container { name } } }';

async function mutate(by: RunningGateway, field: string, input: object): Promise<unknown> {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  const data = await by.data(
    `mutation ($input: ${type}!) { ${field}(input: $input) { changed container { name } ${errorFields} } }`,
    { input },
  );
  return at(data, field);
}
const fails = (typename: string, more: object = {}) => ({
  changed: false,
  userErrors: [{ __typename: typename, ...more }],
});
const list = (by: RunningGateway, ref: string, args = '') =>
  by.query(`query ($r: ID!) { container(ref: $r) { checkpoints${args} { name } } }`, { r: ref });

describe('an Engine that is not experimental', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ host: usual.host });
    await usual.cli('create', '--name', 'plain-checkpoints', 'busybox', 'true');
  });
  afterAll(async () => {
    await gateway?.close();
    await usual.cli('rm', '--force', 'plain-checkpoints');
  });

  it('has no checkpoints, and is asked for none', async () => {
    const { data, errors } = await list(gateway, 'plain-checkpoints');
    expect(errors).toEqual([]);
    expect(at(data, 'container', 'checkpoints')).toBeNull();
  });

  it.each([
    ['containerCheckpointCreate', { name: 'one' }],
    ['containerCheckpointRemove', { name: 'one' }],
    ['containerStart', { checkpoint: 'one' }],
  ])('is not asked by %s, which says why', async (field, wish) => {
    expect(await mutate(gateway, field, { ref: 'plain-checkpoints', ...wish })).toMatchObject(
      fails('ExperimentalError', {
        code: 'EXPERIMENTAL_NEEDED',
        message: expect.stringMatching(/"experimental": true/),
      }),
    );
  });
});

describe('an experimental Engine without CRIU', () => {
  let engine: PrivateEngine;
  let gateway: RunningGateway;
  beforeAll(async () => {
    engine = await startPrivateEngine({ config: { experimental: true } });
    await importBusybox(engine);
    gateway = await startGateway({ host: engine.host });
    await engine.cli('run', '--detach', '--name', 'runs', 'busybox', 'sleep', '600');
    await engine.cli('create', '--name', 'waits', 'busybox', 'sleep', '600');
  });
  afterAll(async () => {
    await gateway?.close();
    await engine?.stop();
  });
  /** What a checkpoint is to the Engine that lists it: a directory. */
  const pretend = async (container: string, name: string): Promise<void> => {
    const id = await engine.cli('inspect', '--format', '{{.Id}}', container);
    await engine.exec('mkdir', ['-p', `${engine.dataDir}/containers/${id}/checkpoints/${name}`]);
  };
  const names = async (ref: string): Promise<unknown> =>
    at((await list(gateway, ref)).data, 'container', 'checkpoints');

  it('lists none, and those that there are', async () => {
    expect(await names('runs')).toEqual([]);
    await pretend('waits', 'kept');
    expect(await names('waits')).toEqual([{ name: 'kept' }]);
    expect(await engine.cli('checkpoint', 'ls', 'waits')).toMatch(/^kept$/m);
  });

  it('says that there is no such directory', async () => {
    expect((await list(gateway, 'runs', '(dir: "/no/such/place")')).errors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    expect((await list(gateway, 'runs', '(dir: "place")')).errors).toMatchObject([
      { code: 'BAD_USER_INPUT' },
    ]);
  });

  it('says what it lacks, and lets the container run', async () => {
    const answer = await mutate(gateway, 'containerCheckpointCreate', { ref: 'runs', name: 'one' });
    expect(answer).toMatchObject(
      fails('CheckpointError', {
        code: 'CHECKPOINT_FAILED',
        message: expect.stringMatching(/criu/),
        container: { name: 'runs' },
      }),
    );
    expect(textAt(answer, 'userErrors', 0, 'message')).not.toContain(engine.dataDir.split('/').at(-2));
    expect(await engine.cli('inspect', '--format', '{{.State.Status}}', 'runs')).toBe('running');
    expect(await names('runs')).toEqual([]);
  });

  it('keeps no processes of a container that has none', async () => {
    expect(await mutate(gateway, 'containerCheckpointCreate', { ref: 'waits', name: 'one' })).toMatchObject(
      fails('ContainerNotRunningError'),
    );
  });

  it('starts nothing from a checkpoint that is not there, or elsewhere, or that it cannot read', async () => {
    const start = (wish: object) => mutate(gateway, 'containerStart', { ref: 'waits', ...wish });
    expect(await start({ checkpoint: 'none' })).toMatchObject(fails('NotFoundError'));
    expect(await start({ checkpoint: 'kept', checkpointDir: '/tmp' })).toMatchObject(fails('ForbiddenError'));
    expect(await start({ checkpointDir: '/tmp' })).toMatchObject(
      fails('InvalidInputError', { message: '`checkpointDir` needs `checkpoint`.' }),
    );
    expect(await start({ checkpoint: 'kept' })).toMatchObject(
      fails('CheckpointError', { container: { name: 'waits' } }),
    );
  });

  it.each(['x', '../x', 'one.', ''])('is not asked for one of the name "%s"', async (name) => {
    expect(await mutate(gateway, 'containerCheckpointCreate', { ref: 'runs', name })).toMatchObject(
      fails('InvalidInputError', { path: ['input', 'name'] }),
    );
  });

  it('removes one, and says where there is none', async () => {
    const wish = { ref: 'waits', name: 'kept' };
    expect(await mutate(gateway, 'containerCheckpointRemove', wish)).toMatchObject({
      changed: true,
      userErrors: [],
    });
    expect(await names('waits')).toEqual([]);
    expect(await mutate(gateway, 'containerCheckpointRemove', wish)).toMatchObject(fails('NotFoundError'));
  });
});

describe('an experimental Engine with CRIU', () => {
  const id = 'a'.repeat(64);
  let engine: FakeEngine;
  let gateway: RunningGateway;
  let kept: string[] = [];
  beforeAll(async () => {
    engine = await startFakeEngine({
      handlers: {
        'GET /_ping': (_, { response }) => {
          response.writeHead(200, { 'docker-experimental': 'true' }).end('OK');
        },
        'GET /containers/{id}/json': () => ({ Id: id, Name: '/web', State: { Status: 'running' } }),
        'GET /containers/{id}/checkpoints': () => kept.map((Name) => ({ Name })),
        'POST /containers/{id}/checkpoints': ({ body }, { response }) => {
          kept.push(textAt(JSON.parse(body.toString()), 'CheckpointID'));
          response.writeHead(201).end();
        },
        'DELETE /containers/{id}/checkpoints/{checkpoint}': ({ params }, { response }) => {
          kept = kept.filter((name) => name !== params['checkpoint']);
          response.writeHead(204).end();
        },
        'POST /containers/{id}/start': (_, { response }) => {
          response.writeHead(204).end();
        },
      },
    });
    gateway = await startGateway({ host: engine.host });
  });
  afterAll(async () => {
    await gateway?.close();
    await engine?.close();
  });
  const done = { changed: true, userErrors: [] };

  it('keeps the processes, stopped if not told otherwise, and where it is told', async () => {
    const create = (wish: object) => mutate(gateway, 'containerCheckpointCreate', { ref: id, ...wish });
    expect(await create({ name: 'first' })).toMatchObject(done);
    expect(await create({ name: 'second', dir: '/srv/kept', exit: false })).toMatchObject(done);
    const bodies = engine.requests
      .filter(({ method, path }) => method === 'POST' && path.endsWith('/checkpoints'))
      .map(({ body }): unknown => JSON.parse(body.toString()));
    expect(bodies).toEqual([
      { CheckpointID: 'first', Exit: true },
      { CheckpointID: 'second', CheckpointDir: '/srv/kept', Exit: false },
    ]);
    expect(at((await list(gateway, id)).data, 'container', 'checkpoints')).toEqual([
      { name: 'first' },
      { name: 'second' },
    ]);
  });

  it('lets them go on', async () => {
    const wish = { ref: id, checkpoint: 'second', checkpointDir: '/srv/kept' };
    expect(await mutate(gateway, 'containerStart', wish)).toMatchObject(done);
    const { query } = await engine.received('POST /containers/{id}/start');
    expect(Object.fromEntries(query)).toEqual({ checkpoint: 'second', 'checkpoint-dir': '/srv/kept' });
  });

  it('removes one', async () => {
    const wish = { ref: id, name: 'second', dir: '/srv/kept' };
    expect(await mutate(gateway, 'containerCheckpointRemove', wish)).toMatchObject(done);
    const { query } = await engine.received('DELETE /containers/{id}/checkpoints/{checkpoint}');
    expect(query.get('dir')).toBe('/srv/kept');
    expect(at((await list(gateway, id)).data, 'container', 'checkpoints')).toEqual([{ name: 'first' }]);
  });
});
