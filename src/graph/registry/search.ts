/** `imageSearch`. */
import { images } from '../../engine/operations/images.ts';
import type { ImageFoundByName } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import { builder } from '../builder.ts';
import { RegistryAuthInput, registryAuthOf } from '../image/registry-auth.ts';
import { flagFilter, usedFilters } from '../kit/filters.ts';
import { engineArg } from '../kit/list.ts';
import { flag, long, record, text } from '../kit/record.ts';
import { of, wire } from '../kit/wire.ts';

const FoundImage = record<ImageFoundByName>(
  'ImageSearchResult',
  'An image that a registry found by a word.',
  {
    [of]: 'ImageSearchResponse[]',
    name: text('Its name, to be pulled by: `nginx`, `acme/web`.'),
    description: text('What its makers say of it.'),
    star_count: long('How many people have starred it.', { name: 'starCount' }),
    is_official: flag('Whether Docker itself publishes it.', { name: 'isOfficial' }),
    is_automated: flag('Formerly, whether Docker Hub built it; registries answer false by now.', {
      name: 'isAutomated',
    }),
  },
);

const ImageSearchFilter = builder.inputType('ImageSearchFilter', {
  description: 'Which of the images that were found; what is left out says nothing.',
  fields: (t) => ({
    isOfficial: t.boolean({ description: 'Only those that Docker itself publishes, or only others.' }),
    minStars: t.int({ description: 'Only those that so many people have starred.' }),
    isAutomated: t.boolean({
      description: 'Only those that Docker Hub builds, of which there are none any more, or only others.',
    }),
  }),
});

const mostFound = 100;
const longestTerm = 256;

/** @throws BadUserInput */
function check(term: string, limit: number | null | undefined, minStars: number | null | undefined): void {
  if (term.trim() === '' || term.length > longestTerm) {
    throw new BadUserInput(
      `\`term\` needs a word to search for, such as "nginx", of ${longestTerm} characters at most.`,
    );
  }
  if (limit !== null && limit !== undefined && (limit < 1 || limit > mostFound)) {
    throw new BadUserInput(
      `\`limit\` cannot be ${limit}: give a number from 1 to ${mostFound}, or leave it out.`,
    );
  }
  if (minStars !== null && minStars !== undefined && minStars < 0) {
    throw new BadUserInput(`\`filter.minStars\` cannot be ${minStars}: give 0 or more.`);
  }
}

builder.queryField('imageSearch', (t) =>
  t.field({
    type: [FoundImage],
    nullable: true,
    description:
      'Images of a registry whose name or description has a word. The Engine asks Docker Hub, or the registry that the term ' +
      'begins with; only few others can search. What a registry refuses is an error with one of the codes `REGISTRY_…`. ' +
      '`GET /images/search`.',
    args: {
      term: t.arg.string({
        ...wire('GET /images/search?term'),
        required: true,
        description:
          'The word, such as `nginx`; with a registry before it, as in `registry.example:5000/nginx`.',
      }),
      limit: t.arg.int({
        ...wire('GET /images/search?limit'),
        description: `At most so many, from 1 to ${mostFound}; 25 if left out.`,
      }),
      filter: t.arg({
        ...wire('GET /images/search?filters'),
        type: ImageSearchFilter,
        description: 'Which of them; all if left out.',
      }),
      auth: t.arg({
        type: RegistryAuthInput,
        description:
          'Credentials for the registry. Those that the Docker configuration of the gateway has for it, if left out.',
      }),
      engine: engineArg(t.arg),
    },
    resolve: async (_root, { term, limit, filter, auth, engine }, context) => {
      check(term, limit, filter?.minStars);
      const scope = context.scope(engine);
      const given = registryAuthOf(auth, { api: '', path: ['arguments', 'auth'] });
      const registryAuth = await scope.registryAuth(term, given);
      if (given && registryAuth === undefined) {
        throw new BadUserInput(
          `Whose credentials \`auth\` holds cannot be told from the term "${term}": name the registry before the word, or ` +
            'leave `auth` out.',
        );
      }
      const filters = usedFilters({
        'is-official': flagFilter(filter?.isOfficial),
        'is-automated': flagFilter(filter?.isAutomated),
        stars: filter?.minStars ? [String(filter.minStars)] : [],
      });
      return scope.call(images.search, {
        term,
        ...(limit && { limit }),
        ...(filters && { filters }),
        ...(registryAuth !== undefined && { registryAuth }),
      });
    },
  }),
);
