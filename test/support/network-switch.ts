import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { systemPath } from './install-engine.ts';

const run = promisify(execFile);

/** The network of all its cables: kept for measurements (RFC 2544), so that no pool of an Engine's overlaps with it. */
const subnet = '198.18.0';

/** A cable between the switch and one Engine. */
interface Cable {
  /** The address at the Engine's end, on its `eth0`. */
  readonly address: string;
  /** Takes the link down, with both ends in place: packets of either side are lost, and nobody is told. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/**
 * A network that connects Engines which are isolated from this machine and from each other: a bridge in a network
 * namespace of its own. It has no way out.
 */
export interface NetworkSwitch {
  /** Its network namespace, for `nsenter --net=`. */
  readonly namespace: string;
  /** Lays a cable to the namespace of an Engine (`/proc/PID/ns/net`); it goes with either of them. */
  connect(namespace: string): Promise<Cable>;
  /** Ends it, with all that is plugged in. May be called twice. */
  close(): Promise<void>;
}

const script = 'ip link add switch type bridge && ip link set switch up && echo ready && exec cat';

/** Starts a switch. It ends with this process, whatever ends that: its namespace lives as long as our end of a pipe. */
export async function startSwitch(): Promise<NetworkSwitch> {
  const environment = { ...process.env, PATH: systemPath };
  const child = spawn('unshare', ['--net', 'sh', '-c', script], {
    detached: true,
    stdio: 'pipe',
    env: environment,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.on('error', ({ message }) => {
    said += message;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => Promise.reject(new Error(`no switch can be made: ${said.trim()}`))),
  ]);
  const inside = (namespace: string, ...args: readonly string[]): Promise<unknown> =>
    run('nsenter', [`--net=${namespace}`, 'ip', ...args], { env: environment });
  const own = `/proc/${child.pid}/ns/net`;
  let count = 0;
  return {
    namespace: own,
    async connect(namespace) {
      count += 1;
      const port = `port${count}`;
      const address = `${subnet}.${count}`;
      const pid = namespace.split('/')[2] ?? '';
      await inside(own, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid);
      await inside(own, 'link', 'set', port, 'master', 'switch', 'up');
      await inside(namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0');
      await inside(namespace, 'link', 'set', 'eth0', 'up');
      return {
        address,
        cut: async () => void (await inside(own, 'link', 'set', port, 'down')),
        mend: async () => void (await inside(own, 'link', 'set', port, 'up')),
      };
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
