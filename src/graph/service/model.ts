/** What stands behind `Service`: an entry of the list of services, or the answer of inspect, which lacks the counts. */
import type { Context } from '../../context.ts';
import { familiarImageName, parseImageReference } from '../../engine/image-reference.ts';
import type { ContainerSpec, Service, StringMap, TaskSpec } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { NodeModel } from '../kit/node.ts';
import { AmbiguousReference, isAmbiguous, locate } from '../kit/reference.ts';
import type { ServiceModeName } from './enums.ts';

export interface ServiceModel extends NodeModel {
  readonly type: 'Service';
  /** An entry of `GET /services`, which inspect answers with too. */
  readonly data: Service;
}

export const serviceModel = (scope: EngineScope, data: Service): ServiceModel => ({
  type: 'Service',
  scope,
  key: data.ID ?? '',
  data,
});

export const serviceNameOf = ({ data, key }: ServiceModel): string => data.Spec?.Name || key;

export const serviceLabelsOf = ({ data }: ServiceModel): StringMap => data.Spec?.Labels ?? {};

export const templateOf = ({ data }: ServiceModel): TaskSpec => data.Spec?.TaskTemplate ?? {};

export const containerSpecOf = (service: ServiceModel): ContainerSpec =>
  templateOf(service).ContainerSpec ?? {};

/** By the one property that is there; an empty object is one too. */
export function modeOf({ data }: Pick<ServiceModel, 'data'>): ServiceModeName {
  const { Replicated, Global, ReplicatedJob, GlobalJob } = data.Spec?.Mode ?? {};
  if (Replicated) return 'REPLICATED';
  if (Global) return 'GLOBAL';
  if (ReplicatedJob) return 'REPLICATED_JOB';
  return GlobalJob ? 'GLOBAL_JOB' : 'UNKNOWN';
}

/** The Engine's word for it. */
export const modeWordOf = ({ data }: ServiceModel): string | null =>
  Object.keys(data.Spec?.Mode ?? {})[0] ?? null;

/** How many tasks of a job have to end well; null for what is no job, or has one for each node. */
export function totalCompletionsOf({ data }: Pick<ServiceModel, 'data'>): number | null {
  const job = data.Spec?.Mode?.ReplicatedJob;
  return job ? Number(job.TotalCompletions ?? job.MaxConcurrent ?? 0) : null;
}

export interface ImageParts {
  /** As Docker shows it, without tag and digest. */
  readonly name: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** A reference taken apart; what cannot be is a name as a whole. */
export function imagePartsOf(reference: string): ImageParts {
  const parsed = parseImageReference(reference);
  if (!parsed) return { name: reference, tag: null, digest: null };
  const { domain, path, tag, digest } = parsed;
  return { name: familiarImageName(`${domain}/${path}`), tag: tag ?? null, digest: digest ?? null };
}

/** The IDs of the networks that its tasks are connected to, as asked for, and those it has an address in. */
export function networkIdsOf(service: ServiceModel): readonly string[] {
  const { data } = service;
  const asked = templateOf(service).Networks ?? data.Spec?.Networks ?? [];
  const ids = [
    ...asked.map(({ Target }) => Target),
    ...(data.Endpoint?.VirtualIPs ?? []).map(({ NetworkID }) => NetworkID),
  ];
  return [...new Set(ids.filter((id) => typeof id === 'string' && id !== ''))].flatMap((id) => id ?? []);
}

/** The candidates of an ambiguous prefix, as the Engine's error does not name them. */
async function ambiguous(scope: EngineScope, ref: string): Promise<AmbiguousReference> {
  const found = (await scope.loaders.services.all())
    .map((data) => serviceModel(scope, data))
    .filter((service) => service.key.startsWith(ref) || serviceNameOf(service) === ref);
  return new AmbiguousReference(
    ref,
    found.map((service) => ({ id: service.key, name: serviceNameOf(service) })),
  );
}

/**
 * The service a reference means, by inspect (`GET /services/{id}`); null when there is none.
 *
 * @throws BadUserInput for a reference that cannot be one, AmbiguousReference for a prefix of several IDs
 */
export async function findService(
  context: Context,
  ref: string,
  engine?: string | null,
): Promise<ServiceModel | null> {
  const { scope, key } = locate(context, 'Service', 'object', ref, engine);
  try {
    const data = await scope.loaders.services.inspect.load(key);
    return data?.ID ? serviceModel(scope, data) : null;
  } catch (error) {
    if (isAmbiguous(error)) throw await ambiguous(scope, key);
    throw error;
  }
}
