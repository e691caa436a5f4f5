/** What the health check of a container is, and what it says. */
import type { Health, HealthConfig, Int64 } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { duration, type FieldBuilder, long, mapped, record, text, texts, time } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { HealthStatus } from './enums.ts';
import { type ContainerModel, detailsOf, stateOf } from './model.ts';

export const HealthCheckConfigType = record<HealthConfig>(
  'HealthCheckConfig',
  'How the Engine finds out whether a container is healthy. What is null comes from the image, else from the Engine.',
  {
    [of]: 'HealthConfig',
    Test: texts(
      'The check: `CMD` and a program with its arguments, `CMD-SHELL` and a command line, or `NONE` for no check. Empty ' +
        'where the one of the image is used.',
    ),
    Interval: duration('How long the Engine waits between two checks.'),
    Timeout: duration('How long a check may take before it counts as failed.'),
    Retries: mapped<Int64, number>(
      'Int',
      (count) => Number(count) || null,
      'How many failures in a row make it unhealthy.',
    ),
    StartPeriod: duration(
      'How long after the start failures do not count, as the program is still starting.',
    ),
    StartInterval: duration('How long the Engine waits between two checks during the start period.', {
      since: '1.44',
    }),
  },
  (t) => ({
    isDisabled: t.boolean({
      nullable: false,
      description: 'Whether a check of the image is switched off here (`NONE`).',
      resolve: ({ Test }) => Test?.[0] === 'NONE',
    }),
  }),
);

type Result = NonNullable<Health['Log']>[number];

const HealthCheckResult = record<Result>('HealthCheckResult', 'One run of a health check.', {
  [of]: 'HealthcheckResult',
  Start: time('When it began.'),
  End: time('When it ended.'),
  ExitCode: long(
    'How it ended: 0 is healthy, 1 is unhealthy, -1 is a check that took too long or could not be run.',
  ),
  Output: text('What it printed, cut by the Engine after 4096 bytes; null if nothing.'),
});

/** The health that `docker ps` writes at the end of a status such as `Up 5 minutes (health: starting)`. */
const toldInStatus = /\((?:health: )?(healthy|unhealthy|starting)\)$/;

/** The Engine's word, as far as it is at hand; undefined where only inspect has it. */
function wordAtHand({ summary, details }: ContainerModel): string | undefined {
  const listed = summary?.Health?.Status || toldInStatus.exec(summary?.Status ?? '')?.[1];
  return listed || (details && (details.State?.Health?.Status || 'none'));
}

/** The list of every Docker tells the health of what runs, so no word there is no check; that of Podman is silent. */
const isSilent = ({ scope }: ContainerModel): boolean => scope.greeted()?.product === 'PODMAN';

/**
 * What the health check of a running container says, in the Engine's words (`none` without a check), from whatever
 * is at hand; only Podman is asked for it. Null for one that is not running: nothing checks it.
 */
function healthStatusOf(container: ContainerModel): string | null | Promise<string | null> {
  if (stateOf(container) !== 'running') return null;
  const word = wordAtHand(container);
  if (word !== undefined || !isSilent(container)) return word ?? 'none';
  return detailsOf(container).then((details) => details && (details.State?.Health?.Status || 'none'));
}

/** How many of them have which health. */
export async function healthCounts(
  containers: readonly ContainerModel[],
): Promise<{ readonly healthy: number; readonly unhealthy: number }> {
  const words = await Promise.all(containers.map(async (container) => healthStatusOf(container)));
  const count = (wanted: string) => words.filter((word) => word === wanted).length;
  return { healthy: count('healthy'), unhealthy: count('unhealthy') };
}

/** All that inspect says of its health; no call where there plainly is no check. */
const healthOf = async (container: ContainerModel): Promise<Health | null | undefined> =>
  (await healthStatusOf(container)) === 'none' ? null : (await detailsOf(container))?.State?.Health;

const ContainerHealth = builder.objectRef<ContainerModel>('ContainerHealth').implement({
  description: 'What the health check of a container says.',
  fields: (t) => ({
    status: t.field({
      ...wire('Health.Status', 'ContainerSummary.Health.Status'),
      type: HealthStatus.ref,
      nullable: true,
      description:
        '`NONE` without a health check. Null while the container is not running (paused is not running either), as nothing ' +
        'is checked then. Lists have it without a further call.',
      resolve: async (container) => HealthStatus.of(await healthStatusOf(container)),
    }),
    statusRaw: t.string({
      nullable: true,
      description:
        "The Engine's own text, for a container that is not running too: Docker calls each of those unhealthy that has a " +
        'check. Below API 1.52 that needs `GET /containers/{id}/json`.',
      resolve: async (container) =>
        wordAtHand(container) ??
        (await healthStatusOf(container)) ??
        ((await healthOf(container))?.Status || 'none'),
    }),
    failingStreak: t.int({
      ...wire('Health.FailingStreak', 'ContainerSummary.Health.FailingStreak'),
      nullable: true,
      description:
        'How many checks in a row have failed; null without a check. Below API 1.52 that needs `GET /containers/{id}/json`.',
      resolve: async (container) => {
        const health = container.summary?.Health ?? (await healthOf(container));
        const hasCheck = health?.Status && health.Status !== 'none';
        return hasCheck ? Number(health.FailingStreak ?? 0) : null;
      },
    }),
    log: t.field({
      ...wire('Health.Log'),
      type: [HealthCheckResult],
      nullable: true,
      description:
        'The last runs of the check, oldest first; the Engine keeps five. Needs `GET /containers/{id}/json`.',
      resolve: async (container) => (await healthOf(container))?.Log ?? [],
    }),
  }),
});

/** `health`: the field of a container. */
export const healthField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    ...wire('ContainerState.Health', 'ContainerSummary.Health'),
    type: ContainerHealth,
    nullable: false,
    description: 'What its health check says.',
    resolve: (container) => container,
  });
