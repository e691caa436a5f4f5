/** `containerCheckpointCreate` and `containerCheckpointRemove`. */
import { checkpoints } from '../../../engine/operations/checkpoints.ts';
import {
  checkCheckpointName,
  checkDirectory,
  experimentalOnly,
  requireExperimental,
} from '../checkpoints.ts';
import { defineVerb } from './define-verb.ts';
import type { InputFields } from './verb.ts';

const fields = (t: InputFields) => ({
  name: t.string({
    required: true,
    description:
      'The name of the checkpoint: 2 to 255 letters, digits, `_`, `.` or `-`, beginning with a letter or digit.',
  }),
  dir: t.string({
    description: 'The directory on the host of the Engine that it is in; that of the container if left out.',
  }),
});

interface Wish {
  readonly name: string;
  readonly dir?: string | null | undefined;
}

const check = ({ name, dir }: Wish): void => {
  checkCheckpointName(name, { api: '', path: ['input', 'name'] });
  checkDirectory(dir, { api: '', path: ['input', 'dir'] });
};

defineVerb({
  name: 'CheckpointCreate',
  description:
    `Keeps the processes of a running container, with all their memory, on the disk, and stops it if told so. ${experimentalOnly} ` +
    '`POST /containers/{id}/checkpoints`.',
  fields: (t: InputFields) => ({
    ...fields(t),
    exit: t.boolean({
      defaultValue: true,
      description: 'Whether the container is stopped by that; it runs on with false.',
    }),
  }),
  check,
  act: async ({ scope, key: id }, { name, dir, exit }) => {
    await requireExperimental(scope, ['input']);
    const body = { CheckpointID: name, CheckpointDir: dir || undefined, Exit: exit ?? true };
    return scope.call(checkpoints.create, { id, body });
  },
});

defineVerb({
  name: 'CheckpointRemove',
  description:
    'Removes a checkpoint of a container: whatever directory of that name there is in `dir`, with all that is in it. ' +
    `${experimentalOnly} \`DELETE /containers/{id}/checkpoints/{checkpoint}\`.`,
  fields,
  check,
  act: async ({ scope, key: id }, { name: checkpoint, dir }) => {
    await requireExperimental(scope, ['input']);
    return scope.call(checkpoints.remove, { id, checkpoint, dir: dir || undefined });
  },
});
