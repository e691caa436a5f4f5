/** What inspect sends of a network and the documented types lack or leave open. */
import type { Int64, NetworkInspect, StringMap } from '../../engine/types.ts';

export interface SubnetStatus {
  readonly IPsInUse?: Int64 | null;
  readonly DynamicIPsAvailable?: Int64 | null;
}

export interface IpamStatus {
  readonly Subnets?: Readonly<Record<string, SubnetStatus>> | null;
}

/** Since API 1.52. */
export interface NetworkStatus {
  readonly IPAM?: IpamStatus | null;
}

export interface ServiceTask {
  readonly Name?: string | null;
  readonly EndpointID?: string | null;
  readonly EndpointIP?: string | null;
  readonly Info?: StringMap | null;
}

/** A value of `Services`, which only `verbose` fills. */
export interface ServiceInfo {
  readonly VIP?: string | null;
  readonly Ports?: readonly string[] | null;
  readonly LocalLBIndex?: Int64 | null;
  readonly Tasks?: readonly ServiceTask[] | null;
}

export type EndpointResource = NonNullable<NonNullable<NetworkInspect['Containers']>[string]>;

/** What inspect has beyond the list. */
export interface InspectedOnly {
  readonly Containers?: Readonly<Record<string, EndpointResource>> | null;
  readonly Services?: Readonly<Record<string, ServiceInfo>> | null;
  readonly Status?: NetworkStatus | null;
}

/** The parts of an inspect by their corrected types. */
export const inspectedOnly = (details: NetworkInspect): InspectedOnly => details as InspectedOnly;
