/**
 * What BuildKit tells of a build while it works: messages `moby.buildkit.trace`, each a `StatusResponse` of its control
 * API (`moby.buildkit.v1` in `api/services/control/control.proto`) in base64.
 */
import {
  bytes,
  decodeMessage,
  flag,
  integer,
  type Message,
  message,
  messages,
  text,
  texts,
} from './protobuf.ts';

/** `google.protobuf.Timestamp`. */
const timestamp = { seconds: integer(1), nanos: integer(2) };

/** One node of the graph that BuildKit works through: an instruction, or something of its own such as loading the context. */
const vertex = {
  digest: text(1),
  inputs: texts(2),
  name: text(3),
  cached: flag(4),
  started: message(5, timestamp),
  completed: message(6, timestamp),
  error: text(7),
};

/** Something under way inside a vertex: a layer that is fetched, a file that is written. */
const status = {
  id: text(1),
  vertex: text(2),
  name: text(3),
  current: integer(4),
  total: integer(5),
  timestamp: message(6, timestamp),
  started: message(7, timestamp),
  completed: message(8, timestamp),
};

/** A piece of output: any bytes, neither whole lines nor whole characters. */
const log = { vertex: text(1), timestamp: message(2, timestamp), stream: integer(3), data: bytes(4) };

const position = { line: integer(1), character: integer(2) };
const range = { start: message(1, position), end: message(2, position) };
const source = { filename: text(1) };

/** Since BuildKit 0.10, Engine 23.0. */
const warning = {
  vertex: text(1),
  level: integer(2),
  short: text(3),
  detail: texts(4),
  url: text(5),
  source: message(6, source),
  ranges: messages(7, range),
};

const statusResponse = {
  vertexes: messages(1, vertex),
  statuses: messages(2, status),
  logs: messages(3, log),
  warnings: messages(4, warning),
};

export type BuildTrace = Message<typeof statusResponse>;
export type BuildVertex = Message<typeof vertex>;
export type BuildWarningTrace = Message<typeof warning>;
type Timestamp = Message<typeof timestamp>;

/** @throws Error for what is no such message */
export const decodeTrace = (base64: string): BuildTrace =>
  decodeMessage(statusResponse, Buffer.from(base64, 'base64'));

const latestSecond = 253_402_300_799;

/** RFC 3339 with nanoseconds; null for none, and for what no calendar has. */
export function momentOf(time: Timestamp | null): string | null {
  if (!time || time.seconds <= 0 || time.seconds > latestSecond) return null;
  const day = new Date(time.seconds * 1000).toISOString().slice(0, 19);
  return `${day}.${String(time.nanos).padStart(9, '0')}Z`;
}
