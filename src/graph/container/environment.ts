/** Environment variables, wherever the Engine lists them as `NAME=value`. */
import { builder } from '../builder.ts';
import { type Column, type ColumnOptions, mappedList } from '../kit/record.ts';

export interface EnvironmentVariableModel {
  readonly name: string;
  /** Null where the list has the name alone: the variable is taken away, not set to an empty text. */
  readonly value: string | null;
}

/** Splits at the first `=`, as values may hold more of them. */
export function parseVariable(entry: string): EnvironmentVariableModel {
  const end = entry.indexOf('=');
  return end < 0 ? { name: entry, value: null } : { name: entry.slice(0, end), value: entry.slice(end + 1) };
}

const EnvironmentVariable = builder.objectRef<EnvironmentVariableModel>('EnvironmentVariable').implement({
  description: 'One environment variable of the processes in a container.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'The name of the variable.' }),
    value: t.exposeString('value', {
      nullable: true,
      description:
        'Its value, which may be empty; null where the variable is removed from the environment instead.',
    }),
  }),
});

/** A column of `NAME=value` texts, in the order of the Engine. */
export const environmentColumn = (
  description: string,
  options: ColumnOptions = {},
): Column<readonly string[]> =>
  mappedList(EnvironmentVariable, (list: readonly string[]) => list.map(parseVariable), description, options);
