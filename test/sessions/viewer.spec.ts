import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePlace, encodePlace } from '../../src/sessions/cursor.ts';
import type { Ending } from '../../src/sessions/ending.ts';
import { OutputLog } from '../../src/sessions/output-log.ts';
import { type SessionItem, Viewer } from '../../src/sessions/viewer.ts';

const exited: Ending = { reason: 'EXITED', exitCode: 0, message: null };
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

function view(log: OutputLog, cursor?: string, ending: Ending | undefined = exited): Viewer {
  return new Viewer({
    log,
    from: cursor === undefined ? undefined : decodePlace(cursor),
    ending: () => ending,
    onRead: () => undefined,
    onLeave: () => undefined,
  });
}

async function itemsOf(viewer: Viewer): Promise<SessionItem[]> {
  const items: SessionItem[] = [];
  for await (const item of viewer) items.push(item);
  return items;
}

const textOf = (items: readonly SessionItem[], stream: 'stdout' | 'stderr'): string =>
  items
    .map((item) => (item.kind === 'output' && item.stream === stream ? lossy.decode(item.whole) : ''))
    .join('');

/** Bytes that begin, go on with or break off characters of any length. */
const byte = fc.constantFrom(
  0x41,
  0x7f,
  0x80,
  0xbf,
  0xc2,
  0xc3,
  0xe2,
  0x82,
  0xac,
  0xf0,
  0x9f,
  0x98,
  0x80,
  0xf5,
  0xff,
);
const written = fc.array(
  fc.record({
    stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    data: fc
      .uint8Array({ minLength: 1, maxLength: 6 })
      .chain(({ length }) =>
        fc.array(byte, { minLength: length, maxLength: length }).map((bytes) => Uint8Array.from(bytes)),
      ),
  }),
  { minLength: 1, maxLength: 20 },
);

describe('a viewer', () => {
  it('gets all bytes as they are, and the text that they are as a whole, wherever it goes on', async () => {
    await fc.assert(
      fc.asyncProperty(written, fc.nat(), async (pieces, at) => {
        const log = new OutputLog();
        const half = new OutputLog();
        const cut = at % pieces.length;
        const before: SessionItem[] = [];
        const first = view(half, undefined);
        for (const [index, { stream, data }] of pieces.entries()) {
          log.append(stream, data);
          if (index >= cut) continue;
          half.append(stream, data);
          const { value } = await first.next();
          if (value) before.push(value);
        }
        const cursor = before.at(-1)?.after;
        const items = [...before, ...(await itemsOf(view(log, cursor && encodePlace(cursor))))];
        for (const stream of ['stdout', 'stderr'] as const) {
          const bytes = Buffer.concat(
            pieces.filter((piece) => piece.stream === stream).map(({ data }) => data),
          );
          const given = items.flatMap((item) =>
            item.kind === 'output' && item.stream === stream ? [item.data] : [],
          );
          expect(Buffer.concat(given)).toEqual(bytes);
          expect(textOf(items, stream)).toBe(lossy.decode(bytes));
        }
        expect(items.at(-1)).toMatchObject({ kind: 'end', ending: exited });
      }),
    );
  });

  it('is told of what was forgotten, once', async () => {
    const log = new OutputLog();
    log.append('stdout', Buffer.alloc(20_000, 'a'));
    log.append('stdout', Buffer.alloc(20_000, 'b'));
    log.trim(1, 20_000);
    const items = await itemsOf(view(log));
    expect(items.map(({ kind }) => kind)).toEqual(['gap', 'output', 'end']);
    expect(items[0]).toMatchObject({ bytes: 20_000, after: { offset: 20_000 } });
    expect(
      await itemsOf(
        view(
          log,
          encodePlace(items.at(-1)?.after ?? { offset: 0, stdout: Buffer.of(), stderr: Buffer.of() }),
        ),
      ),
    ).toMatchObject([{ kind: 'end' }]);
  });

  it('is ended at once, also while it waits', async () => {
    const viewer = new Viewer({
      log: new OutputLog(),
      from: undefined,
      ending: () => undefined,
      onRead: () => undefined,
      onLeave: () => undefined,
    });
    const waiting = viewer.next();
    await viewer.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await viewer.next()).toEqual({ done: true, value: undefined });
  });

  it('gives others a turn, however fast it is read', async () => {
    const log = new OutputLog();
    for (let count = 0; count < 1000; count++)
      log.append(count % 2 === 0 ? 'stdout' : 'stderr', Buffer.of(1));
    let turns = 0;
    const count = (): void => {
      turns += 1;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await itemsOf(view(log));
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('a cursor', () => {
  it.each([
    '',
    'x',
    'czE6MQ',
    Buffer.from('s1:1:zz:').toString('base64url'),
    Buffer.from('s1:-1::').toString('base64url'),
    Buffer.from('s1:1:00000000:').toString('base64url'),
  ])('is none where no session has given it out: %j', (cursor) => {
    expect(decodePlace(cursor)).toBeUndefined();
  });
});
