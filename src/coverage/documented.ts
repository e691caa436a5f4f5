/** What the API documents of the Engine list, as items that each want a place in the schema. */
import { answers } from './documented/answers.ts';
import { bodies } from './documented/bodies.ts';
import { both } from './documented/both.ts';
import { operations } from './documented/operations.ts';
import { type Documented, type Versions, type Word, wordsOf } from './names.ts';

/** An operation; a field of an answer; a field of a body; a query parameter. */
export type Kind = 'operation' | 'answer' | 'body' | 'parameter';

export interface Item extends Versions {
  readonly kind: Kind;
  /** `GET /version`, `HostConfig.Memory`, `POST /build?nocache`. */
  readonly name: string;
  /** The operation or definition that it belongs to, and its name in there. */
  readonly of: string;
  readonly own: string;
}

const itemsOf = (kind: Kind, tables: readonly Documented[]): Item[] =>
  tables
    .flatMap((table) => Object.entries(table))
    .flatMap(([of, text]) => wordsOf(text).map((word) => fieldItem(kind, of, word)));

const fieldItem = (kind: Kind, of: string, { name, ...versions }: Word): Item => ({
  kind,
  name: kind === 'parameter' ? `${of}?${name}` : `${of}.${name}`,
  of,
  own: name,
  ...versions,
});

const named = Object.entries<string>(operations).map(([route, text]) => ({ route, words: wordsOf(text) }));

/** All of them, in the order of the documents. The word without a name is the version of the operation itself. */
export const documented: readonly Item[] = [
  ...named.map(({ route, words }): Item => {
    const { name: _, ...versions } = words.find(({ name }) => name === '') ?? { name: '' };
    return { kind: 'operation', name: route, of: route, own: '', ...versions };
  }),
  ...named.flatMap(({ route, words }) =>
    words.filter(({ name }) => name !== '').map((word) => fieldItem('parameter', route, word)),
  ),
  ...itemsOf('answer', [answers, both]),
  ...itemsOf('body', [bodies, both]),
];
