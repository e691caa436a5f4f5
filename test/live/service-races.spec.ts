import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

/** Its own, as it becomes a swarm. */
let engine: PrivateEngine;
/** One for each writer, as two who know nothing of each other have. */
let gateways: readonly [RunningGateway, RunningGateway];

const updates = 200;

beforeAll(async () => {
  engine = await startPrivateEngine();
  await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  for (const name of ['counter', 'shared', 'raised']) {
    await engine.cli(
      'service',
      'create',
      '--detach',
      '--quiet',
      '--no-resolve-image',
      '--name',
      name,
      '--constraint',
      'node.labels.never==1',
      '--env',
      'COUNT=0',
      'busybox',
      'sleep',
      '1',
    );
  }
  gateways = [await startGateway({ host: engine.host }), await startGateway({ host: engine.host })];
}, 90_000);
afterAll(async () => {
  await Promise.all((gateways ?? []).map((gateway) => gateway.close()));
  await engine?.stop();
});

const document = `mutation ($input: ServiceUpdateInput!) { serviceUpdate(input: $input) { changed
  userErrors { __typename code message path ... on VersionConflictError { currentVersion } } } }`;

const update = async (gateway: RunningGateway, input: object): Promise<unknown> =>
  at(await gateway.data(document, { input: { ...input, resolveImage: false } }), 'serviceUpdate');

const read = async (name: string): Promise<unknown> =>
  (await engine.mustRest('GET', `/services/${name}`)).json();
const versionIn = (service: unknown): number => Number(at(service, 'Version', 'Index'));
const envIn = (service: unknown): readonly string[] =>
  listAt(service, 'Spec', 'TaskTemplate', 'ContainerSpec', 'Env').map(String);
const countIn = (service: unknown): number =>
  Number(
    envIn(service)
      .find((variable) => variable.startsWith('COUNT='))
      ?.slice('COUNT='.length),
  );

const isConflict = (answer: unknown): boolean =>
  listAt(answer, 'userErrors').some((error) => textAt(error, 'code') === 'VERSION_CONFLICT');

describe('two writers of one service, who update it 200 times', () => {
  it('lose no update where they say what they have read, and each loser is told so', async () => {
    let left = updates;
    const won: unknown[] = [];
    const lost: { readonly version: number; readonly answer: unknown }[] = [];
    /** Reads, raises by one what it has read, writes with that version: what was lost is done again. */
    const writer = async (gateway: RunningGateway): Promise<void> => {
      while (left > 0) {
        left--;
        for (;;) {
          const service = await read('counter');
          const [version, count] = [versionIn(service), countIn(service)];
          const answer = await update(gateway, {
            ref: 'counter',
            version,
            addEnv: [{ name: 'COUNT', value: String(count + 1) }],
          });
          if (!isConflict(answer)) {
            won.push(answer);
            break;
          }
          lost.push({ version, answer });
        }
      }
    };
    await Promise.all(gateways.map(writer));
    expect(won).toEqual(Array.from({ length: updates }, () => ({ changed: true, userErrors: [] })));
    expect(lost.length).toBeGreaterThan(0);
    for (const { version, answer } of lost) {
      expect(answer).toMatchObject({
        changed: false,
        userErrors: [{ __typename: 'VersionConflictError', path: ['input', 'version'] }],
      });
      // Told with the version there is: a newer one than what was read.
      expect(Number(at(answer, 'userErrors', 0, 'currentVersion'))).toBeGreaterThan(version);
    }
    expect(countIn(await read('counter'))).toBe(updates);
  }, 60_000);

  it('all succeed where they do not, and none is lost', async () => {
    const each = updates / 2;
    const writer = async (gateway: RunningGateway, who: number): Promise<void> => {
      for (let count = 0; count < each; count++) {
        const answer = await update(gateway, {
          ref: 'shared',
          addLabels: [{ key: `${who}-${count}`, value: 'x' }],
          addEnv: [{ name: `W${who}`, value: String(count) }],
        });
        expect(answer).toEqual({ changed: true, userErrors: [] });
      }
    };
    await Promise.all(gateways.map(writer));
    const service = await read('shared');
    expect(Object.keys(Object(at(service, 'Spec', 'Labels')))).toHaveLength(updates);
    expect(envIn(service)).toEqual(expect.arrayContaining([`W0=${each - 1}`, `W1=${each - 1}`]));
  }, 60_000);

  it('force as many restarts as they asked for, as a counter in the spec is raised where it is written', async () => {
    const each = 20;
    const mutation = `mutation { serviceRestart(input: {ref: "raised"}) { changed userErrors { message } } }`;
    const writer = async (gateway: RunningGateway): Promise<void> => {
      for (let count = 0; count < each; count++) {
        expect(await gateway.data(mutation)).toEqual({ serviceRestart: { changed: true, userErrors: [] } });
      }
    };
    await Promise.all(gateways.map(writer));
    expect(at(await read('raised'), 'Spec', 'TaskTemplate', 'ForceUpdate')).toBe(2 * each);
  }, 60_000);
});
