import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import {
  type ScriptedImage,
  type ScriptedRegistry,
  scriptedImage,
  scriptedIndex,
  scriptedRepository,
  startScriptedRegistry,
} from '../support/scripted-registry.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const repository = `${prefix}app`;

let registry: ScriptedRegistry;
/** It remembers nothing. */
let gateway: RunningGateway;
let name: string;
let inContainerd: boolean;

const first = scriptedIndex(scriptedImage('one'), scriptedImage('one', 'arm64'));
const amd64 = scriptedImage('two');
const second = scriptedIndex(amd64, scriptedImage('two', 'arm64'));

/** From now on the tag means this. */
const publish = (image: ScriptedImage, others: readonly ScriptedImage[] = [first, second]) =>
  registry.answer(scriptedRepository(repository, { '1': image }, others));

beforeAll(async () => {
  [registry, gateway] = await Promise.all([
    startScriptedRegistry(engine),
    startGateway({ host: engine.host, flags: ['--registry-age=0', '--registry-failure-age=0'] }),
  ]);
  name = `${registry.address}/${repository}:1`;
  await publish(first);
  await engine.cli('pull', '--quiet', name);
  await engine.cli('create', '--name', `${prefix}one`, name);
  const info = (await engine.mustRest('GET', '/info')).json();
  inContainerd = JSON.stringify(at(info, 'DriverStatus')).includes('io.containerd.snapshotter');
});
afterAll(async () => {
  await gateway?.close();
  await registry?.stop();
});

const fields = 'reference state reason message localDigests registryDigest checkedAt registryCalls';
const imageStatus = async (ref: string, of = gateway): Promise<unknown> =>
  listAt(
    await of.data(`query ($ref: ID!) { image(ref: $ref) { updateStatus { ${fields} } } }`, { ref }),
    'image',
    'updateStatus',
  );
const ofTag = async (ref = name): Promise<unknown> => {
  const all = await imageStatus(ref);
  return Array.isArray(all) ? all.find((each) => at(each, 'reference') === ref) : undefined;
};
const ofContainer = async (ref: string): Promise<unknown> =>
  at(
    await gateway.data(
      `query ($ref: ID!) { container(ref: $ref) { updateStatus { ${fields} registryImage { image { dockerId } } } } }`,
      { ref },
    ),
    'container',
    'updateStatus',
  );
const listed = async (container: string): Promise<unknown> => {
  const data = await gateway.data(`{ containers { nodes { name updateStatus { state reason } } } }`);
  return at(
    listAt(data, 'containers', 'nodes').find((node) => at(node, 'name') === container),
    'updateStatus',
  );
};

describe('an image for several platforms', () => {
  it('is up to date while its tag means the same', async () => {
    const current = { state: 'UP_TO_DATE', reason: null, message: null, registryDigest: first.digest };
    expect(await ofTag()).toMatchObject({ reference: name, localDigests: [first.digest], ...current });
    expect(await ofContainer(`${prefix}one`)).toMatchObject(current);
    expect(await listed(`${prefix}one`)).toEqual({ state: 'UP_TO_DATE', reason: null });
  });

  it('is outdated once its tag means another, and so are its containers until they are made anew', async () => {
    await publish(second);
    const outdated = { state: 'UPDATE_AVAILABLE', reason: null, registryDigest: second.digest };
    expect(await ofTag()).toMatchObject({ localDigests: [first.digest], ...outdated });
    expect(await ofContainer(`${prefix}one`)).toMatchObject({ ...outdated, registryImage: { image: null } });
    await engine.cli('pull', '--quiet', name);
    const id = await engine.cli('image', 'inspect', '--format', '{{.Id}}', name);
    expect(await ofTag()).toMatchObject({ state: 'UP_TO_DATE' });
    expect(await ofContainer(`${prefix}one`)).toMatchObject({
      ...outdated,
      reference: name,
      registryImage: { image: { dockerId: id } },
    });
    expect(await listed(`${prefix}one`)).toEqual({ state: 'UPDATE_AVAILABLE', reason: null });
    await engine.cli('create', '--name', `${prefix}two`, name);
    expect(await listed(`${prefix}two`)).toEqual({ state: 'UP_TO_DATE', reason: null });
  });

  it('is compared with the manifest of its platform too, where the Engine keeps that', async () => {
    await publish(amd64);
    expect(await ofTag()).toMatchObject({
      state: inContainerd ? 'UP_TO_DATE' : 'UPDATE_AVAILABLE',
      registryDigest: amd64.digest,
    });
  });

  it('is no update for other platforms alone', async () => {
    await publish(scriptedIndex(scriptedImage('three', 'arm64'), scriptedImage('three', 's390x')));
    expect(await ofTag()).toMatchObject({
      state: 'UNKNOWN',
      reason: 'PLATFORM_MISSING',
      message: `The registry has ${name} for linux/arm64, linux/s390x only, and not for linux/amd64.`,
    });
  });

  it('that is known by the manifest of its platform alone is not compared with an index', async () => {
    const digest = scriptedImage('one').digest;
    const other = `${registry.address}/${repository}:2`;
    await publish(first);
    await engine.cli('pull', '--quiet', `${registry.address}/${repository}@${digest}`);
    await engine.cli('tag', `${registry.address}/${repository}@${digest}`, other);
    await registry.answer(scriptedRepository(repository, { '1': first, '2': second }, [first]));
    const status = await ofTag(other);
    // The classic store has one image for both, known by the index it was pulled by first, too.
    expect(status).toMatchObject(
      inContainerd ? { state: 'UNKNOWN', reason: 'NOT_COMPARABLE' } : { state: 'UPDATE_AVAILABLE' },
    );
  });
});

describe('an image for one platform', () => {
  const single = `${prefix}single`;
  const [old, young] = [scriptedImage('old'), scriptedImage('young')];

  it('is compared by its manifest, and never declared outdated by an index that may hold it', async () => {
    const tag = `${registry.address}/${single}:1`;
    await registry.answer(scriptedRepository(single, { '1': old }));
    await engine.cli('pull', '--quiet', tag);
    expect(await ofTag(tag)).toMatchObject({ state: 'UP_TO_DATE', registryCalls: 1 });
    await registry.answer(scriptedRepository(single, { '1': young }));
    expect(await ofTag(tag)).toMatchObject({ state: 'UPDATE_AVAILABLE', registryCalls: 1 });
    const both = scriptedIndex(old, scriptedImage('old', 'arm64'));
    await registry.answer(scriptedRepository(single, { '1': both }));
    expect(await ofTag(tag)).toMatchObject({
      state: 'UNKNOWN',
      reason: 'NOT_COMPARABLE',
      registryCalls: inContainerd ? 1 : 2,
    });
  });
});

describe('what there is nothing to compare of', () => {
  const asked = async () => {
    await registry.requests();
    return () => registry.requests();
  };

  it('is pinned by a digest, and no registry is asked', async () => {
    await publish(first);
    const pinned = `${registry.address}/${repository}@${first.digest}`;
    await engine.cli('pull', '--quiet', pinned);
    await engine.cli('create', '--name', `${prefix}pinned`, pinned);
    const requests = await asked();
    expect(await ofContainer(`${prefix}pinned`)).toMatchObject({
      state: 'UNKNOWN',
      reason: 'PINNED_BY_DIGEST',
      registryCalls: 0,
      checkedAt: null,
    });
    expect(await requests()).toEqual([]);
  });

  it('was named by an ID, whole or in part', async () => {
    const id = await engine.cli('image', 'inspect', '--format', '{{.Id}}', name);
    for (const [index, ref] of [id, id.slice(7, 19)].entries()) {
      await engine.cli('create', '--name', `${prefix}id${index}`, ref);
      expect(await ofContainer(`${prefix}id${index}`)).toMatchObject({ state: 'UNKNOWN', reason: 'NO_NAME' });
    }
  });

  it('was tagged here and never pulled or pushed under that name', async () => {
    const tag = `${registry.address}/${prefix}mine:1`;
    await engine.cli('tag', name, tag);
    const status = await ofTag(tag);
    // In containerd's store every name has a digest, so the registry is asked.
    expect(status).toMatchObject({
      state: 'UNKNOWN',
      reason: inContainerd ? 'NOT_IN_REGISTRY' : 'NO_DIGEST',
      registryCalls: inContainerd ? 1 : 0,
    });
  });
});

describe('a registry', () => {
  const answering = (status: number, code: string) =>
    registry.answer({
      [`/v2/${repository}/manifests/1`]: {
        status,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ errors: [{ code, message: `it says ${code}` }] }),
      },
    });

  it.each([
    [404, 'MANIFEST_UNKNOWN', 'NOT_IN_REGISTRY', null],
    [401, 'UNAUTHORIZED', 'UNAUTHORIZED', 'REGISTRY_UNAUTHORIZED'],
    [403, 'DENIED', 'UNAUTHORIZED', 'REGISTRY_UNAUTHORIZED'],
    [429, 'TOOMANYREQUESTS', 'RATE_LIMITED', 'REGISTRY_RATE_LIMITED'],
    [500, 'UNKNOWN', 'REGISTRY_FAILED', 'REGISTRY_ERROR'],
  ])(
    'that answers %i %s is a reason of the status, and a code elsewhere',
    async (status, word, reason, code) => {
      await answering(status, word);
      expect(await ofTag()).toMatchObject({ state: 'UNKNOWN', reason, registryCalls: 1 });
      const { data, errors } = await gateway.query(
        'query ($name: String!) { registryImage(reference: $name) { digest } }',
        {
          name,
        },
      );
      expect(data).toEqual({ registryImage: null });
      expect(errors.map((error) => error.code)).toEqual(code ? [code] : []);
    },
  );

  it('that is out of reach is a reason too, and a code elsewhere', async () => {
    const leaving = await startScriptedRegistry(engine);
    const tag = `${leaving.address}/${repository}:1`;
    try {
      await leaving.answer(scriptedRepository(repository, { '1': first }));
      await engine.cli('pull', '--quiet', tag);
    } finally {
      await leaving.stop();
    }
    expect(await ofTag(tag)).toMatchObject({ state: 'UNKNOWN', reason: 'UNREACHABLE', registryDigest: null });
    const { errors } = await gateway.query(
      'query ($tag: String!) { registryImage(reference: $tag) { digest } }',
      { tag },
    );
    expect(errors).toMatchObject([{ code: 'REGISTRY_UNAVAILABLE' }]);
  });
});

describe('a gateway that remembers', () => {
  it('asks a registry once for a name, whoever asks, and tells how often it did', async () => {
    await publish(second);
    const remembering = await startGateway({ host: engine.host });
    try {
      await registry.requests();
      const ask = () => imageStatus(name, remembering);
      const answers = await Promise.all([ask(), ask(), ask()]);
      const again = await remembering.data(
        `query ($ref: ID!) { image(ref: $ref) { distribution { digest registryCalls } updateStatus(refresh: true) { registryCalls } } }`,
        { ref: name },
      );
      expect(at(again, 'image', 'distribution')).toMatchObject({ registryCalls: 0 });
      const calls = answers.flatMap((answer) =>
        listAt(answer)
          .filter((each) => at(each, 'reference') === name)
          .map((each) => at(each, 'registryCalls')),
      );
      expect(calls.map(Number).toSorted((one, other) => one - other)).toEqual([0, 0, 1]);
      const requests = await registry.requests();
      expect(requests.filter((each) => each === `GET /v2/${repository}/manifests/1`).length).toBeLessThan(2);
      const usage = listAt(
        await remembering.data('{ registryUsage { registry calls spared failures pausedUntil } }'),
        'registryUsage',
      );
      expect(usage).toEqual([expect.objectContaining({ registry: registry.address, pausedUntil: null })]);
    } finally {
      await remembering.close();
    }
  });
});
