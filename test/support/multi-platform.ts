import { createHash } from 'node:crypto';
import { busyboxRoot } from './busybox.ts';
import type { EngineAccess } from './engine-access.ts';
import { type TarEntry, tar } from './tar.ts';

const oci = 'application/vnd.oci.image';
const digestOf = (content: Uint8Array): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** The blobs of an OCI image layout, in the order they were added. */
function layout() {
  const blobs = new Map<string, Uint8Array>();
  const add = (mediaType: string, content: Uint8Array): Descriptor => {
    const digest = digestOf(content);
    blobs.set(digest, content);
    return { mediaType, digest, size: content.length };
  };
  return {
    add,
    json: (mediaType: string, value: unknown) => add(mediaType, Buffer.from(JSON.stringify(value))),
    members: (): readonly TarEntry[] =>
      [...blobs].map(([digest, content]) => ({ path: pathOf(digest), content })),
  };
}

const pathOf = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

export interface MultiPlatformImage {
  /** By platform: the digests of the manifests. */
  readonly manifests: Readonly<Record<'amd64' | 'arm64' | 'attestation', string>>;
  readonly index: string;
}

/**
 * Loads an image for two platforms, with an attestation about the first, as BuildKit makes them. containerd's image
 * store keeps all of it, the classic one the image for amd64. `POST /images/load`
 */
export async function loadMultiPlatform(engine: EngineAccess, tag: string): Promise<MultiPlatformImage> {
  const { add, json, members } = layout();
  const image = (architecture: string, files: readonly TarEntry[]) => {
    const layer = tar(files);
    const config = json(`${oci}.config.v1+json`, {
      architecture,
      os: 'linux',
      created: '2024-05-06T07:08:09Z',
      config: { Cmd: ['sleep', '1000'], Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    });
    const layers = [add(`${oci}.layer.v1.tar`, layer)];
    const manifest = json(`${oci}.manifest.v1+json`, {
      schemaVersion: 2,
      mediaType: `${oci}.manifest.v1+json`,
      config,
      layers,
    });
    return { config, layers, manifest: { ...manifest, platform: { architecture, os: 'linux' } } };
  };
  const amd64 = image('amd64', await busyboxRoot());
  const arm64 = image('arm64', [{ path: 'hello', content: 'from afar' }]);
  const attestation = {
    ...json(`${oci}.manifest.v1+json`, {
      schemaVersion: 2,
      mediaType: `${oci}.manifest.v1+json`,
      config: json(`${oci}.config.v1+json`, {
        architecture: 'unknown',
        os: 'unknown',
        rootfs: { type: 'layers', diff_ids: [] },
      }),
      layers: [json('application/vnd.in-toto+json', { _type: 'https://in-toto.io/Statement/v0.1' })],
    }),
    annotations: {
      'vnd.docker.reference.digest': amd64.manifest.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: { architecture: 'unknown', os: 'unknown' },
  };
  const index = json(`${oci}.index.v1+json`, {
    schemaVersion: 2,
    mediaType: `${oci}.index.v1+json`,
    manifests: [amd64.manifest, arm64.manifest, attestation],
  });
  const [repository, version] = tag.split(':');
  const name = `docker.io/library/${repository}:${version}`;
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': version };
  const body = tar([
    ...members(),
    { path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    {
      path: 'index.json',
      content: JSON.stringify({ schemaVersion: 2, manifests: [{ ...index, annotations }] }),
    },
    {
      path: 'manifest.json',
      content: JSON.stringify([
        {
          Config: pathOf(amd64.config.digest),
          RepoTags: [tag],
          Layers: amd64.layers.map(({ digest }) => pathOf(digest)),
        },
      ]),
    },
  ]);
  const answer = await engine.mustRest('POST', '/images/load', { body });
  if (!answer.text().includes('Loaded image')) throw new Error(`loading ${tag} failed: ${answer.text()}`);
  return {
    index: index.digest,
    manifests: {
      amd64: amd64.manifest.digest,
      arm64: arm64.manifest.digest,
      attestation: attestation.digest,
    },
  };
}
