/** How a container comes into being: what is looked up first, what is sent, and what has to follow. */
import type { Context } from '../../../context.ts';
import { EngineError } from '../../../engine/errors.ts';
import { parseImageReference } from '../../../engine/image-reference.ts';
import { containers } from '../../../engine/operations/containers.ts';
import { networks } from '../../../engine/operations/networks.ts';
import { BadUserInput } from '../../../errors.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import type { LongWork } from '../../../long-work/long-work.ts';
import { builder } from '../../builder.ts';
import { startPull } from '../../image/pull.ts';
import { blameAuth, registryAuthOf } from '../../image/registry-auth.ts';
import { locate } from '../../kit/reference.ts';
import { explain } from '../../mutation/explain.ts';
import { InputError, inside, type Place, refuse } from '../../mutation/input-error.ts';
import { resolveRef } from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';
import { findNetwork, networkNameOf } from '../../network/model.ts';
import { type ContainerWish, type CreatePlan, createPlan } from '../input/create.ts';
import type { FoundNetwork } from '../input/networking.ts';

export const ImagePullPolicy = builder.enumType('ImagePullPolicy', {
  description: 'When the image of a new container is pulled.',
  values: {
    NEVER: { description: 'Never: it has to be on the Engine.' },
    MISSING: { description: 'When it is not on the Engine.' },
    ALWAYS: { description: 'Always, as its name may mean another image by now.' },
  } as const,
});

export type PullPolicy = typeof ImagePullPolicy.$inferType;

/** A container that is to be made, with all that had to be looked up. */
export interface Preparation extends CreatePlan {
  readonly scope: EngineScope;
  /** Where a pull that it needs can be followed. */
  readonly longWork: LongWork;
  readonly place: Place;
  /** As the daemon takes it. */
  readonly image: string;
  readonly name: string | undefined;
  readonly platform: string | undefined;
}

/** A container that was made. */
export interface Creation {
  readonly id: string;
  readonly warnings: readonly string[];
}

export type OrError<Value> = Value | { readonly error: UserErrorModel };

/** Says which argument a reference stands in. */
function at<Value>(place: Place, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BadUserInput) || error instanceof InputError) throw error;
    throw new InputError('InvalidInputError', place.path, error.message);
  }
}

/** Modes that are no network of their own, and need no look-up. */
const defaultMode: FoundNetwork = { id: 'default', name: 'default' };

/** The name a container knows its network by; the ID where that name could mean another one. */
async function knownAs(scope: EngineScope, id: string, name: string): Promise<string> {
  const all = await scope.loaders.networks.all();
  return all.filter((network) => network.Name === name).length > 1 ? id : name;
}

async function findNetworks(
  context: Context,
  scope: EngineScope,
  wishes: ContainerWish['networks'],
  place: Place,
): Promise<OrError<{ readonly found: readonly FoundNetwork[] }>> {
  const found: FoundNetwork[] = [];
  for (const [index, { network: ref }] of (wishes ?? []).entries()) {
    if (ref === defaultMode.name) {
      found.push(defaultMode);
      continue;
    }
    const { path } = inside(place, index, 'network');
    const network = await resolveRef(
      context,
      { ref, engine: scope.name, what: 'network', path },
      findNetwork,
    );
    if ('error' in network) return network;
    const { key } = network.model;
    found.push({ id: key, name: await knownAs(scope, key, networkNameOf(network.model)) });
  }
  return { found };
}

/**
 * Checks the wishes, finds what they refer to, and composes what is to be sent. Nothing is changed.
 *
 * @param attached whether whoever starts it attaches by default: `docker create`, not `docker run -d`
 * @throws what `explain` has no type for: an Engine that is away, slow or broken
 */
export async function prepare(
  context: Context,
  input: ContainerWish,
  attached: boolean,
): Promise<OrError<Preparation>> {
  try {
    const top = { api: '', path: ['input'] };
    at(inside(top, 'engine'), () => context.scope(input.engine));
    const { scope, key: image } = at(inside(top, 'image'), () =>
      locate(context, 'Image', 'image', input.image, input.engine),
    );
    const place = { ...top, api: await scope.apiVersion() };
    const keyOf = (ref: string) => locate(context, 'Container', 'object', ref, scope.name).key;
    const plan = (found: readonly FoundNetwork[]) =>
      createPlan(input, { place, image, networks: found, keyOf, attached });
    // Once with the references themselves: what is wrong with the input is said before the Engine is asked.
    plan((input.networks ?? []).map(({ network }) => ({ id: network, name: network })));
    const networked = await findNetworks(context, scope, input.networks, inside(place, 'networks'));
    if ('error' in networked) return networked;
    const { name, platform } = input;
    return {
      ...plan(networked.found),
      scope,
      longWork: context.longWork,
      place,
      image,
      name: name ?? undefined,
      platform: platform ?? undefined,
    };
  } catch (error) {
    const explained = explain(error, { scope: context.scope(), path: ['input'] });
    if (!explained) throw error;
    return { error: explained };
  }
}

/** The daemon has no such image, or not of that platform; other things that are missing are not meant. */
const lacksImage = (error: unknown): boolean =>
  error instanceof EngineError &&
  error.kind === 'response' &&
  error.status === 404 &&
  /no such image|does not match the specified platform|does not provide the (?:specified )?platform/i.test(
    error.message,
  );

/** Which argument the Engine's sentence is about. */
function blamed(error: UserErrorModel): UserErrorModel {
  if (error.kind === 'NameInUseError') return { ...error, path: ['input', 'name'] };
  if (error.kind === 'ImageNotFoundError') return { ...error, path: ['input', 'image'] };
  return error;
}

/** The network that cannot be connected leaves no half-made container behind. */
async function connectLater(
  { scope, later }: Preparation,
  id: string,
): Promise<{ readonly error: UserErrorModel } | undefined> {
  for (const { network, endpoint, path } of later) {
    try {
      await scope.call(networks.connect, { id: network, body: { Container: id, EndpointConfig: endpoint } });
    } catch (error) {
      const isGone = await discard(scope, id);
      const explained = explain(error, { scope, path, network });
      if (!explained) throw error;
      const rest = isGone ? '' : ` The container ${id.slice(0, 12)} was made and could not be removed again.`;
      return { error: { ...explained, message: explained.message + rest } };
    }
  }
  return undefined;
}

/** Removes a container that was just made, with its anonymous volumes; false where that failed. */
export const discard = (scope: EngineScope, id: string): Promise<boolean> =>
  scope.call(containers.remove, { id, force: true, v: true }).then(
    () => true,
    (error: unknown) => error instanceof EngineError && error.status === 404,
  );

/**
 * Makes the container (`POST /containers/create`), pulling its image before or, where that is missing, in between.
 *
 * @throws what `explain` has no type for; what was made is then left as it is
 */
export async function make(
  preparation: Preparation,
  pull: PullPolicy,
  givenAuth: Parameters<typeof registryAuthOf>[0],
): Promise<OrError<Creation>> {
  const { scope, longWork, body, name, platform, image, place } = preparation;
  const create = () =>
    scope.call(containers.create, { body, ...(name && { name }), ...(platform && { platform }) });
  try {
    const auth = registryAuthOf(givenAuth, inside(place, 'auth'));
    if (auth && pull === 'NEVER') {
      refuse(
        inside(place, 'auth'),
        'is of use to a pull only: set `pull` to MISSING or ALWAYS, or leave it out.',
      );
    }
    const pullIt = () => startPull(longWork, scope, { reference: image, platform, auth }).outcome;
    if (pull === 'ALWAYS') {
      if (!parseImageReference(image))
        refuse(inside(place, 'pull'), 'cannot be ALWAYS for an image given by its ID.');
      await pullIt();
    }
    const created = await create().catch(async (error: unknown) => {
      if (pull !== 'MISSING' || !lacksImage(error) || !parseImageReference(image)) throw error;
      await pullIt();
      return create();
    });
    const id = created.Id ?? '';
    return (await connectLater(preparation, id)) ?? { id, warnings: created.Warnings ?? [] };
  } catch (error) {
    const explained = explain(error, { scope });
    if (!explained) throw error;
    return { error: blameAuth(blamed(explained), givenAuth) };
  } finally {
    scope.refresh();
  }
}
