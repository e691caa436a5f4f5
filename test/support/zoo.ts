import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureBusybox } from './busybox.ts';
import { removeAll, removeLabelledImages } from './clean-up.ts';
import type { EngineAccess } from './engine-access.ts';
import { at, listAt, textAt } from './json.ts';
import { composeProject } from './zoo/compose.ts';
import { features } from './zoo/features.ts';
import { makeImages, makeNetworks, makeVolumes } from './zoo/habitat.ts';
import { places } from './zoo/places.ts';
import { type Animal, type Site, untilStopped } from './zoo/site.ts';
import { states } from './zoo/states.ts';

export interface ZooOptions {
  /** What all names begin with; whatever bears it is removed first. Lower-case, as images must be. */
  readonly prefix: string;
}

/** What was made. Names are full names. */
export interface Zoo {
  readonly prefix: string;
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** References of all that have one: tags, and one bare digest. */
  readonly images: readonly string[];
  /** The ID of an image that has no name; one container uses it. */
  readonly dangling: string;
  /** The full name of one of its things: `n('running')`. */
  n(short: string): string;
  remove(): Promise<void>;
}

const compareVersions = (one: string, other: string): number =>
  one.localeCompare(other, 'en', { numeric: true });

function ground(engine: EngineAccess, prefix: string): Omit<Site, 'dangling'> {
  const place = createHash('sha256').update(prefix).digest().readUInt16LE();
  const directory = join(dirname(engine.socketPath), `zoo-${prefix}`);
  for (const name of ['ro', 'rw']) mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, 'file.txt'), 'a file\n');
  return {
    engine,
    prefix,
    n: (short) => `${prefix}${short}`,
    port: (offset) => String(20_000 + (place % 120) * 100 + offset),
    subnet: (index) => `10.${60 + (place % 160)}.${index}`,
    subnet6: `fd00:d0c:${place.toString(16)}::`,
    directory,
    blockDevice: readdirSync('/sys/block')
      .map((name) => `/dev/${name}`)
      .find((path) => !/loop|ram/.test(path) && existsSync(path)),
    speaks: (version) => compareVersions(engine.apiVersion, version) >= 0,
  };
}

async function makeContainer({ engine, n, prefix }: Site, animal: Animal): Promise<void> {
  const labels = { 'dockgraph.zoo': prefix, ...Object(animal.body?.['Labels']) };
  const body = { Image: 'busybox:latest', Cmd: untilStopped, ...animal.body, Labels: labels };
  const path = `/containers/${n(animal.name)}`;
  await engine.mustRest('POST', `/containers/create?name=${n(animal.name)}`, { body });
  for (const [network, EndpointConfig] of Object.entries(animal.connect ?? {})) {
    const connection = { Container: n(animal.name), EndpointConfig };
    await engine.mustRest('POST', `/networks/${network}/connect`, { body: connection });
  }
  if (animal.life === 'created') return;
  // That one fails is what a broken one is there for.
  if (animal.life === 'broken') await engine.rest('POST', `${path}/start`);
  else await engine.mustRest('POST', `${path}/start`);
  if (animal.life === 'paused') await engine.mustRest('POST', `${path}/pause`);
  if (animal.life === 'killed') await engine.mustRest('POST', `${path}/kill`);
}

/** Whether a container's inspection shows the life that it was meant for. */
function isSettled({ life }: Animal, container: unknown): boolean {
  const status = textAt(container, 'State', 'Status');
  const code = at(container, 'State', 'ExitCode');
  if (typeof life === 'object') {
    return 'exited' in life
      ? status === 'exited' && code === life.exited
      : textAt(container, 'State', 'Health', 'Status') === life.health;
  }
  switch (life) {
    case 'created':
    case 'running':
    case 'paused':
      return status === life;
    case 'restarting':
      // After six runs it waits for more than six seconds between two: it will be found like this.
      return status === life && Number(at(container, 'RestartCount')) >= 6;
    case 'broken':
      return textAt(container, 'State', 'Error') !== '';
    case 'killed':
      return status === 'exited' && code === 137;
  }
}

async function settle({ engine, n }: Site, animal: Animal): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const container = (await engine.mustRest('GET', `/containers/${n(animal.name)}/json`)).json();
    if (isSettled(animal, container)) return;
    if (Date.now() > deadline) {
      const state = JSON.stringify(at(container, 'State'));
      throw new Error(`${n(animal.name)} did not become ${JSON.stringify(animal.life)}: ${state}`);
    }
    await delay(100);
  }
}

/** Makes those which wait for nobody at once, four at a time, and the others when theirs runs. */
async function makeAll(site: Site, animals: readonly Animal[]): Promise<void> {
  const made = new Map<string, Promise<void>>();
  const free: (() => void)[] = [];
  let places = 4;
  const make = async (animal: Animal): Promise<void> => {
    if (animal.after !== undefined) await made.get(animal.after);
    if (places > 0) places -= 1;
    else await new Promise<void>((resolve) => free.push(resolve));
    try {
      await makeContainer(site, animal);
    } finally {
      const next = free.shift();
      if (next === undefined) places += 1;
      else next();
    }
  };
  for (const animal of animals) made.set(animal.name, make(animal));
  await Promise.all(made.values());
}

/**
 * Fills an Engine with a zoo: more than fifty containers, and networks, volumes and images, of every kind that
 * Docker knows and this Engine can make. Removes an earlier zoo of the same prefix first. Resolves when all of
 * them are in the state that they were made for (about ten seconds); from then on it is quiet, but for one
 * container that goes on restarting.
 */
export async function buildZoo(engine: EngineAccess, { prefix }: ZooOptions): Promise<Zoo> {
  const remove = async (): Promise<void> => {
    await removeAll(engine, prefix);
    await removeLabelledImages(engine, `dockgraph.zoo=${prefix}`);
  };
  await Promise.all([remove(), ensureBusybox(engine)]);
  const land = ground(engine, prefix);
  const [{ names: images, dangling }, networks, volumes] = await Promise.all([
    makeImages(land),
    makeNetworks(land),
    makeVolumes(land),
  ]);
  const site = { ...land, dangling };
  const animals = [...states, ...features(site), ...places(site), ...composeProject(site)];
  await makeAll(site, animals);
  await Promise.all(animals.map((animal) => settle(site, animal)));
  const all = (await engine.mustRest('GET', '/volumes')).json();
  return {
    prefix,
    containers: animals.map(({ name }) => land.n(name)),
    networks: networks.map(land.n),
    volumes: [
      ...volumes.map(land.n),
      ...listAt(all, 'Volumes')
        .map((volume) => textAt(volume, 'Name'))
        .filter((name) => name === land.n('made-by-mount')),
    ],
    images,
    dangling,
    n: land.n,
    remove,
  };
}
