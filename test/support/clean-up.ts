import type { EngineAccess } from './engine-access.ts';
import { listAt, textAt } from './json.ts';

const plainName = (name: string): string => name.replace(/^\//, '');

async function list(engine: EngineAccess, path: string): Promise<unknown> {
  return (await engine.mustRest('GET', path)).json();
}

/** What is gone already, or goes just now (409), is as it should be; so is a tag whose image is still used. */
async function removeEach(engine: EngineAccess, paths: readonly string[]): Promise<void> {
  await Promise.all(
    paths.map(async (path) => {
      const { status, text } = await engine.rest('DELETE', path);
      if (status >= 400 && status !== 404 && status !== 409) throw new Error(`DELETE ${path}: ${text()}`);
    }),
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
    removeEach(
      engine,
      references.map((reference) => `/images/${reference}?force=1`),
    ),
  ]);
}
