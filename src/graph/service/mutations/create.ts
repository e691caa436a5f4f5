/** `serviceCreate`: what `docker service create` can do, typed. */
import type { Context } from '../../../context.ts';
import { services } from '../../../engine/operations/services.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { builder } from '../../builder.ts';
import { blameAuth, registryAuthOf } from '../../image/registry-auth.ts';
import { inside, type Place } from '../../mutation/input-error.ts';
import { attemptOn, failed, payloadType } from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';
import type { FoundRefs } from '../input/attachments.ts';
import { type CreateWish, ServiceCreateInput } from '../input/create.ts';
import { newSpec } from '../input/spec.ts';
import { nothing, type ServiceOutcome, serviceFields } from './outcome.ts';
import { checkWait, outcomeAfter } from './perform.ts';
import { findRefs, uncheckedRefs } from './refs.ts';
import { resolveImage, taggedImage, withImage } from './resolve-image.ts';

/** Which argument the Engine's sentence is about. */
function blamed(error: UserErrorModel, input: CreateWish): UserErrorModel {
  switch (error.kind) {
    case 'NameInUseError':
      return { ...error, path: ['input', 'name'] };
    case 'PortInUseError':
      return { ...error, path: ['input', input.ports ? 'ports' : 'publish'] };
    default:
      return blameAuth(error, input.auth);
  }
}

async function create(context: Context, scope: EngineScope, input: CreateWish): Promise<ServiceOutcome> {
  const place: Place = { api: await scope.apiVersion(), path: ['input'] };
  const auth = registryAuthOf(input.auth, inside(place, 'auth'));
  checkWait(input, place);
  const image = input.image ? taggedImage(input.image, inside(place, 'image')) : undefined;
  const specFor = (found: FoundRefs) => newSpec({ ...input, image }, found, place);
  // Once with the references themselves: what is wrong with the input is said before the Engine is asked.
  specFor(uncheckedRefs(context, scope, input));
  const spec = specFor(await findRefs(context, scope, input));
  const resolved =
    image !== undefined && input.resolveImage !== false
      ? await resolveImage(scope, image, auth)
      : { image: image ?? '', platforms: undefined, warnings: [] };
  const isHandedOver = Boolean(auth ?? input.withRegistryAuth);
  const of = image ?? input.plugin?.remote;
  const registryAuth = isHandedOver && of ? await scope.registryAuth(of, auth) : undefined;
  const body = image === undefined ? spec : withImage(spec, resolved, Boolean(input.placement?.platforms));
  const { ID, Warnings } = await scope.call(services.create, { body, ...(registryAuth && { registryAuth }) });
  return outcomeAfter(context, scope, input, {
    id: ID ?? '',
    name: input.name ?? ID ?? '',
    changed: true,
    warnings: [...resolved.warnings, ...(Warnings ?? [])],
  });
}

builder.mutationField('serviceCreate', (t) =>
  t.field({
    type: payloadType<ServiceOutcome>('ServiceCreatePayload', 'What `serviceCreate` answers.', serviceFields),
    nullable: true,
    description:
      'Makes a service, for whose tasks the managers of the swarm then care. A reference in the input that is not there, such as ' +
      'a network or a secret, is an error before anything is made; that no node fits is none, and is told by `waitFor`. ' +
      '`POST /services/create`.',
    args: { input: t.arg({ type: ServiceCreateInput, required: true, description: 'The service to make.' }) },
    resolve: (_root, { input }, context) =>
      attemptOn<ServiceOutcome>(
        context,
        input.engine,
        ['input'],
        (scope) => create(context, scope, input),
        (error) => ({ ...failed(blamed(error, input)), ...nothing }),
      ),
  }),
);
