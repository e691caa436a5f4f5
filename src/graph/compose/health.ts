/** Health as the list of containers tells it, so that counting needs no inspect. */
import type { ContainerSummary } from '../../engine/types.ts';

/**
 * The health of a running container: `healthy`, `unhealthy`, `starting`, or null without a health check. A stopped
 * container has none, whatever its last check said. Before API 1.52 only the status text has it: `Up 5 minutes (healthy)`.
 */
export function healthOfSummary({ State, Status, Health }: ContainerSummary): string | null {
  if (State !== 'running') return null;
  if (Health?.Status) return Health.Status === 'none' ? null : Health.Status;
  const [, word] = /\((?:health: )?(healthy|unhealthy|starting)\)$/.exec(Status ?? '') ?? [];
  return word ?? null;
}
