/** Which events: decided by the gateway, as one stream of the Engine serves all subscribers. */
import { parseImageReference } from '../../engine/image-reference.ts';
import type { EngineEvent } from '../../events/event.ts';
import { type Noun, nouns, type Thing } from '../../events/inventory/thing.ts';
import { builder } from '../builder.ts';
import { composeLabel } from '../compose/model.ts';
import { checkFilled } from '../kit/filters.ts';
import { keyIn } from '../kit/reference.ts';
import { EventAction, EventType } from './enums.ts';

/** Fewer digits than the CLI shows may be a name, as `db` is. */
const prefix = /^(?:sha256:)?[0-9a-f]{12,}$|^[0-9a-z]{12,25}$/;
const accepted = 'global ID, ID, the first twelve digits of one or more, or name';

export const EventFilter = builder.inputType('EventFilter', {
  description:
    'Which events. Different fields narrow together (AND); the values of one field are alternatives (OR), but for labels, ' +
    'all of which must be there. Gaps always come.',
  fields: (t) => ({
    types: t.field({ type: [EventType.ref], description: 'About one of these.' }),
    actions: t.field({ type: [EventAction.ref], description: 'One of these happened.' }),
    containers: t.idList({
      description:
        `About one of these containers: ${accepted}. Also what was connected to one or mounted into it, but not by ` +
        'its name, which those events do not tell.',
    }),
    images: t.idList({
      description:
        `About one of these images: ${accepted}, which without a tag means all of them. Also containers made from one, ` +
        'by the name they were made by.',
    }),
    networks: t.idList({ description: `About one of these networks: ${accepted}.` }),
    volumes: t.idList({ description: 'About one of these volumes: global ID or name.' }),
    services: t.idList({ description: `About one of these services: ${accepted}.` }),
    swarmNodes: t.idList({ description: `About one of these nodes of a swarm: ${accepted}.` }),
    secrets: t.idList({ description: `About one of these secrets: ${accepted}.` }),
    configs: t.idList({ description: `About one of these configs: ${accepted}.` }),
    labels: t.stringList({ description: 'With all of these labels or attributes: `key` or `key=value`.' }),
    composeProject: t.string({
      description:
        'About a container of this compose project, or anything else whose events tell its labels.',
    }),
  }),
});

type Input = typeof EventFilter.$inferInput;
type Test = (event: EngineEvent) => boolean;

const digitsOf = (id: string) => id.replace(/^sha256:/, '');

const isId = (wanted: string, id: string | undefined) =>
  id !== undefined && (id === wanted || (prefix.test(wanted) && digitsOf(id).startsWith(digitsOf(wanted))));

const isObject = (wanted: string, id: string, name: string | undefined) =>
  wanted === name || isId(wanted, id);

/** Whether an event is about one of those objects, or has the ID of one of them in an attribute. */
const about =
  (type: string, wanted: readonly string[], other?: string): Test =>
  ({ type: its, actorId, attributes }) =>
    wanted.some((each) =>
      its === type
        ? isObject(each, actorId, attributes.get('name'))
        : other !== undefined && isId(each, attributes.get(other)),
    );

/** Whether a name of an image is the wanted one, in whatever spelling. */
function isImageName(wanted: string, name: string | undefined): boolean {
  const [one, other] = [parseImageReference(wanted), parseImageReference(name ?? '')];
  if (!one || !other || one.domain !== other.domain || one.path !== other.path) return false;
  if (one.tag === undefined && one.digest === undefined) return true;
  return one.digest === other.digest && (one.tag ?? 'latest') === (other.tag ?? 'latest');
}

/** A pull tells the reference as the ID; everything else does so as the name. */
const aboutImages =
  (wanted: readonly string[]): Test =>
  ({ type, actorId, attributes }) => {
    if (type !== 'image') return wanted.some((each) => isImageName(each, attributes.get('image')));
    const name = parseImageReference(actorId) ? actorId : attributes.get('name');
    return wanted.some((each) => isId(each, actorId) || isImageName(each, name));
  };

const hasLabel =
  (label: string): Test =>
  ({ attributes }) => {
    const [key = '', ...rest] = label.split('=');
    const value = attributes.get(key);
    return rest.length === 0 ? value !== undefined : value === rest.join('=');
  };

/**
 * One test for the whole filter.
 *
 * @throws BadUserInput for an empty text and for the global ID of another type
 */
export function eventTest(filter: Input | null | undefined): Test {
  const tests: Test[] = [];
  checkFilled(filter ?? {});
  const { types, actions, labels, composeProject } = filter ?? {};
  const containers = filter?.containers?.map((ref) => keyIn('Container', ref));
  const images = filter?.images?.map((ref) => keyIn('Image', ref));
  const networks = filter?.networks?.map((ref) => keyIn('Network', ref));
  const volumes = filter?.volumes?.map((ref) => keyIn('Volume', ref));
  const ofSwarm = [
    ['service', filter?.services?.map((ref) => keyIn('Service', ref))],
    ['node', filter?.swarmNodes?.map((ref) => keyIn('SwarmNode', ref))],
    ['secret', filter?.secrets?.map((ref) => keyIn('Secret', ref))],
    ['config', filter?.configs?.map((ref) => keyIn('Config', ref))],
  ] as const;
  for (const [type, wanted] of ofSwarm) if (wanted?.length) tests.push(about(type, wanted));
  if (types?.length) tests.push(({ type }) => types.includes(EventType.of(type) ?? 'UNKNOWN'));
  if (actions?.length) tests.push(({ action }) => actions.includes(EventAction.of(action) ?? 'UNKNOWN'));
  if (containers?.length) tests.push(about('container', containers, 'container'));
  if (images?.length) tests.push(aboutImages(images));
  if (networks?.length) tests.push(about('network', networks));
  if (volumes?.length) tests.push(about('volume', volumes));
  for (const label of labels ?? []) tests.push(hasLabel(label));
  if (composeProject) tests.push(hasLabel(`${composeLabel.project}=${composeProject}`));
  return (event) => tests.every((test) => test(event));
}

/** Which lists tell what a filter would have let through; containers also for what is asked by the images they are of. */
export function nounsOf(filter: Input | null | undefined): readonly Noun[] {
  const { types, containers, images, networks, volumes, labels, composeProject } = filter ?? {};
  const { services, swarmNodes, secrets, configs } = filter ?? {};
  const about: readonly (readonly [given: boolean, nouns: readonly Noun[]])[] = [
    [!!types?.length, nouns.filter((noun) => types?.includes(EventType.of(noun) ?? ''))],
    [!!containers?.length, ['container']],
    [!!images?.length, ['image', 'container']],
    [!!networks?.length, ['network']],
    [!!volumes?.length, ['volume']],
    // There are no lists of these to compare with.
    [!!services?.length || !!swarmNodes?.length || !!secrets?.length || !!configs?.length, []],
    [!!labels?.length || !!composeProject, ['container']],
  ];
  return nouns.filter((noun) => about.every(([given, allowed]) => !given || allowed.includes(noun)));
}

/**
 * Whether a filter is about an object of the inventory, by its ID and its name. Labels, and the image a container was
 * made from, are not kept: those fields let all containers through.
 */
export function thingTest(filter: Input | null | undefined): (thing: Thing) => boolean {
  const allowed = new Set(nounsOf(filter));
  const refs: Readonly<Record<Noun, readonly string[]>> = {
    container: (filter?.containers ?? []).map((ref) => keyIn('Container', ref)),
    image: (filter?.images ?? []).map((ref) => keyIn('Image', ref)),
    network: (filter?.networks ?? []).map((ref) => keyIn('Network', ref)),
    volume: (filter?.volumes ?? []).map((ref) => keyIn('Volume', ref)),
  };
  return ({ noun, dockerId, name }) => {
    const wanted = refs[noun];
    if (!allowed.has(noun)) return false;
    if (wanted.length === 0) return true;
    return wanted.some(
      (ref) => isObject(ref, dockerId, name) || (noun === 'image' && isImageName(ref, name)),
    );
  };
}
