/** What one event does to an inventory. */
import type { EngineEvent } from '../event.ts';
import { isSameState, type Noun, type Thing } from './thing.ts';

/** Exactly what an event tells of an object, and nothing that it does not. */
export type Change = { readonly noun: Noun; readonly dockerId: string } & (
  | { readonly kind: 'made'; readonly name: string | undefined; readonly state: string | undefined }
  | { readonly kind: 'gone' }
  /** Of an object that is there; undefined is what stays as it is. */
  | { readonly kind: 'changed'; readonly name?: string | undefined; readonly state?: string | undefined }
);

/** The state in which an action leaves a container. */
const states: Readonly<Record<string, string>> = {
  start: 'running',
  restart: 'running',
  unpause: 'running',
  pause: 'paused',
  die: 'exited',
};

const stateAfter = (action: string): string | undefined =>
  Object.hasOwn(states, action) ? states[action] : undefined;

function changeOfContainer({ action, actorId: dockerId, attributes }: EngineEvent): Change | undefined {
  const about = { noun: 'container', dockerId } as const;
  const name = attributes.get('name');
  if (action === 'create') return { ...about, kind: 'made', name, state: 'created' };
  // Podman says "remove".
  if (action === 'destroy' || action === 'remove') return { ...about, kind: 'gone' };
  if (action === 'rename') return { ...about, kind: 'changed', name };
  const state = stateAfter(action);
  return state === undefined ? undefined : { ...about, kind: 'changed', state };
}

/** What an event changes; undefined where it changes nothing that is kept, or does not tell what. */
export function changeOf(event: EngineEvent): Change | undefined {
  const { type, action, actorId: dockerId, attributes } = event;
  if (dockerId === '') return undefined;
  switch (type) {
    case 'container':
      return changeOfContainer(event);
    case 'image':
      return action === 'delete' ? { noun: 'image', dockerId, kind: 'gone' } : undefined;
    case 'network':
      if (action === 'create')
        return { noun: 'network', dockerId, kind: 'made', name: attributes.get('name'), state: undefined };
      return action === 'destroy' || action === 'remove'
        ? { noun: 'network', dockerId, kind: 'gone' }
        : undefined;
    case 'volume':
      if (action === 'create')
        return { noun: 'volume', dockerId, kind: 'made', name: dockerId, state: undefined };
      return action === 'destroy' || action === 'remove'
        ? { noun: 'volume', dockerId, kind: 'gone' }
        : undefined;
    default:
      return undefined;
  }
}

const imageActions: ReadonlySet<string> = new Set([
  'create',
  'pull',
  'load',
  'import',
  'tag',
  'untag',
  'build',
  'prune',
]);

/**
 * Whether an event changes the images in a way that it does not tell: a pull names a reference and no ID, a commit no
 * image at all. The next list will differ from what is known, and rightly so.
 */
export const blursImages = ({ type, action }: EngineEvent): boolean =>
  (type === 'image' && imageActions.has(action)) ||
  (type === 'container' && action === 'commit') ||
  type === 'builder';

/** What a change makes of a thing; undefined for none, before or after. */
export function changed(thing: Thing | undefined, change: Change): Thing | undefined {
  const { noun, dockerId } = change;
  switch (change.kind) {
    case 'gone':
      return undefined;
    case 'made':
      return { noun, dockerId, name: change.name, state: change.state };
    case 'changed': {
      if (!thing) return undefined;
      const { name = thing.name, state = thing.state } = change;
      const kept = isSameState(thing.state, state) ? thing.state : state;
      return name === thing.name && kept === thing.state ? thing : { ...thing, name, state: kept };
    }
  }
}

/** Two changes of one object, the second after the first, as one. */
export function folded(first: Change | undefined, second: Change): Change {
  if (!first || second.kind !== 'changed') return second;
  switch (first.kind) {
    case 'gone':
      return first;
    case 'made':
      return { ...first, name: second.name ?? first.name, state: second.state ?? first.state };
    case 'changed':
      return { ...first, name: second.name ?? first.name, state: second.state ?? first.state };
  }
}
