/** `EngineVersion`: all of what `docker version` shows of the server. */
import type { SystemVersion } from '../../engine/types.ts';
import { map, mapped, objects, omitted, record, text, time } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';

type Component = NonNullable<SystemVersion['Components']>[number];

const ComponentType = record<Component>('EngineComponent', 'A program that the Engine is made of.', {
  [of]: 'SystemVersion.Components[]',
  Name: text('What it is: `Engine`, `containerd`, `runc`, `docker-init`.'),
  Version: text('Its version.'),
  Details: map('Further facts, such as the commit it was built from.'),
});

export const EngineVersion = record<SystemVersion>(
  'EngineVersion',
  'Which version of the Engine this is. `GET /version`.',
  {
    [of]: 'SystemVersion',
    Version: text('The version of the daemon, such as `28.3.2`.'),
    ApiVersion: text('The newest API the daemon speaks, such as `1.51`.'),
    MinAPIVersion: text('The oldest API the daemon speaks, such as `1.24`.', { name: 'minApiVersion' }),
    GitCommit: text('The commit the daemon was built from.'),
    GoVersion: text('The Go release the daemon was built with.'),
    Os: text('The operating system the daemon was built for, such as `linux`.'),
    Arch: text('The architecture the daemon was built for, in the words of Go, such as `amd64`.'),
    KernelVersion: text('The version of the kernel of the host.'),
    BuildTime: time('When the daemon was built.'),
    Experimental: omitted('The daemon leaves it out when it is off; see below.'),
    Platform: mapped(
      'String',
      (platform: NonNullable<SystemVersion['Platform']>) => platform.Name || null,
      'The product, such as `Docker Engine - Community`; null where the packager gave none.',
      { name: 'platformName', wire: ['SystemVersion.Platform.Name'] },
    ),
    Components: objects(ComponentType, 'The programs it is made of, each with its own version.'),
  },
  (t) => ({
    experimental: t.boolean({
      ...wire('SystemVersion.Experimental'),
      nullable: false,
      description: 'Whether experimental features are on.',
      resolve: ({ Experimental }) => Experimental ?? false,
    }),
  }),
);
