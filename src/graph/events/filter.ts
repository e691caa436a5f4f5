/** Which events: decided by the gateway, as one stream of the Engine serves all subscribers. */
import type { EngineEvent } from '../../events/event.ts';
import { builder } from '../builder.ts';
import { EventAction, EventType } from './enums.ts';

const accepted = 'by ID, beginning of an ID, or name';

export const EventFilter = builder.inputType('EventFilter', {
  description:
    'Which events. Different fields narrow together (AND); the values of one field are alternatives (OR), but for labels, ' +
    'all of which must be there. Gaps always come.',
  fields: (t) => ({
    types: t.field({ type: [EventType.ref], description: 'About one of these.' }),
    actions: t.field({ type: [EventAction.ref], description: 'One of these happened.' }),
    containers: t.stringList({
      description: `About one of these containers, or what was connected to or mounted into one: ${accepted}.`,
    }),
    images: t.stringList({ description: `About one of these images, or containers made from one: ${accepted}.` }),
    networks: t.stringList({ description: `About one of these networks: ${accepted}.` }),
    volumes: t.stringList({ description: 'About one of these volumes: by name.' }),
    labels: t.stringList({ description: 'With all of these labels or attributes: `key` or `key=value`.' }),
    composeProject: t.string({ description: 'About something of this compose project.' }),
  }),
});

type Input = typeof EventFilter.$inferInput;
type Test = (event: EngineEvent) => boolean;

const names = (wanted: string, id: string | undefined, name: string | undefined) =>
  wanted === name || (id !== undefined && id !== '' && (id === wanted || id.replace(/^sha256:/, '').startsWith(wanted)));

/** Whether an event is about one of those objects, or has one of them in an attribute. */
const about =
  (type: string, wanted: readonly string[], other?: string): Test =>
  ({ type: its, actorId, attributes }) =>
    wanted.some((each) =>
      its === type
        ? names(each, actorId, attributes.get('name'))
        : other !== undefined && names(each, attributes.get(other), attributes.get(other)),
    );

const hasLabel =
  (label: string): Test =>
  ({ attributes }) => {
    const [key = '', ...rest] = label.split('=');
    const value = attributes.get(key);
    return rest.length === 0 ? value !== undefined : value === rest.join('=');
  };

/** One test for the whole filter. */
export function eventTest(filter: Input | null | undefined): Test {
  const tests: Test[] = [];
  const { types, actions, containers, images, networks, volumes, labels, composeProject } = filter ?? {};
  if (types) tests.push(({ type }) => types.includes(EventType.of(type) ?? 'UNKNOWN'));
  if (actions) tests.push(({ action }) => actions.includes(EventAction.of(action) ?? 'UNKNOWN'));
  if (containers) tests.push(about('container', containers, 'container'));
  if (images) {
    const ofImage = about('image', images);
    tests.push((event) => ofImage(event) || images.includes(event.attributes.get('image') ?? ''));
  }
  if (networks) tests.push(about('network', networks));
  if (volumes) tests.push(about('volume', volumes));
  for (const label of labels ?? []) tests.push(hasLabel(label));
  if (composeProject) tests.push(hasLabel(`com.docker.compose.project=${composeProject}`));
  return (event) => tests.every((test) => test(event));
}
