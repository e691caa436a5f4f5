/** What the API documents of the Engine list, by name: the types of those names, and how the lists are read. */
import type { answers } from './documented/answers.ts';
import type { bodies } from './documented/bodies.ts';
import type { both } from './documented/both.ts';
import type { operations } from './documented/operations.ts';

/**
 * A list of words, one a field or a query parameter: `Name`, `Name@1.44` where it came after API 1.41, `Name@..1.51`
 * where 1.51 was the last to have it, `Name@1.42..1.51` for both.
 */
export type Documented = Readonly<Record<string, string>>;

type Words<Text extends string> = Text extends `${infer Before}\n${infer After}`
  ? Words<Before> | Words<After>
  : Text extends `${infer Before} ${infer After}`
    ? Words<Before> | Words<After>
    : Text extends ''
      ? never
      : Text extends `${infer Name}@${string}`
        ? Name
        : Text;
type Fields<Table extends Documented> = {
  [Name in keyof Table & string]: `${Name}.${Exclude<Words<Table[Name]>, ''>}`;
}[keyof Table & string];

/** A definition of the API documents, such as `HostConfig`; one without a name of its own is named by its place. */
export type Definition = keyof (typeof answers & typeof bodies & typeof both);

/** An operation of the Engine as its documents write it: `POST /containers/{id}/stop`. */
export type DocumentedRoute = keyof typeof operations;

/** A field of a body or an answer: `HostConfig.Memory`. */
export type DocumentedField = Fields<typeof answers> | Fields<typeof bodies> | Fields<typeof both>;

/** A query parameter: `POST /containers/{id}/stop?signal`. */
export type DocumentedParameter = {
  [Route in DocumentedRoute]: Words<(typeof operations)[Route]> extends infer Name extends string
    ? Name extends ''
      ? never
      : `${Route}?${Name}`
    : never;
}[DocumentedRoute];

export interface Versions {
  /** The first API that has it; undefined for 1.41 or older. */
  readonly since?: string;
  /** The last API that had it; undefined where the newest has it. */
  readonly last?: string;
}
export interface Word extends Versions {
  readonly name: string;
}

/** Reads a list of {@link Documented}. */
export const wordsOf = (text: string): readonly Word[] =>
  text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => {
      const [name = '', versions = ''] = word.split('@');
      const [since, last] = versions.split('..');
      return { name, ...(since && { since }), ...(last && { last }) };
    });
