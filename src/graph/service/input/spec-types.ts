/** The parts of the body that makes or changes a service. */
import type { ServiceSpecBody } from '../../../engine/types.ts';

export type SpecBody = ServiceSpecBody;
export type TaskBody = NonNullable<SpecBody['TaskTemplate']>;
export type ContainerSpecBody = NonNullable<TaskBody['ContainerSpec']>;
export type PrivilegesBody = NonNullable<ContainerSpecBody['Privileges']>;
export type ResourcesBody = NonNullable<TaskBody['Resources']>;
export type PlacementBody = NonNullable<TaskBody['Placement']>;
export type EndpointBody = NonNullable<SpecBody['EndpointSpec']>;
export type PortBody = NonNullable<EndpointBody['Ports']>[number];
export type NetworkBody = NonNullable<TaskBody['Networks']>[number];
export type SecretBody = NonNullable<ContainerSpecBody['Secrets']>[number];
export type ConfigBody = NonNullable<ContainerSpecBody['Configs']>[number];
export type UpdateConfigBody = NonNullable<SpecBody['UpdateConfig']>;

/** Without what is undefined, so that it can be laid over what is there. */
export function defined<Shape extends object>(
  shape: Shape,
): { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> } {
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined);
  // The compiler does not follow entries back to their keys.
  return Object.fromEntries(entries) as { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };
}
