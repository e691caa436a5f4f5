/** The types of events of a swarm. Only its managers tell them. */
import { builder } from '../builder.ts';
import { configById } from '../config/model.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { Config, Secret, Service, SwarmNode } from '../nouns.ts';
import { secretById } from '../secret/model.ts';
import { serviceModel } from '../service/model.ts';
import { swarmNodeById } from '../swarm-node/model.ts';
import { declare, nameField } from './events.ts';
import type { EventModel } from './model.ts';

interface Change {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

const SwarmEventChange = builder.objectRef<Change>('SwarmEventChange').implement({
  description: 'What an event of a swarm tells of a change.',
  fields: (t) => ({
    what: t.exposeString('what', {
      nullable: false,
      description:
        'What changed, as the Engine calls it: `image`, `replicas` or `updatestate` of a service, `state`, `role`, ' +
        '`availability`, `leader` or `reachability` of a node.',
    }),
    before: t.exposeString('before', {
      nullable: true,
      description: 'What it was before; null for nothing.',
    }),
    after: t.exposeString('after', { nullable: true, description: 'What it is now; null for nothing.' }),
  }),
});

/** From the attributes `<what>.old` and `<what>.new`. */
function changesOf({ event }: EventModel): readonly Change[] {
  const names = [...event.attributes.keys()].flatMap((key) => /^(.+)\.(?:old|new)$/.exec(key)?.[1] ?? []);
  return [...new Set(names)].sort().map((what) => ({
    what,
    before: event.attributes.get(`${what}.old`) || null,
    after: event.attributes.get(`${what}.new`) || null,
  }));
}

const changesField = (t: FieldBuilder<EventModel>) =>
  t.field({
    type: [SwarmEventChange],
    nullable: false,
    description: 'What changed, with `UPDATE`; empty where the Engine does not say it.',
    resolve: changesOf,
  });

declare('ServiceEvent', 'Something that happened to a service of a swarm.', (t) => ({
  service: t.field({
    type: Service,
    nullable: true,
    description: 'The service as it is now. Null once it is gone. Needs `GET /services/{id}`.',
    resolve: async ({ scope, event }) => {
      const data = event.actorId ? await scope.loaders.services.inspect.load(event.actorId) : null;
      return data?.ID ? serviceModel(scope, data) : null;
    },
  }),
  serviceName: nameField(t, 'Its name.'),
  changes: changesField(t),
}));

declare('SwarmNodeEvent', 'Something that happened to a node of a swarm.', (t) => ({
  node: t.field({
    type: SwarmNode,
    nullable: true,
    description: 'The node as it is now. Null once it is gone. Needs `GET /nodes/{id}`.',
    resolve: ({ scope, event }) => (event.actorId ? swarmNodeById(scope, event.actorId) : null),
  }),
  nodeName: nameField(t, 'The name it was given, which is empty for most.'),
  changes: changesField(t),
}));

declare('SecretEvent', 'Something that happened to a secret of a swarm.', (t) => ({
  secret: t.field({
    type: Secret,
    nullable: true,
    description: 'The secret as it is now. Null once it is gone. Needs `GET /secrets/{id}`.',
    resolve: ({ scope, event }) => (event.actorId ? secretById(scope, event.actorId) : null),
  }),
  secretName: nameField(t, 'Its name.'),
}));

declare('ConfigEvent', 'Something that happened to a config of a swarm.', (t) => ({
  config: t.field({
    type: Config,
    nullable: true,
    description: 'The config as it is now. Null once it is gone. Needs `GET /configs/{id}`.',
    resolve: ({ scope, event }) => (event.actorId ? configById(scope, event.actorId) : null),
  }),
  configName: nameField(t, 'Its name.'),
}));
