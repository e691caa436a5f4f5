import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EngineAccess } from './engine-access.ts';
import { tar } from './tar.ts';

/** What a path is answered with; 404 where nothing is said. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A registry that says what a real one will not say on demand, on the loopback of an Engine's namespace. */
export interface ScriptedRegistry {
  /** What image names begin with: `127.0.0.1:PORT`. */
  readonly address: string;
  /** From now on, these paths are answered so; with and without their query. */
  answer(paths: Readonly<Record<string, ScriptedAnswer>>): Promise<void>;
  /** `GET /v2/…`: what was asked since the last time. */
  requests(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** It ends with this process at the latest. */
export async function startScriptedRegistry(engine: EngineAccess): Promise<ScriptedRegistry> {
  const program = fileURLToPath(new URL('./scripted-server.ts', import.meta.url));
  const child = spawn(
    'nsenter',
    // The kernel ends it when we end, whatever ends us.
    [
      `--net=${engine.namespace}`,
      'setpriv',
      '--pdeathsig',
      'KILL',
      process.execPath,
      '--import',
      'tsx',
      program,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the scripted registry has ended');
    return JSON.parse(value);
  };
  const address = `127.0.0.1:${Number(await next())}`;
  return {
    address,
    async answer(paths) {
      const coded = Object.entries(paths).map(([path, { body = '', ...rest }]) => [
        path,
        { ...rest, body: Buffer.from(body).toString('base64') },
      ]);
      child.stdin.write(
        `${JSON.stringify({ '/v2/': { headers: { 'docker-distribution-api-version': 'registry/2.0' } }, ...Object.fromEntries(coded) })}\n`,
      );
      await next();
    },
    async requests() {
      child.stdin.write('requests\n');
      const asked = await next();
      return Array.isArray(asked) ? asked.map(String) : [];
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const digestOf = (content: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/** Something that a tag may mean, with all that belongs to it. */
export interface ScriptedImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
  /** Answers of the repository, by what stands after its name: `/blobs/sha256:…`. */
  readonly paths: Readonly<Record<string, ScriptedAnswer>>;
}

const manifestAnswer = (mediaType: string, body: string): ScriptedAnswer => ({
  headers: { 'content-type': mediaType, 'docker-content-digest': digestOf(body) },
  body,
});

/** An image for one platform, whose one file says `content`. */
export function scriptedImage(content: string, architecture = 'amd64'): ScriptedImage {
  const layer = tar([{ path: 'content', content }]);
  const config = JSON.stringify({
    architecture,
    os: 'linux',
    config: { Cmd: ['/content'] },
    rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
  });
  const body = JSON.stringify({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: types.layer, digest: digestOf(layer), size: layer.length }],
  });
  const blob = (bytes: string | Uint8Array) => ({
    [`/blobs/${digestOf(bytes)}`]: { headers: { 'content-type': 'application/octet-stream' }, body: bytes },
  });
  const digest = digestOf(body);
  return {
    digest,
    mediaType: types.manifest,
    size: body.length,
    platform: { os: 'linux', architecture },
    paths: {
      ...blob(layer),
      ...blob(config),
      [`/manifests/${digest}`]: manifestAnswer(types.manifest, body),
    },
  };
}

/** An index of several. */
export function scriptedIndex(...images: readonly ScriptedImage[]): ScriptedImage {
  const manifests = images.map(({ mediaType, digest, size, platform }) => ({
    mediaType,
    digest,
    size,
    platform,
  }));
  const body = JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests });
  const digest = digestOf(body);
  return {
    digest,
    mediaType: types.index,
    size: body.length,
    paths: Object.assign(
      { [`/manifests/${digest}`]: manifestAnswer(types.index, body) },
      ...images.map(({ paths }) => paths),
    ),
  };
}

/** A repository with these tags; what else is in it is known by digest. */
export const scriptedRepository = (
  name: string,
  tags: Readonly<Record<string, ScriptedImage>>,
  others: readonly ScriptedImage[] = [],
): Readonly<Record<string, ScriptedAnswer>> => {
  const all = [...Object.values(tags), ...others].flatMap(({ paths }) => Object.entries(paths));
  const tagged = Object.entries(tags).map(([tag, { digest, paths }]): [string, ScriptedAnswer] => [
    `/manifests/${tag}`,
    paths[`/manifests/${digest}`] ?? {},
  ]);
  return Object.fromEntries([...all, ...tagged].map(([path, answer]) => [`/v2/${name}${path}`, answer]));
};
