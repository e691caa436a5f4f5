import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findCommand, systemPath } from './install-engine.ts';
import { at, textAt } from './json.ts';

const execute = promisify(execFile);

/** What a command printed; rejects with its own first error, which says more than the command line. */
async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeout?: number } = {},
): Promise<string> {
  try {
    const environment = { ...process.env, PATH: systemPath, LC_ALL: 'C' };
    const { stdout } = await execute(command, args, { ...options, env: environment });
    return stdout;
  } catch (error) {
    if (at(error, 'killed') === true) {
      throw new Error(`${command} did not come to an end in time`, { cause: error });
    }
    const said = /^E: .*/m.exec(textAt(error, 'stderr'))?.[0] ?? textAt(error, 'message').trim();
    throw new Error(`${command}: ${said}`, { cause: error });
  }
}

const cache = fileURLToPath(new URL('../../.cache/engines', import.meta.url));
const debianKeys = '/usr/share/keyrings/debian-archive-keyring.gpg';

const common = ['usr/sbin/dockerd', 'usr/sbin/docker-proxy'];
const containerd = ['usr/bin/containerd', 'usr/bin/containerd-shim-runc-v2'];
/** What is taken out of the packages. runc stays the machine's own: the newer ones need a newer libc. */
const binaries: Readonly<Record<string, readonly string[]>> = {
  'docker.io': common,
  containerd,
  'docker-cli': ['usr/bin/docker'],
};

/** The Debian suites that carry each version, tried in this order: it goes on living in the earlier ones. */
const versions = {
  '20.10': { suites: ['bookworm'], binaries: { 'docker.io': [...common, 'usr/bin/docker'], containerd } },
  '26.1': { suites: ['trixie'], binaries },
  '28.5': { suites: ['forky', 'sid'], binaries },
} as const;

type Version = keyof typeof versions;

/** What can be chosen: a version, with the image store that it has by default or with containerd's. */
const releases = {
  '20.10': { version: '20.10', config: {} },
  '26.1': { version: '26.1', config: {} },
  '28.5': { version: '28.5', config: {} },
  '28.5-containerd': { version: '28.5', config: { features: { 'containerd-snapshotter': true } } },
} as const satisfies Record<string, { version: Version; config: object }>;

/**
 * Engines that can be had beside the machine's own: 20.10 is API 1.41, 26.1 is API 1.45, 28.5 is API 1.51.
 * `-containerd` keeps images in containerd, as Engine 29 does.
 */
export type EngineRelease = keyof typeof releases;

/** The newest of them, which tests run on where nobody chooses. */
export const newestRelease = '28.5' satisfies EngineRelease;

/** All of them, the oldest first. */
export const engineReleases: readonly EngineRelease[] = ['20.10', '26.1', '28.5', '28.5-containerd'];

const isRelease = (value: string): value is EngineRelease => Object.hasOwn(releases, value);

/** The entries of `daemon.json` that make a release what it is. */
export const configOf = (release: EngineRelease | undefined): object =>
  release === undefined ? {} : releases[release].config;

/** The variable that chooses the release of every private Engine. */
export const choice = 'DOCKGRAPH_TEST_ENGINE';

/**
 * The release that `DOCKGRAPH_TEST_ENGINE` chooses for every private Engine, undefined for the dockerd of PATH: where it
 * is not set, or is `installed`. Throws where it names one that cannot be had.
 */
export function chosenRelease(environment: NodeJS.ProcessEnv = process.env): EngineRelease | undefined {
  const chosen = environment[choice] ?? '';
  if (chosen === '' || chosen === 'installed') return undefined;
  if (isRelease(chosen)) return chosen;
  throw new Error(`${choice} is ${chosen}: use installed, ${engineReleases.join(', ')}, or leave it out`);
}

/** The version of the dockerd on PATH, as its release is called (`20.10`); undefined where there is none. */
async function installedVersion(): Promise<string | undefined> {
  if (findCommand('dockerd') === undefined) return undefined;
  return /version (\d+\.\d+)\./.exec(await run('dockerd', ['--version']))?.[1];
}

/** Where this machine's own packages come from: the mirror of its own suite. */
async function mirror(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const codename = /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1];
  const targets = await run('apt-get', ['indextargets', '--format', '$(RELEASE) $(REPO_URI)']);
  const entry = targets.split('\n').find((line) => line.split(' ')[0] === codename);
  if (codename === undefined || entry === undefined) {
    throw new Error('apt has no index of this machine’s own release: run apt-get update first');
  }
  return entry.slice(codename.length + 1);
}

/** An apt that knows this one suite and nothing of what is installed. It reads the machine's proxy and credentials. */
async function aptOf(suite: string, directory: string): Promise<readonly string[]> {
  const state = join(directory, suite);
  const sources = join(state, 'sources.list');
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(state, 'archives', 'partial'), { recursive: true });
  const signed = existsSync(debianKeys) ? `[signed-by=${debianKeys}] ` : '';
  await writeFile(sources, `deb ${signed}${await mirror()} ${suite} main\n`);
  await writeFile(join(state, 'status'), '');
  const settings = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State': state,
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': state,
    'Acquire::Retries': '1',
    'APT::Update::Error-Mode': 'any',
    'APT::Sandbox::User': 'root',
  };
  return ['-qq', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}

/** Fetches the packages of one suite and leaves their binaries in `directory/bin`. */
async function unpack(release: Version, suite: string, directory: string, deadline: number): Promise<void> {
  const timeout = (): number => Math.max(1, deadline - Date.now());
  const { binaries } = versions[release];
  const apt = await aptOf(suite, directory);
  await run('apt-get', [...apt, 'update'], { timeout: timeout() });
  const found = await run('apt-cache', [...apt, 'madison', 'docker.io']);
  const version = found.split('|')[1]?.trim();
  if (!version?.startsWith(`${release}.`)) {
    throw new Error(`it has docker.io ${version ?? 'not at all'}, not ${release}`);
  }
  const downloads = join(directory, suite, 'archives');
  await run('apt-get', [...apt, 'download', ...Object.keys(binaries)], {
    cwd: downloads,
    timeout: timeout(),
  });
  const root = join(directory, suite, 'root');
  for (const file of await readdir(downloads)) {
    if (file.endsWith('.deb')) await run('dpkg', ['-x', join(downloads, file), root]);
  }
  const bin = join(directory, 'bin');
  await mkdir(bin);
  for (const path of Object.values(binaries).flat()) {
    await rename(join(root, path), join(bin, path.slice(path.lastIndexOf('/') + 1)));
  }
  // Where it needs another libc than this machine's, that shows now.
  await run(join(bin, 'dockerd'), ['--version']);
}

export interface ObtainOptions {
  /** How long the packages may take to arrive, in milliseconds; a minute by default. */
  readonly timeout?: number;
  /** Told before anything is fetched. */
  readonly onFetch?: (version: string) => void;
}

/**
 * A directory with dockerd, containerd and docker of a release, to be put first on PATH, or undefined where PATH has just
 * that release. Debian's packages of another suite are downloaded once (about 60 MB) from the mirror that this machine's
 * apt uses, checked by apt, and unpacked into `.cache/engines`; nothing is installed. Rejects with the reasons of all
 * suites where none has the release.
 */
export async function obtainEngine(
  release: EngineRelease,
  options: ObtainOptions = {},
): Promise<string | undefined> {
  const { version } = releases[release];
  const engine = join(cache, version);
  if (existsSync(engine)) return engine;
  if ((await installedVersion()) === version) return undefined;
  options.onFetch?.(version);
  await mkdir(cache, { recursive: true });
  const deadline = Date.now() + (options.timeout ?? 60_000);
  const reasons: string[] = [];
  for (const suite of versions[version].suites) {
    const directory = await mkdtemp(join(cache, 'download-'));
    try {
      await unpack(version, suite, directory, deadline);
      // Whoever came first has put the same there.
      await rename(join(directory, 'bin'), engine).catch((error: unknown) => {
        if (!existsSync(engine)) throw error;
      });
      return engine;
    } catch (error) {
      reasons.push(`${suite}: ${textAt(error, 'message')}.`);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
  throw new Error(`Docker Engine ${version} cannot be obtained from Debian. ${reasons.join(' ')}`);
}

/** PATH of the commands that belong to one Engine: those of its release before the machine's own. */
export const pathWith = (directory: string | undefined): string =>
  directory === undefined ? systemPath : `${directory}:${systemPath}`;
