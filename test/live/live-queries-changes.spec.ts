import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { follow, type LiveView } from './support/live-view.ts';

let engine: PrivateEngine;
let proxy: CountingProxy;
let gateway: RunningGateway;
beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  proxy = await startCountingProxy(engine.socketPath);
  gateway = await startGateway({ host: proxy.host });
});
afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

/** The same numbers in each run, so that a failure can be looked at. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One container and what may be done to it: the changes of one container follow one another. */
function createActor(index: number, random: (below: number) => number) {
  let id: string | undefined;
  let generation = 0;
  const post = (path: string) => engine.rest('POST', `/containers/${id}${path}`);
  const actions: readonly (() => Promise<{ readonly status: number } | undefined>)[] = [
    () => post('/start'),
    () => post('/start'),
    () => post('/stop?t=0'),
    () => post('/pause'),
    () => post('/unpause'),
    () => post(`/rename?name=actor-${index}-${generation++}`),
    () => post('/kill'),
    () => engine.cli('restart', '--time', '0', `${id}`).then(() => undefined),
    async () => {
      await engine.mustRest('DELETE', `/containers/${id}?force=1`);
      id = undefined;
      return undefined;
    },
  ];
  return {
    /** Changes one thing. What is not possible in its state is refused by the Engine, and does not count. */
    async change(): Promise<void> {
      if (id === undefined) {
        const name = `actor-${index}-${generation++}`;
        // Some end by themselves, at a moment that nobody chose.
        const seconds = random(3) === 0 ? `0.${random(9)}` : '600';
        const body = { Image: 'busybox', Cmd: ['sleep', seconds], HostConfig: { NetworkMode: 'none' } };
        const answer = await engine.mustRest('POST', `/containers/create?name=${name}`, { body });
        id = textAt(answer.json(), 'Id');
        return;
      }
      for (;;) {
        const answer = await actions[random(actions.length)]?.().catch(() => ({ status: 500 }));
        if (answer === undefined || answer.status < 300) return;
      }
    },
  };
}

const listFields = 'containers { nodes { dockerId name state imageRef } }';
const full = `query @live { ${listFields} }`;
const patched = `query @live(format: JSON_PATCH) { ${listFields} }`;
const running =
  'query @live(format: JSON_PATCH) { containers(filter: { states: [RUNNING] }) { nodes { dockerId name } } }';
const inspected =
  'query @live(format: JSON_PATCH) { containers { nodes { dockerId isRunning isPaused exitCode startedAt } } }';

const rows = ({ latest }: LiveView, ...fields: readonly string[]): readonly string[] =>
  listAt(latest?.data, 'containers', 'nodes')
    .map((node) => fields.map((field) => String(at(node, field))).join(' '))
    .sort();

/** What the CLI says. */
const listed = async (...more: readonly string[]): Promise<readonly string[]> => {
  const text = await engine.cli(
    'ps',
    '--all',
    '--no-trunc',
    '--format',
    '{{.ID}} {{.Names}} {{.State}}',
    ...more,
  );
  return text.split('\n').filter(Boolean).sort();
};
const inspections = async (): Promise<readonly string[]> => {
  const ids = (await engine.cli('ps', '--all', '--quiet', '--no-trunc')).split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  const format = '{{.Id}} {{.State.Running}} {{.State.Paused}} {{.State.ExitCode}} {{.State.StartedAt}}';
  const text = await engine.cli('inspect', '--type', 'container', '--format', format, ...ids);
  return text
    .split('\n')
    .map((line) => line.replace('0001-01-01T00:00:00Z', 'null'))
    .sort();
};

describe('a live query over all containers', () => {
  it('ends up with what the CLI says, after each burst of 500 random changes, whole and by patches', async () => {
    const whole = follow(gateway.url, full);
    const byPatch = follow(gateway.url, patched, { transport: 'sse' });
    const onlyRunning = follow(gateway.url, running);
    const byInspect = follow(gateway.url, inspected, { transport: 'sse' });
    const views = [whole, byPatch, onlyRunning, byInspect];
    await Promise.all(views.map((view) => view.until(() => true)));
    const random = randomNumbers(20_261_120);
    const actors = Array.from({ length: 10 }, (_, index) => createActor(index, random));
    const [bursts, changesEach] = [10, 5];
    const shown = async () => ({
      whole: rows(whole, 'dockerId', 'name', 'state').map((row) => row.toLowerCase()),
      byPatch: rows(byPatch, 'dockerId', 'name', 'state').map((row) => row.toLowerCase()),
      onlyRunning: rows(onlyRunning, 'dockerId', 'name'),
      byInspect: rows(byInspect, 'dockerId', 'isRunning', 'isPaused', 'exitCode', 'startedAt'),
    });
    const said = async () => {
      const list = await listed();
      return {
        whole: list,
        byPatch: list,
        onlyRunning: list
          .filter((row) => row.endsWith(' running'))
          .map((row) => row.replace(/ running$/, '')),
        byInspect: await inspections(),
      };
    };
    for (let burst = 0; burst < bursts; burst++) {
      await Promise.all(
        actors.map(async ({ change }) => {
          for (let number = 0; number < changesEach; number++) await change();
        }),
      );
      // Those that end by themselves do so within a second; what is late in the Engine is shown 250 ms after that.
      await wait(1_300);
      await vi.waitFor(async () => expect(await shown(), `after burst ${burst}`).toEqual(await said()), {
        timeout: 8_000,
        interval: 250,
      });
    }
    // Nothing is left that would make it wrong again, for which there is no event.
    await wait(1_000);
    expect(await shown()).toEqual(await said());
    expect(byPatch.answers.filter(({ patch }) => patch).length).toBeGreaterThan(byPatch.answers.length / 2);
    // Side by side, both have had the same at each step that both have seen.
    const steps = new Map(whole.answers.map(({ revision, data }) => [revision, data]));
    const compared = byPatch.answers.filter(({ revision }) => steps.has(revision));
    for (const { revision, data } of compared) expect(data).toEqual(steps.get(revision));
    expect(compared.length).toBeGreaterThan(20);
    // No answer said the same as the one before.
    for (const { answers } of views) {
      for (const [index, { data }] of answers.entries()) expect(data).not.toEqual(answers[index + 1]?.data);
    }
    await Promise.all(views.map((view) => view.leave()));
  }, 180_000);
});

describe('a daemon that is restarted under a live query', () => {
  it('is told as away once and shown as it is when it is back', async () => {
    const view = follow(gateway.url, full);
    const status = follow(gateway.url, 'query @live { engine { status } }', { transport: 'sse' });
    await Promise.all([view, status].map((each) => each.until(() => true)));
    const body = { Image: 'busybox', Cmd: ['sleep', '600'], HostConfig: { NetworkMode: 'none' } };
    await engine.mustRest('POST', '/containers/create?name=survivor', { body });
    await engine.mustRest('POST', '/containers/survivor/start');
    await view.until(({ data }) => JSON.stringify(data).includes('survivor'));
    await engine.kill();
    await view.until(({ codes }) => codes.length > 0);
    await status.until(({ data }) => at(data, 'engine', 'status') === 'UNREACHABLE');
    // While it stays away, a client that was told once must not be told again: for this there is no event.
    await wait(1_500);
    await engine.start();
    await engine.mustRest('POST', '/containers/create?name=newborn', { body });
    await view.until(({ data }) => JSON.stringify(data).includes('newborn'), 30_000);
    await status.until(({ data }) => at(data, 'engine', 'status') === 'CONNECTED', 30_000);
    // Nothing may come after the right state: for this there is no event.
    await wait(500);
    expect(rows(view, 'dockerId', 'name', 'state').map((row) => row.toLowerCase())).toEqual(await listed());
    expect(view.answers.filter(({ codes }) => codes.length > 0)).toHaveLength(1);
    // And it goes on.
    await engine.mustRest('POST', '/containers/newborn/rename?name=grown');
    await view.until(({ data }) => JSON.stringify(data).includes('grown'));
    await Promise.all([view, status].map((each) => each.leave()));
  }, 60_000);
});
