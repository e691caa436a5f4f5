/** Disk space of a container's own files: asked for only when selected, as the Engine has to walk the disk. */
import type { Int64 } from '../../engine/types.ts';
import { builder } from '../builder.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { wire } from '../kit/wire.ts';
import type { ContainerModel } from './model.ts';

interface SizeModel {
  readonly writable: Int64 | null;
  readonly total: Int64 | null;
}

const ContainerSize = builder.objectRef<SizeModel>('ContainerSize').implement({
  description: 'Disk space that a container takes.',
  fields: (t) => ({
    writable: t.field({
      ...wire('ContainerSummary.SizeRw', 'ContainerInspectResponse.SizeRw'),
      type: 'Long',
      nullable: true,
      description: 'Bytes of the files it has made or changed (`SizeRw`).',
      resolve: ({ writable }) => writable,
    }),
    total: t.field({
      ...wire('ContainerSummary.SizeRootFs', 'ContainerInspectResponse.SizeRootFs'),
      type: 'Long',
      nullable: true,
      description: 'Bytes of all its files, those of the image too (`SizeRootFs`).',
      resolve: ({ total }) => total,
    }),
  }),
});

/** Several containers of a list are one walk; a single one is its own. */
export const sizeField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    ...wire('GET /containers/json?size', 'GET /containers/{id}/json?size'),
    type: ContainerSize,
    nullable: true,
    description:
      'Disk space it takes. The Engine walks the disk for it, which takes seconds to minutes: select it only where it is ' +
      'shown. `GET /containers/json?size=1` for a list, `GET /containers/{id}/json?size=1` for one.',
    resolve: async ({ scope, key, summary }) => {
      const { withSize, size } = scope.loaders.containers;
      const found = await (summary ? withSize : size).load(key);
      // The daemon leaves a size out when it is 0.
      return found ? { writable: found.SizeRw ?? 0, total: found.SizeRootFs ?? 0 } : null;
    },
  });
