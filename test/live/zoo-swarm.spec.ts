import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { startSwarm, type TestSwarm } from '../support/swarm.ts';
import { buildSwarmZoo } from '../support/swarm-zoo.ts';
import { infoExcuses, infoRules, volatileInfo } from './support/docker-paths.ts';
import { fullSelection } from './support/selection.ts';
import { readBeside } from './support/steady.ts';
import {
  configRules,
  inspectedServiceRules,
  nodeRules,
  secretRules,
  swarmInfoRules,
  swarmRules,
  taskRules,
} from './support/swarm-paths.ts';
import { type Finding, findMissing, type Rules, reportOf } from './support/walk.ts';

interface Noun {
  readonly type: 'Service' | 'Task' | 'SwarmNode' | 'Secret' | 'Config';
  readonly field: string;
  readonly inspect: readonly string[];
  readonly list: string;
  readonly rules: Rules;
}

const nouns: readonly Noun[] = [
  {
    type: 'Service',
    field: 'service',
    inspect: ['service', 'inspect'],
    list: '/services',
    rules: inspectedServiceRules,
  },
  { type: 'Task', field: 'task', inspect: ['inspect', '--type', 'task'], list: '/tasks', rules: taskRules },
  { type: 'SwarmNode', field: 'swarmNode', inspect: ['node', 'inspect'], list: '/nodes', rules: nodeRules },
  { type: 'Secret', field: 'secret', inspect: ['secret', 'inspect'], list: '/secrets', rules: secretRules },
  { type: 'Config', field: 'config', inspect: ['config', 'inspect'], list: '/configs', rules: configRules },
];

let swarm: TestSwarm;
let gateway: RunningGateway;

beforeAll(async () => {
  swarm = await startSwarm({
    workers: 1,
    config: {
      labels: ['rack=one', 'odd=a=b'],
      'node-generic-resources': ['gpu=UUID1', 'gpu=UUID2', 'ssd=3'],
    },
  });
  [gateway] = await Promise.all([
    startGateway({
      host: swarm.first.host,
      flags: ['--max-query-bytes=1m', '--max-tokens=100000', '--max-depth=40'],
    }),
    buildSwarmZoo(swarm.first),
  ]);
});
afterAll(async () => {
  await gateway?.close();
  await swarm?.stop();
});

const cliJson = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse(await swarm.first.cli(...args));
const idsOf = async ({ list }: Noun): Promise<readonly string[]> =>
  listAt((await swarm.first.mustRest('GET', list)).json()).map((item) => textAt(item, 'ID'));
const inspected = async ({ inspect }: Noun, ids: readonly string[]): Promise<readonly unknown[]> =>
  listAt(await cliJson(...inspect, ...ids));

/** What inspect does not print and other calls are for. */
const without = new Set(['Service.logs', 'Task.logs']);
const selection = (type: string): string => fullSelection(schema, type, { without });

async function fromSingular({ type, field }: Noun, ids: readonly string[]): Promise<readonly unknown[]> {
  const fields = ids.map((id, index) => `n${index}: ${field}(ref: "${id}") { ...All }`).join('\n');
  const answer = await gateway.data(`{ ${fields} } fragment All on ${type} ${selection(type)}`);
  return ids.map((_, index) => at(answer, `n${index}`));
}

async function fromPlural({ type, field }: Noun, ids: readonly string[]): Promise<readonly unknown[]> {
  const answer = await gateway.data(`{ all: ${field}s { nodes ${selection(type)} } }`);
  const nodes = listAt(answer, 'all', 'nodes');
  return ids.map((id) => nodes.find((node) => at(node, 'dockerId') === id));
}

const reportAll = (findings: readonly Finding[]): string =>
  reportOf(findings.flatMap(({ missing }) => missing));
const looked = (findings: readonly Finding[]): number =>
  findings.reduce((sum, { looked }) => sum + looked, 0);

describe('a swarm with everything in it', () => {
  for (const noun of nouns) {
    const command = `docker ${noun.inspect.join(' ')}`;
    const doors = [
      ['asked for by its ID', fromSingular],
      ['in the list of all', fromPlural],
    ] as const;
    it.each(doors)(
      `has every value that \`${command}\` prints, for each ${noun.type} that is %s`,
      async (_, from) => {
        const both = await readBeside(await idsOf(noun), {
          docker: (ids) => inspected(noun, ids),
          graph: (ids) => from(noun, ids),
        });
        const findings = both.map(({ docker, graph }) => {
          const name = textAt(docker, 'Spec', 'Name') || textAt(docker, 'ID');
          return findMissing(`${noun.field} ${name}`, docker, graph, noun.rules);
        });
        expect(reportAll(findings)).toBe('');
        expect(looked(findings)).toBeGreaterThan(both.length * 8);
      },
    );
  }

  it('has every value that `GET /swarm` answers', async () => {
    const [both] = await readBeside(['swarm'], {
      docker: async () => [(await swarm.first.mustRest('GET', '/swarm')).json()],
      graph: async () => [at(await gateway.data(`{ swarm ${selection('Swarm')} }`), 'swarm')],
    });
    const { missing, looked } = findMissing('the swarm', both?.docker, both?.graph, swarmRules);
    expect(reportOf(missing)).toBe('');
    expect(looked).toBeGreaterThan(40);
  });

  it('has every value that `docker info` prints, on a manager and on a worker', async () => {
    for (const node of swarm.nodes) {
      const own = await startGateway({ host: node.host, flags: ['--max-tokens=100000', '--max-depth=40'] });
      try {
        const document = `{ engine { info ${fullSelection(schema, 'EngineInfo', { without })} } }`;
        const [both] = await readBeside(
          ['engine'],
          {
            docker: async () => [JSON.parse(await node.cli('info', '--format', 'json'))],
            graph: async () => [at(await own.data(document), 'engine', 'info')],
          },
          (info) => ({ ...Object(info), ...Object.fromEntries(volatileInfo.map((name) => [name, null])) }),
        );
        const rules = { ...infoRules, ...swarmInfoRules };
        const { missing, looked } = findMissing(node.hostname, both?.docker, both?.graph, rules, infoExcuses);
        expect(reportOf(missing)).toBe('');
        expect(looked).toBeGreaterThan(90);
      } finally {
        await own.close();
      }
    }
  });
});
