/** Which networks nobody uses. The Engine's own filter cannot be trusted with that. */
import { attachmentsOf } from './containers.ts';
import { isBuiltin, type NetworkModel, networkDetailsOf, networkVerboseOf } from './model.ts';
import { inspectedOnly } from './wire.ts';

const isEmpty = (map: object | null | undefined) => Object.keys(map ?? {}).length === 0;

/**
 * What `dangling` of `GET /networks` is documented to mean: a custom network that no running container and no service
 * uses. Engines before 29 leave out what they should look at and call every custom network dangling, newer ones still
 * do that for networks of a swarm. So the list of containers decides, and inspect for what it does not show: the
 * Engine's own endpoints, and services on other nodes.
 *
 * @returns null when the network has gone meanwhile
 */
export async function isDangling(network: NetworkModel): Promise<boolean | null> {
  if (isBuiltin(network)) return false;
  const attachments = await attachmentsOf(network);
  if (attachments.some(({ endpoint }) => endpoint.EndpointID)) return false;
  const details = await (network.summary.Scope === 'local'
    ? networkDetailsOf(network)
    : networkVerboseOf(network));
  if (!details) return null;
  const { Containers, Services } = inspectedOnly(details);
  return isEmpty(Containers) && isEmpty(Services);
}
