/** What each task of a service may use of its node, and what must be free there for it. */
import { builder } from '../../builder.ts';
import { UlimitInput, ulimitsBody } from '../../container/input/resources.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { given, inside, type Place, refuse, since } from '../../mutation/input-error.ts';
import { changedList, checkChange } from './change.ts';
import { type ContainerSpecBody, defined, type ResourcesBody } from './spec-types.ts';

const GenericResourceInput = builder.inputType('ServiceGenericResourceInput', {
  ...mirrors(['GenericResources[].NamedResourceSpec', 'GenericResources[].DiscreteResourceSpec']),
  description:
    'Something that nodes have and the managers count (`docker service create --generic-resource "gpu=2"`).',
  fields: (t) => ({
    kind: t.string({ required: true, description: 'What it is called on the nodes, such as `gpu`.' }),
    value: t.field({ type: 'Long', required: true, description: 'How many of them a task needs.' }),
  }),
});

const LimitsInput = builder.inputType('ServiceLimitsInput', {
  ...mirrors('Limit', { cpus: 'Limit.NanoCPUs', memory: 'Limit.MemoryBytes', pidsLimit: 'Limit.Pids' }),
  description: 'What a task may use at most. 0 is no limit.',
  fields: (t) => ({
    cpus: t.float({ description: "How many CPUs' time, such as 0.5." }),
    memory: t.field({ type: 'ByteSize', description: 'Memory, such as `512m`; at least `4m`.' }),
    pidsLimit: t.field({ type: 'Long', description: 'Processes and threads.' }),
  }),
});

const reservationFields = (t: InputFields) => ({
  cpus: t.float({ description: "How many CPUs' time, such as 0.5." }),
  memory: t.field({ type: 'ByteSize', description: 'Memory, such as `256m`.' }),
});

const ReservationsInput = builder.inputType('ServiceReservationsInput', {
  ...mirrors('ResourceObject', { cpus: 'ResourceObject.NanoCPUs', memory: 'ResourceObject.MemoryBytes' }),
  description: 'What must not be reserved by others on a node before a task is put there.',
  fields: (t) => ({
    ...reservationFields(t),
    genericResources: t.field({
      type: [GenericResourceInput],
      description: 'Other things that nodes have and the managers count.',
    }),
  }),
});

const ReservationsUpdateInput = builder.inputType('ServiceReservationsUpdateInput', {
  ...mirrors('ResourceObject', { cpus: 'ResourceObject.NanoCPUs', memory: 'ResourceObject.MemoryBytes' }),
  description:
    'What must not be reserved by others on a node before a task is put there. What is left out stays as it is; 0 takes it back.',
  fields: (t) => ({
    ...reservationFields(t),
    genericResources: t.field({
      type: [GenericResourceInput],
      description: 'All other things there are to be that nodes have and the managers count.',
    }),
    addGenericResources: t.field({
      type: [GenericResourceInput],
      description: 'Such things to add, or to need another number of.',
    }),
    removeGenericResources: t.stringList({ description: 'Such things to take away, by their `kind`.' }),
  }),
});

const resourceFields = (t: InputFields) => ({
  limits: t.field({ type: LimitsInput, description: 'What a task may use at most.' }),
  swapBytes: t.field({
    type: 'ByteSize',
    description: 'How much swap a task may use beside its memory, which then needs a limit; -1 is unlimited.',
    since: '1.52',
  }),
  memorySwappiness: t.int({
    description: 'How readily the memory of a task is swapped out, 0 to 100; -1 as the node has it.',
    since: '1.52',
  }),
  oomScoreAdj: t.int({
    description:
      'How early a task is killed when memory runs out on the node: -1000 (never) to 1000 (first).',
    since: '1.46',
  }),
});

export const ServiceResourcesInput = builder.inputType('ServiceResourcesInput', {
  ...mirrors('TaskSpec.Resources', {
    oomScoreAdj: 'TaskSpec.ContainerSpec.OomScoreAdj',
    ulimits: 'TaskSpec.ContainerSpec.Ulimits',
  }),
  description: 'What each task may use of its node, and what must be free there for it.',
  fields: (t) => ({
    ...resourceFields(t),
    reservations: t.field({
      type: ReservationsInput,
      description: 'What must be free on a node for a task.',
    }),
    ulimits: t.field({
      type: [UlimitInput],
      description: 'Limits of each process, beside those of the Engine.',
    }),
  }),
});

export const ServiceResourcesUpdateInput = builder.inputType('ServiceResourcesUpdateInput', {
  ...mirrors('TaskSpec.Resources', {
    oomScoreAdj: 'TaskSpec.ContainerSpec.OomScoreAdj',
    ulimits: 'TaskSpec.ContainerSpec.Ulimits',
  }),
  description:
    'What each task may use of its node, and what must be free there for it. What is left out stays as it is.',
  fields: (t) => ({
    ...resourceFields(t),
    reservations: t.field({
      type: ReservationsUpdateInput,
      description: 'What must be free on a node for a task.',
    }),
    ulimits: t.field({ type: [UlimitInput], description: 'All limits there are to be of each process.' }),
    addUlimits: t.field({ type: [UlimitInput], description: 'Limits to add, or to change.' }),
    removeUlimits: t.stringList({ description: 'Limits to take away, by their names, such as `nofile`.' }),
  }),
});

export type ResourcesWish = Partial<typeof ServiceResourcesUpdateInput.$inferInput>;

const nanosPerCpu = 1e9;

function nanoCpus(cpus: number | null | undefined, place: Place): number | undefined {
  if (cpus === null || cpus === undefined) return undefined;
  if (cpus < 0 || cpus > Number.MAX_SAFE_INTEGER / nanosPerCpu) {
    refuse(place, `cannot be ${cpus}: give how many CPUs' time, such as 0.5.`);
  }
  return Math.round(cpus * nanosPerCpu);
}

type GenericBody = NonNullable<NonNullable<ResourcesBody['Reservations']>['GenericResources']>[number];

const genericBody = ({ kind, value }: typeof GenericResourceInput.$inferInput): GenericBody => ({
  DiscreteResourceSpec: { Kind: kind, Value: value },
});

const kindOf = ({ DiscreteResourceSpec, NamedResourceSpec }: GenericBody): string =>
  DiscreteResourceSpec?.Kind ?? NamedResourceSpec?.Kind ?? '';

function reservationsBody(
  current: ResourcesBody['Reservations'],
  wish: ResourcesWish['reservations'],
  place: Place,
): ResourcesBody['Reservations'] | undefined {
  if (!wish) return undefined;
  const { genericResources, addGenericResources, removeGenericResources } = wish;
  checkChange(place, 'genericResources', {
    all: genericResources,
    add: addGenericResources,
    remove: removeGenericResources,
  });
  const gone = new Set(removeGenericResources);
  return {
    ...current,
    ...defined({
      NanoCPUs: nanoCpus(wish.cpus, inside(place, 'cpus')),
      MemoryBytes: given(wish.memory),
      GenericResources: changedList(
        current?.GenericResources,
        {
          all: genericResources?.map(genericBody),
          add: addGenericResources?.map(genericBody),
          remove: removeGenericResources && [],
        },
        kindOf,
        (item) => gone.has(kindOf(item)),
      ),
    }),
  };
}

function limitsBody(
  current: ResourcesBody['Limits'],
  wish: ResourcesWish['limits'],
  place: Place,
): ResourcesBody['Limits'] | undefined {
  if (!wish) return undefined;
  return {
    ...current,
    ...defined({
      NanoCPUs: nanoCpus(wish.cpus, inside(place, 'cpus')),
      MemoryBytes: given(wish.memory),
      Pids: given(wish.pidsLimit),
    }),
  };
}

/** @throws InputError for limits that cannot be, and for what the API of the Engine does not have yet */
export function resourcesBody(
  current: ResourcesBody | null | undefined,
  wish: ResourcesWish | null | undefined,
  place: Place,
): ResourcesBody | undefined {
  if (!wish) return undefined;
  const changes: ResourcesBody = defined({
    Limits: limitsBody(current?.Limits, wish.limits, inside(place, 'limits')),
    Reservations: reservationsBody(current?.Reservations, wish.reservations, inside(place, 'reservations')),
    SwapBytes: since(inside(place, 'swapBytes'), '1.52', wish.swapBytes),
    MemorySwappiness: since(inside(place, 'memorySwappiness'), '1.52', wish.memorySwappiness),
  });
  return Object.keys(changes).length > 0 ? { ...current, ...changes } : undefined;
}

/** Those of them that the daemon counts to the container. */
export function containerResourcesBody(
  current: ContainerSpecBody,
  wish: ResourcesWish | null | undefined,
  place: Place,
): ContainerSpecBody {
  if (!wish) return {};
  const { ulimits, addUlimits, removeUlimits } = wish;
  checkChange(place, 'ulimits', { all: ulimits, add: addUlimits, remove: removeUlimits });
  const gone = new Set(removeUlimits);
  return defined({
    OomScoreAdj: since(inside(place, 'oomScoreAdj'), '1.46', wish.oomScoreAdj),
    Ulimits: changedList(
      current.Ulimits,
      {
        all: ulimitsBody(ulimits, inside(place, 'ulimits')),
        add: ulimitsBody(addUlimits, inside(place, 'addUlimits')),
        remove: removeUlimits && [],
      },
      ({ Name }) => Name ?? '',
      ({ Name }) => gone.has(Name ?? ''),
    ),
  });
}
