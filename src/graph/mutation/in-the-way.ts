/** What stands in the way of a mutation, looked up when somebody asks for it: as it is then. */
import type { EngineScope } from '../../loaders/scope.ts';
import { configModel } from '../config/model.ts';
import { type ContainerModel, fromDetails, fromSummary } from '../container/model.ts';
import { type PortModel, portsOf } from '../container/ports.ts';
import type { NodeModel } from '../kit/node.ts';
import { networkFromSummary } from '../network/model.ts';
import { secretModel } from '../secret/model.ts';
import { type ServiceModel, serviceModel } from '../service/model.ts';
import { volumeModel } from '../volume/model.ts';
import type { About } from './sentence.ts';

/** A container by ID or name, read anew: what is in the way is shown as it is now. */
export const containerBy =
  (scope: EngineScope, ref: string | undefined) => async (): Promise<ContainerModel | null> => {
    if (!ref) return null;
    const found = await scope.loaders.containers.find.load(ref);
    if (!found) return null;
    return found.details ? fromDetails(scope, found.details) : fromSummary(scope, found.summary);
  };

export const theContainer = ({ scope, container }: About) => containerBy(scope, container?.key);

export async function usersIn(
  scope: EngineScope,
  index: 'byImage' | 'byNetwork' | 'byVolume',
  key: string | undefined,
): Promise<ContainerModel[]> {
  const users = key ? ((await scope.loaders.containers[index]()).get(key) ?? []) : [];
  return users.map((summary) => fromSummary(scope, summary));
}

/** Containers of an image that may have been named, or given by a prefix of its ID. */
export async function usersOfImage(scope: EngineScope, ref: string | undefined): Promise<ContainerModel[]> {
  const image = ref ? await scope.loaders.images.inspect.load(ref) : null;
  return usersIn(scope, 'byImage', image?.Id ?? undefined);
}

export const networkNamed = (scope: EngineScope, name: string) => async (): Promise<NodeModel | null> => {
  const summary = (await scope.loaders.networks.all()).find(({ Name }) => Name === name);
  return summary ? networkFromSummary(scope, summary) : null;
};

export const volumeNamed = (scope: EngineScope, name: string) => async (): Promise<NodeModel | null> => {
  const volume = await scope.loaders.volumes.byName.load(name);
  return volume ? volumeModel(scope, volume) : null;
};

export const secretNamed = (scope: EngineScope, name: string) => async (): Promise<NodeModel | null> => {
  const secret = (await scope.loaders.secrets.all()).find(({ Spec }) => Spec?.Name === name);
  return secret ? secretModel(scope, secret) : null;
};

export const configNamed = (scope: EngineScope, name: string) => async (): Promise<NodeModel | null> => {
  const config = (await scope.loaders.configs.all()).find(({ Spec }) => Spec?.Name === name);
  return config ? configModel(scope, config) : null;
};

export const serviceNamed = (scope: EngineScope, name: string) => async (): Promise<ServiceModel | null> => {
  const data = (await scope.loaders.services.all()).find(({ Spec }) => Spec?.Name === name);
  return data ? serviceModel(scope, data) : null;
};

export const publisherOf =
  (scope: EngineScope, port: number, protocol: string | null) => async (): Promise<ContainerModel | null> => {
    const all = await scope.loaders.containers.all();
    const isIt = (its: PortModel) =>
      its.hostPort === port && (protocol === null || its.protocol === protocol);
    return all.map((summary) => fromSummary(scope, summary)).find((one) => portsOf(one).some(isIt)) ?? null;
  };
