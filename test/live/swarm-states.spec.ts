import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { fullSelection } from './support/selection.ts';
import { changes, mutationOf, reads } from './support/swarm-questions.ts';
import { findMissing, type Rules, reportOf } from './support/walk.ts';

/** Its own: it makes swarms and leaves them, and is restarted. */
let engine: PrivateEngine;
let gateway: RunningGateway;

beforeAll(async () => {
  engine = await startPrivateEngine();
  gateway = await startGateway({
    host: engine.host,
    flags: ['--max-query-bytes=1m', '--max-tokens=100000', '--max-depth=40'],
  });
});
afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

async function mutate(name: string, input: object, selection = ''): Promise<unknown> {
  return at(await gateway.data(mutationOf(name, selection), { input }), name);
}

const rest = async (path: string): Promise<unknown> => (await engine.mustRest('GET', path)).json();
const fine = { changed: true, userErrors: [] };
const unchanged = { changed: false, userErrors: [] };

/** Every query answers with this code, and every mutation with the user error of that code. */
function answersEverything(code: string, entering: string): void {
  it.each(Object.entries(reads))(`answers %s with ${code}`, async (_name, document) => {
    const { errors } = await gateway.query(document);
    expect(errors).toMatchObject([{ code, message: expect.stringMatching(/\w{3}/) }]);
  });

  const told = Object.entries(changes).filter(([name]) => !(entering === '' && changes[name]?.enters));
  it.each(told)(`answers %s with ${code}, or why it cannot enter`, async (name, { input, enters }) => {
    const answer = await mutate(name, input);
    expect(answer).toMatchObject({ changed: false, userErrors: [{ code: enters ? entering : code }] });
  });
}

describe('an Engine in no swarm', () => {
  it('has none to show, which is no error', async () => {
    expect(await gateway.query('{ swarm { dockerId } engine { swarm { dockerId } } }')).toMatchObject({
      data: { swarm: null, engine: { swarm: null } },
      errors: [],
    });
  });

  answersEverything('SWARM_INACTIVE', '');

  it.each([
    [{ advertiseAddr: 'nope0' }, 'advertiseAddr'],
    [{ listenAddr: 'nonsense' }, 'listenAddr'],
    [{ advertiseAddr: '127.0.0.1', defaultAddrPool: ['10.0.0.0/33'] }, 'defaultAddrPool'],
    [{ advertiseAddr: '127.0.0.1', defaultAddrPool: ['10.1.0.0/16'], subnetSize: 40 }, 'subnetSize'],
    [{ advertiseAddr: '127.0.0.1', dataPathPort: 80 }, 'dataPathPort'],
    [{ advertiseAddr: '127.0.0.1', availability: 'UNKNOWN' }, 'availability'],
  ])('is told what is wrong with %j', async (input, field) => {
    expect(await mutate('swarmInit', input, 'swarm { dockerId }')).toMatchObject({
      changed: false,
      swarm: null,
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', field] }],
    });
  });

  it('cannot join with what is no token, nor where nobody listens', async () => {
    const { input } = changes['swarmJoin'] ?? { input: {} };
    expect(await mutate('swarmJoin', { ...input, joinToken: 'x' })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'joinToken'] }],
    });
    expect(await mutate('swarmJoin', { ...input, remoteAddrs: [] })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'remoteAddrs'] }],
    });
    // The Engine tries for ten seconds.
    expect(await mutate('swarmJoin', input, 'nodeId node { id } swarm { id }')).toMatchObject({
      changed: false,
      nodeId: null,
      userErrors: [{ code: 'SWARM_UNAVAILABLE' }],
    });
  }, 30_000);
});

const swarmRules: Rules = {
  ID: { to: 'dockerId' },
  'Version.Index': { to: '^versionIndex' },
  Version: { to: '' },
  'Spec.CAConfig.NodeCertExpiry': {
    same: (docker, graph) => docker === 1e9 * 3600 * 2160 && graph === '2160h0m0s',
  },
  'Spec.Dispatcher.HeartbeatPeriod': { same: (docker, graph) => docker === 7e9 && graph === '7s' },
};

describe('a swarm', () => {
  const everything = fullSelection(schema, 'Swarm', { without: new Set() });
  let made: unknown;

  it('is made with all that it can be made with', async () => {
    made = await mutate(
      'swarmInit',
      {
        listenAddr: '127.0.0.1:2377',
        advertiseAddr: '127.0.0.1',
        dataPathAddr: '127.0.0.1',
        dataPathPort: 7777,
        defaultAddrPool: ['10.30.0.0/16'],
        subnetSize: 26,
        availability: 'PAUSE',
        spec: {
          labels: [{ key: 'site', value: 'a' }],
          orchestration: { taskHistoryRetentionLimit: 3 },
          raft: {
            snapshotInterval: 9000,
            keepOldSnapshots: 2,
            logEntriesForSlowFollowers: 400,
            electionTick: 12,
            heartbeatTick: 2,
          },
          dispatcher: { heartbeatPeriod: '7s' },
          caConfig: { nodeCertExpiry: '2160h' },
          encryptionConfig: { autoLockManagers: true },
          taskDefaults: { logDriver: { name: 'json-file', options: [{ key: 'max-size', value: '1m' }] } },
        },
      },
      `swarm ${everything} nodeId node { isSelf isLeader availability } warnings`,
    );
    expect(made).toMatchObject({
      ...fine,
      swarm: {
        spec: {
          orchestration: { taskHistoryRetentionLimit: 3 },
          raft: { snapshotInterval: 9000, keepOldSnapshots: 2, logEntriesForSlowFollowers: 400 },
        },
        dataPathPort: 7777,
        subnetSize: 26,
        joinAddrs: ['127.0.0.1:2377'],
        counts: { nodes: 1, managers: 1, workers: 0, ready: 1, paused: 1, majority: 1, managersToSpare: 0 },
      },
      node: { isSelf: true, isLeader: true, availability: 'PAUSE' },
      warnings: [expect.stringContaining('json-file')],
    });
    expect(textAt(made, 'nodeId')).toBe(await engine.cli('info', '--format', '{{.Swarm.NodeID}}'));
  });

  it('shows every value that the Engine has of it', async () => {
    const docker = await rest('/swarm');
    const shown = await gateway.data(`{ swarm ${everything} }`);
    const { missing, looked } = findMissing('the swarm', docker, at(shown, 'swarm'), swarmRules);
    expect(reportOf(missing)).toBe('');
    expect(looked).toBeGreaterThan(35);
  });

  it('has the tokens and the key that the docker CLI tells', async () => {
    const answer = await gateway.data(
      '{ swarm { joinTokens { worker manager } unlockKey leader { isSelf } ownNode { isSelf } } }',
    );
    expect(at(answer, 'swarm')).toEqual({
      joinTokens: {
        worker: await engine.cli('swarm', 'join-token', '--quiet', 'worker'),
        manager: await engine.cli('swarm', 'join-token', '--quiet', 'manager'),
      },
      unlockKey: await engine.cli('swarm', 'unlock-key', '--quiet'),
      leader: { isSelf: true },
      ownNode: { isSelf: true },
    });
  });

  it('is found again by its ID', async () => {
    const { id } = (at(await gateway.data('{ swarm { id } }'), 'swarm') ?? {}) as { id: string };
    const again = await gateway.data('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
    expect(at(again, 'node')).toEqual({ __typename: 'Swarm', id });
  });

  it('cannot be made or joined a second time', async () => {
    for (const name of ['swarmInit', 'swarmJoin']) {
      expect(await mutate(name, changes[name]?.input ?? {})).toMatchObject({
        userErrors: [{ code: 'SWARM_ACTIVE' }],
      });
    }
  });

  it('changes only where something is asked for, and says when nothing did', async () => {
    const before = await rest('/swarm');
    const selection =
      'swarm { versionIndex labels { key value } spec { raft { snapshotInterval } } } warnings';
    expect(
      await mutate(
        'swarmUpdate',
        { raft: { snapshotInterval: 8000 }, addLabels: [{ key: 'rack', value: '7' }], removeLabels: ['no'] },
        selection,
      ),
    ).toMatchObject({
      ...fine,
      swarm: {
        labels: [
          { key: 'rack', value: '7' },
          { key: 'site', value: 'a' },
        ],
        spec: { raft: { snapshotInterval: 8000 } },
      },
      warnings: [],
    });
    const after = await rest('/swarm');
    expect(at(after, 'Spec')).toEqual({
      ...Object(at(before, 'Spec')),
      Labels: { site: 'a', rack: '7' },
      Raft: { ...Object(at(before, 'Spec', 'Raft')), SnapshotInterval: 8000 },
    });
    expect(await mutate('swarmUpdate', { raft: { snapshotInterval: 8000 } })).toMatchObject(unchanged);
    expect(at(await rest('/swarm'), 'Version', 'Index')).toBe(at(after, 'Version', 'Index'));
  });

  it('is changed by the version that was read, or the writer is told which there is', async () => {
    const version = at(await rest('/swarm'), 'Version', 'Index');
    const change = (value: string, of: unknown) =>
      mutate('swarmUpdate', { addLabels: [{ key: 'writer', value }], version: of }, 'swarm { versionIndex }');
    expect(await change('one', version)).toMatchObject(fine);
    const conflict = `mutation ($input: SwarmUpdateInput!) { swarmUpdate(input: $input) { changed swarm { labels { value } } userErrors { path ... on VersionConflictError { currentVersion } } } }`;
    const input = { addLabels: [{ key: 'writer', value: 'two' }], version };
    const { swarmUpdate } = Object(await gateway.data(conflict, { input }));
    expect(swarmUpdate).toEqual({
      changed: false,
      swarm: { labels: expect.arrayContaining([{ value: 'one' }]) },
      userErrors: [
        { path: ['input', 'version'], currentVersion: at(await rest('/swarm'), 'Version', 'Index') },
      ],
    });
  });

  it.each([
    [{ name: 'mine' }, /must be named "default"/],
    [{ caConfig: { nodeCertExpiry: '1s' } }, /minimum certificate expiry/],
    [{ caConfig: { signingCaCert: 'x', signingCaKey: 'y' } }, /./],
    [{ labels: [], removeLabels: ['a'] }, /replaces all labels/],
  ])('refuses %j as the Engine does', async (input, message) => {
    expect(await mutate('swarmUpdate', input)).toMatchObject({
      changed: false,
      userErrors: [{ code: 'INVALID_INPUT', message: expect.stringMatching(message) }],
    });
  });

  it('gets new tokens, one or both', async () => {
    const tokens = 'swarm { joinTokens { worker manager } }';
    const first = at(await gateway.data(`{ ${tokens} }`), 'swarm', 'joinTokens');
    const second = at(await mutate('swarmTokensRotate', { worker: true }, tokens), 'swarm', 'joinTokens');
    expect(at(second, 'manager')).toBe(at(first, 'manager'));
    expect(at(second, 'worker')).not.toBe(at(first, 'worker'));
    const answer = await mutate('swarmTokensRotate', {}, tokens);
    const third = at(answer, 'swarm', 'joinTokens');
    expect(answer).toMatchObject(fine);
    expect(at(third, 'manager')).not.toBe(at(second, 'manager'));
    expect(at(third, 'worker')).toBe(await engine.cli('swarm', 'join-token', '--quiet', 'worker'));
    expect(await mutate('swarmTokensRotate', { worker: false })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT' }],
    });
  });

  it('gets a new authority, and its nodes certificates of it', async () => {
    const shown = 'swarm { rootRotationInProgress spec { caConfig { forceRotate } } tlsInfo { trustRoot } }';
    const before = at(await gateway.data(`{ ${shown} }`), 'swarm');
    const answer = await mutate('swarmCaRotate', {}, shown);
    expect(answer).toMatchObject({ ...fine, swarm: { spec: { caConfig: { forceRotate: 1 } } } });
    await expect
      .poll(async () => at(await gateway.data(`{ ${shown} }`), 'swarm'), { timeout: 20_000, interval: 200 })
      .toMatchObject({ rootRotationInProgress: false, spec: { caConfig: { forceRotate: 1 } } });
    const after = at(await gateway.data(`{ ${shown} }`), 'swarm');
    expect(textAt(after, 'tlsInfo', 'trustRoot')).not.toBe(textAt(before, 'tlsInfo', 'trustRoot'));
    // Whatever is changed next does not begin it anew.
    expect(await mutate('swarmUpdate', { addLabels: [{ key: 'ca', value: '2' }] }, shown)).toMatchObject({
      ...fine,
      swarm: { rootRotationInProgress: false },
    });
  }, 30_000);

  it('gets a new key for restarted managers', async () => {
    const answer = await mutate('swarmUnlockKeyRotate', {}, 'swarm { unlockKey }');
    expect(answer).toMatchObject(fine);
    expect(textAt(answer, 'swarm', 'unlockKey')).toBe(await engine.cli('swarm', 'unlock-key', '--quiet'));
  });
});

describe('a manager that was restarted in a swarm that locks them', () => {
  let key: string;
  beforeAll(async () => {
    key = await engine.cli('swarm', 'unlock-key', '--quiet');
    await engine.restart();
  }, 60_000);

  it('has no swarm to show until it is unlocked', async () => {
    const { errors } = await gateway.query('{ swarm { dockerId } engine { swarm { dockerId } } }');
    expect(errors.map(({ code, path }) => [code, path])).toEqual([
      ['SWARM_LOCKED', ['swarm']],
      ['SWARM_LOCKED', ['engine', 'swarm']],
    ]);
  });

  // A key of another swarm is refused in another way, below.
  const { swarmUnlock: unlock, ...others } = changes;
  it.each(Object.entries(reads))('answers %s with SWARM_LOCKED', async (_name, document) => {
    expect((await gateway.query(document)).errors).toMatchObject([{ code: 'SWARM_LOCKED' }]);
  });
  it.each(Object.entries(others))(
    'answers %s with SWARM_LOCKED, or why it cannot enter',
    async (name, change) => {
      expect(await mutate(name, change.input)).toMatchObject({
        changed: false,
        userErrors: [{ code: change.enters ? 'SWARM_ACTIVE' : 'SWARM_LOCKED' }],
      });
    },
  );

  it('refuses a wrong key', async () => {
    for (const input of [{ unlockKey: 'x' }, unlock?.input ?? {}]) {
      expect(await mutate('swarmUnlock', input)).toMatchObject({
        changed: false,
        userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'unlockKey'] }],
      });
    }
  });

  it('goes on where it was with the right one', async () => {
    expect(
      await mutate('swarmUnlock', { unlockKey: key }, 'swarm { label(key: "rack") } node { isLeader }'),
    ).toMatchObject({ ...fine, swarm: { label: '7' } });
    expect(await mutate('swarmUnlock', { unlockKey: key })).toMatchObject({
      changed: false,
      userErrors: [{ code: 'CONFLICT', message: 'swarm is not locked' }],
    });
  });

  it('has no key where managers are not locked any more, and none to renew', async () => {
    const off = { encryptionConfig: { autoLockManagers: false } };
    await expect
      .poll(() => mutate('swarmUpdate', off, 'swarm { unlockKey }'), { timeout: 10_000, interval: 100 })
      .toMatchObject({ userErrors: [], swarm: { unlockKey: null } });
    expect(await mutate('swarmUnlockKeyRotate', {})).toMatchObject(unchanged);
  });
});

describe('the last manager', () => {
  it('is told what goes with it, and leaves with force', async () => {
    expect(await mutate('swarmLeave', {}, 'engine { name }')).toMatchObject({
      changed: false,
      userErrors: [{ code: 'CONFLICT', message: expect.stringContaining('--force') }],
    });
    const left = 'engine { swarm { dockerId } info { swarm { localNodeState } } }';
    expect(await mutate('swarmLeave', { force: true }, left)).toMatchObject({
      ...fine,
      engine: { swarm: null, info: { swarm: { localNodeState: 'INACTIVE' } } },
    });
    expect(await mutate('swarmLeave', { force: true })).toMatchObject({
      userErrors: [{ code: 'SWARM_INACTIVE' }],
    });
  });
});
