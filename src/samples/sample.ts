/** What the Engine sends once a second for each container whose stats are followed. */
import type { ContainerStats } from '../engine/types.ts';

/** One sample with the one before it, for rates. */
export interface Frame {
  readonly sample: ContainerStats;
  readonly previous?: ContainerStats;
  /** When it came, in milliseconds of `performance.now()`. */
  readonly at: number;
}

/** The one place that trusts the Engine's word for the shape of a sample; every field is optional there for that reason. */
const isStats = (value: unknown): value is ContainerStats =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A message as a sample. Undefined for what is none: of a container that is not running the Engine sends nothing but
 * zeros, the time too.
 */
export function sampleOf(message: unknown): ContainerStats | undefined {
  if (!isStats(message) || !message.read) return undefined;
  return message.read.startsWith('0001-') ? undefined : message;
}
