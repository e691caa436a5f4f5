/** One member of an archive. Times are zero, so that the same members make the same bytes. */
export type TarEntry =
  | { readonly path: string; readonly mode?: number; readonly content: string | Uint8Array }
  | { readonly path: string; readonly mode?: number; readonly directory: true }
  | { readonly path: string; readonly linkTo: string };

const block = 512;
const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

const typeOf = (entry: TarEntry): string => ('content' in entry ? '0' : 'linkTo' in entry ? '2' : '5');

function header(entry: TarEntry, size: number): Buffer {
  const name = Buffer.from(entry.path);
  if (name.length > 100)
    throw new RangeError(`"${entry.path}" is too long for a tar member: 100 bytes at most`);
  const bytes = Buffer.alloc(block);
  const fallback = 'directory' in entry ? 0o755 : 0o644;
  name.copy(bytes);
  bytes.write(octal(('mode' in entry && entry.mode) || fallback, 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(0, 12), 136);
  bytes.write('        ', 148);
  bytes.write(typeOf(entry), 156);
  if ('linkTo' in entry) bytes.write(entry.linkTo, 157);
  bytes.write('ustar\x0000', 257);
  bytes.write(
    `${octal(
      bytes.reduce((sum, byte) => sum + byte, 0),
      7,
    )} `,
    148,
  );
  return bytes;
}

/** A ustar archive of these members, in this order. Throws RangeError for a path of more than 100 bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = 'content' in entry ? Buffer.from(entry.content) : Buffer.alloc(0);
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return [header(entry, content.length), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}
