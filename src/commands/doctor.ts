/** Finds the Engine and says what was found, and what to do when that is not enough. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { createEngineClient } from '../engine/client.ts';
import { connect } from '../engine/connect.ts';
import { type Endpoint, EndpointError, type EndpointSettings, resolveEndpoint } from '../engine/endpoint.ts';
import { system } from '../engine/operations/system.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';

export interface Report {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

const line = (label: string, text: string): string => `${label.padEnd(9)} ${text}`;

const verdict = ({ problem, remedy }: Diagnosis): readonly string[] => [
  line('Problem', problem),
  line('Remedy', remedy),
];

/** Engines that keep their sockets where the CLI looks only when told. */
function otherSockets({ home, xdgRuntimeDir }: EndpointSettings): readonly string[] {
  const candidates = [
    ...(home ? ['.colima/default/docker.sock', '.orbstack/run/docker.sock', '.rd/docker.sock'] : []).map(
      (path) => join(home ?? '', path),
    ),
    ...(xdgRuntimeDir ? [join(xdgRuntimeDir, 'podman', 'podman.sock')] : []),
  ];
  return candidates.filter((path) => existsSync(path));
}

function describeGateway({ server }: Config): string {
  const { listen, port, tokenDigest, graphiql } = server;
  const token = tokenDigest ? 'clients need the token' : 'no token is set';
  return `would listen on ${listen}, port ${port}; ${token}; GraphiQL is ${graphiql ? 'on' : 'off'}`;
}

async function ask(endpoint: Endpoint, apiVersion: string | undefined): Promise<string> {
  const client = createEngineClient({
    name: endpoint.name,
    endpoint,
    connection: connect(endpoint),
    apiVersion,
  });
  try {
    const { api, daemonApi, product } = await client.greeting();
    const version = await client.call(system.version, {});
    const kind = product === 'PODMAN' ? 'Podman' : 'Docker Engine';
    const platform = [version.Os, version.Arch].filter(Boolean).join('/');
    return `${kind} ${version.Version ?? 'of unknown version'} on ${platform}; it speaks API ${daemonApi}, dockgraph will speak ${api}`;
  } finally {
    await client.close();
  }
}

/** `dockgraph doctor`. Shows addresses and paths: its reader is who runs the gateway. */
export async function doctor(config: Config): Promise<Report> {
  const lines = [
    line('Gateway', describeGateway(config)),
    ...config.warnings.map((text) => line('Note', text)),
  ];
  let endpoint: Endpoint;
  try {
    endpoint = resolveEndpoint(config.endpoint);
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    return { ok: false, lines: [...lines, ...verdict({ problem: error.message, remedy: error.remedy })] };
  }
  lines.push(line('Endpoint', `${endpoint.url}, chosen by ${endpoint.source}`));
  try {
    lines.push(
      line('Engine', await ask(endpoint, config.apiVersion)),
      line('Verdict', 'Everything is in order.'),
    );
    return { ok: true, lines };
  } catch (error) {
    lines.push(...verdict(diagnose(error, endpoint)));
    if (!endpoint.named) {
      for (const path of otherSockets(config.endpoint)) {
        lines.push(line('Hint', `There is a socket at ${path}: try --host unix://${path}.`));
      }
    }
    return { ok: false, lines };
  }
}
