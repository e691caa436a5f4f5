/** Which images: the Engine's own filters, typed, and what the gateway narrows further. */
import type { Context } from '../../context.ts';
import type { Filters } from '../../engine/operation.ts';
import type { ImageSummary } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';
import { checkFilled, flagFilter, usedFilters } from '../kit/filters.ts';
import { entryOf as valueIn } from '../kit/key-value.ts';
import { keyIn, locate } from '../kit/reference.ts';
import { wire } from '../kit/wire.ts';
import { isIntermediate } from './family.ts';
import { hexOf, type ImageModel, imageFromSummary, imageLabelsOf } from './model.ts';
import { containerCountOf } from './usage.ts';

export const ImageFilter = builder.inputType('ImageFilter', {
  description:
    'Which images. Different fields narrow together (AND); the values of one field are alternatives (OR), but for ' +
    'labels, all of which must be there.',
  fields: (t) => ({
    all: t.boolean({
      ...wire('GET /images/json?all'),
      defaultValue: false,
      description:
        'Intermediate images too: nameless steps on the way to another image (`docker images --all`).',
    }),
    references: t.stringList({
      description:
        'With a name that matches one of these: a repository, `repository:tag` or `repository@digest`, `*` and `?` ' +
        'standing for anything but a slash, such as `nginx`, `*:latest` or `ghcr.io/acme/*`. Done by the Engine.',
    }),
    dangling: t.boolean({
      description:
        'true: only those without a tag that no other image was made from. false: only those with a name. Done by ' +
        'the Engine.',
    }),
    labels: t.stringList({
      description: 'Labels that must all be there: `key` or `key=value`. Done by the Engine.',
    }),
    withoutLabels: t.stringList({
      description: 'Labels of which none may be there: `key` or `key=value`. Done by the gateway.',
    }),
    before: t.id({
      description: 'Made before this image: global ID, name or ID of one that exists. Done by the Engine.',
    }),
    since: t.id({
      description: 'Made after this image: global ID, name or ID of one that exists. Done by the Engine.',
    }),
    until: t.field({
      type: 'Timestamp',
      description:
        'Made before this moment, to the second. Done by the gateway, as most Engines have no such filter.',
    }),
    ids: t.idList({
      description:
        'Global IDs, full IDs or prefixes of those, with or without `sha256:`. Done by the gateway.',
    }),
    inUse: t.boolean({
      description:
        'Whether a container was made from it, running or stopped. Done by the gateway; needs ' +
        '`GET /containers/json` below API 1.51.',
    }),
  }),
});

type ImageFilterInput = typeof ImageFilter.$inferInput;

/** The filters as the Engine takes them (`GET /images/json?filters=`); undefined where it has nothing to narrow. */
function engineFilters(context: Context, scope: EngineScope, filter: ImageFilterInput): Filters | undefined {
  const image = (ref: string | null | undefined) =>
    ref === null || ref === undefined ? [] : [locate(context, 'Image', 'image', ref, scope.name).key];
  return usedFilters({
    reference: filter.references ?? [],
    dangling: flagFilter(filter.dangling),
    label: filter.labels ?? [],
    before: image(filter.before),
    since: image(filter.since),
  });
}

/** What the Engine finds. Where it looks for names, its answer lacks the names that do not match: the list has them. */
async function found(
  { loaders }: EngineScope,
  all: boolean,
  filters: Filters,
): Promise<readonly ImageSummary[]> {
  const matching = loaders.images.matching({ all, filters });
  if (!Object.hasOwn(filters, 'reference')) return matching;
  const whole = new Map((await loaders.images.all()).map((summary) => [summary.Id, summary]));
  return (await matching).map((summary) => whole.get(summary.Id) ?? summary);
}

const hasLabel = (image: ImageModel, label: string): boolean => {
  const [key = '', value] = label.split(/=(.*)/s);
  const own = valueIn(imageLabelsOf(image), key);
  return own !== null && (value === undefined || own === value);
};

/** What the gateway checks on each image, the cheapest first. */
async function passes(image: ImageModel, filter: ImageFilterInput): Promise<boolean> {
  const { withoutLabels, until, ids, inUse } = filter;
  if (withoutLabels?.some((label) => hasLabel(image, label))) return false;
  if (until && Number(image.summary?.Created ?? 0) >= Number(until)) return false;
  if (ids?.length && !ids.some((id) => hexOf(image.key).startsWith(hexOf(keyIn('Image', id))))) return false;
  return typeof inUse !== 'boolean' || (await containerCountOf(image)) > 0 === inUse;
}

async function only<Item>(items: readonly Item[], test: (item: Item) => Promise<boolean>): Promise<Item[]> {
  const passed = await Promise.all(items.map(test));
  return items.filter((_, index) => passed[index]);
}

/**
 * The images a filter asks for, as entries of `GET /images/json`. Without one the list is that of all, which edges are
 * joined from too, and intermediate images are left out here as the Engine would.
 *
 * @throws BadUserInput for `before` and `since` that cannot be an image of this engine
 */
export async function imagesMatching(
  context: Context,
  scope: EngineScope,
  filter: ImageFilterInput | null | undefined,
): Promise<ImageModel[]> {
  const wanted = filter ?? {};
  checkFilled(wanted);
  const all = wanted.all ?? false;
  const filters = engineFilters(context, scope, wanted);
  const summaries = filters ? await found(scope, all, filters) : await scope.loaders.images.all();
  const images = summaries.map((summary) => imageFromSummary(scope, summary));
  const shown = all || filters ? images : await only(images, async (image) => !(await isIntermediate(image)));
  return only(shown, (image) => passes(image, wanted));
}
