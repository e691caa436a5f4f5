/** Reads and events as the table of effects sees them. */
import type { EngineEvent } from '../../src/events/event.ts';
import type { Interests } from '../../src/live-queries/interests.ts';
import type { Read, Subject } from '../../src/live-queries/read.ts';

export const idOf = (digit: string): string => digit.repeat(64);

export const event = (
  type: string,
  action: string,
  actorId = idOf('a'),
  attributes: Readonly<Record<string, string>> = {},
): EngineEvent => ({
  type,
  action,
  actorId,
  attributes: new Map(Object.entries(attributes)),
  scope: 'local',
  time: 1,
  timeNano: 1_000_000_000n,
  cursor: '1000000000:000000000000',
});

export const read = (subject: Subject, more: Partial<Read> = {}): Read => ({
  engine: 'default',
  subject,
  ref: '',
  id: undefined,
  filters: {},
  ofTasks: false,
  rows: undefined,
  ...more,
});

/** Nothing that would make more events matter. */
export const plain: Interests = {
  execs: false,
  probes: false,
  endpoints: false,
  imageUse: false,
  containerDisk: false,
  ownState: false,
  unannounced: false,
};
