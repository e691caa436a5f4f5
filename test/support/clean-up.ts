import type { EngineAccess } from './engine-access.ts';
import { listAt, textAt } from './json.ts';

const plainName = (name: string): string => name.replace(/^\//, '');

async function list(engine: EngineAccess, path: string): Promise<unknown> {
  return (await engine.mustRest('GET', path)).json();
}

/** What is gone already, or goes just now (409), is as it should be; so is an image that is still used. */
async function remove(engine: EngineAccess, path: string): Promise<void> {
  const { status, text } = await engine.rest('DELETE', path);
  if (status >= 400 && status !== 404 && status !== 409) throw new Error(`DELETE ${path}: ${text()}`);
}

async function removeEach(engine: EngineAccess, paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => remove(engine, path)));
}

/** Removes images one after the other: the Engine stumbles over two names of one image that go at once. */
async function removeImages(engine: EngineAccess, references: readonly string[]): Promise<void> {
  for (const reference of references) await remove(engine, `/images/${reference}?force=1`);
}

/** Removes the images that bear a label (`key=value`), whether they have a name or not. */
export async function removeLabelledImages(engine: EngineAccess, label: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const images = listAt(await list(engine, `/images/json?filters=${filters}`));
  await removeImages(
    engine,
    images.map((image) => textAt(image, 'Id')),
  );
}

/**
 * Removes the containers, networks and volumes whose names begin with a prefix, and the image tags whose own names
 * (registry and namespace left out) do.
 */
export async function removeAll(engine: EngineAccess, prefix: string): Promise<void> {
  const containers = listAt(await list(engine, '/containers/json?all=1')).filter((container) =>
    listAt(container, 'Names').some((name) => plainName(String(name)).startsWith(prefix)),
  );
  await removeEach(
    engine,
    containers.map((container) => `/containers/${textAt(container, 'Id')}?force=1&v=1`),
  );
  const [networks, volumes, images] = await Promise.all([
    list(engine, '/networks'),
    list(engine, '/volumes'),
    list(engine, '/images/json?all=1'),
  ]);
  const named = (items: readonly unknown[]): readonly unknown[] =>
    items.filter((item) => textAt(item, 'Name').startsWith(prefix));
  const references = listAt(images)
    .flatMap((image) => [...listAt(image, 'RepoTags'), ...listAt(image, 'RepoDigests')])
    .map(String)
    .filter((reference) => reference.split('/').some((part) => part.startsWith(prefix)));
  // A configuration network stays while a network uses it: those come first.
  const [users, configurations] = [false, true].map((only) =>
    named(listAt(networks))
      .filter((network) => Object(network).ConfigOnly === only)
      .map((network) => `/networks/${textAt(network, 'Id')}`),
  );
  await Promise.all([
    removeEach(engine, users ?? []).then(() => removeEach(engine, configurations ?? [])),
    removeEach(
      engine,
      named(listAt(volumes, 'Volumes')).map((volume) => `/volumes/${textAt(volume, 'Name')}?force=1`),
    ),
    removeImages(engine, references),
  ]);
}
