/** The commands that run in a container beside its main process. */
import { execOf } from '../exec/model.ts';
import type { FieldBuilder } from '../kit/record.ts';
import { Exec } from '../nouns.ts';
import { type ContainerModel, detailsOf } from './model.ts';

/** `execs`: the field of a container. */
export const execsField = (t: FieldBuilder<ContainerModel>) =>
  t.field({
    type: [Exec],
    nullable: true,
    description:
      'Commands that run in it beside its main process (`docker exec`), and those that have ended in the last minutes; ' +
      'null once the container is gone. Needs `GET /containers/{id}/json`, and `GET /exec/{id}/json` for each.',
    resolve: async (container) => {
      const details = await detailsOf(container);
      if (!details) return null;
      const found = await Promise.all((details.ExecIDs ?? []).map((id) => execOf(container.scope, id)));
      return found.filter((each) => each !== null);
    },
  });
