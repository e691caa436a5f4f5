/** What stands behind the types of events. */
import type { EngineEvent } from '../../events/event.ts';
import type { HubGap, HubItem } from '../../events/item.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { momentOfNanos } from '../kit/time.ts';

/** Names of the GraphQL types, by the Engine's type of event. */
const typeNames = {
  container: 'ContainerEvent',
  image: 'ImageEvent',
  network: 'NetworkEvent',
  volume: 'VolumeEvent',
  daemon: 'DaemonEvent',
} as const;

export type EventTypeName = (typeof typeNames)[keyof typeof typeNames] | 'OtherEvent' | 'EventGap';

export interface EventModel {
  readonly typeName: EventTypeName;
  /** With nothing read yet: each event sees the state of its own moment. */
  readonly scope: EngineScope;
  readonly event: EngineEvent;
  readonly gap?: HubGap;
}

const typeNameOf = (type: string): EventTypeName =>
  Object.hasOwn(typeNames, type) ? (typeNames[type as keyof typeof typeNames] ?? 'OtherEvent') : 'OtherEvent';

/** A gap as an event: simple clients, which ask for nothing else, see it too. */
function gapEvent(gap: HubGap): EngineEvent {
  const last = gap.reason === 'SLOW_SUBSCRIBER' ? undefined : gap.from;
  const timeNano = last ?? BigInt(Date.now()) * 1_000_000n;
  return {
    type: 'gap',
    action: 'gap',
    actorId: '',
    attributes: new Map(),
    scope: 'local',
    time: Number(timeNano / 1_000_000_000n),
    timeNano,
    cursor: gap.cursor,
    raw: undefined,
  };
}

export const eventModel = (scope: EngineScope, item: HubItem): EventModel =>
  item.kind === 'event'
    ? { typeName: typeNameOf(item.event.type), scope, event: item.event }
    : { typeName: 'EventGap', scope, event: gapEvent(item), gap: item };

export const eventTime = ({ event }: EventModel): string => momentOfNanos(event.timeNano);

export const attribute = ({ event }: EventModel, key: string): string | null =>
  event.attributes.get(key) ?? null;

/** An attribute that is a small number. */
export const numberAttribute = (model: EventModel, key: string): number | null => {
  const text = attribute(model, key);
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
};
