/** Which services use a secret or a config. */
import type { ContainerSpec, Service } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { type ServiceModel, serviceModel } from '../service/model.ts';

type IdsIn = (spec: ContainerSpec) => readonly (string | null | undefined)[];

/** The IDs of the secrets that the containers of a service get. */
export const secretsIn: IdsIn = ({ Secrets }) => (Secrets ?? []).map(({ SecretID }) => SecretID);

/** The IDs of the configs that they get, as files or as the credential spec of Windows. */
export const configsIn: IdsIn = ({ Configs, Privileges }) => [
  ...(Configs ?? []).map(({ ConfigID }) => ConfigID),
  Privileges?.CredentialSpec?.Config,
];

const idsOf = (service: Service, idsIn: IdsIn) => idsIn(service.Spec?.TaskTemplate?.ContainerSpec ?? {});

/** The services that use it, by name: one `GET /services`, however many are asked about. */
export const servicesUsing = async (
  scope: EngineScope,
  idsIn: IdsIn,
  id: string,
): Promise<readonly ServiceModel[]> =>
  (await scope.loaders.services.all())
    .filter((service) => idsOf(service, idsIn).includes(id))
    .map((service) => serviceModel(scope, service))
    .sort((a, b) => ((a.data.Spec?.Name ?? '') < (b.data.Spec?.Name ?? '') ? -1 : 1));

/** All IDs that any service uses. */
export const idsUsed = async (scope: EngineScope, idsIn: IdsIn): Promise<ReadonlySet<string>> =>
  new Set(
    (await scope.loaders.services.all()).flatMap((service) => idsOf(service, idsIn)).map((id) => id ?? ''),
  );
