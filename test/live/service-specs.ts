/** What the specs of services have in common. */
import type { EngineAccess } from '../support/engine-access.ts';
import { at, listAt } from '../support/json.ts';
import type { SwarmThings } from './service-create-cases.ts';

/** Makes the Engine a manager, with all that the cases refer to. */
export async function makeThings(engine: EngineAccess, things: SwarmThings): Promise<void> {
  await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  for (const name of [things.network, things.second]) {
    await engine.cli('network', 'create', '--driver', 'overlay', name);
  }
  const Data = Buffer.from('text').toString('base64');
  for (const Name of [things.secret, things.otherSecret])
    await engine.mustRest('POST', '/secrets/create', { body: { Name, Data } });
  for (const Name of [things.config, things.otherConfig])
    await engine.mustRest('POST', '/configs/create', { body: { Name, Data } });
}

/** The spec as the daemon keeps it, and as the docker CLI shows it with what holds by default. */
export async function specsOf(engine: EngineAccess, name: string): Promise<readonly unknown[]> {
  const raw = await engine.mustRest('GET', `/services/${name}`);
  const [shown] = listAt(JSON.parse(await engine.cli('service', 'inspect', name)));
  return [raw.json(), shown].map((service) => at(service, 'Spec'));
}

const ordered: ReadonlySet<string> = new Set([
  'Args',
  'Command',
  'Test',
  'Preferences',
  'Hosts',
  'Nameservers',
]);

/** A spec without its name. Null, [] and {} are all "none"; the order of most lists means nothing, and the CLI's is random. */
export const fingerprint = (spec: unknown): unknown =>
  JSON.parse(JSON.stringify(spec), (key, value: unknown) => {
    if (key === 'Name' && typeof value === 'string' && value.startsWith('case-')) return undefined;
    if (value === null) return undefined;
    if (Array.isArray(value) && !ordered.has(key)) {
      const texts = value.map((item: unknown) => JSON.stringify(item)).toSorted();
      return texts.length === 0 ? undefined : texts.map((text): unknown => JSON.parse(text));
    }
    return typeof value === 'object' &&
      Object.keys(value).length === 0 &&
      key !== 'Global' &&
      key !== 'GlobalJob'
      ? undefined
      : value;
  });
