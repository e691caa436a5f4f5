/** Follows an archive while it passes, to tell a whole one from one that breaks off without saying so. */
import { StreamError } from './stream-error.ts';

const block = 512;
/** An extended header that is longer is not read: none that an Engine writes comes near. */
const longestExtension = 1_048_576;
/** How much of what stands where no archive has anything is kept, for the sentence in it. */
const longestRemainder = 8_192;

/** Types of members without content, whatever their size says: links, devices, directories, pipes. */
const withoutContent = /[1-6]/;

/** An octal number, or a binary one where that would not hold it. */
function numberAt(header: Buffer, offset: number, length: number): number | undefined {
  const first = header[offset] ?? 0;
  if (first >= 0x80) {
    const digits = Buffer.from(header.subarray(offset, offset + length));
    digits[0] = first & 0x7f;
    const value = BigInt(`0x${digits.toString('hex')}`);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
  }
  const text = header
    .toString('latin1', offset, offset + length)
    .replace(/\0.*$/s, '')
    .trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || '0', 8) : undefined;
}

const checksumAt = 148;

function isHeader(header: Buffer): boolean {
  const wanted = numberAt(header, checksumAt, 8);
  let sum = 0;
  for (let index = 0; index < block; index += 1) {
    sum += index >= checksumAt && index < checksumAt + 8 ? 32 : (header[index] ?? 0);
  }
  return sum === wanted;
}

/** The size in an extended header, where a plain one cannot hold it: `<length> size=<bytes>\n`. */
function sizeIn(extension: Buffer): number | undefined {
  const [, digits] = /(?:^|\n)\d+ size=(\d+)\n/.exec(extension.toString('latin1')) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** What the daemon says at the end of bytes that it began well: a line of JSON, right behind them. */
function sentenceIn(text: string): string | undefined {
  const [line] = /\{"(?:errorDetail|message|error)":.*\}\s*$/s.exec(text) ?? [];
  if (line === undefined) return undefined;
  try {
    const said: unknown = JSON.parse(line);
    if (typeof said !== 'object' || said === null) return undefined;
    const sentence = 'message' in said ? said.message : 'error' in said ? said.error : undefined;
    return typeof sentence === 'string' ? sentence : undefined;
  } catch {
    return undefined;
  }
}

/** What is to be done with the content of a member: a regular file, in the order of the archive. */
export interface TarVisitor {
  /** @param size bytes that will come */
  readonly begin: (size: number) => void;
  readonly content: (bytes: Uint8Array) => void;
}

/**
 * A reader of tar that keeps nothing but the header it is at. An Engine ends an archive with two empty blocks; it leaves
 * them out where something failed, such as a file that became shorter while it was read, and ends its answer as if all
 * were well.
 */
export class TarWalk {
  readonly #visitor: TarVisitor | undefined;
  readonly #header = Buffer.alloc(block);
  #filled = 0;
  /** Bytes to pass over before the next header: content, and then padding. */
  #content = 0;
  #padding = 0;
  #isFile = false;
  #extension: { readonly bytes: Buffer; filled: number } | undefined;
  #nextSize: number | undefined;
  #emptyBlocks = 0;
  /** What stands where a header or nothing should. */
  #remainder: Buffer | undefined;
  /** The last bytes that came. */
  #tail: Buffer = Buffer.alloc(0);

  constructor(visitor?: TarVisitor) {
    this.#visitor = visitor;
  }

  add(chunk: Uint8Array): void {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#tail =
      bytes.length >= longestRemainder
        ? bytes.subarray(-longestRemainder)
        : Buffer.concat([this.#tail, bytes]).subarray(-longestRemainder);
    while (bytes.length > 0 && !this.#remainder) bytes = this.#step(bytes);
    if (this.#remainder && bytes.length > 0) this.#keep(bytes);
  }

  /** @throws StreamError where the archive is not whole, with the daemon's own sentence if there is one */
  end(): void {
    const isWhole = this.#emptyBlocks >= 2 && this.#filled === 0 && this.#remainder === undefined;
    if (isWhole) return;
    const sentence = sentenceIn((this.#remainder ?? this.#tail).toString('utf8'));
    if (sentence !== undefined) throw new StreamError('response', sentence);
    throw new StreamError(
      'protocol',
      'The archive of the Engine breaks off before its end: the Engine failed, or a file changed while it was read.',
    );
  }

  /** Takes what belongs together from the beginning, and gives back the rest. */
  #step(bytes: Buffer): Buffer {
    if (this.#content > 0) {
      const taken = bytes.subarray(0, this.#content);
      this.#content -= taken.length;
      if (this.#isFile) this.#visitor?.content(taken);
      if (this.#extension) this.#extend(taken);
      return bytes.subarray(taken.length);
    }
    if (this.#padding > 0) {
      const length = Math.min(this.#padding, bytes.length);
      this.#padding -= length;
      return bytes.subarray(length);
    }
    const taken = bytes.subarray(0, block - this.#filled);
    taken.copy(this.#header, this.#filled);
    this.#filled += taken.length;
    if (this.#filled === block) {
      this.#filled = 0;
      this.#readHeader();
    }
    return bytes.subarray(taken.length);
  }

  #extend(bytes: Buffer): void {
    const extension = this.#extension;
    if (!extension) return;
    bytes.copy(extension.bytes, extension.filled);
    extension.filled += bytes.length;
    if (this.#content > 0) return;
    this.#nextSize = sizeIn(extension.bytes);
    this.#extension = undefined;
  }

  #readHeader(): void {
    const header = this.#header;
    if (header.every((byte) => byte === 0)) {
      this.#emptyBlocks += 1;
      return;
    }
    const said = numberAt(header, 124, 12);
    if (this.#emptyBlocks > 0 || said === undefined || !isHeader(header)) {
      this.#remainder = Buffer.from(header);
      return;
    }
    const type = String.fromCharCode(header[156] ?? 0);
    const isExtension = type === 'x';
    const size = withoutContent.test(type) ? 0 : isExtension ? said : (this.#nextSize ?? said);
    this.#extension =
      isExtension && size > 0 && size <= longestExtension
        ? { bytes: Buffer.alloc(size), filled: 0 }
        : undefined;
    // Long names of older formats stand before the header they belong to, as extensions do.
    if (!/[xgKL]/.test(type)) this.#nextSize = undefined;
    this.#content = size;
    this.#padding = (block - (size % block)) % block;
    this.#isFile = type === '0' || type === '\0' || type === '7';
    if (this.#isFile) this.#visitor?.begin(size);
  }

  #keep(bytes: Buffer): void {
    if (!this.#remainder) return;
    this.#remainder = Buffer.concat([this.#remainder, bytes]).subarray(-longestRemainder);
  }
}

/**
 * The same bytes; they end with an error where the archive is not whole.
 *
 * @throws StreamError at the end
 */
export async function* wholeArchive(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const walk = new TarWalk();
  for await (const chunk of body) {
    walk.add(chunk);
    yield chunk;
  }
  walk.end();
}
