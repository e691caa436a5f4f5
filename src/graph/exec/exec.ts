/** The noun Exec. */
import type { ExecInspect, ExecProcess } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import { fromDetails } from '../container/model.ts';
import { findNodesWith, Node } from '../kit/node.ts';
import { engineField } from '../kit/noun.ts';
import { columnFields, flag, int, long, omitted, text } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';
import { Container, Exec } from '../nouns.ts';
import { type ExecModel, execOf, findExec } from './model.ts';

/** What is shown in other ways: as IDs, as edges, and in one list with the program. */
type ExecScalars = Omit<ExecInspect, 'ID' | 'ContainerID' | 'ProcessConfig'>;

Exec.implement({
  description:
    'A command that runs, or has run, in a container beside its main process (`docker exec`). The Engine forgets it some ' +
    'minutes after its end.',
  interfaces: [Node],
  fields: (t) => ({
    dockerId: t.exposeString('key', {
      ...wire('ExecInspectResponse.ID', 'IDResponse.Id'),
      nullable: false,
      description: "Docker's own ID, 64 hexadecimal digits.",
    }),
    shortId: t.string({
      nullable: false,
      description: 'The first twelve digits of `dockerId`.',
      resolve: ({ key }) => key.slice(0, 12),
    }),
    engine: engineField(t),
    container: t.field({
      ...wire('ExecInspectResponse.ContainerID'),
      type: Container,
      nullable: true,
      description: 'The container it runs in. Needs `GET /containers/{id}/json`.',
      resolve: async ({ scope, details }) => {
        const found = details.ContainerID
          ? await scope.loaders.containers.inspect.load(details.ContainerID)
          : null;
        return found && fromDetails(scope, found);
      },
    }),
    command: t.stringList({
      ...wire('ProcessConfig.entrypoint', 'ProcessConfig.arguments', 'ExecInspectResponse.ProcessConfig'),
      nullable: false,
      description: 'The program and its arguments.',
      resolve: ({ details: { ProcessConfig: its } }) => [
        ...(its?.entrypoint ? [its.entrypoint] : []),
        ...(its?.arguments ?? []),
      ],
    }),
    ...columnFields<ExecProcess, ExecModel>(
      t,
      {
        [of]: 'ProcessConfig',
        entrypoint: omitted('the first of `command`'),
        arguments: omitted('the rest of `command`'),
        user: text('Who it runs as, as it was asked for; null for the user of the container.'),
        tty: flag('Whether it has a terminal.'),
        privileged: flag('Whether it has all privileges, whatever the container has.'),
      },
      ({ details }) => details.ProcessConfig,
    ),
    ...columnFields<ExecScalars, ExecModel>(
      t,
      {
        [of]: 'ExecInspectResponse',
        Running: flag('Whether it runs now.', { name: 'isRunning' }),
        ExitCode: long(
          'How it ended; null before. 126 and 127 with a `pid` of 0 mean that it could not be started.',
        ),
        Pid: int('Its process as the host numbers it; 0 when none was started.'),
        OpenStdin: flag('Whether clients can write to its standard input.'),
        OpenStdout: flag('Whether clients get its standard output.'),
        OpenStderr: flag('Whether clients get its standard error.'),
        DetachKeys: text('The keys that detach a client; null for those that are the default.'),
        CanRemove: flag('Whether the Engine is about to forget it.'),
      },
      ({ details }) => details,
    ),
  }),
});

findNodesWith('Exec', execOf);

builder.queryField('exec', (t) =>
  t.field({
    type: Exec,
    nullable: true,
    description:
      'A command that runs, or has just run, in a container; null when the Engine does not know it (any more). ' +
      '`GET /exec/{id}/json`.',
    args: {
      ref: t.arg.id({ required: true, description: "Its global ID, or Docker's full ID of it." }),
      engine: t.arg.string({
        description: 'The engine it is on; the default one if left out. Not needed with a global ID.',
      }),
    },
    resolve: (_root, { ref, engine }, context) => findExec(context, ref, engine),
  }),
);
