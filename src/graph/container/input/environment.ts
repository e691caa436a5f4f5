/** The environment of a container's main process. */
import { builder } from '../../builder.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';

export const EnvironmentVariableInput = builder.inputType('EnvironmentVariableInput', {
  description: 'An environment variable to set, or to take away.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name, without `=`.' }),
    value: t.string({
      description: 'The value, which may be empty. Null or left out takes the variable of the image away.',
    }),
  }),
});

type Variables = readonly (typeof EnvironmentVariableInput.$inferInput)[] | null | undefined;

/**
 * `NAME=value` texts, or `NAME` alone for a variable to take away.
 *
 * @throws InputError for a name that is empty or has `=` in it
 */
export const environmentBody = (variables: Variables, place: Place): string[] | undefined =>
  variables?.map(({ name, value }, index) => {
    if (name === '' || name.includes('=')) {
      return refuse(
        inside(place, index, 'name'),
        `cannot be ${JSON.stringify(name)}: give a name, and what follows \`=\` as \`value\`.`,
      );
    }
    return value === null || value === undefined ? name : `${name}=${value}`;
  });
