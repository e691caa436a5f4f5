/** Start, stop and what lies between: one verb each. */
import { containers } from '../../../engine/operations/containers.ts';
import type { Int64 } from '../../../engine/types.ts';
import { wholeSeconds } from '../../kit/units.ts';
import { wire } from '../../kit/wire.ts';
import { refuse, since } from '../../mutation/input-error.ts';
import {
  checkCheckpointName,
  checkDirectory,
  experimentalOnly,
  requireExperimental,
  restoreFailure,
} from '../checkpoints.ts';
import { checkName } from '../input/create.ts';
import { type ContainerModel, detailsOf, nameOf } from '../model.ts';
import { defineVerb } from './define-verb.ts';
import type { InputFields } from './verb.ts';

const noFields = () => ({});

interface GraceInput {
  readonly timeout?: Int64 | null | undefined;
  readonly signal?: string | null | undefined;
}

/**
 * What was given, else the container's own grace period, as that decides how long the call may take; nothing where the
 * daemon's default holds.
 */
async function grace(container: ContainerModel, { timeout, signal }: GraceInput) {
  const { scope } = container;
  const own = async () => (await detailsOf(container))?.Config?.StopTimeout;
  const seconds = timeout === null || timeout === undefined ? await own() : wholeSeconds(timeout);
  const place = { api: await scope.apiVersion(), path: ['input', 'signal'] };
  const asked = since(place, '1.42', signal);
  return {
    ...(seconds !== null && seconds !== undefined && { t: Number(seconds) }),
    ...(asked && { signal: asked }),
  };
}

const graceFields = (t: InputFields) => ({
  timeout: t.field({
    ...wire('POST /containers/{id}/stop?t', 'POST /containers/{id}/restart?t'),
    type: 'Duration',
    description:
      "How long it may take to end by itself before it is killed, in whole seconds; the container's own `stopTimeout`, " +
      'or 10 seconds, if left out. A negative value waits for ever.',
  }),
  signal: t.string({
    ...wire('POST /containers/{id}/stop?signal', 'POST /containers/{id}/restart?signal'),
    description: "The signal that asks it to end, such as `SIGINT`; the container's own if left out.",
    since: '1.42',
  }),
});

defineVerb({
  name: 'Start',
  description: 'Starts a container; `changed` is false if it runs already. `POST /containers/{id}/start`.',
  bulkDescription: 'Starts many containers. `POST /containers/{id}/start` for each.',
  fields: (t) => ({
    checkpoint: t.string({
      description: `The name of a checkpoint of it to go on from; it starts anew if left out. ${experimentalOnly}`,
    }),
    checkpointDir: t.string({
      description:
        'The directory on the host of the Engine that the checkpoint is in; that of the container if left out. Engines up to ' +
        '29 refuse any other.',
    }),
  }),
  check: ({ checkpoint, checkpointDir }) => {
    const place = (field: string) => ({ api: '', path: ['input', field] });
    if (checkpoint) checkCheckpointName(checkpoint, place('checkpoint'));
    checkDirectory(checkpointDir, place('checkpointDir'));
    if (checkpointDir && !checkpoint) refuse(place('checkpointDir'), 'needs `checkpoint`.');
  },
  act: async (container, { checkpoint, checkpointDir }) => {
    const { scope, key: id } = container;
    if (!checkpoint) return scope.call(containers.start, { id });
    await requireExperimental(scope, ['input', 'checkpoint']);
    const from = { checkpoint, ...(checkpointDir && { 'checkpoint-dir': checkpointDir }) };
    try {
      return await scope.call(containers.start, { id, ...from });
    } catch (error) {
      throw restoreFailure(error, container);
    }
  },
});

defineVerb({
  name: 'Stop',
  description:
    'Stops a container, by force after a grace period; `changed` is false if it does not run. `POST /containers/{id}/stop`.',
  bulkDescription: 'Stops many containers. `POST /containers/{id}/stop` for each.',
  fields: graceFields,
  act: async (container, input) => {
    const { scope, key: id } = container;
    return scope.call(containers.stop, { id, ...(await grace(container, input)) });
  },
});

defineVerb({
  name: 'Restart',
  description: 'Stops a container if it runs, and starts it. `POST /containers/{id}/restart`.',
  bulkDescription: 'Restarts many containers. `POST /containers/{id}/restart` for each.',
  fields: graceFields,
  act: async (container, input) => {
    const { scope, key: id } = container;
    return scope.call(containers.restart, { id, ...(await grace(container, input)) });
  },
});

defineVerb({
  name: 'Kill',
  description: 'Sends a signal to the main process of a running container. `POST /containers/{id}/kill`.',
  bulkDescription: 'Sends a signal to many containers. `POST /containers/{id}/kill` for each.',
  fields: (t) => ({
    signal: t.string({
      ...wire('POST /containers/{id}/kill?signal'),
      description: 'The signal, such as `SIGTERM`, `TERM` or `15`; `SIGKILL` if left out.',
    }),
  }),
  act: ({ scope, key: id }, { signal }) => scope.call(containers.kill, { id, ...(signal && { signal }) }),
});

defineVerb({
  name: 'Pause',
  description: 'Freezes all processes of a running container. `POST /containers/{id}/pause`.',
  fields: noFields,
  act: ({ scope, key: id }) => scope.call(containers.pause, { id }),
});

defineVerb({
  name: 'Unpause',
  description: 'Lets a paused container go on. `POST /containers/{id}/unpause`.',
  fields: noFields,
  act: ({ scope, key: id }) => scope.call(containers.unpause, { id }),
});

defineVerb({
  name: 'Rename',
  description:
    'Gives a container another name; `changed` is false if it has that name already. `POST /containers/{id}/rename`.',
  fields: (t) => ({
    name: t.string({
      ...wire('POST /containers/{id}/rename?name'),
      required: true,
      description:
        'The new name: 2 to 255 letters, digits, `_`, `.` or `-`, beginning with a letter or digit.',
    }),
  }),
  check: ({ name }) => checkName(name, { api: '', path: ['input'] }),
  act: async (container, { name }) => {
    const { scope, key: id } = container;
    return name !== nameOf(container) && scope.call(containers.rename, { id, name });
  },
});

defineVerb({
  name: 'Remove',
  description:
    'Removes a container for good. `container` in the answer is null then. A running one only with `force`. ' +
    '`DELETE /containers/{id}`.',
  bulkDescription: 'Removes many containers for good. `DELETE /containers/{id}` for each.',
  removes: true,
  fields: (t) => ({
    force: t.boolean({
      ...wire('DELETE /containers/{id}?force'),
      defaultValue: false,
      description: 'Kill it first if it runs.',
    }),
    volumes: t.boolean({
      ...wire('DELETE /containers/{id}?v'),
      defaultValue: false,
      description: 'Remove its anonymous volumes too.',
    }),
  }),
  act: ({ scope, key: id }, { force, volumes }) =>
    scope.call(containers.remove, {
      id,
      ...(force && { force }),
      ...(volumes && { v: volumes }),
    }),
});
