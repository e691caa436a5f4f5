/** From what the Engine says of each layer to steps and one number for all of them. */
import type { Int64, JsonMessage } from '../../engine/types.ts';
import type { Reporter } from '../../long-work/live-work.ts';
import type { StepState } from '../../long-work/work.ts';

/** How far one layer is, in bytes of its size. */
interface Layer {
  /** Null until the Engine tells it. */
  size: number | null;
  /** Fetched, sent or loaded. */
  moved: number;
  unpacked: number;
  isDone: boolean;
}

/**
 * - `fetch-and-unpack`: each byte of a layer is worked on twice
 * - `move`: it is sent, or loaded, and that is all
 */
type Phases = 'fetch-and-unpack' | 'move';

const isSkipped = (status: string) =>
  /^(?:already exists|layer already exists|mounted from|skipped)/i.test(status);
const isDone = (status: string) => /^(?:pull complete|(?:upload )?complete|pushed|loaded)$/i.test(status);
const isWaiting = (status: string) => /^(?:pulling fs layer|waiting|preparing)$/i.test(status);
const isUnpacking = (status: string) => /^(?:extracting|unpacking)/i.test(status);
const isMoved = (status: string) => /^(?:verifying checksum|download complete)$/i.test(status);

function stateOf(status: string): StepState {
  if (isSkipped(status)) return 'SKIPPED';
  if (isDone(status)) return 'DONE';
  return isWaiting(status) ? 'WAITING' : 'RUNNING';
}

const numberOf = (value: Int64 | null | undefined): number | null =>
  value === null || value === undefined || value < 0 ? null : Number(value);

/** Bytes of a layer: containerd's store counts unpacking in seconds. */
function bytesIn({ progressDetail }: JsonMessage): { current: number | null; total: number | null } {
  if (progressDetail?.units) return { current: null, total: null };
  const total = numberOf(progressDetail?.total) || null;
  return { current: numberOf(progressDetail?.current) ?? (total === null ? null : 0), total };
}

/** Takes what a message says of a layer into account; what was done stays done. */
function advance(layer: Layer, status: string, { current, total }: ReturnType<typeof bytesIn>): void {
  layer.size ??= total;
  const { size } = layer;
  if (isDone(status)) {
    layer.isDone = true;
    layer.moved = size ?? 0;
    layer.unpacked = size ?? 0;
  } else if (isUnpacking(status)) {
    layer.moved = size ?? 0;
    // The two may be counted in bytes of different size, packed and unpacked.
    const share = current !== null && total !== null ? Math.min(1, current / total) : 0;
    layer.unpacked = Math.max(layer.unpacked, Math.round(share * (size ?? 0)));
  } else if (isMoved(status)) {
    layer.moved = size ?? 0;
    layer.isDone = size === null;
  } else if (current !== null) {
    layer.moved = Math.max(layer.moved, Math.min(current, size ?? 0));
  }
}

/**
 * The sum over all layers. The Engine names all layers early and the size of each late, when it begins with it: until
 * then a layer counts as one of the mean size of those that are known, and no total is given. One that ended before a
 * size was told was too small for that.
 */
function sum(layers: Iterable<Layer>, phases: Phases): Parameters<Reporter['progress']> {
  const times = phases === 'move' ? 1 : 2;
  let done = 0;
  let known = 0;
  let withSize = 0;
  let without = 0;
  for (const { size, moved, unpacked, isDone: isOver } of layers) {
    if (size !== null) withSize++;
    else if (!isOver) without++;
    known += size ?? 0;
    done += times === 1 ? moved : moved + unpacked;
  }
  const mean = withSize === 0 ? 0 : known / withSize;
  const guessed = (known + without * mean) * times;
  const percent = guessed === 0 ? (without > 0 ? 0 : null) : (done / guessed) * 100;
  return [done, without === 0 && withSize > 0 ? known * times : null, percent];
}

/** What is said of the whole, such as `Digest: …`, though it may bear the tag as its ID. */
const isAboutAll = (status: string) => /^(?:pulling from|digest:|status:)/i.test(status);

/** Makes the function that each message of the Engine's is given to, to be told as progress of the work. */
export function layerProgress(reporter: Reporter, phases: Phases): (message: JsonMessage) => void {
  const layers = new Map<string, Layer>();
  return (message) => {
    const { id, status, stream } = message;
    if (stream) reporter.output(stream);
    if (!status) return;
    if (!id || isAboutAll(status)) {
      reporter.output(`${status}\n`);
      return;
    }
    const state = stateOf(status);
    const bytes = bytesIn(message);
    reporter.step({ id, status, state, ...bytes });
    if (state === 'SKIPPED') {
      layers.delete(id);
    } else {
      const layer = layers.get(id) ?? { size: null, moved: 0, unpacked: 0, isDone: false };
      layers.set(id, layer);
      advance(layer, status, bytes);
    }
    reporter.progress(...sum(layers.values(), phases));
  };
}
