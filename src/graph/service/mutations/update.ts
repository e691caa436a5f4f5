/** `serviceUpdate`: what `docker service update` can do, typed, and never against what somebody else has changed meanwhile. */
import type { Context } from '../../../context.ts';
import type { Service } from '../../../engine/types.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { builder } from '../../builder.ts';
import { blameAuth, registryAuthOf } from '../../image/registry-auth.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import { payloadType } from '../../mutation/payload.ts';
import type { FoundRefs } from '../input/attachments.ts';
import { updatedSpec } from '../input/spec.ts';
import type { SpecBody } from '../input/spec-types.ts';
import { ServiceUpdateInput, type UpdateWish } from '../input/update.ts';
import type { ServiceModel } from '../model.ts';
import { type ServiceOutcome, serviceFields } from './outcome.ts';
import { checkWait, currentSpec, isSameSpec, onService, perform } from './perform.ts';
import { findRefs, uncheckedRefs } from './refs.ts';
import { resolveImage, taggedImage, withImage } from './resolve-image.ts';

/** What the credentials are for: the new image, or the one it has. */
const imageOf = ({ data }: ServiceModel): string | undefined => {
  const { ContainerSpec, PluginSpec } = data.Spec?.TaskTemplate ?? {};
  return ContainerSpec?.Image ?? PluginSpec?.remote ?? undefined;
};

const isGiven = (text: string | null | undefined): text is string => typeof text === 'string';

/** A service that no wish contradicts unless it contradicts itself. */
const anyService = ({ maxConcurrent, plugin }: UpdateWish): SpecBody => {
  const isOfJob = maxConcurrent !== null && maxConcurrent !== undefined;
  return {
    Mode: isOfJob ? { ReplicatedJob: {} } : { Replicated: {} },
    ...(plugin && { TaskTemplate: { PluginSpec: { name: 'any', remote: 'any' } } }),
  };
};

/** @throws InputError for what is wrong whatever the service is, before anything is asked of the Engine */
function check(context: Context, scope: EngineScope, input: UpdateWish, place: Place): void {
  registryAuthOf(input.auth, inside(place, 'auth'));
  checkWait(input, place);
  if (isGiven(input.image)) taggedImage(input.image, inside(place, 'image'));
  updatedSpec(anyService(input), input, uncheckedRefs(context, scope, input), place);
}

async function update(
  context: Context,
  service: ServiceModel,
  input: UpdateWish,
  place: Place,
): Promise<ServiceOutcome> {
  const { scope } = service;
  const auth = registryAuthOf(input.auth, inside(place, 'auth'));
  const isHandedOver = Boolean(auth ?? input.withRegistryAuth);
  if (isHandedOver && input.registryAuthFrom) {
    refuse(inside(place, 'registryAuthFrom'), 'means nothing where credentials are handed over.');
  }
  const image = isGiven(input.image) ? taggedImage(input.image, inside(place, 'image')) : undefined;
  const wish = { ...input, image };
  const specFor = (current: SpecBody, found: FoundRefs) => updatedSpec(current, wish, found, place);
  const found = await findRefs(context, scope, input);
  const resolved =
    image === undefined
      ? undefined
      : input.resolveImage === false
        ? { image, platforms: undefined, warnings: [] }
        : await resolveImage(scope, image, auth);
  const of = image ?? imageOf(service);
  const registryAuth = isHandedOver && of ? await scope.registryAuth(of, auth) : undefined;
  const apply = (now: Service): SpecBody | undefined => {
    const current = currentSpec(now);
    const changed = specFor(current, found);
    const spec = resolved ? withImage(changed, resolved, Boolean(input.placement?.platforms)) : changed;
    // Credentials are not in the spec: to hand them over is a change of its own.
    return registryAuth === undefined && !input.registryAuthFrom && isSameSpec(current, spec)
      ? undefined
      : spec;
  };
  const registryAuthFrom = input.registryAuthFrom === 'PREVIOUS_SPEC' ? 'previous-spec' : 'spec';
  return perform(context, service, {
    input,
    apply,
    params: registryAuth === undefined ? { registryAuthFrom } : { registryAuth },
    warnings: resolved?.warnings ?? [],
  });
}

builder.mutationField('serviceUpdate', (t) =>
  t.field({
    type: payloadType<ServiceOutcome>('ServiceUpdatePayload', 'What `serviceUpdate` answers.', serviceFields),
    nullable: true,
    description:
      'Changes a service: only what is given. Its version is read and sent along, and where somebody else was quicker the wishes ' +
      'are applied to what is there then; with a `version` given, that is a `VersionConflictError` instead. `changed` is false ' +
      'where all was so already, and nothing was written. `POST /services/{id}/update`.',
    args: {
      input: t.arg({
        type: ServiceUpdateInput,
        required: true,
        description: 'Which service, and what of it.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const outcome = await onService(
        context,
        input,
        (service, place) => update(context, service, input, place),
        { check: (scope, place) => check(context, scope, input, place) },
      );
      return { ...outcome, userErrors: outcome.userErrors.map((error) => blameAuth(error, input.auth)) };
    },
  }),
);
