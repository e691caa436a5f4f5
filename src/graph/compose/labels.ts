/** What compose writes into the labels of containers, read back. */
import type { StringMap } from '../../engine/types.ts';
import { entryOf as valueIn } from '../kit/key-value.ts';
import { composeLabel } from './model.ts';

/** One service that compose starts before another. */
export interface ComposeDependency {
  readonly service: string;
  /** Compose's word for what it waits for: `service_started`, `service_healthy`, `service_completed_successfully`. */
  readonly condition: string;
  /** Whether the dependent is restarted when compose restarts the dependency; null where compose did not say. */
  readonly restart: boolean | null;
}

const parts = (text: string, separator: string): string[] =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const flagOf = (text: string | undefined): boolean | null =>
  text === 'true' ? true : text === 'false' ? false : null;

/** Reads `db:service_healthy:false,cache`: what is left out is compose's default, as releases before 2.4 wrote it. */
export function parseDependencies(label: string): readonly ComposeDependency[] {
  return parts(label, ',').flatMap((entry) => {
    const [service = '', condition = '', restart] = entry.split(':').map((part) => part.trim());
    return service === ''
      ? []
      : [{ service, condition: condition || 'service_started', restart: flagOf(restart) }];
  });
}

/** What the service of a container with these labels is started after; empty where nothing says so. */
export const dependenciesOf = (labels: StringMap | null | undefined): readonly ComposeDependency[] =>
  parseDependencies(valueIn(labels, composeLabel.dependsOn) ?? '');

/** The compose service a container with these labels belongs to; null for one that compose did not make. */
export const composeServiceOf = (labels: StringMap | null | undefined): string | null =>
  valueIn(labels, composeLabel.service) || null;

/** Whether the container came from `docker compose run`, beside the replicas of its service. */
export const isOneOff = (labels: StringMap | null | undefined): boolean =>
  valueIn(labels, composeLabel.oneOff)?.toLowerCase() === 'true';

/** The compose files of the project, in the order in which they were merged. */
export const configFilesOf = (labels: StringMap | null | undefined): readonly string[] =>
  parts(valueIn(labels, composeLabel.configFiles) ?? '', ',');

/** The directory that relative paths in the compose files start from. */
export const workingDirOf = (labels: StringMap | null | undefined): string | null =>
  valueIn(labels, composeLabel.workingDir) || null;
