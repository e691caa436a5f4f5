import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { infoPaths, orNothing, wholeInfo } from './engine-queries.ts';
import { type Graph, graphOver } from './image-fixture.ts';

let engine: PrivateEngine;
let graph: Graph;

const swarmPaths = infoPaths.filter(([path]) => path.startsWith('swarm.'));
const follow = (value: unknown, path: string): unknown => at(value, ...path.split('.'));

beforeAll(async () => {
  engine = await startPrivateEngine();
  graph = graphOver(engine);
  await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1', '--default-addr-pool', '10.20.0.0/16');
  await engine.cli('swarm', 'update', '--task-history-limit', '7', '--cert-expiry', '48h');
});

afterAll(async () => {
  await graph.close();
  await engine.stop();
});

describe('the info of a swarm manager', () => {
  it('has everything that `docker info` says of the swarm', async () => {
    const info = at((await graph.ask(`{ engine { ${wholeInfo} } }`)).data, 'engine', 'info');
    const expected: unknown = JSON.parse(await engine.cli('info', '--format', '{{json .}}'));
    expect(at(info, 'swarm', 'localNodeState')).toBe('ACTIVE');
    for (const [path, wire] of swarmPaths) {
      expect(orNothing(follow(info, path)), path).toEqual(orNothing(follow(expected, wire)));
    }
    expect(textAt(info, 'swarm', 'cluster', 'tlsInfo', 'trustRoot')).toContain('BEGIN CERTIFICATE');
    expect(
      listAt(info, 'swarm', 'remoteManagers').map((peer) => ({
        NodeID: at(peer, 'nodeId'),
        Addr: at(peer, 'address'),
      })),
    ).toEqual(at(expected, 'Swarm', 'RemoteManagers'));
  });

  it('words the durations of the swarm as the CLI takes them', async () => {
    const query = `{ engine { info { swarm { cluster { spec {
      orchestration { taskHistoryRetentionLimit } dispatcher { heartbeatPeriod } caConfig { nodeCertExpiry } } } } } } }`;
    const { data } = await graph.ask(query);
    expect(at(data, 'engine', 'info', 'swarm', 'cluster', 'spec')).toEqual({
      orchestration: { taskHistoryRetentionLimit: 7 },
      dispatcher: { heartbeatPeriod: '5s' },
      caConfig: { nodeCertExpiry: '48h0m0s' },
    });
  });

  it('makes it a manager among the capabilities', async () => {
    const { data } = await graph.ask('{ engine { capabilities { swarmState swarmManager } } }');
    expect(at(data, 'engine', 'capabilities')).toEqual({ swarmState: 'ACTIVE', swarmManager: true });
  });
});
