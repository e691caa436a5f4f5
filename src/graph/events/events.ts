/** The types of events, by noun. */
import type { FieldMap } from '@pothos/core';
import { builder } from '../builder.ts';
import { HealthStatus } from '../container/enums.ts';
import { fromDetails } from '../container/model.ts';
import { engineModel } from '../engine/model.ts';
import { imageFromDetails } from '../image/model.ts';
import { KeyValueType, keyValues } from '../kit/key-value.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { momentOfNanos } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { networkFromDetails } from '../network/model.ts';
import { Container, Engine, Image, Network, Volume } from '../nouns.ts';
import { volumeModel } from '../volume/model.ts';
import { EventAction, EventScope, EventType } from './enums.ts';
import { attribute, type EventModel, type EventTypeName, eventTime, numberAttribute } from './model.ts';

export const EngineEvent = builder.interfaceRef<EventModel>('EngineEvent').implement({
  description:
    'Something that happened on an Engine. The concrete type links to the object; its attributes stay readable when the ' +
    'object is gone.',
  resolveType: ({ typeName }) => typeName,
  fields: (t) => ({
    cursor: t.string({
      nullable: false,
      description:
        'Tells this event from all others of its Engine, and marks its place among them: `events(after:)` goes on there.',
      resolve: ({ event }) => event.cursor,
    }),
    time: t.field({
      ...wire('EventMessage.time', 'EventMessage.timeNano'),
      type: 'Timestamp',
      nullable: false,
      description: "When it happened, by the Engine's clock. For swarm objects: when they were last changed.",
      resolve: eventTime,
    }),
    type: t.field({
      ...wire('EventMessage.Type'),
      type: EventType.ref,
      nullable: false,
      description: 'What it is about.',
      resolve: ({ event }) => EventType.of(event.type) ?? 'UNKNOWN',
    }),
    typeRaw: t.string({
      nullable: false,
      description: "The Engine's own text for `type`.",
      resolve: ({ event }) => event.type,
    }),
    action: t.field({
      ...wire('EventMessage.Action'),
      type: EventAction.ref,
      nullable: false,
      description: 'What happened.',
      resolve: ({ event }) => EventAction.of(event.action) ?? 'UNKNOWN',
    }),
    actionRaw: t.string({
      nullable: false,
      description: "The Engine's own text for `action`, without the detail.",
      resolve: ({ event }) => event.action,
    }),
    detail: t.string({
      nullable: true,
      description: 'What the Engine appends to the action: the command of an exec, the new health.',
      resolve: ({ event }) => event.detail ?? null,
    }),
    scope: t.field({
      ...wire('EventMessage.scope'),
      type: EventScope.ref,
      nullable: false,
      description: 'How far it reaches.',
      resolve: ({ event }) => EventScope.of(event.scope) ?? 'UNKNOWN',
    }),
    scopeRaw: t.string({
      nullable: false,
      description: "The Engine's own text for `scope`.",
      resolve: ({ event }) => event.scope,
    }),
    actorId: t.string({
      ...wire('EventActor.ID', 'EventMessage.Actor'),
      nullable: true,
      description:
        'What it happened to: an ID, or the name of a volume, or the reference of a pulled image. Null for a prune.',
      resolve: ({ event }) => event.actorId || null,
    }),
    attributes: t.field({
      ...wire('EventActor.Attributes'),
      type: [KeyValueType],
      nullable: false,
      description: 'All that the Engine tells with it, labels of the object among them, sorted by key.',
      resolve: ({ event }) => keyValues(Object.fromEntries(event.attributes)),
    }),
    attribute: t.string({
      nullable: true,
      description: 'One of the attributes.',
      args: { key: t.arg.string({ required: true, description: 'The whole key of the attribute.' }) },
      resolve: (model, { key }) => attribute(model, key),
    }),
    engine: t.field({
      type: Engine,
      nullable: false,
      description: 'Where it happened.',
      resolve: ({ scope }) => engineModel(scope),
    }),
  }),
});

export const declare = (
  name: EventTypeName,
  description: string,
  fields: (t: FieldBuilder<EventModel>) => FieldMap,
) => builder.objectRef<EventModel>(name).implement({ description, interfaces: [EngineEvent], fields });

/** Inspect, as it is right when the event comes, where the list is late by some milliseconds. */
const containerField = (
  t: FieldBuilder<EventModel>,
  description: string,
  idOf: (model: EventModel) => string | null,
) =>
  t.field({
    type: Container,
    nullable: true,
    description: `${description} Null once it is gone. Needs \`GET /containers/{id}/json\`.`,
    resolve: async (model) => {
      const id = idOf(model);
      const details = id ? await model.scope.loaders.containers.inspect.load(id) : null;
      return details && fromDetails(model.scope, details);
    },
  });

export const nameField = (t: FieldBuilder<EventModel>, description: string) =>
  t.string({ nullable: true, description, resolve: (model) => attribute(model, 'name') });

declare('ContainerEvent', 'Something that happened to a container.', (t) => ({
  container: containerField(t, 'The container as it is now.', ({ event }) => event.actorId || null),
  containerName: nameField(t, 'Its name at that moment.'),
  imageRef: t.string({
    nullable: true,
    description: 'The image it was made from, as it was named.',
    resolve: (model) => attribute(model, 'image'),
  }),
  exitCode: t.field({
    type: 'Long',
    nullable: true,
    description: 'How its main process, or a command in it, ended; with `DIE` and `EXEC_DIE`.',
    resolve: (model) => numberAttribute(model, 'exitCode'),
  }),
  signal: t.string({
    nullable: true,
    description: 'The number of the signal; with `KILL`.',
    resolve: (model) => attribute(model, 'signal'),
  }),
  oldName: t.string({
    nullable: true,
    description: 'The name it had before; with `RENAME`.',
    resolve: (model) => attribute(model, 'oldName')?.replace(/^\//, '') ?? null,
  }),
  execId: t.string({
    nullable: true,
    description: 'The command it is about; with the `EXEC_` actions.',
    resolve: (model) => attribute(model, 'execID'),
  }),
  health: t.field({
    type: HealthStatus.ref,
    nullable: true,
    description: 'The new health; with `HEALTH_STATUS`.',
    resolve: ({ event }) => (event.action === 'health_status' ? HealthStatus.of(event.detail) : null),
  }),
}));

declare('ImageEvent', 'Something that happened to an image.', (t) => ({
  image: t.field({
    type: Image,
    nullable: true,
    description: 'The image as it is now. Null once it is gone. Needs `GET /images/{name}/json`.',
    resolve: async ({ scope, event }) => {
      const details = event.actorId ? await scope.loaders.images.inspect.load(event.actorId) : null;
      return details && imageFromDetails(scope, details);
    },
  }),
  imageName: nameField(t, 'Its name as the Engine tells it; for `UNTAG` and `DELETE` often its ID.'),
}));

declare('NetworkEvent', 'Something that happened to a network.', (t) => ({
  network: t.field({
    type: Network,
    nullable: true,
    description: 'The network as it is now. Null once it is gone. Needs `GET /networks/{id}`.',
    resolve: async ({ scope, event }) => {
      const details = event.actorId ? await scope.loaders.networks.inspect.load(event.actorId) : null;
      return details && networkFromDetails(scope, details);
    },
  }),
  networkName: nameField(t, 'Its name.'),
  container: containerField(t, 'The container that was connected or disconnected.', (model) =>
    attribute(model, 'container'),
  ),
}));

declare('VolumeEvent', 'Something that happened to a volume.', (t) => ({
  volume: t.field({
    type: Volume,
    nullable: true,
    description: 'The volume as it is now. Null once it is gone. Needs `GET /volumes/{name}`.',
    resolve: async ({ scope, event }) => {
      const volume = event.actorId ? await scope.loaders.volumes.inspect.load(event.actorId) : null;
      return volume && volumeModel(scope, volume);
    },
  }),
  container: containerField(t, 'The container it was mounted into or unmounted from.', (model) =>
    attribute(model, 'container'),
  ),
}));

declare('DaemonEvent', 'Something that happened to the Engine itself.', (t) => ({
  daemonName: nameField(t, 'The host name of the Engine.'),
}));

declare('OtherEvent', 'Something that happened to anything else: plugins, the build cache.', (t) => ({
  objectName: nameField(t, 'The name of what it happened to.'),
}));

const GapReason = builder.enumType('EventGapReason', {
  description: 'Why events were missed.',
  values: {
    SLOW_SUBSCRIBER: {
      description: 'This client did not read fast enough, and its oldest events were dropped.',
    },
    RECONNECTED: { description: 'The Engine was away, and does not know any more what happened meanwhile.' },
    CURSOR_TOO_OLD: {
      description:
        'The place given as `after` is from before everything that the gateway and the Engine remember, or the Engine ' +
        'could not be asked.',
    },
    UNKNOWN_CURSOR: {
      description:
        'That time is remembered, but not the event given as `after`: it may be of another Engine, or the clock of the ' +
        'Engine was set.',
    },
  } as const,
});

declare(
  'EventGap',
  'Events were missed here: what was learned from events has to be read again. Its `cursor` is the place after the gap. ' +
    'Unless the gap is one of a slow client, an `EventResync` follows as soon as everything was listed anew.',
  (t) => ({
    reason: t.field({
      type: GapReason,
      nullable: true,
      description: 'Why.',
      resolve: ({ gap }) => gap?.reason ?? null,
    }),
    dropped: t.int({
      nullable: true,
      description: 'How many, where that is known.',
      resolve: ({ gap }) => (gap?.reason === 'SLOW_SUBSCRIBER' ? gap.dropped : null),
    }),
    from: t.field({
      type: 'Timestamp',
      nullable: true,
      description:
        'The time of the last event before the gap, or of the cursor given as `after`; where no event had come, when ' +
        'the gateway began to watch. All by the clock of the Engine.',
      resolve: ({ gap }) =>
        gap && gap.reason !== 'SLOW_SUBSCRIBER' && gap.from !== undefined ? momentOfNanos(gap.from) : null,
    }),
    to: t.field({
      type: 'Timestamp',
      nullable: true,
      description:
        'The time of the first event after the gap; where none has come yet, when the gateway was back, to the second.',
      resolve: ({ gap }) =>
        gap && gap.reason !== 'SLOW_SUBSCRIBER' && gap.to !== undefined ? momentOfNanos(gap.to) : null,
    }),
  }),
);
