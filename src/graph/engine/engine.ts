/** The noun Engine: a daemon that this gateway serves. */
import { findNodesWith, Node } from '../kit/node.ts';
import { wire } from '../kit/wire.ts';
import { Engine } from '../nouns.ts';
import { EngineCapabilities } from './capabilities.ts';
import { EngineCounts } from './counts.ts';
import { DiskUsage, DiskUsageKind } from './disk-usage/disk-usage.ts';
import { diskUsageOf } from './disk-usage/measure.ts';
import { EngineInfo } from './info/info.ts';
import { engineModel } from './model.ts';
import { EngineProduct } from './product.ts';
import { EngineStatus, statusOf } from './status.ts';
import { EngineVersion } from './version.ts';

Engine.implement({
  description: 'A Docker Engine that this gateway serves.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('key', {
      nullable: false,
      description:
        'Its name in this gateway, which `engine` arguments take. The host name is in `info.host`.',
    }),
    status: t.field({
      type: EngineStatus,
      nullable: false,
      description: 'Whether it answers now; never an error. `GET /_ping`.',
      resolve: async ({ scope }) => (await statusOf(scope)).status,
    }),
    statusReason: t.string({
      nullable: true,
      description: 'Why it is not connected, in a sentence; null when it is. `GET /_ping`.',
      resolve: async ({ scope }) => (await statusOf(scope)).reason,
    }),
    product: t.field({
      type: EngineProduct,
      nullable: true,
      description: 'Which program it is: Docker, or Podman behind the same API.',
      resolve: async ({ scope }) => (await scope.greeting()).product,
    }),
    apiVersion: t.string({
      nullable: true,
      description: 'The API this gateway speaks with it, such as `1.51`: the newest both know, or as pinned.',
      resolve: ({ scope }) => scope.apiVersion(),
    }),
    info: t.field({
      type: EngineInfo,
      nullable: true,
      description:
        'What it says of itself and its host. The Engine starts programs to find out: for numbers of containers take ' +
        '`counts`. `GET /info`.',
      resolve: ({ scope }) => scope.loaders.system.info(),
    }),
    version: t.field({
      type: EngineVersion,
      nullable: true,
      description: 'Which version it is. `GET /version`.',
      resolve: ({ scope }) => scope.loaders.system.version(),
    }),
    capabilities: t.field({
      type: EngineCapabilities,
      nullable: false,
      description: 'What can be expected of it. Each field says which call it needs.',
      resolve: (engine) => engine,
    }),
    counts: t.field({
      type: EngineCounts,
      nullable: false,
      description: 'How many objects it has. Each field says which list it needs.',
      resolve: (engine) => engine,
    }),
    diskUsage: t.field({
      ...wire('GET /system/df?verbose'),
      type: DiskUsage,
      nullable: false,
      description:
        'What takes disk space on it. The Engine walks the disk for it, which takes seconds to minutes: select it only where ' +
        'it is shown. `GET /system/df`.',
      args: {
        types: t.arg({
          ...wire('GET /system/df?type'),
          type: [DiskUsageKind],
          description: 'Measure nothing else; whatever is selected if left out. Other kinds are null.',
        }),
      },
      resolve: ({ scope }, { types }) => diskUsageOf(scope, types),
    }),
  }),
});

findNodesWith('Engine', async (scope, key) => (key === scope.name ? engineModel(scope) : null));
