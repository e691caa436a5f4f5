/** Docker's credential helpers: programs beside the CLI that keep secrets in a keychain. */
import { execFile } from 'node:child_process';
import { isJsonObject } from '../json.ts';
import type { RegistryAuth } from './auth.ts';
import { CredentialError } from './credential-error.ts';
import { hostOf } from './docker-config.ts';

/** What a helper is started with; its PATH finds it. */
export type HelperEnvironment = Readonly<Record<string, string | undefined>>;

/** Milliseconds; those of cloud registries ask over the network. */
const patience = 30_000;
const longestAnswer = 262_144;
/** No slash and no leading dash: a name is never a path nor a flag. */
const namePattern = /^[A-Za-z0-9][\w.-]{0,127}$/;

const remedy =
  "Repair it on the gateway's machine, take it out of `credsStore` or `credHelpers`, or give `auth`.";

interface Answer {
  readonly stdout: string;
  /** Why it ended, where not with success. */
  readonly failure: { readonly code: unknown; readonly killed: boolean } | undefined;
}

/** What the helper says on standard error is dropped: it may hold anything. */
const run = (program: string, input: string, env: HelperEnvironment, timeout: number): Promise<Answer> =>
  new Promise((resolve) => {
    const options = {
      env,
      timeout,
      maxBuffer: longestAnswer,
      killSignal: 'SIGKILL',
      windowsHide: true,
    } as const;
    const child = execFile(program, ['get'], options, (error, stdout) => {
      const failure = error ? { code: error.code, killed: error.killed === true } : undefined;
      resolve({ stdout, failure });
    });
    // One that does not read its input is judged by its answer.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });

function parseAnswer(stdout: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(stdout);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Asks `docker-credential-<name>` for the credentials of one registry; undefined where it has none.
 *
 * @param timeout milliseconds after which it is killed
 * @throws CredentialError where it is not there, fails, hangs or answers nonsense
 */
export async function askHelper(
  name: string,
  registry: string,
  env: HelperEnvironment,
  timeout = patience,
): Promise<RegistryAuth | undefined> {
  const fail = (what: string) =>
    new CredentialError(`The credential helper ${JSON.stringify(name)} ${what}.`, remedy);
  if (!namePattern.test(name)) throw fail('has a name that no program may have');
  const { stdout, failure } = await run(`docker-credential-${name}`, registry, env, timeout);
  if (failure && stdout.trim() === 'credentials not found in native keychain') return undefined;
  if (failure?.code === 'ENOENT') throw fail('is not installed');
  if (failure?.killed) throw fail(`did not answer within ${timeout / 1000} seconds`);
  if (failure) throw fail(`failed for ${registry}`);
  const answer = parseAnswer(stdout);
  const { ServerURL: server, Username: username, Secret: secret } = answer ?? {};
  if (typeof username !== 'string' || typeof secret !== 'string')
    throw fail(`answered nonsense for ${registry}`);
  // Some keychains find what is similar.
  if (typeof server === 'string' && server !== '' && hostOf(server) !== hostOf(registry)) return undefined;
  // How a helper says that the secret is no password.
  if (username === '<token>') return { identityToken: secret };
  return username === '' && secret === '' ? undefined : { username, password: secret };
}
