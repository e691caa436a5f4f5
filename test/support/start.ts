/**
 * What `npm start` runs: the built gateway on the Engine that the user named or that answers on a default socket,
 * else on a private Engine with a sample project, which ends with the gateway.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, networkInterfaces } from 'node:os';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { loadConfig } from '../../src/config.ts';
import { resolveEndpoint } from '../../src/engine/endpoint.ts';
import { earlierGone, socketInUse } from './engine-directory.ts';
import { engineTools, findCommand, installMissing, obstacle } from './install-engine.ts';
import { answersPing, type PrivateEngine, startPrivateEngine } from './private-engine.ts';
import { ensureShop } from './shop.ts';

const gateway = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const dataDir = fileURLToPath(new URL('../../.dockgraph', import.meta.url));
const argv = ['serve', ...process.argv.slice(2)];

/** Standard output belongs to the gateway. */
const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** The default socket that should have answered and did not; undefined where the gateway needs no help. */
async function silentSocket(): Promise<string | undefined> {
  try {
    const config = loadConfig(argv);
    const { named, transport } = resolveEndpoint(config.endpoint);
    if (config.command !== 'serve' || named || transport.kind !== 'unix') return undefined;
    return (await answersPing(transport.socketPath)) ? undefined : transport.socketPath;
  } catch {
    // The gateway says best what is wrong with its own configuration.
    return undefined;
  }
}

/** A subnet of our own that nothing on this machine uses already, without its last byte. */
function freeSubnet(): string {
  const used = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const candidates = Array.from({ length: 40 }, (_, index) => `10.${213 - index}.0`);
  const isFree = (subnet: string): boolean =>
    !used.some(({ address }) => address.startsWith(subnet.replace(/\d+$/, '')));
  return candidates.find(isFree) ?? '10.213.0';
}

/**
 * Makes the bridge of the default network, as dockerd would make docker0: with a name of its own it disturbs neither
 * a Docker of the machine's own nor another checkout's private Engine.
 */
async function makeBridge(): Promise<{ readonly bridge: string; readonly pool: string }> {
  const run = promisify(execFile);
  const bridge = `dg-${createHash('sha256').update(dataDir).digest('hex').slice(0, 8)}`;
  const present = networkInterfaces()[bridge]?.find(({ family }) => family === 'IPv4')?.address;
  const subnet = present?.replace(/\.\d+$/, '') ?? freeSubnet();
  const ip = findCommand('ip') ?? 'ip';
  if (present === undefined) {
    await run(ip, ['link', 'delete', bridge]).catch(() => undefined);
    await run(ip, ['link', 'add', bridge, 'type', 'bridge']);
    await run(ip, ['address', 'add', `${subnet}.1/24`, 'dev', bridge]);
    await run(ip, ['link', 'set', bridge, 'up']);
  }
  return { bridge, pool: subnet.replace(/\.0$/, '.128.0/17') };
}

async function startEngine(): Promise<PrivateEngine> {
  const began = performance.now();
  await installMissing([...engineTools, 'busybox']);
  await earlierGone(dataDir);
  const { bridge, pool } = await makeBridge();
  const engine = await startPrivateEngine({
    isolated: false,
    dataDir,
    config: {
      bridge,
      'default-address-pools': [{ base: pool, size: 24 }],
      // In this machine's own network: its firewall and routing stay as they are, published ports go through a proxy.
      iptables: false,
      ip6tables: false,
      'ip-forward': false,
      'ip-masq': false,
    },
  });
  try {
    await ensureShop(engine);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  const took = ((performance.now() - began) / 1000).toFixed(1);
  say(`Private Docker Engine ${engine.version} ready in ${took} s: DOCKER_HOST=${engine.host}`);
  return engine;
}

/**
 * Runs the gateway on this Engine; resolves with the exit code to end with. It has a process group of its own, so
 * that each signal reaches it once, through us, and it is told to end when we are killed.
 */
function runOn(host: string): Promise<number> {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', process.execPath, gateway, ...argv], {
    stdio: 'inherit',
    detached: true,
    env: { ...process.env, DOCKER_HOST: host },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

async function main(): Promise<void> {
  const silent = await silentSocket();
  if (silent === undefined) {
    process.argv.splice(1, process.argv.length, gateway, ...argv);
    await import(pathToFileURL(gateway).href);
    return;
  }
  const why = obstacle();
  if (why !== undefined) {
    say(
      `No Docker Engine answers on ${silent}, and ${why}: start Docker, or name an Engine with DOCKER_HOST or --host.`,
    );
    process.exitCode = 1;
    return;
  }
  const socketPath = socketInUse(dataDir);
  if (socketPath !== undefined && (await answersPing(socketPath))) {
    say(`Using the private Docker Engine that another npm start of this checkout runs: ${socketPath}`);
    process.exitCode = await runOn(`unix://${socketPath}`);
    return;
  }
  const install =
    findCommand('dockerd') === undefined ? ', after installing it with apt-get (a minute or two)' : '';
  say(
    `No Docker Engine answers on ${silent}: starting a private one with a sample project, its data in ` +
      `${relative(process.cwd(), dataDir)}${install}.`,
  );
  const engine = await startEngine();
  try {
    process.exitCode = await runOn(engine.host);
  } finally {
    await engine.stop();
  }
}

try {
  await main();
} catch (error) {
  say(`npm start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
