/** One file as an archive, made while it comes. */

export interface TarFile {
  /** Without directories. */
  readonly name: string;
  /** Bytes; must be known before. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

const block = 512;
const largestOctal = 0o77777777777;

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

/** A record of an extended header: its length counts itself. */
function recordOf(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const length = Buffer.byteLength(rest);
  let total = length + String(length).length;
  total = length + String(total).length;
  return Buffer.from(`${total}${rest}`);
}

interface Head {
  readonly name: string;
  readonly type: '0' | 'x';
  readonly size: number;
}

function headOf({ name, type, size }: Head, { mode, uid, gid, modified }: TarFile): Buffer {
  const head = Buffer.alloc(block);
  head.write(Buffer.from(name).subarray(0, 100).toString('latin1'), 0, 'latin1');
  head.write(octal(mode, 8), 100);
  head.write(octal(Math.min(uid, 0o7777777), 8), 108);
  head.write(octal(Math.min(gid, 0o7777777), 8), 116);
  head.write(octal(size > largestOctal ? 0 : size, 12), 124);
  head.write(octal(modified, 12), 136);
  head.write('        ', 148);
  head.write(type, 156);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${octal(sum, 7)} `, 148);
  return head;
}

const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((block - (bytes.length % block)) % block)]);

/** The header, with an extended one before it for what it cannot hold. */
function headersOf(file: TarFile): Buffer {
  const { name, size, uid, gid } = file;
  const records = [
    ...(Buffer.byteLength(name) > 100 || /[^\x20-\x7e]/.test(name) ? [recordOf('path', name)] : []),
    ...(size > largestOctal ? [recordOf('size', String(size))] : []),
    ...(uid > 0o7777777 ? [recordOf('uid', String(uid))] : []),
    ...(gid > 0o7777777 ? [recordOf('gid', String(gid))] : []),
  ];
  const head = headOf({ name, type: '0', size }, file);
  if (records.length === 0) return head;
  const extension = Buffer.concat(records);
  const before = headOf({ name: 'extended', type: 'x', size: extension.length }, file);
  return Buffer.concat([before, padded(extension), head]);
}

const framing = (file: TarFile) => ({
  before: headersOf(file),
  after: Buffer.alloc(((block - (file.size % block)) % block) + 2 * block),
});

/** How many bytes the archive of that file has. */
export function archiveLength(file: TarFile): number {
  const { before, after } = framing(file);
  return before.length + file.size + after.length;
}

/**
 * @throws RangeError where not as many bytes come as `size` says, and whatever `body` throws: the archive is not to be taken
 *   for whole then
 */
export async function* archiveOf(
  file: TarFile,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { before, after } = framing(file);
  let left = file.size;
  yield before;
  for await (const chunk of body) {
    left -= chunk.length;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw new RangeError(`The file does not have the ${file.size} bytes that were announced.`);
  yield after;
}
