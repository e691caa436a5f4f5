/** What stands behind the types of events. */
import { placeOf } from '../../events/cursor.ts';
import type { EngineEvent } from '../../events/event.ts';
import type { Thing } from '../../events/inventory/thing.ts';
import type { HubGap, HubItem, Resync } from '../../events/item.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { momentOfNanos } from '../kit/time.ts';

/** Names of the GraphQL types, by the Engine's type of event. */
const typeNames = {
  container: 'ContainerEvent',
  image: 'ImageEvent',
  network: 'NetworkEvent',
  volume: 'VolumeEvent',
  daemon: 'DaemonEvent',
  service: 'ServiceEvent',
  node: 'SwarmNodeEvent',
  secret: 'SecretEvent',
  config: 'ConfigEvent',
} as const;

export type EventTypeName =
  | (typeof typeNames)[keyof typeof typeNames]
  | 'OtherEvent'
  | 'EventGap'
  | 'EventResync';

export interface EventModel {
  readonly typeName: EventTypeName;
  /** With nothing read yet: each event sees the state of its own moment. */
  readonly scope: EngineScope;
  readonly event: EngineEvent;
  readonly gap?: HubGap;
  readonly resync?: Resync;
  /** What this subscriber wants to be told of by a resync. */
  readonly isWanted: (thing: Thing) => boolean;
}

const typeNameOf = (type: string): EventTypeName =>
  Object.hasOwn(typeNames, type) ? (typeNames[type as keyof typeof typeNames] ?? 'OtherEvent') : 'OtherEvent';

/**
 * A gap or a resync as an event: simple clients, which ask for nothing else, see it too. Its time is that of its place
 * among the events, by the Engine's clock as all times.
 */
function ownEvent({ kind, cursor }: HubGap | Resync): EngineEvent {
  const timeNano = placeOf(cursor)?.timeNano ?? 0n;
  return {
    type: kind,
    action: kind,
    actorId: '',
    attributes: new Map(),
    scope: 'local',
    time: Number(timeNano / 1_000_000_000n),
    timeNano,
    cursor,
  };
}

export function eventModel(
  scope: EngineScope,
  item: HubItem,
  isWanted: (thing: Thing) => boolean,
): EventModel {
  switch (item.kind) {
    case 'event':
      return { typeName: typeNameOf(item.event.type), scope, event: item.event, isWanted };
    case 'gap':
      return { typeName: 'EventGap', scope, event: ownEvent(item), gap: item, isWanted };
    case 'resync':
      return { typeName: 'EventResync', scope, event: ownEvent(item), resync: item, isWanted };
  }
}

export const eventTime = ({ event }: EventModel): string => momentOfNanos(event.timeNano);

export const attribute = ({ event }: EventModel, key: string): string | null =>
  event.attributes.get(key) ?? null;

/** An attribute that is a small number. */
export const numberAttribute = (model: EventModel, key: string): number | null => {
  const text = attribute(model, key);
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
};
