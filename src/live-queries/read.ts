/** What one execution has asked of an Engine, reduced to what tells whether an event makes it out of date. */
import { isJsonObject } from '../engine/json.ts';
import type { ReadRequest } from '../loaders/scope.ts';

/** What a call tells about. A measure is what no event announces: only the life of its container says something. */
export type Subject =
  | 'container.list'
  | 'container.one'
  | 'container.measure'
  | 'exec.one'
  | 'image.list'
  | 'image.one'
  | 'network.list'
  | 'network.one'
  | 'volume.list'
  | 'volume.one'
  | 'service'
  | 'task'
  | 'node'
  | 'secret'
  | 'config'
  | 'swarm'
  | 'plugin'
  /** What a registry says: nobody tells when it changes. */
  | 'registry'
  | 'info'
  | 'disk'
  /** The gateway's own long work. */
  | 'operations'
  /** What only another daemon behind the same address would answer otherwise. */
  | 'contact'
  | 'unknown';

export interface Read {
  readonly engine: string;
  readonly subject: Subject;
  /** What was asked for, as it was written: an ID, a prefix, a name; '' for lists. */
  readonly ref: string;
  /** The full ID of what was found (of an exec: that of its container). Undefined where nothing was. */
  readonly id: string | undefined;
  /** Filters of a list. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** It tells of tasks of a swarm, whose changes no event announces. */
  readonly ofTasks: boolean;
  /** Of a list of containers: what it says of each, by ID. */
  readonly rows: ReadonlyMap<string, ContainerRow> | undefined;
}

export interface ContainerRow {
  /** In the Engine's words. */
  readonly state: string;
  /** IDs of the networks that it has an address in, or at least a place. */
  readonly networks: readonly string[];
}

interface Call {
  readonly subject: Subject;
  /** The parameter that names the object. */
  readonly key?: 'id' | 'name';
  /** The property of the answer that has its full ID. */
  readonly id?: string;
}

const flagAt = (params: unknown, key: string): boolean => isJsonObject(params) && params[key] === true;

/** Whether the answer tells of tasks of a swarm: of each, or how many there are. */
export function tellsOfTasks({ route, params }: ReadRequest): boolean {
  switch (route) {
    case 'GET /tasks':
    case 'GET /tasks/{id}':
      return true;
    case 'GET /services':
      return flagAt(params, 'status');
    case 'GET /networks/{id}':
      return flagAt(params, 'verbose');
    default:
      return false;
  }
}

/** A call that is not here is taken to be outdated by whatever happens. */
const calls: Readonly<Record<string, Call>> = {
  'GET /containers/json': { subject: 'container.list' },
  'GET /containers/{id}/json': { subject: 'container.one', key: 'id', id: 'Id' },
  'GET /containers/{id}/top': { subject: 'container.measure', key: 'id' },
  'GET /containers/{id}/stats': { subject: 'container.measure', key: 'id' },
  // Made by an action `checkpoint`, but removed in silence.
  'GET /containers/{id}/checkpoints': { subject: 'container.measure', key: 'id' },
  'GET /containers/{id}/changes': { subject: 'container.measure', key: 'id' },
  'GET /containers/{id}/logs': { subject: 'container.measure', key: 'id' },
  'GET /containers/{id}/archive': { subject: 'container.measure', key: 'id' },
  'HEAD /containers/{id}/archive': { subject: 'container.measure', key: 'id' },
  'GET /exec/{id}/json': { subject: 'exec.one', key: 'id', id: 'ContainerID' },
  'GET /images/json': { subject: 'image.list' },
  'GET /images/{name}/json': { subject: 'image.one', key: 'name', id: 'Id' },
  'GET /images/{name}/attestations': { subject: 'image.one', key: 'name' },
  'GET /images/{name}/history': { subject: 'image.one', key: 'name' },
  'GET /networks': { subject: 'network.list' },
  'GET /networks/{id}': { subject: 'network.one', key: 'id', id: 'Id' },
  'GET /volumes': { subject: 'volume.list' },
  'GET /volumes/{name}': { subject: 'volume.one', key: 'name', id: 'Name' },
  'GET /services': { subject: 'service' },
  'GET /services/{id}': { subject: 'service', key: 'id', id: 'ID' },
  'GET /tasks': { subject: 'task' },
  'GET /tasks/{id}': { subject: 'task', key: 'id', id: 'ID' },
  // What tasks write: nobody tells when there is more.
  'GET /services/{id}/logs': { subject: 'service', key: 'id' },
  'GET /tasks/{id}/logs': { subject: 'task', key: 'id' },
  'GET /nodes': { subject: 'node' },
  'GET /nodes/{id}': { subject: 'node', key: 'id', id: 'ID' },
  'GET /secrets': { subject: 'secret' },
  'GET /secrets/{id}': { subject: 'secret', key: 'id', id: 'ID' },
  'GET /configs': { subject: 'config' },
  'GET /configs/{id}': { subject: 'config', key: 'id', id: 'ID' },
  'GET /swarm': { subject: 'swarm' },
  'GET /swarm/unlockkey': { subject: 'swarm' },
  'GET /plugins': { subject: 'plugin' },
  'GET /plugins/{name}/json': { subject: 'plugin', key: 'name', id: 'Id' },
  'GET /distribution/{name}/json': { subject: 'registry', key: 'name' },
  'GET /images/search': { subject: 'registry' },
  'GET /plugins/privileges': { subject: 'registry' },
  'GET /info': { subject: 'info' },
  'GET /system/df': { subject: 'disk' },
  'GET /version': { subject: 'contact' },
  'GET /_ping': { subject: 'contact' },
  // For what it says of the swarm.
  'HEAD /_ping': { subject: 'info' },
  operations: { subject: 'operations' },
  greeting: { subject: 'contact' },
};

const textAt = (value: unknown, key: string | undefined): string | undefined => {
  const text = key !== undefined && isJsonObject(value) ? value[key] : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
};

function filtersOf(params: unknown): Read['filters'] {
  const given = isJsonObject(params) ? params['filters'] : undefined;
  if (!isJsonObject(given)) return {};
  const lists = Object.entries(given).map(([key, values]) => [
    key,
    Array.isArray(values) ? values.map(String) : [],
  ]);
  return Object.fromEntries(lists);
}

function networksOf(entry: unknown): string[] {
  const settings = isJsonObject(entry) ? entry['NetworkSettings'] : undefined;
  const networks = isJsonObject(settings) ? settings['Networks'] : undefined;
  if (!isJsonObject(networks)) return [];
  return Object.values(networks).flatMap((endpoint) =>
    textAt(endpoint, 'EndpointID') === undefined ? [] : (textAt(endpoint, 'NetworkID') ?? []),
  );
}

function rowsOf(answer: unknown): Read['rows'] {
  if (!Array.isArray(answer)) return undefined;
  const rows = answer.map((entry: unknown): [string, ContainerRow] => [
    textAt(entry, 'Id') ?? '',
    { state: textAt(entry, 'State') ?? '', networks: networksOf(entry) },
  ]);
  return new Map(rows);
}

/**
 * @param answer what came of it; undefined where it failed
 */
export function readOf(engine: string, request: ReadRequest, answer: unknown): Read {
  const { route, params } = request;
  const { subject, key, id }: Call = calls[route] ?? { subject: 'unknown' };
  return {
    engine,
    subject,
    ref: textAt(params, key) ?? '',
    id: textAt(answer, id),
    filters: filtersOf(params),
    ofTasks: tellsOfTasks(request),
    rows: subject === 'container.list' ? rowsOf(answer) : undefined,
  };
}
