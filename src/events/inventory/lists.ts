/** The Engine's own lists, as the few words that are kept of each object. */
import type { EngineClient } from '../../engine/client.ts';
import { containers } from '../../engine/operations/containers.ts';
import { images } from '../../engine/operations/images.ts';
import { networks } from '../../engine/operations/networks.ts';
import { volumes } from '../../engine/operations/volumes.ts';
import type { Noun, Thing } from './thing.ts';

/** All objects of a noun as the Engine lists them now. */
export type ListThings = (noun: Noun, signal: AbortSignal) => Promise<readonly Thing[]>;

type Named = { readonly id: string | null | undefined; readonly name?: string | null | undefined };

const thingsOf = <Item>(
  noun: Noun,
  items: readonly Item[],
  read: (item: Item) => Named & { readonly state?: string | null | undefined },
): readonly Thing[] =>
  items.flatMap((item) => {
    const { id, name, state } = read(item);
    return id ? [{ noun, dockerId: id, name: name || undefined, state: state || undefined }] : [];
  });

/** Lists by `GET /containers/json`, `/images/json`, `/networks` and `/volumes`, one call each. */
export const listBy =
  (client: EngineClient): ListThings =>
  async (noun, signal) => {
    // Nor is a list of use that somebody else has asked for: it may be from before what was missed.
    client.outdate();
    switch (noun) {
      case 'container':
        return thingsOf(
          noun,
          await client.call(containers.list, { all: true }, { signal }),
          ({ Id, Names, State }) => ({
            id: Id,
            // Aliases of old links have a second slash; its own name has none.
            name: (Names ?? []).find((given) => given.lastIndexOf('/') === 0)?.slice(1),
            state: State,
          }),
        );
      case 'image':
        return thingsOf(noun, await client.call(images.list, {}, { signal }), ({ Id, RepoTags }) => ({
          id: Id,
          name: RepoTags?.find((tag) => tag !== '<none>:<none>'),
        }));
      case 'network':
        return thingsOf(noun, await client.call(networks.list, {}, { signal }), ({ Id, Name }) => ({
          id: Id,
          name: Name,
        }));
      case 'volume': {
        const { Volumes } = await client.call(volumes.list, {}, { signal });
        return thingsOf(noun, Volumes ?? [], ({ Name }) => ({ id: Name, name: Name }));
      }
    }
  };
