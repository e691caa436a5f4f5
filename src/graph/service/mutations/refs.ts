/** What the references in the input of a service mean: networks, secrets and configs. */
import type { Context } from '../../../context.ts';
import { networks } from '../../../engine/operations/networks.ts';
import { BadUserInput } from '../../../errors.ts';
import { orNull } from '../../../loaders/batch.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { AmbiguousReference, locate } from '../../kit/reference.ts';
import { InputError } from '../../mutation/input-error.ts';
import { TypedFailure } from '../../mutation/typed-failure.ts';
import type { AttachmentWish, FoundObject, FoundRefs } from '../input/attachments.ts';
import type { SecurityWish } from '../input/security.ts';

type Kind = keyof FoundRefs;

interface Use {
  readonly kind: Kind;
  readonly ref: string;
  readonly path: readonly string[];
  /** What is to be removed may be gone already. */
  readonly mayLack: boolean;
}

export type Wish = AttachmentWish & { readonly security?: SecurityWish | null | undefined };

const nounOf = { network: 'Network', secret: 'Secret', config: 'Config' } as const;

type Part = 'networks' | 'secrets' | 'configs';

function usesIn<Item>(
  kind: Kind,
  lists: Readonly<Record<string, readonly Item[] | null | undefined>>,
  refOf: (item: Item) => string,
  inner: readonly string[],
  mayLack: boolean,
): Use[] {
  return Object.entries(lists).flatMap(([field, items]) =>
    (items ?? []).map((item, index) => ({
      kind,
      ref: refOf(item),
      path: ['input', field, String(index), ...inner],
      mayLack,
    })),
  );
}

/** Every reference in the input, in the order of its fields. */
function usesOf(wish: Wish): Use[] {
  const { networks: all, addNetworks, secrets, addSecrets, configs, addConfigs } = wish;
  const { removeNetworks, removeSecrets, removeConfigs } = wish;
  const gone = (kind: Kind, field: `remove${Capitalize<Part>}`, refs: readonly string[] | null | undefined) =>
    usesIn(kind, { [field]: refs }, (ref) => ref, [], true);
  const spec = wish.security?.credentialSpec?.config;
  return [
    ...usesIn('network', { networks: all, addNetworks }, ({ network }) => network, ['network'], false),
    ...usesIn('secret', { secrets, addSecrets }, ({ secret }) => secret, ['secret'], false),
    ...usesIn('config', { configs, addConfigs }, ({ config }) => config, ['config'], false),
    ...(spec
      ? [
          {
            kind: 'config' as const,
            ref: spec,
            path: ['input', 'security', 'credentialSpec', 'config'],
            mayLack: false,
          },
        ]
      : []),
    ...gone('network', 'removeNetworks', removeNetworks),
    ...gone('secret', 'removeSecrets', removeSecrets),
    ...gone('config', 'removeConfigs', removeConfigs),
  ];
}

/** The key in a reference, and where it stands if it is none. */
function keyOf(context: Context, scope: EngineScope, { kind, ref, path }: Use): string {
  try {
    return locate(context, nounOf[kind], 'object', ref, scope.name).key;
  } catch (error) {
    if (!(error instanceof BadUserInput) || error instanceof InputError) throw error;
    throw new InputError('InvalidInputError', path, error.message);
  }
}

/**
 * Takes every reference at its word, to check the rest of an input before anything is asked.
 *
 * @throws InputError for what cannot be a reference
 */
export function uncheckedRefs(context: Context, scope: EngineScope, wish: Wish): FoundRefs {
  for (const use of usesOf(wish)) keyOf(context, scope, use);
  const itself = (ref: string): FoundObject => ({ id: ref, name: ref });
  return { network: itself, secret: itself, config: itself };
}

const missing = (use: Use, more = ''): TypedFailure =>
  new TypedFailure({
    kind: 'NotFoundError',
    message: `There is no ${use.kind} "${use.ref}".${more}`,
    path: use.path,
  });

interface Listed {
  readonly ID?: string | null;
  readonly Spec?: { readonly Name?: string | null } | null;
}

/** As the CLI takes it: a name, else an ID, else the one ID that begins so. */
function pick(all: readonly Listed[], use: Use, key: string): FoundObject | undefined {
  const found = all.map(({ ID, Spec }) => ({ id: ID ?? '', name: Spec?.Name ?? '' }));
  const exact = found.find(({ name }) => name === key) ?? found.find(({ id }) => id === key);
  if (exact) return exact;
  const candidates = found.filter(({ id }) => id.startsWith(key));
  if (candidates.length > 1) {
    const { message } = new AmbiguousReference(use.ref, candidates);
    throw new TypedFailure({ kind: 'AmbiguousReferenceError', message, path: use.path, candidates });
  }
  return candidates[0];
}

/** A network of the swarm; those of one machine may have the same names. */
async function findNetwork(scope: EngineScope, use: Use, key: string): Promise<FoundObject | undefined> {
  const found = await orNull(scope.call(networks.inspect, { id: key, scope: 'swarm' }));
  if (found?.Id) return { id: found.Id, name: found.Name ?? '' };
  if (use.mayLack) return undefined;
  const local = (await scope.loaders.networks.all()).some(({ Id, Name }) => Name === key || Id === key);
  throw missing(
    use,
    local
      ? ' in the swarm: the one of that name is on this machine only. Make one with the driver `overlay`.'
      : '',
  );
}

const lists = {
  secret: (scope: EngineScope): Promise<readonly Listed[]> => scope.loaders.secrets.all(),
  config: (scope: EngineScope): Promise<readonly Listed[]> => scope.loaders.configs.all(),
};

/**
 * Finds all that an input refers to: one list for all secrets, one for all configs, and a call for each network.
 *
 * @throws TypedFailure for what is not there, or may be several
 */
export async function findRefs(context: Context, scope: EngineScope, wish: Wish): Promise<FoundRefs> {
  const known = new Map<string, FoundObject>();
  for (const use of usesOf(wish)) {
    const name = `${use.kind} ${use.ref}`;
    if (known.has(name)) continue;
    const key = keyOf(context, scope, use);
    const found =
      use.kind === 'network'
        ? await findNetwork(scope, use, key)
        : pick(await lists[use.kind](scope), use, key);
    if (!found && !use.mayLack) throw missing(use);
    known.set(name, found ?? { id: key, name: key });
  }
  const of =
    (kind: Kind) =>
    (ref: string): FoundObject =>
      known.get(`${kind} ${ref}`) ?? { id: ref, name: ref };
  return { network: of('network'), secret: of('secret'), config: of('config') };
}
