/** The kinds of expected failures that say more than their sentence, mostly with a link to what is in the way. */
import { builder } from '../builder.ts';
import { PortProtocol } from '../container/enums.ts';
import { Node } from '../kit/node.ts';
import type { Candidate } from '../kit/reference.ts';
import { wire } from '../kit/wire.ts';
import { Container, Service, Task } from '../nouns.ts';
import { serviceModel } from '../service/model.ts';
import { taskModel } from '../task/model.ts';
import {
  userErrorInterfaces as interfaces,
  userErrorOptions as options,
  userErrorRef as ref,
} from './user-error.ts';

const AmbiguousCandidate = builder.objectRef<Candidate>('AmbiguousCandidate').implement({
  description: 'One of the objects that an ambiguous reference may mean.',
  fields: (t) => ({
    dockerId: t.exposeString('id', { nullable: false, description: "Docker's own ID, to be given instead." }),
    name: t.exposeString('name', { nullable: true, description: 'Its name.' }),
  }),
});

ref('AmbiguousReferenceError').implement({
  ...options('AmbiguousReferenceError'),
  interfaces,
  fields: (t) => ({
    candidates: t.field({
      type: [AmbiguousCandidate],
      nullable: false,
      description: 'What it may mean.',
      resolve: ({ candidates }) => candidates,
    }),
  }),
});

ref('NameInUseError').implement({
  ...options('NameInUseError'),
  interfaces,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'The name that is taken.' }),
    existing: t.field({
      type: Node,
      nullable: true,
      description: 'The object that has it.',
      resolve: ({ existing }) => existing(),
    }),
  }),
});

ref('PortInUseError').implement({
  ...options('PortInUseError'),
  interfaces,
  fields: (t) => ({
    port: t.exposeInt('port', { nullable: false, description: 'The port of the host.' }),
    protocol: t.field({
      type: PortProtocol.ref,
      nullable: true,
      description: 'Its transport, where the Engine says it.',
      resolve: ({ protocol }) => PortProtocol.of(protocol),
    }),
    protocolRaw: t.exposeString('protocol', {
      nullable: true,
      description: "The Engine's own text for `protocol`.",
    }),
    hostIp: t.exposeString('hostIp', { nullable: true, description: 'The address it was to be bound to.' }),
    by: t.field({
      type: Container,
      nullable: true,
      description: 'The container that publishes it; null when it is something outside the Engine.',
      resolve: ({ by }) => by(),
    }),
    service: t.field({
      type: Service,
      nullable: true,
      description: 'The service of the swarm that publishes it; null where none does.',
      resolve: ({ service }) => service?.() ?? null,
    }),
  }),
});

for (const [kind, description] of [
  ['ImageInUseError', 'The containers that use it, stopped ones too.'],
  ['NetworkInUseError', 'The containers connected to it.'],
  ['VolumeInUseError', 'The containers that use it, stopped ones too.'],
] as const) {
  ref(kind).implement({
    ...options(kind),
    interfaces,
    fields: (t) => ({
      containers: t.field({
        type: [Container],
        nullable: true,
        description,
        resolve: ({ containers }) => containers(),
      }),
    }),
  });
}

for (const kind of ['SecretInUseError', 'ConfigInUseError'] as const) {
  ref(kind).implement({
    ...options(kind),
    interfaces,
    fields: (t) => ({
      services: t.field({
        type: [Service],
        nullable: true,
        description: 'The services that use it. Needs `GET /services`.',
        resolve: ({ services }) => services(),
      }),
    }),
  });
}

for (const kind of [
  'ContainerNotRunningError',
  'ContainerRunningError',
  'ContainerPausedError',
  'ContainerStartError',
  'ExecStartError',
  'ContainerUnhealthyError',
  'WaitTimeoutError',
  'CheckpointError',
] as const) {
  ref(kind).implement({
    ...options(kind),
    interfaces,
    fields: (t) => ({
      container: t.field({
        type: Container,
        nullable: true,
        description: 'The container as it is now.',
        resolve: ({ container }) => container(),
      }),
    }),
  });
}

ref('ContainerExitedError').implement({
  ...options('ContainerExitedError'),
  interfaces,
  fields: (t) => ({
    exitCode: t.expose('exitCode', {
      type: 'Long',
      nullable: true,
      description: 'How its main process ended; null where the container went before anybody could look.',
    }),
    container: t.field({
      type: Container,
      nullable: true,
      description: 'The container as it is now; null when it has been removed.',
      resolve: ({ container }) => container(),
    }),
  }),
});

ref('VersionConflictError').implement({
  ...options('VersionConflictError'),
  interfaces,
  fields: (t) => ({
    currentVersion: t.field({
      type: 'Long',
      nullable: true,
      description: 'The version it has now; null where that is not known.',
      resolve: ({ currentVersion }) => currentVersion ?? null,
    }),
  }),
});

ref('ServiceNotConvergedError').implement({
  ...options('ServiceNotConvergedError'),
  interfaces,
  fields: (t) => ({
    service: t.field({
      type: Service,
      nullable: true,
      description: 'The service as it is now. Needs `GET /services/{id}`.',
      resolve: async ({ engine, service }, _args, context) => {
        const scope = context.scope(engine);
        const data = await scope.loaders.services.inspect.load(service);
        return data?.ID ? serviceModel(scope, data) : null;
      },
    }),
    isTimeout: t.exposeBoolean('isTimeout', {
      nullable: false,
      description:
        'Whether the time was up. Otherwise the managers stopped the update, or went back to what was before.',
    }),
    runningTasks: t.exposeInt('running', {
      nullable: false,
      description: 'How many tasks were as they should be: running, or of a job ended well.',
    }),
    desiredTasks: t.exposeInt('desired', {
      nullable: true,
      description: 'How many there should be; null where no node fits a service that is to run on each.',
    }),
    tasks: t.field({
      type: [Task],
      nullable: true,
      description:
        'The tasks that say what went wrong, as they are now, without those that are forgotten. Needs `GET /tasks`.',
      resolve: async ({ engine, tasks }, _args, context) => {
        const scope = context.scope(engine);
        const found = await Promise.all(tasks.map((id) => scope.loaders.tasks.byId.load(id)));
        return found.flatMap((data) => (data ? [taskModel(scope, data)] : []));
      },
    }),
  }),
});

ref('BuildFailedError').implement({
  ...options('BuildFailedError'),
  interfaces,
  fields: (t) => ({
    step: t.exposeString('step', {
      nullable: true,
      description: 'The step that failed, such as `[2/3] RUN make`; null where the builder does not say it.',
    }),
    exitCode: t.expose('exitCode', {
      ...wire('ErrorDetail.code'),
      type: 'Long',
      nullable: true,
      description: 'How the command of a `RUN` ended; null where none did, or none was started.',
    }),
  }),
});

ref('DockerfileError').implement({
  ...options('DockerfileError'),
  interfaces,
  fields: (t) => ({
    line: t.exposeInt('line', {
      nullable: true,
      description: 'The line of the Dockerfile, from 1; null where it is not about one.',
    }),
  }),
});

ref('BuildContextError').implement({
  ...options('BuildContextError'),
  interfaces,
  fields: (t) => ({
    file: t.exposeString('file', {
      nullable: true,
      description: 'The file that is not there, as a path in the context; null where it is not about one.',
    }),
  }),
});
