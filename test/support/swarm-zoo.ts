import { setTimeout as delay } from 'node:timers/promises';
import { at, listAt, textAt } from './json.ts';
import type { SwarmMember } from './swarm.ts';
import { oddLabels } from './zoo/features.ts';
import { everywhere, type Ground, services, type Tamed } from './zoo/services.ts';
import type { Body } from './zoo/site.ts';

const prefix = 'zoo-';
const n = (short: string): string => `${prefix}${short}`;
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

const compareVersions = (one: string, other: string): number =>
  one.localeCompare(other, 'en', { numeric: true });

const golang: Body = { Templating: { Name: 'golang', Options: { delimiters: 'none' } } };

const secrets: Readonly<Record<string, Body>> = {
  password: { Data: base64('correct horse battery staple'), Labels: oddLabels },
  token: { Data: base64('{{ env "TOKEN" }}'), ...golang },
  unused: { Data: base64('x') },
};

const configs: Readonly<Record<string, Body>> = {
  settings: { Data: base64('[main]\ngreeting = grüße 🐳\n'), Labels: oddLabels },
  templated: { Data: base64('{{ .Node.Hostname }}'), ...golang },
  binary: { Data: base64(Uint8Array.from({ length: 256 }, (_, index) => index)) },
  credentials: { Data: base64('{"CmsPlugins":["ActiveDirectory"]}') },
};

const networks: Readonly<Record<string, Body>> = {
  over: {
    Labels: oddLabels,
    Options: { 'com.docker.network.driver.mtu': '1400' },
    IPAM: {
      Driver: 'default',
      Config: [{ Subnet: '10.77.1.0/24', Gateway: '10.77.1.129', IPRange: '10.77.1.128/25' }],
    },
  },
  attachable: { Attachable: true, IPAM: { Config: [{ Subnet: '10.77.2.0/24' }] } },
  encrypted: { Internal: true, Options: { encrypted: '' } },
};

/** What the swarm is told of itself, all at once. */
const swarmSpec: Body = {
  Labels: oddLabels,
  Orchestration: { TaskHistoryRetentionLimit: 7 },
  Raft: { SnapshotInterval: 20_000, KeepOldSnapshots: 2, LogEntriesForSlowFollowers: 700 },
  TaskDefaults: { LogDriver: { Name: 'json-file', Options: { 'max-file': '3' } } },
  EncryptionConfig: { AutoLockManagers: true },
};

const countOf = (states: readonly string[], state: string): number =>
  states.filter((each) => each === state).length;

async function settle(manager: SwarmMember, { name, tasks, updated }: Tamed, id: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const filters = encodeURIComponent(JSON.stringify({ service: [id] }));
    const [service, list] = await Promise.all([
      manager.mustRest('GET', `/services/${id}`).then((answer) => answer.json()),
      manager.mustRest('GET', `/tasks?filters=${filters}`).then((answer) => answer.json()),
    ]);
    const states = listAt(list).map((task) => textAt(task, 'Status', 'State'));
    const update = textAt(service, 'UpdateStatus', 'State');
    const has = (state: string): boolean => countOf(states, state) >= countOf(tasks, state);
    if (tasks.every(has) && update === (updated?.state ?? '')) return;
    if (Date.now() > deadline) {
      throw new Error(`the service ${name} has tasks that are ${states.join()}, its update is ${update}`);
    }
    // Tasks have no events.
    await delay(100);
  }
}

/** Writes an object's spec anew, and again where the swarm itself has written meanwhile. */
async function change(manager: SwarmMember, path: string, to: (spec: Body) => Body): Promise<void> {
  const object: unknown = (await manager.mustRest('GET', path)).json();
  const version = Number(at(object, 'Version', 'Index'));
  const { status, text } = await manager.rest('POST', `${path}/update?version=${version}`, {
    body: to(Object(at(object, 'Spec'))),
  });
  if (text().includes('update out of sequence')) return change(manager, path, to);
  if (status >= 400) throw new Error(`${path} cannot be changed: ${text()}`);
}

async function makeService(manager: SwarmMember, tamed: Tamed): Promise<void> {
  const named = (body: Body): Body => {
    const template = Object(body['TaskTemplate']);
    const ContainerSpec = { Image: 'busybox:latest', ...template.ContainerSpec };
    return { Name: n(tamed.name), ...body, TaskTemplate: { ...template, ContainerSpec } };
  };
  const created = await manager.mustRest('POST', '/services/create', { body: named(tamed.body) });
  const id = textAt(created.json(), 'ID');
  if (tamed.updated !== undefined) {
    await settle(manager, { name: tamed.name, body: tamed.body, tasks: ['running'] }, id);
    const { body } = tamed.updated;
    await change(manager, `/services/${id}`, () => named(body));
  }
  await settle(manager, tamed, id);
}

/**
 * Fills a swarm with services in all states that they come to, with secrets, configs and networks, and gives everything
 * whatever can be given to it.
 */
export async function buildSwarmZoo(manager: SwarmMember): Promise<void> {
  const ids = new Map<string, string>();
  const make = async (path: string, name: string, body: Body): Promise<void> => {
    const answer = await manager.mustRest('POST', path, { body: { Name: n(name), ...body } });
    ids.set(name, textAt(answer.json(), 'ID') || textAt(answer.json(), 'Id'));
  };
  for (const [name, body] of Object.entries(secrets)) await make('/secrets/create', name, body);
  for (const [name, body] of Object.entries(configs)) await make('/configs/create', name, body);
  for (const [name, body] of Object.entries(networks)) {
    await make('/networks/create', name, { Driver: 'overlay', ...body });
  }
  await change(manager, '/swarm', (spec) => ({ ...spec, ...swarmSpec }));
  await change(manager, `/nodes/${manager.nodeId}`, (spec) => ({
    ...spec,
    Name: 'spec-name',
    Labels: { ...oddLabels, rack: 'one' },
  }));
  const ground: Ground = {
    n,
    id: (short) => ids.get(short) ?? '',
    speaks: (api) => compareVersions(manager.apiVersion, api) >= 0,
  };
  // Old Engines refuse tasks on a node which has no part in their networks yet: now all nodes have.
  await makeService(manager, everywhere(ground));
  await Promise.all(services(ground).map((tamed) => makeService(manager, tamed)));
}
