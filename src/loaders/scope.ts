/** One engine as one operation sees it: its calls, what has been read, and how to forget that after a write. */
import type { EngineClient, EngineStream } from '../engine/client.ts';
import type { EngineDuplex } from '../engine/hijack.ts';
import type { Operation, Row } from '../engine/operation.ts';
import type { RegistryCredentials } from '../engine/registry/credentials.ts';
import type { Greeting } from '../engine/version.ts';
import type { EventHub } from '../events/hub.ts';
import { createPlan, type Plan } from '../plan.ts';
import type { SampleHub } from '../samples/hub.ts';
import { type Call, createLoaders, type Loaders } from './loaders.ts';

export interface EngineScope {
  /** The engine's name, as in its global ID. */
  readonly name: string;
  readonly events: EventHub;
  /** The stats of containers that somebody follows. */
  readonly samples: SampleHub;
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
  /** The same with input: bytes both ways, until either is left or aborted. */
  readonly hijack: <Given>(
    row: Operation<Given, AsyncIterable<Uint8Array>>,
    params: Given,
    own?: AbortSignal,
  ) => Promise<EngineDuplex>;
  /** What the daemon said when it was first asked: no call once that has been done. */
  readonly greeting: () => Promise<Greeting>;
  /** The API version spoken with this engine, such as `1.47`. */
  readonly apiVersion: () => Promise<string>;
  /** The credentials for the registry of an image, as the daemon takes them: those given, else those stored. */
  readonly registryAuth: RegistryCredentials['headerFor'];
  /** Forgets what was read: after a write, the next read must see it. */
  readonly refresh: () => void;
  /**
   * The same engine with nothing read yet: a set of loaders for each event of a subscription. With a signal, for work
   * that goes on when this operation is over, until the signal is aborted.
   */
  readonly fork: (own?: AbortSignal) => EngineScope;
}

export interface Engine {
  readonly client: EngineClient;
  readonly events: EventHub;
  readonly samples: SampleHub;
  readonly credentials: RegistryCredentials;
}

export function createScope(engine: Engine, signal: AbortSignal, plan: Plan): EngineScope {
  const { client, events, samples, credentials } = engine;
  const lasting = { onCall: plan.record };
  const options = { ...lasting, signal };
  /** A client that goes away stops what was not begun yet; a change under way is not left half-done and unseen. */
  const optionsOf = ({ changes }: Row) => (changes && !signal.aborted ? lasting : options);
  const call: Call = (row, params, own) => client.call(row, params, { ...optionsOf(row), own });
  let loaders: Loaders | undefined;
  return {
    name: client.name,
    events,
    samples,
    signal,
    call,
    stream: (row, params, own) => client.stream(row, params, { ...optionsOf(row), own }),
    hijack: (row, params, own) => client.hijack(row, params, { ...optionsOf(row), own }),
    greeting: () => client.greeting(),
    apiVersion: async () => (await client.greeting()).api,
    registryAuth: (reference, given) => credentials.headerFor(reference, given),
    get loaders() {
      loaders ??= createLoaders(call);
      return loaders;
    },
    refresh: () => {
      loaders = undefined;
    },
    // A plan of its own: that of a subscription would grow for as long as it lives.
    fork: (own = signal) => createScope(engine, own, createPlan()),
  };
}
