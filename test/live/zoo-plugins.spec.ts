import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { createPlugin, pluginConfig } from '../support/plugin.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { pluginRules } from './support/plugin-paths.ts';
import { fullSelection } from './support/selection.ts';
import { findMissing, reportOf } from './support/walk.ts';

/** Its own: plugins are programs of the Engine itself. */
let engine: PrivateEngine;
let gateway: RunningGateway;

const full = pluginConfig();

/** What a plugin can say of itself, in all ways. */
const configs = {
  /** With all that there is, and as it was made. */
  'team/full:1.2': full,
  /** Set to something else in everything that can be set. */
  set: full,
  /** The other side of each choice. */
  other: {
    ...full,
    description: 'Grüße 🐳 "quoted"',
    interface: {
      types: ['docker.volumedriver/1.0', 'docker.authz/1.0', 'dockgraph.odd.capability/2.0-beta'],
      socket: 'other.sock',
      protocolScheme: 'moby.plugins.http/v1',
    },
    user: { uid: 1000, gid: 4294967295 },
    network: { type: 'none' },
    ipchost: true,
    pidhost: true,
    linux: {
      capabilities: ['CAP_SYS_ADMIN', 'CAP_NET_ADMIN'],
      allowAllDevices: true,
      devices: [
        { name: 'unset', description: '', settable: ['path'], path: null },
        { name: 'fixed', description: 'Always', settable: null, path: '/dev/zero' },
      ],
    },
    mounts: [
      ...full.mounts,
      { name: null, source: null, destination: '/scratch', type: 'tmpfs', options: ['size=1m', 'mode=1777'] },
    ],
    env: [
      { name: 'EQUALS', description: 'a=b', settable: ['value'], value: 'a=b=c' },
      { name: 'EMPTY', description: '', settable: ['value'], value: '' },
      { name: 'UNSET', description: 'None', settable: ['value'], value: null },
    ],
    args: { name: 'args', description: '', settable: null, value: ['--two words', '', '-x'] },
  },
  /** Nothing that it does not have to say. */
  bare: { interface: { types: ['docker.logdriver/1.0'], socket: 'bare.sock' }, entrypoint: ['/bin/busybox'] },
};

beforeAll(async () => {
  engine = await startPrivateEngine();
  for (const [name, config] of Object.entries(configs)) await createPlugin(engine, name, config);
  await engine.cli('plugin', 'enable', 'team/full:1.2');
  const wishes = ['DOCKGRAPH_MODE=a=b', 'hosts.source=/etc/hostname', 'null=/dev/zero', 'args=a b'];
  await engine.cli('plugin', 'set', 'set', ...wishes);
  gateway = await startGateway({ host: engine.host, flags: ['--max-query-bytes=1m', '--max-tokens=100000'] });
}, 120_000);
afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

const inspected = async (): Promise<readonly unknown[]> => {
  const ids = (await engine.cli('plugin', 'ls', '--quiet', '--no-trunc')).split('\n').filter(Boolean);
  return listAt(JSON.parse(await engine.cli('plugin', 'inspect', ...ids)));
};
/** Inspect prints nothing of what a plugin drives. */
const selection = fullSelection(schema, 'Plugin', {
  without: new Set(['Plugin.volumes', 'Plugin.networks']),
});

async function fromSingular(docker: readonly unknown[]): Promise<readonly unknown[]> {
  const fields = docker.map((each, index) => `n${index}: plugin(ref: "${textAt(each, 'Id')}") { ...All }`);
  const answer = await gateway.data(`{ ${fields.join('\n')} } fragment All on Plugin ${selection}`);
  return docker.map((_, index) => at(answer, `n${index}`));
}

async function fromPlural(docker: readonly unknown[]): Promise<readonly unknown[]> {
  const nodes = listAt(await gateway.data(`{ plugins { nodes ${selection} } }`), 'plugins', 'nodes');
  return docker.map((each) => nodes.find((node) => at(node, 'dockerId') === at(each, 'Id')));
}

const titleOf = (docker: unknown): string => `plugin ${textAt(docker, 'Name')}`;

/** The paths of all that is in it and says something, without the numbers of lists. */
function leavesOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => leavesOf(each, `${path}[]`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => leavesOf(each, `${path}.${key}`));
  }
  return value === null || value === '' ? [] : [path];
}

describe('an Engine with plugins of all kinds', () => {
  it('has one that is enabled, and others that are not', async () => {
    const states = (await inspected()).map((each) => [textAt(each, 'Name'), at(each, 'Enabled')]);
    expect(Object.fromEntries(states)).toEqual({
      'team/full:1.2': true,
      'set:latest': false,
      'other:latest': false,
      'bare:latest': false,
    });
  });

  it.each([
    ['asked for by its ID', fromSingular],
    ['in the list of all', fromPlural],
  ])('has every value that `docker plugin inspect` prints, for each Plugin that is %s', async (_, from) => {
    const docker = await inspected();
    const graph = await from(docker);
    const findings = docker.map((each, index) => findMissing(titleOf(each), each, graph[index], pluginRules));
    expect(reportOf(findings.flatMap(({ missing }) => missing))).toBe('');
    expect(findings.reduce((sum, { looked }) => sum + looked, 0)).toBeGreaterThan(250);
  });

  it('has something to say in every field of the schema', async () => {
    const said = new Set((await fromPlural(await inspected())).flatMap((each) => leavesOf(each)));
    const asked = selectedLeaves(selection);
    expect(asked.filter((path) => ![...said].some((each) => each.replaceAll('[]', '') === path))).toEqual([]);
  });
});

/** The same paths of a selection: `{ name config { env { name } } }` has `.name` and `.config.env.name`. */
function selectedLeaves(text: string): readonly string[] {
  const words = text.match(/[{}]|\w+/g) ?? [];
  const [owners, leaves]: [string[], string[]] = [[], []];
  for (const [index, word] of words.entries()) {
    if (word === '}') owners.pop();
    else if (word !== '{') {
      if (words[index + 1] === '{') owners.push(word);
      else leaves.push(['', ...owners, word].join('.'));
    }
  }
  return leaves;
}

describe('a graph that lacks something of a plugin', () => {
  it('is found out wherever a value differs', async () => {
    const docker = await inspected();
    const index = docker.findIndex((each) => textAt(each, 'Name') === 'team/full:1.2');
    const [printed, graph] = [docker[index], (await fromPlural(docker))[index]];
    const unnoticed: string[] = [];
    for (const path of leafPlaces(printed)) {
      const changed: unknown = structuredClone(printed);
      const [owner, key] = [at(changed, ...path.slice(0, -1)), path.at(-1) ?? ''];
      const value = at(owner, key);
      Object.assign(Object(owner), { [key]: typeof value === 'boolean' ? !value : `${String(value)}7` });
      if (findMissing('plugin', changed, graph, pluginRules).missing.length === 0) {
        unnoticed.push(path.join('.'));
      }
    }
    expect(unnoticed).toEqual([]);
  });
});

/** Where each leaf is, with the numbers of lists. */
function leafPlaces(value: unknown, path: readonly (string | number)[] = []): readonly (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, each]) => leafPlaces(each, [...path, key]));
}
