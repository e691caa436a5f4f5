import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareApi } from '../../src/engine/version.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import {
  createCases,
  everything,
  excusedCreateFlags,
  nowhere,
  type SwarmThings,
} from './service-create-cases.ts';

/** Its own, as it becomes a swarm. */
let engine: PrivateEngine;
let gateway: RunningGateway;

const things: SwarmThings = {
  network: 'front',
  second: 'back',
  secret: 'password',
  otherSecret: 'key',
  config: 'settings',
  otherConfig: 'more',
};

beforeAll(async () => {
  engine = await startPrivateEngine({ config: { experimental: true } });
  await engine.cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  for (const name of [things.network, things.second]) {
    await engine.cli('network', 'create', '--driver', 'overlay', name);
  }
  const Data = Buffer.from('text').toString('base64');
  for (const Name of [things.secret, things.otherSecret])
    await engine.mustRest('POST', '/secrets/create', { body: { Name, Data } });
  for (const Name of [things.config, things.otherConfig])
    await engine.mustRest('POST', '/configs/create', { body: { Name, Data } });
  gateway = await startGateway({ host: engine.host });
}, 90_000);
afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

const document = `mutation ($input: ServiceCreateInput!) { serviceCreate(input: $input) { changed warnings
  service { id dockerId } operation { id }
  userErrors { __typename code message path ... on NameInUseError { name existing { id ... on Service { dockerId } } }
    ... on PortInUseError { port service { dockerId } } } } }`;

const create = async (input: object): Promise<unknown> =>
  at(await gateway.data(document, { input }), 'serviceCreate');

/** The spec as the daemon keeps it, and as the docker CLI shows it with what holds by default. */
async function specsOf(name: string): Promise<readonly unknown[]> {
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
function fingerprint(spec: unknown): unknown {
  return JSON.parse(JSON.stringify(spec), (key, value: unknown) => {
    if (key === 'Name' && typeof value === 'string' && /^case-/.test(value)) return undefined;
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
}

/** Both one after the other: two services cannot have the same port. */
async function both(flags: readonly string[], args: readonly string[], input: object) {
  const quiet = ['--detach', '--quiet', '--no-resolve-image', '--constraint', nowhere];
  await engine.cli('service', 'create', '--name', 'case-x', ...quiet, ...flags, 'busybox', ...args);
  const theirs = await specsOf('case-x');
  await engine.cli('service', 'rm', 'case-x');
  const placement: unknown = Reflect.get(input, 'placement');
  const constraints = [nowhere, ...listAt(placement, 'constraints')];
  const answer = await create({
    image: 'busybox',
    name: 'case-y',
    resolveImage: false,
    ...input,
    placement: { ...Object(placement), constraints },
  });
  expect(answer).toMatchObject({ changed: true, userErrors: [], warnings: [] });
  const ours = await specsOf('case-y');
  await engine.cli('service', 'rm', 'case-y');
  return { theirs: theirs.map(fingerprint), ours: ours.map(fingerprint) };
}

const isKnown = (since: string): boolean => compareApi(engine.apiVersion, since) >= 0;
const cases = Object.entries(createCases(things));

describe('a service made by the mutation and by `docker service create` with the same wishes', () => {
  it.each(cases)(
    'is the same in `docker service inspect`: %s',
    async (_title, { flags, args = [], input, since }) => {
      if (since && !isKnown(since)) {
        expect(
          await create({ image: 'busybox', name: 'case-z', resolveImage: false, ...input }),
        ).toMatchObject({
          changed: false,
          userErrors: [{ __typename: 'ApiVersionError' }],
        });
        return;
      }
      const { theirs, ours } = await both(flags, args, input);
      expect(ours).toEqual(theirs);
    },
  );

  it('is the same with all of them at once', async () => {
    const { flags, args = [], input } = everything(things, isKnown);
    const { theirs, ours } = await both(flags, args, input);
    expect(ours).toEqual(theirs);
  });

  it('was compared for every flag that `docker service create` has', async () => {
    const help = await engine.cli('service', 'create', '--help');
    const flags = [...help.matchAll(/^\s+(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, flag]) => flag ?? '');
    const used = new Set(
      [...cases.map(([, each]) => each), everything(things, isKnown)].flatMap(({ flags: given }) =>
        given.filter((flag) => flag.startsWith('--')).map((flag) => flag.slice(2)),
      ),
    );
    expect(flags.length).toBeGreaterThan(65);
    expect(flags.filter((flag) => !used.has(flag) && !(flag in excusedCreateFlags))).toEqual([]);
  });
});
