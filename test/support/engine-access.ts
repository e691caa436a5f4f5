import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findCommand, systemPath } from './install-engine.ts';
import { mustRest, type RestAnswer, type RestOptions, rest } from './rest.ts';

const run = promisify(execFile);

/** Where a private Engine is: plain data, so that it can be handed to another process. */
export interface EngineHandle {
  /** For DOCKER_HOST: `unix:///…`. */
  readonly host: string;
  readonly socketPath: string;
  /** Its images, containers and volumes (dockerd's data root). */
  readonly dataDir: string;
  /** Its network namespace, for `nsenter --net=`. The host's own where it is not isolated. */
  readonly namespace: string;
  /** The newest API version that it speaks ("1.41"). */
  readonly apiVersion: string;
  /** The Engine's own version ("20.10.24"). */
  readonly version: string;
  /** PATH of the commands that belong to it, where they are not the machine's own. */
  readonly path?: string;
}

/** What can be done with a running Engine from outside the gateway: the independent second opinion. */
export interface EngineAccess extends EngineHandle {
  /** Runs a command in its network namespace, where published ports are reachable; resolves with stdout. */
  exec(command: string, args: readonly string[]): Promise<string>;
  /** Runs the docker CLI against it, with an empty configuration; resolves with stdout, trimmed at the end. */
  cli(...args: readonly string[]): Promise<string>;
  /** One raw call, whatever it answers. Paths are given without a version (`/containers/json`). */
  rest(method: string, path: string, options?: RestOptions): Promise<RestAnswer>;
  /** The same, and rejects with RestError on a status of 400 and above. */
  mustRest(method: string, path: string, options?: RestOptions): Promise<RestAnswer>;
}

/** The environment of a docker CLI that talks to this Engine and knows nothing of the user's configuration. */
export function cliEnvironment(
  handle: Pick<EngineHandle, 'host' | 'socketPath' | 'path'>,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DOCKER_'));
  return {
    ...Object.fromEntries(inherited),
    PATH: handle.path ?? systemPath,
    DOCKER_HOST: handle.host,
    DOCKER_CONFIG: join(dirname(handle.socketPath), 'cli'),
    DOCKER_CLI_HINTS: 'false',
    // The CLI's default builder is a plugin of its own, which a machine need not have.
    DOCKER_BUILDKIT: '0',
  };
}

/** The means to work with an Engine that this or another process started. */
export function engineAccess(handle: EngineHandle): EngineAccess {
  const options = { env: cliEnvironment(handle), maxBuffer: 256 * 1024 * 1024 };
  const versioned = (path: string): string => `/v${handle.apiVersion}${path}`;
  return {
    ...handle,
    async exec(command, args) {
      const { stdout } = await run('nsenter', [`--net=${handle.namespace}`, command, ...args], options);
      return stdout;
    },
    async cli(...args) {
      if (findCommand('docker') === undefined) {
        throw new Error('the docker CLI is not on PATH: install docker.io or docker-cli');
      }
      const { stdout } = await run('docker', args, options);
      return stdout.trimEnd();
    },
    rest: (method, path, given) => rest(handle.socketPath, method, versioned(path), given),
    mustRest: (method, path, given) => mustRest(handle.socketPath, method, versioned(path), given),
  };
}
