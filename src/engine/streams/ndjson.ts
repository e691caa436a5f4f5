/** Framing of newline-delimited JSON and JSON text sequences: events, stats, progress. */
import { StreamError } from './stream-error.ts';

const lineFeed = 0x0a;
/** Stands before each text of `application/json-seq`; inside JSON it can only be escaped. */
const recordSeparator = '\u001e';
const oneMebibyte = 1_048_576;

const textOf = (pieces: readonly Uint8Array[]): string => {
  const text = Buffer.concat(pieces).toString('utf8');
  return (text.startsWith(recordSeparator) ? text.slice(1) : text).trim();
};

/**
 * Splits bytes into JSON texts, wherever the chunks are cut. Empty lines are left out; a last line needs no newline,
 * so one that was broken off is given out too and fails in the parser.
 *
 * @param options.maxLineBytes bound for one line, 1 MiB by default
 * @throws StreamError `too_large` for a line above the bound, after the lines before it.
 */
export async function* ndjson(
  source: AsyncIterable<Uint8Array>,
  options: { readonly maxLineBytes?: number } = {},
): AsyncGenerator<string, void, undefined> {
  const { maxLineBytes = oneMebibyte } = options;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const hold = (piece: Uint8Array): void => {
    heldBytes += piece.length;
    if (heldBytes > maxLineBytes) {
      throw new StreamError('too_large', `The Engine sent a line of more than ${maxLineBytes} bytes.`);
    }
    held.push(piece);
  };
  const release = (): string => {
    const text = textOf(held);
    held = [];
    heldBytes = 0;
    return text;
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      hold(chunk.subarray(start, end));
      start = end + 1;
      const text = release();
      if (text !== '') yield text;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  const rest = release();
  if (rest !== '') yield rest;
}
