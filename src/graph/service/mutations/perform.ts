/** A change of one service: found by its reference, written with its version, and waited for. */
import type { Context } from '../../../context.ts';
import { services } from '../../../engine/operations/services.ts';
import type { Int64, Service, ServiceUpdated } from '../../../engine/types.ts';
import type { EngineScope } from '../../../loaders/scope.ts';
import { locate } from '../../kit/reference.ts';
import type { Place } from '../../mutation/input-error.ts';
import { inside, refuse } from '../../mutation/input-error.ts';
import { attempt, failed, objection, resolveRef } from '../../mutation/payload.ts';
import type { UserErrorModel } from '../../mutation/user-error-kinds.ts';
import { changeVersioned } from '../../mutation/versioned.ts';
import { noOperation } from '../../operation/fields.ts';
import { outcomeOf } from '../../operation/outcome.ts';
import { specOf } from '../input/spec.ts';
import type { SpecBody } from '../input/spec-types.ts';
import { findService, type ServiceModel, serviceNameOf } from '../model.ts';
import { startConvergence, type WaitWish } from './converge.ts';
import { nothing, type ServiceOutcome, serviceNow } from './outcome.ts';

export interface WaitInput extends WaitWish {
  readonly waitFor?: 'NONE' | 'CONVERGED' | 'BACKGROUND' | null | undefined;
}

/** @throws InputError for what means nothing without a wait, and for negative times */
export function checkWait(wish: WaitInput, place: Place): void {
  for (const field of ['timeout', 'stableFor'] as const) {
    const value = wish[field];
    if (value === null || value === undefined) continue;
    if ((wish.waitFor ?? 'NONE') === 'NONE')
      refuse(inside(place, field), 'means nothing unless `waitFor` says what to wait for.');
    if (value < 0) refuse(inside(place, field), 'cannot be negative.');
  }
}

interface Written {
  readonly id: string;
  readonly name: string;
  readonly changed: boolean;
  readonly warnings: readonly string[];
  readonly isRollback?: boolean;
}

/** The payload after something was written: at once, or when the tasks are as the service wants them. */
export async function outcomeAfter(
  context: Context,
  scope: EngineScope,
  wish: WaitInput,
  { id, name, changed, warnings, isRollback = false }: Written,
): Promise<ServiceOutcome> {
  scope.refresh();
  const service = serviceNow(scope, id);
  const done = { changed, userErrors: [], warnings, service };
  if ((wish.waitFor ?? 'NONE') === 'NONE') return { ...done, operation: noOperation };
  const started = startConvergence(context.longWork, scope, { ...wish, id, name, isRollback });
  // Whoever does not wait is told of a failure by the operation.
  started.outcome.catch(() => undefined);
  const wait = wish.waitFor === 'CONVERGED';
  const waited = await outcomeOf({ context, scope, started, wait, path: ['input'] }, () => ({
    warnings,
    service,
  }));
  // What was written stays so, however the wait ends.
  return { ...waited, changed };
}

/** What one change wants. */
export interface Change {
  readonly input: WaitInput & { readonly version?: Int64 | null | undefined };
  /** The spec as it is to be. Undefined where it is so already. */
  readonly apply: (current: Service) => SpecBody | undefined;
  readonly params?: {
    readonly registryAuth?: string | undefined;
    readonly registryAuthFrom?: 'spec' | 'previous-spec';
    readonly rollback?: 'previous';
  };
  readonly warnings?: readonly string[];
}

const titled = (name: string): string => `The service "${name}"`;

/**
 * Writes a change of a service and waits for it (`POST /services/{id}/update`).
 *
 * @throws what `explain` knows, and EngineError where the Engine is away, slow or broken
 */
export async function perform(
  context: Context,
  service: ServiceModel,
  { input, apply, params, warnings = [] }: Change,
): Promise<ServiceOutcome> {
  const { scope, key: id } = service;
  const name = serviceNameOf(service);
  const answer = await changeVersioned<Service, SpecBody, ServiceUpdated>({
    what: titled(name),
    version: input.version,
    read: () => scope.call(services.inspect, { id }),
    apply,
    write: (body, version) => scope.call(services.update, { id, version, body, ...params }),
  });
  return outcomeAfter(context, scope, input, {
    id,
    name,
    changed: answer !== undefined,
    warnings: [...warnings, ...(answer?.Warnings ?? [])],
    isRollback: params?.rollback !== undefined,
  });
}

/**
 * The service that an input names, and the work on it; expected failures are in the outcome.
 *
 * @param check throws BadUserInput for what is wrong in the input, before the service is looked for
 */
export async function onService(
  context: Context,
  input: { readonly ref: string; readonly engine?: string | null | undefined },
  work: (service: ServiceModel, place: Place) => Promise<ServiceOutcome>,
  {
    path = ['input'],
    check,
  }: { path?: readonly string[]; check?: (scope: EngineScope, place: Place) => unknown } = {},
): Promise<ServiceOutcome> {
  const refPath = [...path, 'ref'];
  const where = () => locate(context, 'Service', 'object', input.ref, input.engine).scope;
  const nowhere = objection(context, refPath, where);
  if (nowhere) return { ...failed(nowhere), ...nothing };
  const scope = where();
  const placeOf = async (): Promise<Place> => ({ api: await scope.apiVersion(), path });
  const wrong = await attempt<UserErrorModel | undefined>(
    { scope, path },
    async () => {
      check?.(scope, await placeOf());
      return undefined;
    },
    (error) => error,
  );
  if (wrong) return { ...failed(wrong), ...nothing };
  const found = await resolveRef(context, { ...input, what: 'service', path: refPath }, findService);
  if ('error' in found) return { ...failed(found.error), ...nothing };
  const { model } = found;
  return attempt<ServiceOutcome>(
    { scope, path },
    async () => work(model, await placeOf()),
    (error: UserErrorModel) => ({ ...failed(error), ...nothing, service: serviceNow(scope, model.key) }),
  );
}

/** As it is read: the daemon leaves out what is empty, and so does whoever compares. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item) ?? null);
  if (typeof value === 'bigint' || typeof value === 'number') return `#${value}`;
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value)
    .map(([key, each]): readonly [string, unknown] => [key, canonical(each)])
    .filter(([, each]) => each !== undefined && !(Array.isArray(each) && each.length === 0));
  return entries.length === 0
    ? undefined
    : Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether two specs wish for the same. */
export const isSameSpec = (a: SpecBody, b: SpecBody): boolean =>
  JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));

/** The spec of a service as it can be written back. */
export const currentSpec = ({ Spec }: Service): SpecBody => specOf(Spec);
