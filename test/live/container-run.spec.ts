import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { type Registry, startRegistry } from '../support/registry.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const named = (name: string): string => `${prefix}${name}`;

let gateway: RunningGateway;
let registry: Registry;
beforeAll(async () => {
  [gateway, registry] = await Promise.all([startGateway({ host: engine.host }), startRegistry(engine)]);
});
afterAll(async () => {
  await gateway?.close();
  await registry?.stop();
});

const run = async (name: string, input: object): Promise<unknown> => {
  const data = await gateway.data(
    `mutation ($input: ContainerRunInput!) { containerRun(input: $input) { changed warnings exitCode
      container { name state exitCode health { status } }
      userErrors { __typename code message path
        ... on ContainerStartError { container { name state } }
        ... on ContainerExitedError { exitCode container { name state } }
        ... on ContainerUnhealthyError { container { name health { status } } }
        ... on WaitTimeoutError { container { name state } }
        ... on PortInUseError { port by { name } } } } }`,
    { input: { image: 'busybox', name: named(name), stopTimeout: '0s', ...input } },
  );
  return at(data, 'containerRun');
};

const sh = (script: string) => ({ command: ['sh', '-c', script] });
const fine = { changed: true, userErrors: [] };
const inspect = async (name: string, format: string): Promise<unknown> =>
  JSON.parse(await engine.cli('inspect', '--format', `{{json ${format}}}`, named(name)));
const exists = async (name: string): Promise<boolean> =>
  (await engine.cli('ps', '--all', '--quiet', '--filter', `name=^/${named(name)}$`)) !== '';

describe('a container that is run', () => {
  it('is running when the answer comes, as after `docker run --detach`', async () => {
    expect(await run('runs', { command: ['sleep', '3600'], openStdin: true })).toMatchObject({
      ...fine,
      exitCode: null,
      container: { name: named('runs'), state: 'RUNNING' },
    });
    const flags = ['--detach', '--interactive', '--stop-timeout', '0'];
    await engine.cli('run', ...flags, '--name', named('runs-cli'), 'busybox', 'sleep', '3600');
    const { Hostname, ...ours } = Object(await inspect('runs', '.Config'));
    const { Hostname: _, ...theirs } = Object(await inspect('runs-cli', '.Config'));
    expect(Hostname).toHaveLength(12);
    expect(ours).toEqual(theirs);
    expect(await inspect('runs', '.State.Running')).toBe(true);
  });

  it('has its image pulled where that is missing', async () => {
    const image = `${registry.address}/${prefix}run:1`;
    await engine.cli('tag', 'busybox', image);
    await engine.cli('push', image);
    await engine.cli('rmi', image);
    expect(await run('kept-out', { image, pull: 'NEVER' })).toMatchObject({
      changed: false,
      container: null,
      userErrors: [{ __typename: 'ImageNotFoundError', path: ['input', 'image'] }],
    });
    expect(await run('pulled', { image, ...sh('exit 0'), waitFor: 'EXIT' })).toMatchObject({
      ...fine,
      exitCode: 0,
    });
    await engine.cli('rm', '--force', named('pulled'));
    await engine.cli('rmi', image);
  });

  it('is not made where its image can be had nowhere', async () => {
    expect(await run('imageless', { image: `127.0.0.1:1/${prefix}none` })).toMatchObject({
      changed: false,
      container: null,
      userErrors: [{ __typename: 'RegistryError' }],
    });
    expect(await exists('imageless')).toBe(false);
  });
});

describe('waiting for the end', () => {
  it('gives the exit code, and the container is still there', async () => {
    expect(await run('ends', { ...sh('exit 7'), waitFor: 'EXIT' })).toMatchObject({
      ...fine,
      exitCode: 7,
      container: { state: 'EXITED', exitCode: 7 },
    });
  });

  it('misses no end, however soon it comes and is removed', async () => {
    const codes = Array.from({ length: 12 }, (_, index) => index);
    const answers = await Promise.all(
      codes.map((code) => run(`quick${code}`, { ...sh(`exit ${code}`), autoRemove: true, waitFor: 'EXIT' })),
    );
    expect(answers.map((answer) => at(answer, 'exitCode'))).toEqual(codes);
    expect(answers.map((answer) => at(answer, 'container'))).toEqual(codes.map(() => null));
    expect(await engine.cli('ps', '--all', '--quiet', '--filter', `name=${named('quick')}`)).toBe('');
  });

  it('is given up after the timeout, and the container runs on', async () => {
    expect(
      await run('endless', { command: ['sleep', '3600'], waitFor: 'EXIT', timeout: '300ms' }),
    ).toMatchObject({
      changed: true,
      exitCode: null,
      container: { state: 'RUNNING' },
      userErrors: [
        {
          __typename: 'WaitTimeoutError',
          code: 'WAIT_TIMED_OUT',
          message: 'The container did not end within 300ms.',
          path: ['input', 'timeout'],
          container: { name: named('endless'), state: 'RUNNING' },
        },
      ],
    });
  });

  it('leaves nothing of a container that did not end in time, if that is asked for', async () => {
    const input = { command: ['sleep', '3600'], waitFor: 'EXIT', timeout: '200ms', removeOnFailure: true };
    expect(await run('endless-gone', input)).toMatchObject({
      changed: false,
      container: null,
      userErrors: [{ __typename: 'WaitTimeoutError', container: null }],
    });
    expect(await exists('endless-gone')).toBe(false);
  });
});

describe('waiting for health', () => {
  const check = (command: string, retries = 2) => ({
    healthcheck: { command, interval: '200ms', timeout: '5s', retries },
  });

  it('answers when the check succeeds', async () => {
    const answer = await run('healthy', {
      ...sh('sleep 0.5; touch /ready; sleep 3600'),
      ...check('test -e /ready', 100),
      waitFor: 'HEALTHY',
      timeout: '20s',
    });
    expect(answer).toMatchObject({
      ...fine,
      exitCode: null,
      container: { state: 'RUNNING', health: { status: 'HEALTHY' } },
    });
    expect(await inspect('healthy', '.State.Health.Status')).toBe('healthy');
  });

  it('says that the container is unhealthy', async () => {
    const answer = await run('unhealthy', {
      command: ['sleep', '3600'],
      ...check('false'),
      waitFor: 'HEALTHY',
      timeout: '20s',
    });
    expect(answer).toMatchObject({
      changed: true,
      userErrors: [
        {
          __typename: 'ContainerUnhealthyError',
          code: 'CONTAINER_UNHEALTHY',
          container: { name: named('unhealthy'), health: { status: 'UNHEALTHY' } },
        },
      ],
    });
  });

  it.each([[false], [true]])('says that the container ended before (autoRemove: %s)', async (autoRemove) => {
    const answer = await run(`ended-${autoRemove}`, {
      ...sh('sleep 0.3; exit 9'),
      ...check('false'),
      autoRemove,
      waitFor: 'HEALTHY',
      timeout: '20s',
    });
    expect(answer).toMatchObject({
      changed: true,
      exitCode: 9,
      userErrors: [{ __typename: 'ContainerExitedError', code: 'CONTAINER_EXITED', exitCode: 9 }],
    });
  });

  it('says that the time was up, and removes the container if asked to', async () => {
    const answer = await run('starting', {
      command: ['sleep', '3600'],
      healthcheck: { command: 'false', interval: '1h' },
      waitFor: 'HEALTHY',
      timeout: '400ms',
      removeOnFailure: true,
    });
    expect(answer).toMatchObject({
      changed: false,
      userErrors: [
        { __typename: 'WaitTimeoutError', message: 'The container was not healthy within 400ms.' },
      ],
    });
    expect(await exists('starting')).toBe(false);
  });

  it('uses the check of the image', async () => {
    const change = 'HEALTHCHECK --interval=200ms CMD true';
    await engine.cli('create', '--name', named('checked-source'), 'busybox');
    await engine.cli('commit', '--change', change, named('checked-source'), named('checked:1'));
    const input = {
      image: named('checked:1'),
      command: ['sleep', '3600'],
      waitFor: 'HEALTHY',
      timeout: '20s',
    };
    expect(await run('checked', input)).toMatchObject({
      ...fine,
      container: { health: { status: 'HEALTHY' } },
    });
  });

  it.each([
    ['unchecked', {}],
    ['switched-off', { healthcheck: { disable: true } }],
  ])('is refused where there is no check, and nothing is left: %s', async (name, input) => {
    expect(await run(name, { command: ['sleep', '3600'], waitFor: 'HEALTHY', ...input })).toMatchObject({
      changed: false,
      container: null,
      userErrors: [{ __typename: 'InvalidInputError', path: ['input', 'waitFor'] }],
    });
    expect(await exists(name)).toBe(false);
  });
});

describe('a container that cannot be started', () => {
  it('is left to be looked at', async () => {
    expect(await run('broken', { command: ['/no/such/program'] })).toMatchObject({
      changed: true,
      container: { name: named('broken'), state: 'CREATED' },
      userErrors: [
        {
          __typename: 'ContainerStartError',
          code: 'CONTAINER_START_FAILED',
          message: expect.stringContaining('/no/such/program'),
          container: { name: named('broken'), state: 'CREATED' },
        },
      ],
    });
    expect(await inspect('broken', '.State.Status')).toBe('created');
  });

  it.each([['NONE'], ['EXIT'], ['HEALTHY']])(
    'is removed again if that is asked for (%s)',
    async (waitFor) => {
      const name = `broken-${waitFor}`;
      const input = {
        command: ['/no/such/program'],
        healthcheck: { command: 'true' },
        removeOnFailure: true,
        waitFor,
      };
      expect(await run(name, input)).toMatchObject({
        changed: false,
        container: null,
        userErrors: [{ __typename: 'ContainerStartError', container: null }],
      });
      expect(await exists(name)).toBe(false);
    },
  );

  it('says which container has the port', async () => {
    const port = { ports: [{ containerPort: 80, hostIp: '127.0.0.1', hostPort: 28_080 }] };
    expect(await run('first', { command: ['sleep', '3600'], ...port })).toMatchObject(fine);
    expect(await run('second', { command: ['sleep', '3600'], ...port })).toMatchObject({
      changed: true,
      container: { name: named('second'), state: 'CREATED' },
      userErrors: [{ __typename: 'PortInUseError', port: 28_080, by: { name: named('first') } }],
    });
  });
});

describe('what a client sees', () => {
  it('is refused for a time that cannot be, before anything is made', async () => {
    const answer = await run('negative', { command: ['true'], waitFor: 'EXIT', timeout: '-1s' });
    expect(answer).toMatchObject({ changed: false, userErrors: [{ path: ['input', 'timeout'] }] });
    expect(await exists('negative')).toBe(false);
  });

  it('can read the output of what has ended', async () => {
    const data = await gateway.data(
      `mutation ($input: ContainerRunInput!) { containerRun(input: $input) { exitCode container { logs { lines { text } } } } }`,
      { input: { image: 'busybox', name: named('says'), ...sh('echo hello'), waitFor: 'EXIT' } },
    );
    expect(textAt(data, 'containerRun', 'container', 'logs', 'lines', 0, 'text')).toBe('hello');
  });
});
