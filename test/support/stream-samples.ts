/**
 * One way to ask for each stream there is, for specs that open and leave all of them. A subscription field without a
 * sample fails `test/faults/leaks.spec.ts`: add a line here with the field.
 */

/** What a sample may name. */
export interface SampleWorld {
  /** The ID of a container that runs, and writes a line every tenth of a second. */
  readonly container: string;
  /** Asks the gateway, for what has to be there before a stream can be opened. */
  readonly data: (document: string, variables?: Readonly<Record<string, unknown>>) => Promise<unknown>;
}

export interface StreamSample {
  readonly query: string;
  /** Asked for anew before each opening. */
  readonly variables?: (world: SampleWorld) => object | Promise<object>;
  /** Whether a first result comes by itself within a second or two; else it is left without one. */
  readonly speaks: boolean;
}

const ofContainer = ({ container }: SampleWorld) => ({ ref: container });

/** By the name of the field. Several ways to ask for one are several samples of it. */
export const streamSamples: Readonly<Record<string, readonly StreamSample[]>> = {
  events: [
    { query: 'subscription { events { type action cursor } }', speaks: false },
    {
      query: 'subscription { events(after: "1600000000000000000:0123456789ab") { type action cursor } }',
      speaks: true,
    },
  ],
  containerLogs: [
    {
      query: 'subscription($ref: ID!) { containerLogs(refs: [$ref], tail: 1) { text } }',
      variables: ofContainer,
      speaks: true,
    },
    {
      query: 'subscription($ref: ID!) { containerLogs(refs: [$ref], follow: false) { text } }',
      variables: ofContainer,
      speaks: true,
    },
  ],
  containerStats: [
    {
      query: 'subscription($ref: ID!) { containerStats(refs: [$ref]) { cpuPercent container { name } } }',
      variables: ofContainer,
      speaks: true,
    },
    {
      query: 'subscription { containerStats(filter: {}, interval: "2s") { cpuPercent } }',
      speaks: true,
    },
  ],
};

/** Live queries, of each kind there is. Used where the schema has the directive. */
export const liveSamples: readonly StreamSample[] = [
  { query: 'query @live { containers { nodes { name state } } }', speaks: true },
  {
    query: 'query($ref: ID!) @live { container(ref: $ref) { name exitCode image { id } } }',
    variables: ofContainer,
    speaks: true,
  },
];
