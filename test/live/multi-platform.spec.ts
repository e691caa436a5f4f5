import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { loadMultiPlatform, type MultiPlatformImage } from '../support/multi-platform.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { download } from './support/transfer-client.ts';

const run = promisify(execFile);

let engine: PrivateEngine;
let gateway: RunningGateway;
let made: MultiPlatformImage;
/** Whether images are kept in containerd, which alone keeps more than one platform. */
let inContainerd: boolean;

beforeAll(async () => {
  engine = await startPrivateEngine();
  gateway = await startGateway({ host: engine.host });
  made = await loadMultiPlatform(engine, 'multi:1');
  await engine.cli('run', '--detach', '--init', '--name', 'one', 'multi:1');
  const info = (await engine.mustRest('GET', '/info')).json();
  inContainerd = JSON.stringify(at(info, 'DriverStatus')).includes('io.containerd.snapshotter');
});

afterAll(async () => {
  await gateway?.close();
  await engine?.stop();
});

const image = async (fields: string): Promise<unknown> =>
  at(await gateway.data(`{ image(ref: "multi:1") { ${fields} } }`), 'image');
const listed = async (fields: string): Promise<unknown> =>
  listAt(await gateway.data(`{ images { nodes { ${fields} } } }`), 'images', 'nodes')[0];

const manifestsIn = async (transfer: unknown): Promise<readonly unknown[]> => {
  const got = await download(gateway.url, transfer);
  expect(got).toMatchObject({ status: 200, complete: true });
  const path = join(tmpdir(), `dockgraph-${process.pid}-multi.tar`);
  await writeFile(path, got.body);
  const { stdout } = await run('tar', ['-tf', path]);
  await rm(path);
  return Object.entries(made.manifests).flatMap(([name, digest]) =>
    stdout.includes(digest.slice(7)) ? [name] : [],
  );
};

describe('an image for several platforms', () => {
  it('is saved with all of them, or with one, where the Engine keeps them', async () => {
    const saved = async (field: string): Promise<readonly unknown[]> =>
      inContainerd ? manifestsIn(at(await image(`${field} { url }`), 'save')) : [];
    expect(await saved('save')).toEqual(inContainerd ? ['amd64', 'arm64', 'attestation'] : []);
    expect(await saved('save(platform: "linux/arm64")')).toEqual(inContainerd ? ['arm64'] : []);
  });

  it('is not saved for what is no platform', async () => {
    const { errors } = await gateway.query('{ image(ref: "multi:1") { save(platform: "arm") { url } } }');
    expect(errors).toMatchObject([
      { code: 'BAD_USER_INPUT', message: expect.stringContaining('`platform`') },
    ]);
  });

  it('is the one that suits this host', async () => {
    expect(await image('platform { os architecture }')).toEqual({
      platform: { os: 'linux', architecture: 'amd64' },
    });
  });

  it('has its platforms and attestations where the Engine keeps them', async () => {
    const path = '/images/multi:1/json?manifests=1';
    const raw = listAt((await engine.mustRest('GET', path)).json(), 'Manifests');
    const fields = `manifests { digest kind isAvailable totalSize contentSize unpackedSize attestationFor
      platform { os architecture } containers { name } descriptor { digest size } }`;
    const answer = await image(fields);
    expect(await listed(fields)).toEqual(answer);
    const manifest = (digest: string, rest: Readonly<Record<string, unknown>>) => {
      const own = raw.find((each) => at(each, 'ID') === digest);
      return {
        digest,
        isAvailable: true,
        totalSize: at(own, 'Size', 'Total'),
        contentSize: at(own, 'Size', 'Content'),
        unpackedSize: at(own, 'ImageData', 'Size', 'Unpacked') ?? null,
        descriptor: { digest, size: at(own, 'Descriptor', 'size') },
        ...rest,
      };
    };
    const { amd64, arm64, attestation } = made.manifests;
    const kind = 'IMAGE';
    const all = [
      manifest(amd64, {
        kind,
        platform: { os: 'linux', architecture: 'amd64' },
        containers: [{ name: 'one' }],
        attestationFor: null,
      }),
      manifest(arm64, {
        kind,
        platform: { os: 'linux', architecture: 'arm64' },
        containers: [],
        attestationFor: null,
      }),
      manifest(attestation, {
        kind: 'ATTESTATION',
        platform: null,
        containers: [],
        attestationFor: amd64,
      }),
    ];
    expect(answer).toEqual({ manifests: inContainerd ? all : null });
  });

  it('is joined with its containers, whichever of its digests they know', async () => {
    expect(await image('inUse containerCount containers { name }')).toEqual({
      inUse: true,
      containerCount: 1,
      containers: [{ name: 'one' }],
    });
    const data = await gateway.data('{ containers { nodes { image { name } } } }');
    expect(at(data, 'containers', 'nodes')).toEqual([{ image: { name: 'multi:1' } }]);
  });

  it('has the same size from the list and by its name, as `docker images` shows it', async () => {
    const [raw] = listAt((await engine.mustRest('GET', '/images/json?shared-size=1')).json());
    const single = await image('size contentSize');
    expect(single).toEqual(await listed('size contentSize'));
    expect(at(single, 'size')).toBe(at(raw, 'Size'));
    const details = (await engine.mustRest('GET', '/images/multi:1/json')).json();
    expect(at(single, 'contentSize')).toBe(at(details, 'Size'));
    // Nothing else is on this Engine; below API 1.42 the layers cannot be compared.
    const unique = at(raw, 'SharedSize') === 0 ? at(raw, 'Size') : null;
    expect(await image('uniqueSize')).toEqual({ uniqueSize: unique });
  });

  it('has a digest of its own for each of its names where its ID is one', async () => {
    await engine.cli('tag', 'multi:1', 'acme/multi:2');
    await engine.cli('tag', 'multi:1', 'localhost:5000/multi:3');
    const details = (await engine.mustRest('GET', '/images/multi:1/json')).json();
    const digests = listAt(details, 'RepoDigests');
    expect(digests).toHaveLength(inContainerd ? 3 : 0);
    expect(await image('digests')).toEqual({ digests });
    expect(await listed('digests')).toEqual({ digests });
    expect(textAt(await image('dockerId'), 'dockerId') === made.index).toBe(inContainerd);
  });
});
