/** Checkpoints of a container: its processes with all their memory, kept on the disk. */
import { EngineError } from '../../engine/errors.ts';
import { checkpoints } from '../../engine/operations/checkpoints.ts';
import type { Checkpoint } from '../../engine/types.ts';
import { BadUserInput, NotFound } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { type FieldBuilder, record, text } from '../kit/record.ts';
import { type Place, refuse } from '../mutation/input-error.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';
import type { ContainerModel } from './model.ts';

const ContainerCheckpoint = record<Checkpoint>(
  'ContainerCheckpoint',
  'The processes of a container with all their memory, kept on the disk: `containerStart(checkpoint:)` lets them go on.',
  { Name: text('Its name.') },
);

/** Not documented, so said once. */
export const experimentalOnly =
  'Only where the configuration of the Engine says `experimental`, and with CRIU on its host.';

/**
 * @throws TypedFailure ExperimentalError for an Engine that does not do this; nothing has been sent
 */
export async function requireExperimental({ greeting }: EngineScope, path: readonly string[]): Promise<void> {
  if ((await greeting()).experimental) return;
  const message =
    'The Engine knows checkpoints only where it is experimental: set `"experimental": true` in its daemon.json.';
  throw new TypedFailure({ kind: 'ExperimentalError', message, path });
}

/** The daemon's own rule, of the versions that have one. */
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,253}[a-zA-Z0-9_-]$/;

/** @throws InputError for what cannot be the name of a checkpoint */
export function checkCheckpointName(name: string, place: Place): void {
  if (!namePattern.test(name)) {
    const rule =
      'give 2 to 255 letters, digits, "_", "." and "-", beginning with a letter or digit and not ending with "."';
    refuse(place, `cannot be "${name}": ${rule}.`);
  }
}

const isAbsolute = (dir: string): boolean => dir.startsWith('/') && !dir.includes('\0');

/** @throws InputError for what is no path of the host */
export function checkDirectory(dir: string | null | undefined, place: Place): void {
  if (dir && !isAbsolute(dir))
    refuse(place, `cannot be "${dir}": give an absolute path of the host of the Engine.`);
}

/** The sentence for a directory that is not there; newer Engines have another one, and the status 404. */
const lacksDirectory = /^checkpoint\s+does not exist for container/i;

/**
 * Whatever else the Engine says of a start from a checkpoint that is there is why its processes did not come back: without
 * CRIU some versions say so, and others stumble later.
 */
export function restoreFailure(error: unknown, container: ContainerModel): unknown {
  const isIt =
    error instanceof EngineError &&
    error.kind === 'response' &&
    ((error.status ?? 0) >= 500 || /restore failed/i.test(error.message)) &&
    !/does not exist/i.test(error.message);
  if (!isIt) return error;
  const { message } = error;
  return new TypedFailure({ kind: 'CheckpointError', message, container: async () => container }, error);
}

async function checkpointsOf(
  { scope, key: id }: ContainerModel,
  dir: string | null | undefined,
): Promise<readonly Checkpoint[] | null> {
  if (!(await scope.greeting()).experimental) return null;
  if (dir && !isAbsolute(dir)) {
    throw new BadUserInput(`\`dir\` cannot be "${dir}": give an absolute path of the host of the Engine.`);
  }
  try {
    return (await scope.call(checkpoints.list, { id, dir: dir || undefined })) ?? [];
  } catch (error) {
    if (!(error instanceof EngineError && lacksDirectory.test(error.message))) throw error;
    throw new NotFound(`The host of the Engine has no directory "${dir}" with checkpoints.`);
  }
}

export const checkpointsField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    type: [ContainerCheckpoint],
    nullable: true,
    description:
      `Its checkpoints, in no order; null where the Engine is not experimental (see \`EngineInfo\`). ${experimentalOnly} ` +
      '`GET /containers/{id}/checkpoints`.',
    args: {
      dir: t.arg.string({
        description:
          'The directory on the host of the Engine that they are in; that of the container if left out.',
      }),
    },
    resolve: (container, { dir }) => checkpointsOf(container, dir),
  });
