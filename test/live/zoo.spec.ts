import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { importBusybox } from '../support/busybox.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { buildZoo, type Zoo } from '../support/zoo.ts';
import {
  containerRules,
  fromList,
  imageRules,
  infoExcuses,
  infoRules,
  networkRules,
  showsSnapshotter,
  versionRules,
  volatileInfo,
  volumeRules,
} from './support/docker-paths.ts';
import { fieldsOf, fullSelection } from './support/selection.ts';
import { readBeside } from './support/steady.ts';
import { type Excuses, type Finding, findMissing, type Rules, reportOf } from './support/walk.ts';

/** What inspect does not print, and what costs the Engine a walk over its disk or a second of waiting. */
const elsewhere = [
  'Container.stats',
  'Container.top',
  'Container.changes',
  'Container.logs',
  'Container.size',
  'Image.sharedSize',
  'Image.uniqueSize',
  'Volume.usageData',
];

/**
 * What the Engine does not know by itself: it asks a registry, which inspect never does, and the one that an image of the
 * zoo came from is gone.
 */
const inRegistries = ['Container.updateStatus', 'Image.distribution', 'Image.updateStatus'];

/** Operations of the Engine that ask a registry: as descriptions name them, and as they are sent. */
const registryRoute = /(?:GET|POST) \/(?:distribution|images\/search|auth|plugins\/privileges)\b/;
const registryPath = /^\/v[\d.]+\/(?:distribution|images\/search|auth|plugins\/privileges)\b/;

interface Noun {
  readonly type: 'Container' | 'Image' | 'Network' | 'Volume';
  /** `docker ls <noun>`, by full IDs. */
  readonly list: readonly string[];
  readonly inspect: readonly string[];
  /** Asks for all of them, with the selection `All`. */
  readonly plural: string;
  readonly rules: Rules;
  /** What lists say in another way than inspect does. */
  readonly listRules: Rules;
  /** Excuses for one object. */
  readonly excuses?: (docker: unknown) => Excuses;
  /** Those for one out of a list, too. */
  readonly listExcuses?: (docker: unknown) => Excuses;
}

const snapshotter: Excuses = {
  GraphDriver:
    'no driver but the snapshotter: Engine.info.storage has it, and newer Engines do not repeat it here',
};

const staleEndpoints: Excuses = {
  'NetworkSettings.Networks':
    'these Engines do not take it out of the memory of their list when a start fails',
};
/** APIs of 20.10 and 26.1; 28.5 forgets it. */
const withStaleEndpoints: ReadonlySet<string> = new Set(['1.41', '1.45']);

const nouns: readonly Noun[] = [
  {
    type: 'Container',
    list: ['ps', '--all', '--quiet', '--no-trunc'],
    inspect: ['inspect'],
    plural: 'containers',
    rules: containerRules,
    listRules: { ...containerRules, ...fromList },
    listExcuses: (docker) =>
      withStaleEndpoints.has(engine.apiVersion) && textAt(docker, 'State', 'Error') !== ''
        ? staleEndpoints
        : {},
  },
  {
    type: 'Image',
    list: ['images', '--all', '--quiet', '--no-trunc'],
    inspect: ['image', 'inspect'],
    plural: 'images(filter: { all: true })',
    rules: imageRules,
    listRules: { ...imageRules, ...fromList },
    excuses: (docker) => (showsSnapshotter(at(docker, 'GraphDriver')) ? snapshotter : {}),
  },
  {
    type: 'Network',
    list: ['network', 'ls', '--quiet', '--no-trunc'],
    inspect: ['network', 'inspect'],
    plural: 'networks',
    rules: networkRules,
    listRules: networkRules,
  },
  {
    type: 'Volume',
    list: ['volume', 'ls', '--quiet'],
    inspect: ['volume', 'inspect'],
    plural: 'volumes',
    rules: volumeRules,
    listRules: volumeRules,
  },
];

let engine: PrivateEngine;
let zoo: Zoo;
let proxy: CountingProxy;
let gateway: RunningGateway;

beforeAll(async () => {
  engine = await startPrivateEngine();
  proxy = await startCountingProxy(engine.socketPath);
  await importBusybox(engine);
  [zoo, gateway] = await Promise.all([
    buildZoo(engine, { prefix: 'zoo-' }),
    startGateway({
      host: proxy.host,
      flags: ['--max-query-bytes=1m', '--max-tokens=100000', '--max-depth=40'],
    }),
  ]);
});

afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
  await engine?.stop();
});

const cliJson = async (...args: readonly string[]): Promise<unknown> => JSON.parse(await engine.cli(...args));
const lines = async (...args: readonly string[]): Promise<readonly string[]> => [
  ...new Set((await engine.cli(...args)).split('\n').filter(Boolean)),
];
const inspected = ({ inspect }: Noun, ids: readonly string[]): Promise<readonly unknown[]> =>
  cliJson(...inspect, ...ids).then((answer) => listAt(answer));

const selection = (type: string, ...without: readonly string[]): string =>
  fullSelection(schema, type, { without: new Set([...elsewhere, ...inRegistries, ...without]) });

/** Objects out of the list of their noun, in the order of `ids`. */
async function fromPlural(
  { type, plural }: Noun,
  ids: readonly string[],
  ...without: readonly string[]
): Promise<readonly unknown[]> {
  const answer = await gateway.data(`{ all: ${plural} { nodes ${selection(type, ...without)} } }`);
  const nodes = listAt(answer, 'all', 'nodes');
  return ids.map((id) => nodes.find((node) => at(node, 'dockerId') === id));
}

/** Objects that were each asked for by ID. */
async function fromSingular({ type }: Noun, ids: readonly string[]): Promise<readonly unknown[]> {
  // Many containers by their whole IDs would come out of a list: half an ID is asked of inspect.
  const refs = type === 'Container' ? ids.map((id) => id.slice(0, 32)) : ids;
  const fields = refs.map((ref, index) => `n${index}: ${type.toLowerCase()}(ref: "${ref}") { ...All }`);
  const document = `{ ${fields.join('\n')} } fragment All on ${type} ${selection(type)}`;
  const answer = await gateway.data(document);
  return ids.map((_, index) => at(answer, `n${index}`));
}

const titleOf = (type: string, docker: unknown): string =>
  `${type.toLowerCase()} ${textAt(docker, 'Name') || String(listAt(docker, 'RepoTags')[0] ?? at(docker, 'Id'))}`;

const reportAll = (findings: readonly Finding[]): string =>
  reportOf(findings.flatMap(({ missing }) => missing));
const looked = (findings: readonly Finding[]): number =>
  findings.reduce((sum, { looked }) => sum + looked, 0);

/** A container that restarts is on its network while it runs, too short a time for the CLI to see it twice. */
async function pulse(): Promise<string> {
  const ids = await lines('ps', '--all', '--quiet');
  return engine.cli('inspect', '--type', 'container', '--format', '{{.State.FinishedAt}}', ...ids);
}

async function docker(noun: Noun): Promise<readonly unknown[]> {
  return inspected(noun, await lines(...noun.list));
}

describe('a zoo of containers, images, networks and volumes', () => {
  it('has at least thirty containers', () => {
    expect(zoo.containers.length).toBeGreaterThanOrEqual(30);
  });

  for (const noun of nouns) {
    const command = `docker ${noun.inspect.join(' ')}`;
    const { type } = noun;

    it(`has every value that \`${command}\` prints, for each ${type} that is asked for by its ID`, async () => {
      const both = await readBeside(await lines(...noun.list), {
        docker: (ids) => inspected(noun, ids),
        graph: (ids) => fromSingular(noun, ids),
        pulse,
      });
      const findings = both.map(({ docker, graph }) =>
        findMissing(titleOf(type, docker), docker, graph, noun.rules, noun.excuses?.(docker)),
      );
      expect(reportAll(findings)).toBe('');
      expect(looked(findings)).toBeGreaterThan(both.length * 8);
    });

    it(`has every value that \`${command}\` prints, for each ${type} in the list of all`, async () => {
      const both = await readBeside(await lines(...noun.list), {
        docker: (ids) => inspected(noun, ids),
        graph: (ids) => fromPlural(noun, ids),
        pulse,
      });
      const findings = both.map(({ docker, graph }) =>
        findMissing(titleOf(type, docker), docker, graph, noun.listRules, {
          ...noun.excuses?.(docker),
          ...noun.listExcuses?.(docker),
        }),
      );
      expect(reportAll(findings)).toBe('');
      expect(looked(findings)).toBeGreaterThan(both.length * 8);
    });
  }
});

describe('what is not compared', () => {
  it('is of what asks a registry no more and no less than the schema says', () => {
    const asking = nouns
      .flatMap(({ type }) => fieldsOf(schema, type))
      .filter(({ description }) => registryRoute.test(description))
      .map(({ coordinate }) => coordinate);
    expect([...new Set(asking)].sort()).toEqual(inRegistries);
  });

  it('is all that asks a registry: the selections of what is compared do not', async () => {
    proxy.reset();
    for (const noun of nouns) await fromPlural(noun, []);
    const paths = proxy.requests.map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(nouns.length);
    expect(paths.filter((path) => registryPath.test(path))).toEqual([]);
  });
});

describe('the Engine of the zoo', () => {
  it('has every value that `docker info` prints', async () => {
    const [both] = await readBeside(
      ['engine'],
      {
        docker: async () => [await cliJson('info', '--format', 'json')],
        graph: async () => [
          at(await gateway.data(`{ engine { info ${selection('EngineInfo')} } }`), 'engine', 'info'),
        ],
      },
      (info) => ({ ...Object(info), ...Object.fromEntries(volatileInfo.map((name) => [name, null])) }),
    );
    const { missing, looked } = findMissing('docker info', both?.docker, both?.graph, infoRules, infoExcuses);
    expect(reportOf(missing)).toBe('');
    expect(looked).toBeGreaterThan(80);
  });

  it('has every value that `docker version` prints of the Server', async () => {
    const server = at(await cliJson('version', '--format', 'json'), 'Server');
    const answer = await gateway.data(`{ engine { version ${selection('EngineVersion')} } }`);
    const { missing, looked } = findMissing(
      'docker version',
      server,
      at(answer, 'engine', 'version'),
      versionRules,
    );
    expect(reportOf(missing)).toBe('');
    expect(looked).toBeGreaterThan(20);
  });
});

describe('a graph that lacks something', () => {
  const [containers, , networks] = nouns;
  if (!containers || !networks) throw new Error('no nouns');

  it('is found out where a field is missing', async () => {
    const ids = await lines(...containers.list);
    const taken = [
      'Container.restartCount',
      'HostConfig.shmSize',
      'ContainerResources.memory',
      'HostMount.target',
    ];
    const graph = await fromPlural(containers, ids, ...taken);
    const printed = await inspected(containers, ids);
    const findings = printed.map((docker, index) =>
      findMissing(titleOf('Container', docker), docker, graph[index], containers.listRules),
    );
    const paths = new Set(
      findings
        .flatMap(({ missing }) => missing)
        .flatMap(({ graph, path }) => (graph === undefined ? [path] : [])),
    );
    expect([...paths].sort()).toEqual([
      'HostConfig.Memory',
      'HostConfig.Mounts[].Target',
      'HostConfig.ShmSize',
      'RestartCount',
    ]);
    expect(reportAll(findings)).toContain('RestartCount of container /zoo-');
    expect(reportAll(findings)).toContain('the graph no such field');
  });

  it('is found out where an object is missing', async () => {
    const [network] = await docker(networks);
    expect(findMissing('network', network, undefined, networkRules).missing).toHaveLength(1);
    expect(findMissing('network', network, null, networkRules).missing).toHaveLength(1);
  });

  it('is found out where a value, a label, a variable or an entry of a list differs', async () => {
    const name = zoo.n('unicode');
    const [id = ''] = await lines('ps', '--all', '--quiet', '--no-trunc', '--filter', `name=^${name}$`);
    const [graph] = await fromSingular(containers, [id]);
    const [printed] = await inspected(containers, [id]);
    const change = (from: string, to: string): string[] => {
      const text = JSON.stringify(printed);
      expect(text).toContain(from);
      const { missing } = findMissing(name, JSON.parse(text.replace(from, to)), graph, containerRules);
      return missing.map(({ path }) => path);
    };
    expect(change('"RestartCount":0', '"RestartCount":1')).toEqual(['RestartCount']);
    expect(change('"Status":"running"', '"Status":"paused"')).toEqual(['State.Status']);
    expect(change('"dockgraph.note":"ünï', '"dockgraph.note":"uni')).toEqual(['Config.Labels.*']);
    expect(change('EQUALS=a=b=c', 'EQUALS=a=b')).toEqual(['Config.Env']);
    expect(change('"/proc/kcore"', '"/proc/other"')).toEqual(['HostConfig.MaskedPaths[]']);
    expect(change('"NetworkID":"', '"NetworkID":"0')).toEqual(['NetworkSettings.Networks.*.NetworkID']);
  });
});
