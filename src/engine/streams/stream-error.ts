/** How a stream that began well can go wrong. A subset of the kinds of an EngineError, which is made of it. */
export type StreamFault =
  /** The bytes are not in the format they should be in, or end too soon. */
  | 'protocol'
  /** One line or frame is above the bound. */
  | 'too_large'
  /** The daemon reports a failure inside the stream; the message is its own. */
  | 'response';

/** Thrown while a stream is read, after everything before the fault was given out. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly kind: StreamFault;

  constructor(kind: StreamFault, message: string) {
    super(message);
    this.kind = kind;
  }
}
