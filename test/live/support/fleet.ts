import { importBusybox } from '../../support/busybox.ts';
import type { EngineAccess } from '../../support/engine-access.ts';
import { textAt } from '../../support/json.ts';
import { untilStopped } from '../../support/zoo/site.ts';

export interface FleetOptions {
  readonly size: number;
  readonly running: number;
}

export interface Fleet {
  /** Full IDs, in the order of the names. */
  readonly ids: readonly string[];
  /** `ship-000`, `ship-001` … The first `running` of them run. */
  readonly names: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly projects: readonly string[];
}

const hour = 3_600_000_000_000;

/** Works through all items, so many at a time. */
async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
  places = 8,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const take = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: places }, take));
  return results;
}

const pick = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % items.length];

/** Many containers on few images, networks, volumes and projects, most of them never started. */
export async function buildFleet(engine: EngineAccess, { size, running }: FleetOptions): Promise<Fleet> {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
  const names = numbers(size).map((index) => `ship-${String(index).padStart(3, '0')}`);
  const networks = numbers(3).map((index) => `sea-${index}`);
  const volumes = numbers(5).map((index) => `hold-${index}`);
  const projects = numbers(10).map((index) => `line-${index}`);
  const images = ['busybox:latest', 'other:1'];
  await Promise.all([
    eachOf(images, (tag) => importBusybox(engine, tag)),
    eachOf(networks, (Name) => engine.mustRest('POST', '/networks/create', { body: { Name } })),
    eachOf(volumes, (Name) => engine.mustRest('POST', '/volumes/create', { body: { Name } })),
  ]);
  const body = (index: number): unknown => ({
    Image: pick(images, index),
    Cmd: untilStopped,
    Env: [`INDEX=${index}`],
    Labels: {
      'com.docker.compose.project': pick(projects, index),
      'com.docker.compose.service': `service-${index % 4}`,
      'com.docker.compose.container-number': String(index),
    },
    ExposedPorts: { '80/tcp': {} },
    ...(index % 8 === 0 && { Healthcheck: { Test: ['CMD', 'true'], Interval: hour } }),
    HostConfig: {
      NetworkMode: index % 4 === 3 ? 'default' : pick(networks, index),
      Binds: [`${pick(volumes, index)}:/data`],
      ...(index % 4 === 0 && { PortBindings: { '80/tcp': [{ HostPort: String(20_000 + index) }] } }),
    },
  });
  const ids = await eachOf(names, async (name, index) => {
    const answer = await engine.mustRest('POST', `/containers/create?name=${name}`, { body: body(index) });
    return textAt(answer.json(), 'Id');
  });
  await eachOf(ids.slice(0, running), (id) => engine.mustRest('POST', `/containers/${id}/start`), 4);
  return { ids, names, networks, volumes, projects };
}
