import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const named = (name: string): string => `${prefix}${name}`;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
});
afterAll(() => gateway.close());

const wait = async (name: string, input: object = {}): Promise<unknown> => {
  const data = await gateway.data(
    `mutation ($input: ContainerWaitInput!) { containerWait(input: $input) {
      changed exitCode error timedOut container { name state } userErrors { __typename path message } } }`,
    { input: { ref: named(name), ...input } },
  );
  return at(data, 'containerWait');
};

const make = (name: string, ...command: string[]) =>
  engine.cli('create', '--stop-timeout', '0', '--name', named(name), 'busybox', ...command);

const over = { changed: false, error: null, timedOut: false, userErrors: [] };

describe('waiting for a container', () => {
  it('answers at once for one that has ended', async () => {
    await make('ended', 'sh', '-c', 'exit 3');
    await engine.cli('start', '--attach', named('ended')).catch(() => undefined);
    expect(await wait('ended')).toEqual({
      ...over,
      exitCode: 3,
      container: { name: named('ended'), state: 'EXITED' },
    });
    expect(await engine.cli('wait', named('ended'))).toBe('3');
  });

  it('answers when a running one ends, as `docker wait` does', async () => {
    await make('running', 'sleep', '3600');
    await engine.cli('start', named('running'));
    const [ours, theirs] = await Promise.all([
      wait('running'),
      engine.cli('wait', named('running')),
      engine.cli('kill', '--signal', 'KILL', named('running')),
    ]);
    expect(ours).toMatchObject({ ...over, exitCode: 137 });
    expect(theirs).toBe('137');
  });

  it('waits for the next end of one that does not run yet', async () => {
    await make('next', 'sh', '-c', 'exit 5');
    expect(await wait('next', { condition: 'NEXT_EXIT', timeout: '200ms' })).toMatchObject({
      timedOut: true,
      exitCode: null,
      userErrors: [],
      container: { state: 'CREATED' },
    });
    const answer = wait('next', { condition: 'NEXT_EXIT', timeout: '20s' });
    // Until the daemon has begun to wait, an end would be missed: it is repeated until it is seen.
    let isOver = false;
    void answer.finally(() => {
      isOver = true;
    });
    while (!isOver) await engine.cli('start', '--attach', named('next')).catch(() => undefined);
    expect(await answer).toMatchObject({ ...over, exitCode: 5 });
  });

  it('waits until one has been removed', async () => {
    await engine.cli('run', '--detach', '--rm', '--name', named('removed'), 'busybox', 'sleep', '2');
    expect(await wait('removed', { condition: 'REMOVED', timeout: '20s' })).toMatchObject({
      ...over,
      exitCode: 0,
      container: null,
    });
  });

  it('says that the time was up, which is no error', async () => {
    await make('endless', 'sleep', '3600');
    await engine.cli('start', named('endless'));
    const began = performance.now();
    expect(await wait('endless', { timeout: '250ms' })).toEqual({
      changed: false,
      exitCode: null,
      error: null,
      timedOut: true,
      userErrors: [],
      container: { name: named('endless'), state: 'RUNNING' },
    });
    expect(performance.now() - began).toBeGreaterThan(240);
  });

  it('says typed that there is no such container, or no such time', async () => {
    expect(await wait('nobody')).toMatchObject({
      container: null,
      userErrors: [{ __typename: 'NotFoundError', path: ['input', 'ref'] }],
    });
    expect(await wait('endless', { timeout: '-2s' })).toMatchObject({
      userErrors: [{ __typename: 'InvalidInputError', path: ['input', 'timeout'] }],
    });
  });
});
