/** From a failure to reach an Engine to what is wrong and what to do about it, in plain words. */
import { lstatSync } from 'node:fs';
import type { Endpoint } from '../engine/endpoint.ts';
import { EngineError } from '../engine/errors.ts';

export interface Diagnosis {
  readonly problem: string;
  readonly remedy: string;
}

/** What is at the path of a socket. */
export type SocketFile =
  | { readonly kind: 'missing' | 'other' | 'unknown' }
  | { readonly kind: 'socket'; readonly group: number };

function inspectSocket(path: string): SocketFile {
  try {
    const found = lstatSync(path);
    return found.isFile() || found.isDirectory() ? { kind: 'other' } : { kind: 'socket', group: found.gid };
  } catch (error) {
    return { kind: codesOf(error).includes('ENOENT') ? 'missing' : 'unknown' };
  }
}

/** The codes of an error, of its causes and of the errors it gathers: the telling one may be any of them. */
export function codesOf(error: unknown, depth = 0): readonly string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const inner = [
    ...('cause' in error ? [error.cause] : []),
    ...('errors' in error && Array.isArray(error.errors) ? error.errors : []),
  ];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [...own, ...inner.flatMap((each: unknown) => codesOf(each, depth + 1))];
}

const messagesOf = (error: unknown, depth = 0): string => {
  if (!(error instanceof Error) || depth > 5) return '';
  return `${error.message}\n${messagesOf(error.cause, depth + 1)}`;
};

const startDaemon =
  'Start it: "sudo systemctl start docker" on Linux, or start Docker Desktop. If it runs elsewhere, name it with ' +
  '--host or choose its context with "docker context use".';

function diagnoseSocket(path: string, codes: readonly string[], file: SocketFile): Diagnosis | undefined {
  if (codes.includes('EACCES') || codes.includes('EPERM')) {
    const group = file.kind === 'socket' ? ` It belongs to group ${file.group}.` : '';
    return {
      problem: `This user may not use the socket ${path}.${group}`,
      remedy:
        'Join its group: "sudo usermod -aG docker $USER", then log in again. In a container: run with --group-add and ' +
        'the number of that group. Mind that whoever may use the socket is as good as root.',
    };
  }
  if (file.kind === 'missing' || codes.includes('ENOENT')) {
    return {
      problem: `There is no socket at ${path}: the daemon does not run here, or its socket is elsewhere.`,
      remedy: `${startDaemon} In a container: mount the socket with -v ${path}:${path}.`,
    };
  }
  if (file.kind === 'other') {
    return {
      problem: `${path} is a file or a directory, not a socket.`,
      remedy:
        'Docker makes a directory where the socket to mount did not exist: remove it, start the daemon, and start the ' +
        'container again.',
    };
  }
  if (codes.includes('ECONNREFUSED')) {
    return {
      problem: `Nobody listens on the socket ${path}: a daemon that ran before has left it behind.`,
      remedy: startDaemon,
    };
  }
  return undefined;
}

const badCertificates = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

function diagnoseTls(url: string, codes: readonly string[], messages: string): Diagnosis | undefined {
  const has = (...names: readonly string[]) => names.some((name) => codes.includes(name));
  if (
    /wrong version number|packet length too long|http request/i.test(messages) ||
    has('ERR_SSL_WRONG_VERSION_NUMBER')
  ) {
    return {
      problem: `${url} does not speak TLS, but TLS was asked for.`,
      remedy: 'Unset DOCKER_TLS_VERIFY and DOCKER_TLS, or let the daemon listen with --tlsverify.',
    };
  }
  if (has('CERT_HAS_EXPIRED')) {
    return {
      problem: `The certificate of ${url} has expired.`,
      remedy: 'Make a new certificate for the daemon and restart it.',
    };
  }
  if (has('ERR_TLS_CERT_ALTNAME_INVALID')) {
    return {
      problem: `The certificate of ${url} is for another name.`,
      remedy: 'Use the name in the certificate, or make one that has this name among its alternative names.',
    };
  }
  if (has(...badCertificates)) {
    return {
      problem: `The certificate of ${url} is not signed by the authority in ca.pem.`,
      remedy: 'Put the ca.pem that signed it into DOCKER_CERT_PATH.',
    };
  }
  if (/alert (?:bad certificate|certificate required|unknown ca|handshake failure)/i.test(messages)) {
    return {
      problem: `${url} refused the client certificate, or got none.`,
      remedy: 'Put the cert.pem and key.pem that the daemon trusts into DOCKER_CERT_PATH.',
    };
  }
  return undefined;
}

function diagnoseTcp(
  host: string,
  url: string,
  codes: readonly string[],
  messages: string,
): Diagnosis | undefined {
  const has = (...names: readonly string[]) => names.some((name) => codes.includes(name));
  if (has('ENOTFOUND', 'EAI_AGAIN')) {
    return {
      problem: `The name ${host} cannot be resolved.`,
      remedy: 'Check its spelling and the name servers of this machine.',
    };
  }
  if (has('ECONNREFUSED')) {
    return {
      problem: `Nobody listens at ${url}.`,
      remedy:
        'Check that the daemon runs and listens there (its setting "hosts"), and the port: 2375 plain, 2376 TLS.',
    };
  }
  if (has('UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH')) {
    return {
      problem: `${url} cannot be reached over the network.`,
      remedy: 'Check the address, the route to it, and the firewalls between.',
    };
  }
  return diagnoseTls(url, codes, messages);
}

/**
 * @param error what a call to the Engine ended with
 * @param inspect what is at the socket's path; the file system's word if left out
 */
export function diagnose(
  error: unknown,
  endpoint: Endpoint,
  inspect: (path: string) => SocketFile = inspectSocket,
): Diagnosis {
  const { transport, url } = endpoint;
  const codes = codesOf(error);
  const specific =
    transport.kind === 'unix'
      ? diagnoseSocket(transport.socketPath, codes, inspect(transport.socketPath))
      : diagnoseTcp(transport.host, url, codes, messagesOf(error));
  if (specific) return specific;
  const said = error instanceof Error ? error.message : String(error);
  if (!(error instanceof EngineError)) {
    return { problem: said, remedy: 'This is a fault of dockgraph: please report it.' };
  }
  switch (error.kind) {
    case 'timeout':
      return {
        problem: `${url} takes connections but does not answer.`,
        remedy:
          'The daemon hangs: look into its log ("journalctl -u docker"), and restart it if it stays so.',
      };
    case 'unsupported':
      return {
        problem: said,
        remedy:
          'Unset DOCKER_API_VERSION if it is set. If the Engine is older than 20.10, update it; if it is newer than ' +
          'this gateway, update dockgraph.',
      };
    case 'response':
      return error.status === 400 && transport.kind === 'tcp' && !transport.tls
        ? {
            problem: `${url} refuses to speak without TLS.`,
            remedy:
              'Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the directory with ca.pem, cert.pem and key.pem.',
          }
        : {
            problem: `${url} answers, but refuses: ${said}`,
            remedy:
              'If a socket proxy or an authorisation plugin stands before the Engine, let it pass HEAD or GET /_ping and ' +
              'GET /version; if something else listens there, correct the address.',
          };
    case 'protocol':
    case 'too_large':
      return {
        problem: `${url} does not speak the API of the Engine: ${said}`,
        remedy: 'Check that it is the address of a Docker Engine, and whether it expects TLS.',
      };
    default:
      return { problem: said, remedy: startDaemon };
  }
}
