/** The worked examples that ship with the gateway: GraphiQL opens with them, and tests run them. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface Example {
  readonly name: string;
  readonly query: string;
}

/** Beside `src` and `dist` alike. */
const folder = new URL('../schema/operations/', import.meta.url);

/** In the order of their file names. */
export const loadExamples = (): readonly Example[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => ({
      name: basename(file, '.graphql').replace(/^\d+-/, ''),
      query: readFileSync(new URL(file, folder), 'utf8'),
    }));
