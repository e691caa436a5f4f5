/** What a resync tells. */
import type { Differences, Noun, Thing } from '../../events/inventory/thing.ts';
import { builder } from '../builder.ts';
import { ContainerState } from '../container/enums.ts';
import { declare } from './events.ts';
import type { EventModel } from './model.ts';

const InventoryNoun = builder.enumType('InventoryNoun', {
  description: 'What there is an inventory of.',
  values: {
    CONTAINER: { value: 'container', description: 'A container.' },
    IMAGE: { value: 'image', description: 'An image.' },
    NETWORK: { value: 'network', description: 'A network.' },
    VOLUME: { value: 'volume', description: 'A volume.' },
  } as const satisfies Readonly<Record<string, { value: Noun; description: string }>>,
});

const InventoryEntry = builder.objectRef<Thing>('InventoryEntry').implement({
  description: 'One of the things an Engine has, in the few words that events keep up to date.',
  fields: (t) => ({
    noun: t.field({
      type: InventoryNoun,
      nullable: false,
      description: 'What it is.',
      resolve: ({ noun }) => noun,
    }),
    dockerId: t.string({
      nullable: false,
      description: "Docker's own ID, or the name of a volume.",
      resolve: ({ dockerId }) => dockerId,
    }),
    name: t.string({
      nullable: true,
      description: 'Its name; of an image the first one. Null for an image without any.',
      resolve: ({ name }) => name ?? null,
    }),
    state: t.field({
      type: ContainerState.ref,
      nullable: true,
      description: 'Where a container is in its life. Null for everything else, which has no state.',
      resolve: ({ state }) => ContainerState.of(state),
    }),
    stateRaw: t.string({
      nullable: true,
      description: "The Engine's own text for `state`.",
      resolve: ({ state }) => state ?? null,
    }),
  }),
});

const InventoryChange = builder
  .objectRef<{ readonly before: Thing; readonly after: Thing }>('InventoryChange')
  .implement({
    description: 'One of the things an Engine has, which has another name or another state than was known.',
    fields: (t) => ({
      before: t.field({
        type: InventoryEntry,
        nullable: false,
        description: 'What was known of it.',
        resolve: ({ before }) => before,
      }),
      after: t.field({
        type: InventoryEntry,
        nullable: false,
        description: 'What it is.',
        resolve: ({ after }) => after,
      }),
    }),
  });

const Cause = builder.enumType('EventResyncCause', {
  description: 'Why everything was listed anew.',
  values: {
    START: { description: 'The subscription has begun: this is what there is.' },
    GAP: { description: 'Events were missed: the `EventGap` before this tells when.' },
    DRIFT: {
      description:
        'No events were known to be missed, and still the Engine has something else than its events told: a busy ' +
        'Engine drops events without a word. It is compared every five minutes (setting `events-resync`), and told ' +
        'only where something differs.',
    },
  } as const,
});

/** What all nouns of it differ in; null unless each of them could be compared. */
function differences({ resync, isWanted }: EventModel): Differences | null {
  const [appeared, vanished, changed]: [Thing[], Thing[], { before: Thing; after: Thing }[]] = [[], [], []];
  for (const { differences: found, things } of resync?.findings.values() ?? []) {
    if (found) {
      appeared.push(...found.appeared.filter(isWanted));
      vanished.push(...found.vanished.filter(isWanted));
      changed.push(...found.changed.filter(({ before, after }) => isWanted(before) || isWanted(after)));
    } else if (things.some(isWanted)) return null;
  }
  return { appeared, vanished, changed };
}

const unknown = 'Null where nothing was known before to compare with.';

export const EventResync = declare(
  'EventResync',
  'What there is: comes once at the start, and again after events were missed, with what differs. All events before it ' +
    'are in it already, and those after it go on from there, so that whoever applies both has what the Engine has, ' +
    'always. Comes only where the operation selects ' +
    'fields of this type, as the lists cost the Engine something: one of each noun that the filter lets through, when ' +
    'the first client wants them, after each gap, and every five minutes. Narrowed to the `types`, `containers`, ' +
    '`images`, `networks` and `volumes` of the filter; labels are not known of what has gone.',
  (t) => ({
    // Not `reason`: gaps have one of another type, and clients select both.
    cause: t.field({
      type: Cause,
      nullable: true,
      description: 'Why.',
      resolve: ({ resync }) => resync?.reason ?? null,
    }),
    appeared: t.field({
      type: [InventoryEntry],
      nullable: true,
      description: `What is there that no event told of. ${unknown}`,
      resolve: (model) => differences(model)?.appeared ?? null,
    }),
    vanished: t.field({
      type: [InventoryEntry],
      nullable: true,
      description: `What is gone that no event told of, as it was last known. ${unknown}`,
      resolve: (model) => differences(model)?.vanished ?? null,
    }),
    changed: t.field({
      type: [InventoryChange],
      nullable: true,
      description: `What has another name or another state than events told. ${unknown}`,
      resolve: (model) => differences(model)?.changed ?? null,
    }),
    inventory: t.field({
      type: [InventoryEntry],
      nullable: false,
      description: 'All that there is, as of this place among the events.',
      resolve: ({ resync, isWanted }) =>
        [...(resync?.findings.values() ?? [])].flatMap(({ things }) => things.filter(isWanted)),
    }),
  }),
);
