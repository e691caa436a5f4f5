/** Sizes of terminals, and changing them: `execResize` and `containerResize`. */
import { EngineError } from '../../../engine/errors.ts';
import { containers } from '../../../engine/operations/containers.ts';
import { execs } from '../../../engine/operations/exec.ts';
import type { Size } from '../../../sessions/session.ts';
import { builder } from '../../builder.ts';
import { detailsOf } from '../../container/model.ts';
import { containerRefFields } from '../../container/mutations/verb.ts';
import { mirrors } from '../../kit/wire.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import {
  attempt,
  type ContainerOutcome,
  containerField,
  failed,
  noContainer,
  type Outcome,
  objection,
  payloadType,
  reread,
  resolveContainer,
  resolveRef,
} from '../../mutation/payload.ts';
import { Exec } from '../../nouns.ts';
import { type ExecModel, execOf, findExec } from '../model.ts';

const sizeFields = (t: InputFields) => ({
  columns: t.int({ required: true, description: 'How many characters a line has.' }),
  rows: t.int({ required: true, description: 'How many lines it has.' }),
});

export const TerminalSizeInput = builder.inputType('TerminalSizeInput', {
  description: 'The size of a terminal.',
  fields: sizeFields,
});

/** The most that fits into the 16 bits of a terminal. */
const largest = 65_535;

/** @throws InputError */
export function checkSize(size: Size | null | undefined, place: Place): Size | undefined {
  if (!size) return undefined;
  const { columns, rows } = size;
  for (const [name, value] of Object.entries({ columns, rows })) {
    if (value < 1 || value > largest)
      refuse(inside(place, name), `cannot be ${value}: give 1 to ${largest}.`);
  }
  return { columns, rows };
}

/** A command by `ref` and `engine`. */
export const execRefFields = (t: InputFields) => ({
  ref: t.id({ required: true, description: "The command: its global ID, or Docker's full ID of it." }),
  engine: t.string({
    description: 'The engine it is on; the default one if left out. Not needed with a global ID.',
  }),
});

interface ExecOutcome extends Outcome {
  readonly exec: () => Promise<ExecModel | null>;
}

const noExec = async (): Promise<null> => null;

const ExecResizeInput = builder.inputType('ExecResizeInput', {
  ...mirrors('POST /exec/{id}/resize', {
    columns: 'POST /exec/{id}/resize?w',
    rows: 'POST /exec/{id}/resize?h',
  }),
  description: 'What `execResize` takes.',
  fields: (t) => ({ ...execRefFields(t), ...sizeFields(t) }),
});

const ExecResizePayload = payloadType<ExecOutcome>(
  'ExecResizePayload',
  'What `execResize` answers.',
  (t) => ({
    exec: t.field({
      type: Exec,
      nullable: true,
      description: 'The command. Needs `GET /exec/{id}/json`.',
      resolve: ({ exec }) => exec(),
    }),
  }),
);

const conflict = (route: EngineError['route'], message: string) =>
  new EngineError({ kind: 'response', route, status: 409, message });

builder.mutationField('execResize', (t) =>
  t.field({
    type: ExecResizePayload,
    nullable: true,
    description: 'Gives the terminal of a running command another size. `POST /exec/{id}/resize`.',
    args: {
      input: t.arg({ type: ExecResizeInput, required: true, description: 'Which command, and the size.' }),
    },
    resolve: async (_root, { input }, context): Promise<ExecOutcome> => {
      const place = { api: '', path: ['input'] };
      const wrong = objection(context, place.path, () => checkSize(input, place));
      if (wrong) return { ...failed(wrong), exec: noExec };
      const found = await resolveRef(context, { ...input, what: 'command' }, findExec);
      if ('error' in found) return { ...failed(found.error), exec: noExec };
      const { scope, key: id, details } = found.model;
      const exec = () => execOf(scope, id);
      const { route } = execs.resize;
      return attempt<ExecOutcome>(
        { scope },
        async () => {
          if (!details.ProcessConfig?.tty)
            throw conflict(route, 'The command has no terminal (`tty`), so it has no size.');
          // The Engine would wait ten seconds for one that was not started.
          if (!details.Running)
            throw conflict(route, 'The command has ended, or was not started: it has no size.');
          await scope.call(execs.resize, { id, w: input.columns, h: input.rows });
          return { changed: true, userErrors: [], exec };
        },
        (error) => ({ ...failed(error), exec }),
      );
    },
  }),
);

const ContainerResizeInput = builder.inputType('ContainerResizeInput', {
  ...mirrors('POST /containers/{id}/resize', {
    columns: 'POST /containers/{id}/resize?w',
    rows: 'POST /containers/{id}/resize?h',
  }),
  description: 'What `containerResize` takes.',
  fields: (t) => ({ ...containerRefFields(t), ...sizeFields(t) }),
});

const ContainerResizePayload = payloadType<ContainerOutcome>(
  'ContainerResizePayload',
  'What `containerResize` answers.',
  (t) => ({ container: containerField(t) }),
);

builder.mutationField('containerResize', (t) =>
  t.field({
    type: ContainerResizePayload,
    nullable: true,
    description:
      'Gives the terminal of the main process of a running container another size. `POST /containers/{id}/resize`.',
    args: {
      input: t.arg({
        type: ContainerResizeInput,
        required: true,
        description: 'Which container, and the size.',
      }),
    },
    resolve: async (_root, { input }, context): Promise<ContainerOutcome> => {
      const place = { api: '', path: ['input'] };
      const wrong = objection(context, place.path, () => checkSize(input, place));
      if (wrong) return { ...failed(wrong), container: noContainer };
      const found = await resolveContainer(context, input);
      if ('error' in found) return { ...failed(found.error), container: noContainer };
      const { model } = found;
      const { scope, key: id } = model;
      const container = reread(model);
      return attempt<ContainerOutcome>(
        { scope, container: model },
        async () => {
          const details = await detailsOf(model);
          if (details && !details.Config?.Tty) {
            throw conflict(
              containers.resize.route,
              'The container has no terminal (`tty`), so it has no size.',
            );
          }
          await scope.call(containers.resize, { id, w: input.columns, h: input.rows });
          return { changed: true, userErrors: [], container };
        },
        (error) => ({ ...failed(error), container }),
      );
    },
  }),
);
