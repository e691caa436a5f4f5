import { importBusybox } from './busybox.ts';
import { startSwitch } from './network-switch.ts';
import { type PrivateEngine, type PrivateEngineOptions, startPrivateEngine } from './private-engine.ts';

export interface SwarmOptions {
  /** How many managers (1 by default), the first of which made the swarm. */
  readonly managers?: number;
  readonly workers?: number;
  /** Tags that the busybox image has on every node, `busybox:latest` by default. There is no registry to pull from. */
  readonly images?: readonly string[];
  /**
   * How often a node tells that it lives (`docker swarm init --dispatcher-heartbeat`); after three times the silence it
   * is down. The Engine's own default is 5 s.
   */
  readonly heartbeat?: string;
  readonly release?: PrivateEngineOptions['release'];
  /** Entries of every node's `daemon.json`. */
  readonly config?: PrivateEngineOptions['config'];
}

/** One node: an Engine whose `kill` leaves the swarm without it, and whose `start` brings it back. */
export interface SwarmMember extends PrivateEngine {
  /** What `docker node ls` calls it: `manager1`, `worker2`. */
  readonly hostname: string;
  /** Its ID in the swarm. */
  readonly nodeId: string;
  /** Where the others reach it, inside the swarm's own network. */
  readonly address: string;
  /** Pulls its network cable: it and its containers run on, and nobody hears of them. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** A swarm of our own on one machine: as many Engines as nodes, each in namespaces of its own, joined by a switch. */
export interface TestSwarm {
  readonly managers: readonly SwarmMember[];
  readonly workers: readonly SwarmMember[];
  /** All of them, managers first. */
  readonly nodes: readonly SwarmMember[];
  /** The manager that made the swarm. */
  readonly first: SwarmMember;
  /** The namespace of the bridge between them, for `nsenter --net=`. */
  readonly namespace: string;
  /** One of its members, by its hostname. */
  member(hostname: string): SwarmMember;
  /** Ends all nodes and removes what they made. May be called twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An Engine with a cable, in no swarm yet. */
type Machine = Omit<SwarmMember, 'nodeId'>;

/** Waits for all of them, the failed too, so that nothing is under way any more when this throws. */
async function all<Result>(works: readonly Promise<Result>[]): Promise<readonly Result[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/**
 * Starts so many private Engines and joins them with `docker swarm join`. They see each other on a network that has no
 * way out, and all of it ends with this process at the latest. The kernel of a test machine may lack IPVS: services
 * that publish ports in mode `host`, or have `--endpoint-mode dnsrr`, work without.
 */
export async function startSwarm(options: SwarmOptions = {}): Promise<TestSwarm> {
  const { managers: count = 1, workers: others = 0, images = ['busybox:latest'], heartbeat = '2s' } = options;
  if (count < 1) throw new Error('a swarm needs a manager');
  const names = [
    ...Array.from({ length: count }, (_, index) => `manager${index + 1}`),
    ...Array.from({ length: others }, (_, index) => `worker${index + 1}`),
  ];
  const network = await startSwitch();
  const engines: PrivateEngine[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(engines.map((engine) => engine.stop()));
    await network.close();
  };

  const startMachine = async (hostname: string): Promise<Machine> => {
    const { release, config } = options;
    const engine = await startPrivateEngine({
      hostname,
      ...(release !== undefined && { release }),
      ...(config !== undefined && { config }),
    });
    engines.push(engine);
    const { address, cut, mend } = await network.connect(engine.namespace);
    for (const tag of images) await importBusybox(engine, tag);
    return { ...engine, hostname, address, cut, mend };
  };

  const join = async (first: Machine, machine: Machine): Promise<SwarmMember> => {
    const role = machine.hostname.startsWith('manager') ? 'manager' : 'worker';
    if (machine === first) {
      await machine.cli(
        'swarm',
        'init',
        '--advertise-addr',
        first.address,
        '--dispatcher-heartbeat',
        heartbeat,
      );
    } else {
      const token = await first.cli('swarm', 'join-token', '--quiet', role);
      const own = ['--advertise-addr', machine.address];
      await machine.cli('swarm', 'join', '--token', token, ...own, `${first.address}:2377`);
    }
    return { ...machine, nodeId: await machine.cli('info', '--format', '{{.Swarm.NodeID}}') };
  };

  try {
    const started = await all(names.map(startMachine));
    const [machine] = started;
    if (machine === undefined) throw new Error('a swarm needs a manager');
    const nodes: SwarmMember[] = [];
    // One after the other, as each new manager changes who has to agree to the next.
    for (const each of started) nodes.push(await join(machine, each));
    const [first] = nodes;
    if (first === undefined) throw new Error('a swarm needs a manager');
    return {
      managers: nodes.slice(0, count),
      workers: nodes.slice(count),
      nodes,
      first,
      namespace: network.namespace,
      member(hostname) {
        const found = nodes.find((node) => node.hostname === hostname);
        if (found === undefined) throw new Error(`the swarm has ${names.join(', ')}, and no ${hostname}`);
        return found;
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
