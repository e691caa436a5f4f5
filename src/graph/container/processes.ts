/** The processes of a container, as `ps` on its host lists them. */
import { EngineError } from '../../engine/errors.ts';
import { containers } from '../../engine/operations/containers.ts';
import type { ContainerTop } from '../../engine/types.ts';
import { orNull } from '../../loaders/batch.ts';
import { builder } from '../builder.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { wire } from '../kit/wire.ts';
import type { ContainerModel } from './model.ts';
import { isStopped } from './stopped.ts';

interface ProcessModel {
  readonly titles: readonly string[];
  readonly values: readonly string[];
}

/** The value under the first of these titles that there is. */
function valueUnder({ titles, values }: ProcessModel, ...wanted: readonly string[]): string | null {
  for (const title of wanted) {
    const column = titles.findIndex((each) => each.toLowerCase() === title.toLowerCase());
    if (column >= 0) return values[column] ?? null;
  }
  return null;
}

const Process = builder.objectRef<ProcessModel>('ContainerProcess').implement({
  description:
    'A process of a container. The fields beside `values` are null where `ps` was told to leave them out.',
  fields: (t) => ({
    values: t.stringList({
      nullable: false,
      description: 'What `ps` says of it, one text for each of the titles of the list.',
      resolve: ({ values }) => [...values],
    }),
    value: t.string({
      nullable: true,
      description: 'One of the values; null where there is none under that title.',
      args: {
        title: t.arg.string({
          required: true,
          description: 'The title, such as `RSS`; case does not matter.',
        }),
      },
      resolve: (process, { title }) => valueUnder(process, title),
    }),
    pid: t.int({
      nullable: true,
      description: 'The process as the host numbers it, not as the container does.',
      resolve: (process) => Number.parseInt(valueUnder(process, 'PID') ?? '', 10) || null,
    }),
    parentPid: t.int({
      nullable: true,
      description: 'The process that started it, as the host numbers it.',
      resolve: (process) => {
        const parent = Number.parseInt(valueUnder(process, 'PPID') ?? '', 10);
        return Number.isNaN(parent) ? null : parent;
      },
    }),
    user: t.string({
      nullable: true,
      description: 'Who it runs as, by the names of the host.',
      resolve: (process) => valueUnder(process, 'USER', 'UID'),
    }),
    command: t.string({
      nullable: true,
      description: 'Its command line.',
      resolve: (process) => valueUnder(process, 'CMD', 'COMMAND'),
    }),
  }),
});

const ProcessList = builder.objectRef<ContainerTop>('ContainerProcessList').implement({
  description: 'The processes of a container, as `ps` on its host lists them.',
  fields: (t) => ({
    titles: t.stringList({
      ...wire('ContainerTopResponse.Titles'),
      nullable: false,
      description: 'What each of the values of a process is, such as `PID`.',
      resolve: ({ Titles }) => [...(Titles ?? [])],
    }),
    processes: t.field({
      ...wire('ContainerTopResponse.Processes'),
      type: [Process],
      nullable: false,
      description: 'One for each process.',
      resolve: ({ Titles, Processes }) =>
        (Processes ?? []).map((values) => ({ titles: Titles ?? [], values })),
    }),
  }),
});

/** Between the list and this call it may have ended, or be about to be started again. */
const isNotRunning = (error: unknown): boolean =>
  error instanceof EngineError &&
  error.kind === 'response' &&
  (error.status === 409 || error.status === 500) &&
  /is not running|is restarting/i.test(error.message);

/** `top(psArgs:)`: the field of a container. */
export const processesField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    type: ProcessList,
    nullable: true,
    description: 'The processes that run in it; null while it is not running. `GET /containers/{id}/top`.',
    args: {
      psArgs: t.arg.string({
        ...wire('GET /containers/{id}/top?ps_args'),
        description:
          'Options for `ps`, `-ef` if left out; `-o pid,rss,comm` chooses what is shown. The Engine refuses those that hide ' +
          'the PID. Some show the environment, and secrets with it.',
      }),
    },
    resolve: async (container, { psArgs }) => {
      if (isStopped(container)) return null;
      const { scope, key } = container;
      try {
        return await (psArgs
          ? orNull(scope.call(containers.top, { id: key, ps_args: psArgs }))
          : scope.loaders.containers.top.load(key));
      } catch (error) {
        if (isNotRunning(error)) return null;
        throw error;
      }
    },
  });
