/** One event of an Engine, read from whatever a daemon sends (`GET /events`). */
import { createHash } from 'node:crypto';
import { isJsonObject } from '../engine/json.ts';

export interface EngineEvent {
  /** `container`, `image`, `network` … An open set. */
  readonly type: string;
  /** `start`, `exec_create` … An open set. */
  readonly action: string;
  /** What stood behind the action: the command of an exec, which may hold secrets, or the health status. */
  readonly detail?: string;
  /** ID, name or reference, as the type has it; empty for a prune. */
  readonly actorId: string;
  /**
   * Attributes of the event and labels of its object, which the daemon mixes: a label may stand in for an attribute.
   * A map, as labels may be called anything.
   */
  readonly attributes: ReadonlyMap<string, string>;
  /** `local` or `swarm`. */
  readonly scope: string;
  /** Unix seconds, by the daemon's clock. */
  readonly time: number;
  /** Unix nanoseconds, by the daemon's clock. Swarm events have the time of their object's change instead. */
  readonly timeNano: bigint;
  /** Tells this event from all others of its Engine, and stands for a place in their order. */
  readonly cursor: string;
}

const nanosPerSecond = 1_000_000_000n;
const digestLength = 12;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value));
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}

function attributesOf(value: unknown): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  if (!isJsonObject(value)) return attributes;
  for (const [key, attribute] of Object.entries(value)) {
    if (typeof attribute === 'string') attributes.set(key, attribute);
    else if (['number', 'bigint', 'boolean'].includes(typeof attribute))
      attributes.set(key, String(attribute));
  }
  return attributes;
}

/** Podman's own words for what Docker calls otherwise; its Docker-like API does not translate all of them. */
const translations: Readonly<Record<string, string>> = {
  'container died': 'die',
  'container remove': 'destroy',
  'container exec': 'exec_start',
  'container exec_died': 'exec_die',
  'image remove': 'delete',
  'network remove': 'destroy',
  'volume remove': 'destroy',
};

/** A network of a swarm is really said to be removed. */
const actionOf = (type: string, action: string, scope: string): string =>
  (scope === 'local' && translations[`${type} ${action}`]) || action;

/** Podman has it among the attributes of every event, under a name of its own. */
function withExitCode(action: string, attributes: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const exitCode = attributes.get('containerExitCode');
  const isEnd = action === 'die' || action === 'exec_die';
  return !isEnd || exitCode === undefined || attributes.has('exitCode')
    ? attributes
    : new Map([...attributes, ['exitCode', exitCode]]);
}

/** Podman leaves out what hash an ID is of, and the ID of what has only a name. */
function actorIdOf(type: string, told: string, attributes: ReadonlyMap<string, string>): string {
  if (type === 'image' && /^[0-9a-f]{64}$/.test(told)) return `sha256:${told}`;
  return told === '' && type === 'volume' ? (attributes.get('name') ?? '') : told;
}

function cursorOf(timeNano: bigint, identity: readonly unknown[]): string {
  const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
  return `${timeNano}:${digest.slice(0, digestLength)}`;
}

/**
 * Reads an event from a parsed message. Takes what is missing or odd for empty, as Podman and old daemons differ.
 *
 * @returns undefined for a message that tells neither type nor action, and so is no event.
 */
export function decodeEvent(message: unknown): EngineEvent | undefined {
  if (!isJsonObject(message)) return undefined;
  const { Type, Action, Actor, status, id, scope, time, timeNano, HealthStatus } = message;
  const said = textOf(Action) || textOf(status);
  // Daemons before API 1.22 told of containers only, and did not say so.
  const type = textOf(Type) || (textOf(status) && 'container');
  if (said === '' || type === '') return undefined;
  const actor = isJsonObject(Actor) ? Actor : {};
  const attributes = attributesOf(actor['Attributes']);
  const actorId = actorIdOf(type, textOf(actor['ID']) || textOf(id), attributes);
  const seconds = integerOf(time);
  const nanos = integerOf(timeNano) ?? (seconds ?? 0n) * nanosPerSecond;
  const colon = said.indexOf(': ');
  const reach = textOf(scope) || 'local';
  const action = actionOf(type, colon < 0 ? said : said.slice(0, colon), reach);
  const detail = colon < 0 ? textOf(HealthStatus) : said.slice(colon + 2);
  const sorted = [...attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    type,
    action,
    ...(detail !== '' && { detail }),
    actorId,
    attributes: withExitCode(action, attributes),
    scope: reach,
    time: Number(seconds ?? nanos / nanosPerSecond),
    timeNano: nanos,
    cursor: cursorOf(nanos, [type, said, actorId, sorted]),
  };
}

/** Nanoseconds in the form that `since` and `until` of `GET /events` take: `seconds.nanoseconds`. */
export function eventTimeParameter(timeNano: bigint): string {
  const at = timeNano < 0n ? 0n : timeNano;
  return `${at / nanosPerSecond}.${String(at % nanosPerSecond).padStart(9, '0')}`;
}
