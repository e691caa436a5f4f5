/** What a session has written, as far back as memory is granted: any number of viewers read it, each at its own place. */

export type OutputStream = 'stdout' | 'stderr';

/** Bytes of one stream that follow one another. */
export interface Piece {
  readonly stream: OutputStream;
  readonly data: Uint8Array;
}

interface Segment {
  readonly stream: OutputStream;
  /** How many bytes the session had written before this one. */
  readonly start: number;
  /** The cost of all that was before it. */
  readonly before: number;
  block: Buffer;
  length: number;
}

/** Small pieces are written into blocks up to this size, in bytes. */
const blockSize = 16_384;
/** What a segment costs beside its bytes: a program that changes streams with each byte must not cost a hundredfold. */
const overhead = 256;

export class OutputLog {
  readonly #segments: Segment[] = [];
  #end = 0;
  #cost = 0;

  /** Bytes written before the oldest that is kept. */
  get start(): number {
    return this.#segments[0]?.start ?? this.#end;
  }

  /** Bytes written in all. */
  get end(): number {
    return this.#end;
  }

  /** What is kept costs so much memory, in bytes. */
  get cost(): number {
    return this.#cost - (this.#segments[0]?.before ?? this.#cost);
  }

  /** What is kept from a place on costs so much. */
  costFrom(place: number): number {
    const segment = this.#segments[this.#indexOf(place)];
    if (!segment) return 0;
    return this.#cost - segment.before - Math.max(0, place - segment.start);
  }

  append(stream: OutputStream, data: Uint8Array): void {
    if (data.length === 0) return;
    const last = this.#segments.at(-1);
    if (last?.stream === stream && last.length + data.length <= blockSize) {
      if (last.length + data.length > last.block.length) {
        const larger = Buffer.allocUnsafe(
          Math.min(blockSize, Math.max(2 * last.block.length, last.length + data.length)),
        );
        last.block.copy(larger, 0, 0, last.length);
        last.block = larger;
      }
      last.block.set(data, last.length);
      last.length += data.length;
    } else {
      // A copy: a piece may be a small part of much that has arrived with it.
      const block = Buffer.from(data);
      this.#segments.push({ stream, start: this.#end, before: this.#cost, block, length: data.length });
      this.#cost += overhead;
    }
    this.#end += data.length;
    this.#cost += data.length;
  }

  /** Up to `most` bytes of one stream from a place on that is kept; undefined at the end. */
  read(place: number, most: number): Piece | undefined {
    let index = this.#indexOf(place);
    const first = this.#segments[index];
    if (!first) return undefined;
    const parts: Buffer[] = [];
    let offset = place - first.start;
    let missing = most;
    for (
      let segment: Segment | undefined = first;
      segment && missing > 0 && segment.stream === first.stream;
      segment = this.#segments[index]
    ) {
      const part = segment.block.subarray(offset, Math.min(segment.length, offset + missing));
      parts.push(part);
      missing -= part.length;
      offset = 0;
      index += 1;
    }
    const [only] = parts;
    return { stream: first.stream, data: parts.length === 1 && only ? only : Buffer.concat(parts) };
  }

  /**
   * Forgets the oldest where all that is kept costs more than `most`, but nothing at or after `needed`. An eighth of it
   * goes at once, as each time has its price.
   */
  trim(most: number, needed: number): void {
    if (this.cost <= most) return;
    const wanted = most - most / 8;
    let drop = 0;
    for (const segment of this.#segments) {
      if (this.#cost - segment.before <= wanted || segment.start + segment.length > needed) break;
      drop += 1;
    }
    this.#segments.splice(0, drop);
  }

  /** Of the segment that a byte is in; of none at the end. */
  #indexOf(place: number): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const segment = this.#segments[middle];
      if (segment && segment.start + segment.length <= place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
