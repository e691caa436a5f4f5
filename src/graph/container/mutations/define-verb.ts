/** One verb on a container, and the same on many: both mutations are made from one description. */
import type { InputFieldMap } from '@pothos/core';
import { builder } from '../../builder.ts';
import {
  type ContainerOutcome,
  containerField,
  failed,
  noContainer,
  objection,
  payloadType,
  type RemovalOutcome,
  removedIdField,
  resolveContainer,
} from '../../mutation/payload.ts';
import { defineBulk } from './bulk.ts';
import { actOn, containerRefFields, inputOf, type Verb } from './verb.ts';

/** What a verb did, and to which container. */
type VerbOutcome = ContainerOutcome & RemovalOutcome;

/** Declares `container<Name>` and, with a bulk description, `containers<Name>`. */
export function defineVerb<Fields extends InputFieldMap>(verb: Verb<Fields>): void {
  const Input = builder.inputType(`Container${verb.name}Input`, {
    description: `What \`container${verb.name}\` takes.`,
    fields: (t) => ({ ...containerRefFields(t), ...verb.fields(t) }),
  });
  const Payload = payloadType<VerbOutcome>(
    `Container${verb.name}Payload`,
    `What \`container${verb.name}\` answers.`,
    (t) => ({ container: containerField(t), ...(verb.removes && { removedId: removedIdField(t) }) }),
  );
  builder.mutationField(`container${verb.name}`, (t) =>
    t.field({
      type: Payload,
      nullable: true,
      description: verb.description,
      args: { input: t.arg({ type: Input, required: true, description: 'Which container, and how.' }) },
      resolve: async (_root, args, context) => {
        const given = inputOf<Fields, { readonly ref: string; readonly engine?: string | null }>(args);
        const wrong = objection(context, ['input'], () => verb.check?.(given));
        if (wrong) return { ...failed(wrong), container: noContainer, about: null };
        const found = await resolveContainer(context, given);
        if ('error' in found) return { ...failed(found.error), container: noContainer, about: null };
        const { model } = found;
        const outcome = await actOn(model, () => verb.act(model, given));
        return { ...outcome, about: model };
      },
    }),
  );
  if (verb.bulkDescription !== undefined) defineBulk(verb, verb.bulkDescription);
}
