import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { sharedEngine } from '../support/live.ts';
import { askOnce, refusalsOf } from './support/ask-once.ts';
import { type Probe, probesIn, referringCoordinates } from './support/reference-inputs.ts';

/** What would lead elsewhere if it reached a path, and what no name of Docker's looks like. */
const odd: readonly string[] = [
  '../../info',
  '..%2f..%2finfo',
  '%2e%2e/',
  '.',
  '..',
  '',
  'a?force=1',
  'a#b',
  'we\nb',
  'web\r\nX: y',
  'web/../../images',
  'web%00',
  'a'.repeat(300),
  'wéb',
];

/** A global ID as the gateway makes them, around a key of our own. */
const forged = (type: string, key: string): string =>
  Buffer.from(`v1:${type}:default:${key}`).toString('base64url');
const forgeries = ['Container', 'Image', 'Network', 'Volume', 'Service', 'Task', 'Stack'].flatMap((type) =>
  ['../../info', '..', 'a?force=1', 'web\r\nX: y', 'wéb'].map((key) => forged(type, key)),
);

const compared = 'compared with the names and IDs of what there is; goes to the Engine as JSON, if at all';
const pathInside = 'a path inside the container';
const ownName =
  'compared with the names of the image that it is a field of, and refused if it is none of them: no other gets into a path';
const noObject = 'names no object of the Engine';
const ownMemory =
  'a secret of the gateway that is looked up in its memory: what it does not know is null or NOT_FOUND';

/** What looks like a reference and is none, by coordinate. */
const excused: Readonly<Record<string, string>> = {
  'ContainerFilter.ancestors': compared,
  'ContainerFilter.ids': compared,
  'ContainerFilter.names': compared,
  'ContainerFilter.networks': compared,
  'ContainerFilter.volumes': compared,
  'EventFilter.containers': compared,
  'EventFilter.images': compared,
  'EventFilter.networks': compared,
  'EventFilter.volumes': compared,
  'EventFilter.services': compared,
  'EventFilter.swarmNodes': compared,
  'EventFilter.secrets': compared,
  'EventFilter.configs': compared,
  'SwarmNodeFilter.ids': compared,
  'SwarmNodeFilter.names': compared,
  'SecretFilter.ids': compared,
  'SecretFilter.names': compared,
  'ConfigFilter.ids': compared,
  'ConfigFilter.names': compared,
  'ImageFilter.ids': compared,
  'ImageFilter.references': compared,
  'NetworkFilter.ids': compared,
  'NetworkFilter.names': compared,
  'VolumeFilter.names': compared,
  'ServiceFilter.ids': compared,
  'ServiceFilter.names': compared,
  'ServiceFilter.stack': compared,
  'ServiceTaskFilter.nodes': compared,
  'TaskFilter.ids': compared,
  'TaskFilter.names': compared,
  'TaskFilter.nodes': compared,
  'TaskFilter.services': compared,
  'ComposeProject.service(name:)': compared,
  'Image.distribution(reference:)': ownName,
  'Query.engine(name:)': 'the name of one of the engines of the gateway',
  'Query.session(id:)': ownMemory,
  'SessionEndInput.session': ownMemory,
  'TerminalOpenInput.session': ownMemory,
  'Subscription.containerAttach(session:)': ownMemory,
  'Subscription.execOutput(session:)': ownMemory,
  'ContainerCopyFileInput.name': pathInside,
  'ContainerCommitConfigInput.volumes': pathInside,
  'ContainerCreateInput.volumes': pathInside,
  'ContainerRunInput.volumes': pathInside,
  'ContainerSecurityInput.groupAdd': noObject,
  'ServiceSecurityInput.groupAdd': noObject,
  'ServiceSecurityUpdateInput.groupAdd': noObject,
  'ServicePortInput.name': noObject,
  'ServicePluginInput.name': noObject,
  'ServicePluginPrivilegeInput.name': noObject,
  'EnvironmentVariableInput.name': noObject,
  'MountVolumeDriverInput.name': noObject,
  'PluginPrivilegeInput.name': noObject,
  'UlimitInput.name': noObject,
  'SwarmNodeUpdateInput.name': 'is refused like the others, but for the empty text, which takes a name away',
};

/** How a reference is written where it is not the whole text. */
const written: Readonly<Record<string, (ref: string) => string>> = {
  'ContainerNamespacesInput.cgroup': (ref) => `container:${ref}`,
  'ContainerNamespacesInput.ipcMode': (ref) => `container:${ref}`,
  'ContainerNamespacesInput.networkMode': (ref) => `container:${ref}`,
  'ContainerNamespacesInput.pidMode': (ref) => `container:${ref}`,
  'ContainerCreateInput.links': (ref) => `${ref}:alias`,
  'ContainerRunInput.links': (ref) => `${ref}:alias`,
  'ContainerNetworkInput.links': (ref) => `${ref}:alias`,
  'EndpointInput.links': (ref) => `${ref}:alias`,
};

const probes = probesIn(schema).filter(({ coordinate }) => excused[coordinate] === undefined);

const refusals: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'INVALID_INPUT']);
const longestMessage = 600;

let proxy: CountingProxy;
let gateway: RunningGateway;

beforeAll(async () => {
  proxy = await startCountingProxy(sharedEngine().socketPath);
  gateway = await startGateway({ host: proxy.host });
  // The first question of all is for the API version.
  await gateway.query('{ engine { status } }');
});

afterAll(async () => {
  await gateway?.close();
  await proxy?.close();
});

const shown = (ref: string): string => JSON.stringify(ref.length > 60 ? `${ref.slice(0, 60)}…` : ref);

async function ask({ coordinate, kind, document, variables }: Probe, ref: string): Promise<unknown> {
  const given = variables(written[coordinate]?.(ref) ?? ref);
  if (kind === 'subscription') return askOnce(gateway.url, document, given);
  const { data, errors } = await gateway.query(document, given);
  return { data, errors: errors.map(({ message, code }) => ({ message, extensions: { code } })) };
}

/** What is wrong with the answer to a text that is no reference; undefined where it is refused as it should be. */
async function complaint(probe: Probe, ref: string): Promise<string | undefined> {
  const answer = await ask(probe, ref);
  const refusal = refusalsOf(answer).find(({ code }) => refusals.has(code));
  if (!refusal) return `${shown(ref)} was not refused: ${JSON.stringify(answer)}`;
  return refusal.message.length >= 20 && refusal.message.length <= longestMessage
    ? undefined
    : `${shown(ref)} was refused with no clear message: ${JSON.stringify(refusal)}`;
}

/** All that is wrong with the answers, and every request that reached the Engine meanwhile. */
async function complaints(probe: Probe, refs: readonly string[]): Promise<string> {
  proxy.reset();
  const found = await Promise.all(refs.map((ref) => complaint(probe, ref)));
  const sent = proxy.requests.map(({ method, path }) => `sent to the Engine: ${method} ${path}`);
  return [...found, ...sent].filter((each) => each !== undefined).join('\n');
}

describe('the arguments and input fields that may name an object', () => {
  it('are all asked here, or excused with a reason', () => {
    const asked = new Set(probes.map(({ coordinate }) => coordinate));
    const forgotten = [...referringCoordinates(schema)].filter(
      (coordinate) => !asked.has(coordinate) && excused[coordinate] === undefined,
    );
    expect(forgotten).toEqual([]);
    expect(probes.length).toBeGreaterThan(40);
  });

  it('are excused only where the schema has them', () => {
    const referring = referringCoordinates(schema);
    const mentioned = [...Object.keys(excused), ...Object.keys(written)];
    expect(mentioned.filter((coordinate) => !referring.has(coordinate))).toEqual([]);
  });
});

describe('a text that is no reference', () => {
  it('would be seen if it were sent', async () => {
    const probe = probes.find(({ way }) => way === 'Query.container.ref');
    if (!probe) throw new Error('nobody can ask for a container');
    expect(await complaints(probe, ['nobody'])).toMatch(
      /^"nobody" was not refused: .*\nsent to the Engine: GET \/v[\d.]+\/containers\/nobody\/json$/,
    );
  });

  it.each(probes.map((probe) => [probe.way, probe] as const))(
    'is refused by %s before anything is asked of the Engine',
    async (_way, probe) => {
      expect(await complaints(probe, odd)).toBe('');
    },
  );
});

describe('a global ID that was forged around such a text', () => {
  const ids = probes.filter(({ takesGlobalIds }) => takesGlobalIds);

  it.each(ids.map((probe) => [probe.way, probe] as const))(
    'is refused by %s before anything is asked of the Engine',
    async (_way, probe) => {
      expect(await complaints(probe, forgeries)).toBe('');
    },
  );
});
