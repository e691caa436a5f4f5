import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandlers } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt } from '../support/json.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const index = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: digest('a'), size: 856 };
const signer = {
  CertificateIssuer: 'CN=issuer',
  SubjectAlternativeName: 'https://ci.example/acme/web/.build.yml@refs/heads/main',
  Issuer: 'https://token.ci.example',
  BuildSignerURI: 'https://ci.example/signer',
  BuildSignerDigest: 'd1',
  RunnerEnvironment: 'hosted',
  SourceRepositoryURI: 'https://git.example/acme/web',
  SourceRepositoryDigest: 'd2',
  SourceRepositoryRef: 'refs/heads/main',
  SourceRepositoryIdentifier: '11',
  SourceRepositoryOwnerURI: 'https://git.example/acme',
  SourceRepositoryOwnerIdentifier: '12',
  BuildConfigURI: 'https://ci.example/config',
  BuildConfigDigest: 'd3',
  BuildTrigger: 'push',
  RunInvocationURI: 'https://ci.example/run/1',
  SourceRepositoryVisibilityAtSigning: 'public',
};
const identity = {
  Signature: [
    {
      Name: 'A signature',
      Timestamps: [{ Type: 'Tlog', URI: 'https://log.example', Timestamp: '2026-01-02T03:04:05Z' }],
      KnownSigner: 'DHI',
      DockerReference: 'docker.io/acme/web',
      Signer: signer,
      SignatureType: 'bundle-v0.3',
      Warnings: ['offline'],
    },
    { Error: 'no certificate', SignatureType: 'of tomorrow' },
  ],
  Pull: [{ Repository: 'docker.io/acme/web' }],
  Build: [{ Ref: 'b1', CreatedAt: '2026-01-02T03:04:05.000000006Z' }],
};
const manifest = (id: string, Kind: string, Identity?: unknown) => ({
  ID: digest(id),
  Descriptor: { mediaType: manifestType, digest: digest(id), size: 1 },
  Available: true,
  Size: { Total: 1, Content: 1 },
  Kind,
  ...(Kind === 'image'
    ? {
        ImageData: {
          Platform: { os: 'linux', architecture: 'amd64' },
          Containers: [],
          Size: { Unpacked: 1 },
          Identity,
        },
      }
    : { AttestationData: { For: digest('b') } }),
});
const statement = {
  _type: 'https://in-toto.io/Statement/v0.1',
  subject: [{ name: 'pkg:docker/acme/web', digest: { sha256: 'b'.repeat(64) } }],
  predicateType: 'https://slsa.dev/provenance/v0.2',
  predicate: { metadata: { size: 3 } },
};

const handlers: FakeHandlers = {
  'GET /images/{name}/json': ({ query }) => ({
    Id: digest('a'),
    RepoTags: ['acme/web:1'],
    Descriptor: index,
    Identity: identity,
    ...(query.get('manifests') === '1' && {
      Manifests: [manifest('b', 'image'), manifest('c', 'attestation')],
    }),
  }),
  'GET /images/json': ({ query }) => [
    {
      Id: digest('a'),
      RepoTags: ['acme/web:1'],
      Manifests:
        query.get('identity') === '1' && query.get('manifests') === '1'
          ? [manifest('b', 'image', identity), manifest('c', 'attestation')]
          : [],
    },
  ],
  'GET /images/{name}/attestations': ({ query }, reply) => {
    if (query.get('platform') === '{"os":"linux","architecture":"arm64"}') {
      reply.fail(404, 'no manifest found for platform linux/arm64');
      return undefined;
    }
    const types = query.getAll('type');
    return [statement.predicateType, 'https://spdx.dev/Document']
      .filter((type) => types.length === 0 || types.includes(type))
      .map((PredicateType) => ({
        Descriptor: { mediaType: 'application/vnd.in-toto+json', digest: digest('d'), size: 9 },
        PredicateType,
        ...(query.get('statement') === '1' && { Statement: statement }),
      }));
  },
};

let fake: FakeEngine;
let gateway: RunningGateway;
async function start(apiVersion: string, more: FakeHandlers = {}): Promise<void> {
  fake = await startFakeEngine({ apiVersion, handlers: { ...handlers, ...more } });
  gateway = await startGateway({ host: fake.host });
}
afterEach(async () => {
  await gateway.close();
  await fake.close();
});
const image = async (fields: string) => {
  const { data, errors, extensions } = await gateway.query(`{ image(ref: "acme/web:1") { ${fields} } }`);
  const warnings = listAt(extensions, 'warnings').map((each) => at(each, 'coordinate'));
  return { image: at(data, 'image'), errors, warnings };
};
const queriesOf = (path: string) =>
  fake.requests.filter((each) => each.path.endsWith(path)).map(({ url }) => url);

describe('the attestations of an image, of API 1.55', () => {
  it('are read without the statements, unless those are selected', async () => {
    await start('1.55');
    const { image: short } = await image('attestations { predicateType descriptor { digest mediaType } }');
    expect(listAt(short, 'attestations')).toEqual(
      [statement.predicateType, 'https://spdx.dev/Document'].map((predicateType) => ({
        predicateType,
        descriptor: { digest: digest('d'), mediaType: 'application/vnd.in-toto+json' },
      })),
    );
    const { image: long, warnings } = await image(
      'attestations(platform: "linux/amd64", predicateTypes: ["https://slsa.dev/provenance/v0.2"]) { statement }',
    );
    const [one, ...others] = listAt(long, 'attestations');
    expect(JSON.parse(String(at(one, 'statement')))).toEqual(statement);
    expect(others).toEqual([]);
    expect(warnings).toEqual([]);
    const [first, second] = queriesOf('/attestations').map(
      (url) => new URL(url, 'http://engine').searchParams,
    );
    expect([...(first ?? [])]).toEqual([]);
    expect(Object.fromEntries(second ?? [])).toEqual({
      platform: '{"os":"linux","architecture":"amd64"}',
      type: 'https://slsa.dev/provenance/v0.2',
      statement: '1',
    });
  });

  it('are null for a platform that it is not for, and with an image store that has none', async () => {
    await start('1.55');
    expect(await image('attestations(platform: "linux/arm64") { predicateType }')).toMatchObject({
      image: { attestations: null },
      errors: [],
    });
    fake.on({
      'GET /images/{name}/attestations': (_request, reply) => {
        reply.fail(501, 'attestations are not supported by the image store');
      },
    });
    expect(await image('attestations { predicateType }')).toMatchObject({
      image: { attestations: null },
      errors: [],
      warnings: [],
    });
  });

  it.each(['platform: "amd64"', 'predicateTypes: [""]'])('are not asked for with %s', async (wrong) => {
    await start('1.55');
    expect(await image(`attestations(${wrong}) { predicateType }`)).toMatchObject({
      errors: [{ code: 'BAD_USER_INPUT' }],
    });
    expect(queriesOf('/attestations')).toEqual([]);
  });

  it('are null below, with a warning, and the Engine is not asked', async () => {
    await start('1.54');
    expect(await image('attestations { predicateType }')).toEqual({
      image: { attestations: null },
      errors: [],
      warnings: ['Image.attestations'],
    });
    expect(queriesOf('/attestations')).toEqual([]);
  });
});

const all = `signatures {
    name type typeRaw knownSigner knownSignerRaw dockerReference error warnings
    timestamps { type typeRaw uri at }
    signer {
      certificateIssuer subjectAlternativeName issuer buildSignerUri buildSignerDigest runnerEnvironment
      sourceRepositoryUri sourceRepositoryDigest sourceRepositoryRef sourceRepositoryIdentifier
      sourceRepositoryOwnerUri sourceRepositoryOwnerIdentifier buildConfigUri buildConfigDigest buildTrigger
      runInvocationUri sourceRepositoryVisibilityAtSigning
    }
  }
  pulls { repository } builds { buildRef createdAt }`;
const shown = {
  signatures: [
    {
      name: 'A signature',
      type: 'BUNDLE',
      typeRaw: 'bundle-v0.3',
      knownSigner: 'DOCKER_HARDENED_IMAGES',
      knownSignerRaw: 'DHI',
      dockerReference: 'docker.io/acme/web',
      error: null,
      warnings: ['offline'],
      timestamps: [
        { type: 'TRANSPARENCY_LOG', typeRaw: 'Tlog', uri: 'https://log.example', at: '2026-01-02T03:04:05Z' },
      ],
      signer: Object.fromEntries(
        Object.entries(signer).map(([key, value]) => [
          key.replace(/URI$/, 'Uri').replace(/^./, (letter) => letter.toLowerCase()),
          value,
        ]),
      ),
    },
    {
      name: null,
      type: 'UNKNOWN',
      typeRaw: 'of tomorrow',
      knownSigner: null,
      knownSignerRaw: null,
      dockerReference: null,
      error: 'no certificate',
      warnings: [],
      timestamps: [],
      signer: null,
    },
  ],
  pulls: [{ repository: 'docker.io/acme/web' }],
  builds: [{ buildRef: 'b1', createdAt: '2026-01-02T03:04:05.000000006Z' }],
};

describe('the identity of an image', () => {
  it('is read whole since API 1.53, and of each manifest since 1.54', async () => {
    await start('1.54');
    const {
      image: answer,
      errors,
      warnings,
    } = await image(`identity { ${all} } manifests { kind identity { ${all} } }`);
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    expect(answer).toEqual({
      identity: shown,
      manifests: [
        { kind: 'IMAGE', identity: shown },
        { kind: 'ATTESTATION', identity: null },
      ],
    });
    expect(queriesOf('/images/json').map((url) => url.replace(/.*\?/, ''))).toEqual([
      'all=1&manifests=1&identity=1',
    ]);
  });

  it('of a manifest is not asked for below', async () => {
    await start('1.53');
    const { image: answer, warnings } = await image(
      'identity { pulls { repository } } manifests { identity { pulls { repository } } }',
    );
    expect(answer).toEqual({
      identity: { pulls: shown.pulls },
      manifests: [{ identity: null }, { identity: null }],
    });
    expect(warnings).toEqual(['ImageManifest.identity']);
    expect(queriesOf('/images/json')).toEqual([]);
  });
});
