/**
 * One way to ask for each stream there is, for specs that open and leave all of them. A subscription field without a
 * sample fails `test/faults/leaks.spec.ts`: add a line here with the field.
 */
import { textAt } from './json.ts';

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

/** A command that says something and ends soon. */
async function ofSession({ container, data }: SampleWorld): Promise<object> {
  const made = await data(
    'mutation($input: ExecCreateInput!) { execCreate(input: $input) { exec { id } userErrors { message } } }',
    { input: { ref: container, command: ['sh', '-c', 'echo out; sleep 0.3'] } },
  );
  const started = await data(
    'mutation($input: ExecStartInput!) { execStart(input: $input) { session { id } userErrors { message } } }',
    { input: { ref: textAt(made, 'execCreate', 'exec', 'id') } },
  );
  return { session: textAt(started, 'execStart', 'session', 'id') };
}

/** A pull that fails, as nobody listens there. */
async function ofOperation({ data }: SampleWorld): Promise<object> {
  const begun = await data(
    'mutation($input: ImagePullInput!) { imagePull(input: $input) { operation { id } userErrors { message } } }',
    { input: { reference: '127.0.0.1:1/nothing:1', wait: false } },
  );
  return { id: textAt(begun, 'imagePull', 'operation', 'id') };
}

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
  containerLogBatches: [
    {
      query: 'subscription($ref: ID!) { containerLogBatches(refs: [$ref], tail: 1) { lines { text } } }',
      variables: ofContainer,
      speaks: true,
    },
  ],
  containerAttach: [
    {
      query: 'subscription($ref: ID!) { containerAttach(ref: $ref) { cursor } }',
      variables: ofContainer,
      speaks: true,
    },
  ],
  execOutput: [
    {
      query: 'subscription($session: ID!) { execOutput(session: $session) { cursor } }',
      variables: ofSession,
      speaks: true,
    },
  ],
  operation: [
    {
      query: 'subscription($id: ID!) { operation(id: $id) { state progress { percent } } }',
      variables: ofOperation,
      speaks: true,
    },
  ],
  // Of an Engine that is no swarm these are refused, and nothing may be left of that either.
  serviceLogs: [
    { query: 'subscription { serviceLogs(ref: "none", tail: 1) { __typename } }', speaks: false },
  ],
  taskLogs: [{ query: 'subscription { taskLogs(ref: "none", tail: 1) { __typename } }', speaks: false }],
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
