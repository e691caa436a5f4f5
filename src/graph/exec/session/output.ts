/** What a session has written, as items that a client follows and resumes by cursor. */
import type { Context } from '../../../context.ts';
import { BadUserInput } from '../../../errors.ts';
import { decodePlace, encodePlace, type Place } from '../../../sessions/cursor.ts';
import type { Session } from '../../../sessions/session.ts';
import type { SessionItem } from '../../../sessions/viewer.ts';
import { builder } from '../../builder.ts';
import { LogStream } from '../../container/logs/line.ts';
import { SessionEnding } from './session.ts';

type Item<Kind extends SessionItem['kind']> = Extract<SessionItem, { readonly kind: Kind }>;

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

const typeNames = { output: 'SessionChunk', gap: 'SessionGap', end: 'SessionEnd' } as const;

export const SessionOutput = builder.interfaceRef<SessionItem>('SessionOutput').implement({
  description:
    'What comes out of a session: pieces of output (`SessionChunk`), a `SessionGap` where some of it is not known any more, ' +
    'and one `SessionEnd` as the last.',
  resolveType: ({ kind }) => typeNames[kind],
  fields: (t) => ({
    cursor: t.string({
      nullable: false,
      description: 'The place behind it: `after` goes on from there, without loss and without repeats.',
      resolve: ({ after }) => encodePlace(after),
    }),
  }),
});

builder.objectRef<Item<'output'>>('SessionChunk').implement({
  description: 'Bytes that the process has written, in whatever pieces they came.',
  interfaces: [SessionOutput],
  fields: (t) => ({
    stream: t.field({
      type: LogStream,
      nullable: false,
      description: 'Where they were written to; with a terminal, all is `STDOUT`.',
      resolve: ({ stream }) => stream,
    }),
    text: t.string({
      nullable: false,
      description:
        'The bytes as text. A character that is cut in two by the pieces is in the second one; bytes that are no UTF-8 are ' +
        'U+FFFD.',
      resolve: ({ whole }) => lossy.decode(whole),
    }),
    base64: t.string({
      nullable: false,
      description: 'The exact bytes, in base64.',
      resolve: ({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    }),
  }),
});

builder.objectRef<Item<'gap'>>('SessionGap').implement({
  description: 'Output that is not known any more: it was written too long before anybody asked for it.',
  interfaces: [SessionOutput],
  fields: (t) => ({
    bytes: t.field({
      type: 'Long',
      nullable: false,
      description: 'How many bytes are missing, of both streams together.',
      resolve: ({ bytes }) => bytes,
    }),
  }),
});

builder.objectRef<Item<'end'>>('SessionEnd').implement({
  description: 'The end of a session. Nothing comes after it.',
  interfaces: [SessionOutput],
  fields: (t) => ({
    ending: t.field({
      type: SessionEnding,
      nullable: false,
      description: 'How it ended.',
      resolve: ({ ending }) => ending,
    }),
  }),
});

/** @throws BadUserInput for what is no cursor of this session */
export function placeAfter(session: Session, cursor: string | null | undefined): Place | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const place = decodePlace(cursor);
  if (place && place.offset <= session.written) return place;
  throw new BadUserInput(
    '`after` is no cursor of this session: hand back the `cursor` of the last item as it came, or leave `after` out.',
  );
}

/**
 * The items of a session, until its end or until the client leaves.
 *
 * @param isOwner the session ends when the client leaves
 */
export function follow(
  context: Context,
  session: Session,
  from: Place | undefined,
  isOwner: boolean,
): AsyncIterableIterator<SessionItem> {
  const viewer = session.view(from);
  const leave = async () => {
    const result = await viewer.return();
    context.signal.removeEventListener('abort', onAbort);
    if (isOwner) session.abandon();
    return result;
  };
  const onAbort = () => void leave();
  context.signal.addEventListener('abort', onAbort, { once: true });
  if (context.signal.aborted) onAbort();
  const items: AsyncIterableIterator<SessionItem> = {
    next: () => viewer.next(),
    return: leave,
    [Symbol.asyncIterator]: () => items,
  };
  return items;
}
