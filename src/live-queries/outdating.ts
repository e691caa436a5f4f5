/** Which reads an event of the Engine makes out of date: one table, by the words of `GET /events`. */
import type { EngineEvent } from '../events/event.ts';
import type { Interests } from './interests.ts';
import type { ContainerRow, Read, Subject } from './read.ts';

/**
 * - `now`: whoever asks from now on gets the new state
 * - `late`: the daemon tells before it has finished, and may answer with the old state for a moment
 */
export type Outdated = 'no' | 'now' | 'late';

type Test = (event: EngineEvent, read: Read, interests: Interests) => boolean;
type Effects = Readonly<Partial<Record<Subject, Test | { readonly late: Test }>>>;

const isFullId = (ref: string): boolean => /^(?:sha256:)?[0-9a-f]{64}$/.test(ref);

/** Labels that share their name with an attribute may be hidden by it, or hide it. */
const ambiguousLabels: ReadonlySet<string> = new Set([
  'comment',
  'execDuration',
  'execID',
  'exitCode',
  'height',
  'image',
  'imageID',
  'imageRef',
  'name',
  'oldName',
  'reclaimable',
  'signal',
  'width',
]);

const always: Test = () => true;

/** About the object itself that was asked for. */
const own: Test = ({ actorId }, { id, ref }) => (id ?? ref) === actorId;

/** The same, or what a name or a prefix stands for may be another object now. */
const ownOrLookup: Test = (event, read, interests) => own(event, read, interests) || !isFullId(read.ref);

/** About the container of the exec that was asked for, which may not be known. */
const ofItsContainer: Test = ({ actorId }, { id }) => id === undefined || id === actorId;

/** Whether the list could have had the container: its labels never change, and are told with each of its events. */
const inList =
  (containerId: (event: EngineEvent) => string | undefined, hasLabels: boolean): Test =>
  (event, { filters }) => {
    const { id: ids = [], label: labels = [] } = filters;
    const container = containerId(event);
    if (container && ids.length > 0 && ids.every(isFullId) && !ids.includes(container)) return false;
    if (!hasLabels) return true;
    return labels.every((label) => {
      const [key = '', ...rest] = label.split('=');
      if (ambiguousLabels.has(key)) return true;
      const value = event.attributes.get(key);
      return value !== undefined && (rest.length === 0 || value === rest.join('='));
    });
  };

const listed = inList(({ actorId }) => actorId || undefined, true);
const listedElsewhere = inList(({ attributes }) => attributes.get('container'), false);

const containerOfEvent: Test = (event, read) => {
  const container = event.attributes.get('container');
  return container === undefined || (read.id ?? read.ref) === container;
};

const ifSelected =
  (interest: keyof Interests, test: Test = always): Test =>
  (event, read, interests) =>
    interests[interest] && test(event, read, interests);

const nothing: Effects = {};

/** Its states change, and what follows from them. */
const containerChanged: Effects = {
  'container.list': listed,
  'container.one': own,
  'container.measure': own,
  'exec.one': ofItsContainer,
  info: always,
  disk: ifSelected('containerDisk'),
};

/** The daemon logs these before it updates what its lists are made from; inspect is right at once. */
const containerChangedLate: Effects = {
  ...containerChanged,
  'container.list': { late: listed },
  info: { late: always },
  disk: { late: ifSelected('containerDisk') },
};

const containerMadeOrGone: Effects = {
  ...containerChanged,
  'container.one': ownOrLookup,
  disk: always,
  'image.list': ifSelected('imageUse'),
  'image.one': ifSelected('imageUse'),
};

const containerRenamed: Effects = {
  'container.list': listed,
  'container.one': ownOrLookup,
  'network.one': ifSelected('endpoints'),
  disk: ifSelected('containerDisk'),
};

const execsChanged: Effects = {
  'exec.one': ofItsContainer,
  'container.one': ifSelected('execs', own),
};

/** The result of a health check is written down after the command of the check has ended. */
const execEnded: Effects = {
  'exec.one': ofItsContainer,
  'container.one': {
    late: (event, read, interests) => (interests.execs || interests.probes) && own(event, read, interests),
  },
  'container.list': { late: ifSelected('probes', listed) },
};

/** Tags move from one image to another without a word about the one that loses them. */
const imagesChanged: Effects = {
  'image.list': always,
  'image.one': always,
  // A container shows its image's ID once the name is another's.
  'container.list': always,
  info: always,
  disk: always,
};

const networksChanged: Effects = {
  'network.list': always,
  'network.one': ownOrLookup,
};

const attachmentsChanged: Effects = {
  'network.one': ownOrLookup,
  'container.list': { late: listedElsewhere },
  'container.one': containerOfEvent,
};

const volumesChanged: Effects = {
  'volume.list': always,
  'volume.one': own,
  disk: always,
};

/** Other drivers tell more of a volume while it is mounted. */
const hasOtherDriver: Test = ({ attributes }) => attributes.get('driver') !== 'local';
const volumeMounted: Effects = {
  'volume.list': hasOtherDriver,
  'volume.one': (event, read, interests) =>
    hasOtherDriver(event, read, interests) && own(event, read, interests),
};

const everything: Effects = {
  'container.list': always,
  'container.one': always,
  'container.measure': always,
  'exec.one': always,
  'image.list': always,
  'image.one': always,
  'network.list': always,
  'network.one': always,
  'volume.list': always,
  'volume.one': always,
  service: always,
  task: always,
  node: always,
  secret: always,
  config: always,
  swarm: always,
  plugin: always,
  info: always,
  disk: always,
};

/** Tasks have no events: what becomes of them is heard of where their service or their node changes. */
const servicesChanged: Effects = { service: always, task: always, info: always, 'network.one': always };
const nodesChanged: Effects = { ...servicesChanged, node: always, swarm: always };

interface Rules {
  readonly actions: Readonly<Record<string, Effects>>;
  /** For words that are not known yet. */
  readonly other: Effects;
}

const rules: Readonly<Record<string, Rules>> = {
  container: {
    actions: {
      create: containerMadeOrGone,
      destroy: containerMadeOrGone,
      prune: containerMadeOrGone,
      start: containerChanged,
      restart: containerChanged,
      stop: containerChanged,
      die: containerChangedLate,
      pause: containerChangedLate,
      unpause: containerChangedLate,
      rename: containerRenamed,
      update: { 'container.one': own },
      oom: { 'container.one': own },
      health_status: { 'container.list': listed, 'container.one': own },
      exec_create: execsChanged,
      exec_start: execsChanged,
      exec_detach: execsChanged,
      exec_die: execEnded,
      commit: imagesChanged,
      'extract-to-dir': { 'container.measure': own },
      checkpoint: { 'container.measure': own },
      // What comes of a signal is told by events of its own.
      kill: nothing,
      attach: nothing,
      detach: nothing,
      resize: nothing,
      copy: nothing,
      'archive-path': nothing,
      export: nothing,
      top: nothing,
      // Podman's, before a start and after an end, which are told themselves.
      init: nothing,
      sync: nothing,
      cleanup: nothing,
    },
    other: everything,
  },
  image: {
    actions: { push: nothing, save: nothing, mount: nothing, unmount: nothing },
    other: imagesChanged,
  },
  network: {
    actions: { connect: attachmentsChanged, disconnect: attachmentsChanged },
    other: networksChanged,
  },
  volume: {
    actions: { mount: volumeMounted, unmount: volumeMounted },
    other: volumesChanged,
  },
  builder: { actions: {}, other: { disk: always } },
  daemon: { actions: { reload: { info: always } }, other: everything },
  // A plugin may bring or take a driver, and with it what that driver knows.
  plugin: {
    actions: {},
    other: { plugin: always, info: always, 'volume.list': always, 'volume.one': always },
  },
  service: { actions: {}, other: servicesChanged },
  node: { actions: {}, other: nodesChanged },
  secret: { actions: {}, other: { secret: always } },
  config: { actions: {}, other: { config: always } },
};

const isUnheard = ({ type, action }: EngineEvent): boolean => rules[type]?.actions[action] === nothing;

function effectOn(event: EngineEvent, read: Read, interests: Interests): Outdated {
  // Nobody knows what it tells about; what changes nothing at all changes nothing there.
  if (read.subject === 'unknown') return isUnheard(event) ? 'no' : 'now';
  const found = rules[event.type];
  const effects = found ? (found.actions[event.action] ?? found.other) : everything;
  const effect = effects[read.subject];
  if (effect === undefined) return 'no';
  if (typeof effect === 'function') return effect(event, read, interests) ? 'now' : 'no';
  return effect.late(event, read, interests) ? 'late' : 'no';
}

/** What an event does to all that was read on its Engine: the slowest of its effects counts. */
export function outdated(event: EngineEvent, reads: Iterable<Read>, interests: Interests): Outdated {
  let worst: Outdated = 'no';
  for (const read of reads) {
    const effect = effectOn(event, read, interests);
    if (effect === 'late') return 'late';
    if (effect === 'now') worst = 'now';
  }
  return worst;
}

/** What a list must say of a container to show that it knows of the event already. */
const shown: Readonly<Record<string, (row: ContainerRow, event: EngineEvent) => boolean>> = {
  'container die': ({ state }) => state !== 'running' && state !== 'paused' && state !== '',
  'container pause': ({ state }) => state === 'paused',
  'container unpause': ({ state }) => state !== 'paused' && state !== '',
  'network connect': ({ networks }, { actorId }) => networks.includes(actorId),
  'network disconnect': ({ networks }, { actorId }) => !networks.includes(actorId),
};

/** Whether all that the event has outdated late is seen to be up to date: lists that show its container as it must be. */
export function isShown(event: EngineEvent, reads: Iterable<Read>, interests: Interests): boolean {
  const test = shown[`${event.type} ${event.action}`];
  const container = event.type === 'container' ? event.actorId : (event.attributes.get('container') ?? '');
  for (const read of reads) {
    if (effectOn(event, read, interests) !== 'late') continue;
    const row = read.rows?.get(container);
    if (!test || row === undefined || !test(row, event)) return false;
  }
  return true;
}
