/** One GraphQL operation as the transports hand it on. */
import { randomUUID } from 'node:crypto';

export interface OperationRequest {
  /** Also in the header `x-request-id` of the answer, in masked errors and in the log. */
  readonly requestId: string;
  /** Aborted when the client goes away, cancels, or a subscription ends for any reason. */
  readonly signal: AbortSignal;
  /** A header by its lower-case name. On a WebSocket the parameters of `connection_init` come first, then the upgrade's. */
  readonly headers: (name: string) => string | undefined;
  readonly transport: 'http' | 'sse' | 'ws';
  /** The payload of `connection_init`. */
  readonly connectionParams?: Readonly<Record<string, unknown>>;
}

/** An operation with the means to end it, for the transport that owns it. */
export interface RunningOperation extends OperationRequest {
  readonly abort: () => void;
}

export function startOperation(facts: Omit<OperationRequest, 'signal'>): RunningOperation {
  const controller = new AbortController();
  return { ...facts, signal: controller.signal, abort: () => controller.abort() };
}

/** What yoga and envelop carry beside our own context, on every transport. */
export interface TransportContext {
  readonly operationRequest: RunningOperation;
}

export const isTransportContext = (context: object): context is TransportContext =>
  'operationRequest' in context;

const sane = /^[\w.:@+=-]{1,128}$/;

/** The request ID a client or a proxy chose, if it can be logged and sent back as it is; else a new one. */
export const requestIdFrom = (given: string | readonly string[] | undefined): string =>
  typeof given === 'string' && sane.test(given) ? given : randomUUID();
