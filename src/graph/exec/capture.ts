/** The first bytes of something that may go on for ever. */

/** What was kept of one stream. */
export interface Captured {
  readonly bytes: Buffer;
  /** There was more. */
  readonly truncated: boolean;
}

export interface Capture {
  /** Keeps what there is still room for. */
  readonly add: (data: Uint8Array) => void;
  readonly result: () => Captured;
}

/** Keeps up to `limit` bytes. Memory follows what has been kept, however much is added and in whatever pieces. */
export function createCapture(limit: number): Capture {
  let buffer = Buffer.alloc(0);
  let length = 0;
  let truncated = false;
  return {
    add: (data) => {
      const kept = data.subarray(0, limit - length);
      truncated ||= kept.length < data.length;
      if (kept.length === 0) return;
      if (length + kept.length > buffer.length) {
        const larger = Buffer.alloc(Math.min(limit, Math.max(2 * buffer.length, length + kept.length, 4096)));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      buffer.set(kept, length);
      length += kept.length;
    },
    result: () => ({ bytes: buffer.subarray(0, length), truncated }),
  };
}
