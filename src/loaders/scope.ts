/** One engine as one operation sees it: its calls, what has been read, and how to forget that after a write. */
import type { Duplex } from 'node:stream';
import type { EngineClient, EngineStream } from '../engine/client.ts';
import type { Content } from '../engine/content.ts';
import type { EngineDuplex } from '../engine/hijack.ts';
import type { Operation, Row } from '../engine/operation.ts';
import { distribution } from '../engine/operations/distribution.ts';
import type { RegistryAuth } from '../engine/registry/auth.ts';
import type { RegistryCredentials } from '../engine/registry/credentials.ts';
import type { RegistryLook, RegistryMemory, RegistryUsage } from '../engine/registry/memory.ts';
import type { Greeting } from '../engine/version.ts';
import type { EventHub } from '../events/hub.ts';
import type { TaskWatch } from '../events/task-watch.ts';
import type { LogHub } from '../logs/hub.ts';
import type { LongWork } from '../long-work/long-work.ts';
import type { Work } from '../long-work/work.ts';
import { createPlan, type Plan } from '../plan.ts';
import type { SampleHub } from '../samples/hub.ts';
import type { Call } from './call.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** How a registry is asked. */
interface RegistryWish {
  /** Again, though it is known. */
  readonly refresh?: boolean | undefined;
  /** The credentials of the user's own. */
  readonly auth?: RegistryAuth | undefined;
}

export interface EngineScope {
  /** The engine's name, as in its global ID. */
  readonly name: string;
  readonly events: EventHub;
  /** The stats of containers that somebody follows. */
  readonly samples: SampleHub;
  /** The logs of containers. */
  readonly logs: LogHub;
  /** What this operation has read; made anew by {@link refresh}. */
  readonly loaders: Loaders;
  readonly signal: AbortSignal;
  readonly call: Call;
  readonly stream: <Given>(
    row: Operation<Given, AsyncIterable<Uint8Array>>,
    params: Given,
    /** Ends the stream, whatever else may; leaving its loop does so too. */
    own?: AbortSignal,
  ) => Promise<EngineStream>;
  /** The same for an operation that takes bytes; they are given up with `own`, or where they fail themselves. */
  readonly send: <Given>(
    row: Operation<Given, AsyncIterable<Uint8Array>>,
    params: Given,
    content: Content,
    own: AbortSignal,
  ) => Promise<EngineStream>;
  /** The same with input: bytes both ways, until either is left or aborted. */
  readonly hijack: <Given>(
    row: Operation<Given, AsyncIterable<Uint8Array>>,
    params: Given,
    own?: AbortSignal,
  ) => Promise<EngineDuplex>;
  /** A connection that is handed over to speak another protocol on, until `own` is aborted. */
  readonly handOver: <Given>(
    row: Operation<Given, AsyncIterable<Uint8Array>>,
    params: Given,
    own: AbortSignal,
  ) => Promise<Duplex>;
  /** What the daemon said when it was first asked: no call once that has been done. */
  readonly greeting: () => Promise<Greeting>;
  /** The API version spoken with this engine, such as `1.47`. */
  readonly apiVersion: () => Promise<string>;
  /** What the daemon said when it was last asked; undefined where it never was. No call, and nothing to wait for. */
  readonly greeted: () => Greeting | undefined;
  /** The credentials for the registry of an image, as the daemon takes them: those given, else those stored. */
  readonly registryAuth: RegistryCredentials['headerFor'];
  /** What is stored for one registry, as images name it. */
  readonly storedAuth: RegistryCredentials['storedFor'];
  /** The credentials for all registries, as the daemon takes them for a build: those given, else those stored. */
  readonly registryConfig: RegistryCredentials['headerForAll'];
  /** What a registry has, remembered for a while; the same for all of one operation, see `loaders.registry`. */
  readonly registryLook: (reference: string, wish: RegistryWish) => Promise<RegistryLook>;
  /** How often registries were asked for this engine. */
  readonly registryUsage: () => readonly RegistryUsage[];
  /** What long work there is on it, the newest first. */
  readonly operations: () => Promise<readonly Work[]>;
  /** Forgets what was read: after a write, the next read must see it. */
  readonly refresh: () => void;
  /** The same engine with nothing read yet: a set of loaders for each event of a subscription. */
  readonly fork: () => EngineScope;
  /**
   * The same engine, with nothing read yet, for work that goes on when the client has left. The signal is a wish to stop:
   * it ends changes that are under way too.
   */
  readonly lasting: (signal: AbortSignal) => EngineScope;
}

/**
 * What is asked of an Engine: a row with its parameters, or what the daemon said when it was first asked. `operations` are
 * not asked of it, but of the gateway.
 */
export interface ReadRequest {
  readonly route: Row['route'] | 'greeting' | 'operations';
  readonly params: unknown;
}

/** Stands around everything that is asked of an Engine: it may wait before that, and sees what comes of it. */
export type Observe = <Answer>(
  engine: Engine,
  request: ReadRequest,
  perform: () => Promise<Answer>,
) => Promise<Answer>;

export interface Engine {
  readonly client: EngineClient;
  readonly events: EventHub;
  readonly samples: SampleHub;
  readonly logs: LogHub;
  /** Tells of changes of a swarm's tasks, of which no event does. */
  readonly taskWatch: TaskWatch;
  readonly credentials: RegistryCredentials;
  readonly registries: RegistryMemory;
  /** What goes on when the client that began it has left; the same for all engines. */
  readonly longWork: LongWork;
}

const unobserved: Observe = (_engine, _request, perform) => perform();

interface ScopeOptions {
  readonly observe?: Observe | undefined;
  /** Whether the signal is a wish to stop, and not just a client that has left. */
  readonly isLasting?: boolean;
}

export function createScope(
  engine: Engine,
  signal: AbortSignal,
  plan: Plan,
  { observe = unobserved, isLasting = false }: ScopeOptions = {},
): EngineScope {
  const { client, events, samples, logs, credentials, registries, longWork } = engine;
  const unending = { onCall: plan.record };
  const options = { ...unending, signal };
  /** A client that goes away stops what was not begun yet; a change under way is not left half-done and unseen. */
  const optionsOf = ({ changes }: Row) => (changes && !isLasting && !signal.aborted ? unending : options);
  const call: Call = (row, params, own) =>
    observe(engine, { route: row.route, params }, () => client.call(row, params, { ...optionsOf(row), own }));
  const registryLook: EngineScope['registryLook'] = (reference, wish) =>
    // Never with the credentials: what is observed is kept.
    observe(engine, { route: distribution.inspect.route, params: { name: reference } }, () =>
      registries.look(reference, { ...wish, ...options }),
    );
  const greeting = () => observe(engine, { route: 'greeting', params: {} }, () => client.greeting());
  let loaders: Loaders | undefined;
  return {
    name: client.name,
    events,
    samples,
    logs,
    signal,
    call,
    stream: (row, params, own) =>
      observe(engine, { route: row.route, params }, () =>
        client.stream(row, params, { ...optionsOf(row), own }),
      ),
    send: (row, params, content, own) => client.stream(row, params, { ...optionsOf(row), own, content }),
    handOver: (row, params, own) => client.handOver(row, params, { ...optionsOf(row), own }),
    hijack: (row, params, own) => client.hijack(row, params, { ...optionsOf(row), own }),
    greeting,
    apiVersion: async () => (await greeting()).api,
    greeted: client.greeted,
    registryAuth: (reference, given) => credentials.headerFor(reference, given),
    storedAuth: (domain) => credentials.storedFor(domain),
    registryLook,
    registryUsage: () => registries.usage(),
    operations: () =>
      observe(engine, { route: 'operations', params: {} }, async () => longWork.list(client.name)),
    registryConfig: (given) => credentials.headerForAll(given),
    get loaders() {
      loaders ??= createLoaders(call, registryLook);
      return loaders;
    },
    refresh: () => {
      loaders = undefined;
    },
    // A plan of its own: that of a subscription would grow for as long as it lives.
    fork: () => createScope(engine, signal, createPlan(), { observe, isLasting }),
    lasting: (end) => createScope(engine, end, plan, { isLasting: true }),
  };
}
