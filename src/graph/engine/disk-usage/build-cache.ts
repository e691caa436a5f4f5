/** Records of the build cache, as `docker system df --verbose` and `docker builder du` list them. */
import type { BuildCache } from '../../../engine/types.ts';
import { enumOf } from '../../kit/enum.ts';
import { computed, flag, int, omitted, record, text, texts, time, word } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import { parentsOf } from './sums.ts';

const BuildCacheType = enumOf('BuildCacheType', 'What a record of the build cache keeps.', {
  internal: 'Something of the builder itself.',
  frontend: 'A program that reads a kind of build file.',
  'source.local': 'A build context sent by a client.',
  'source.git.checkout': 'A checkout of a Git repository.',
  'exec.cachemount': 'A directory kept between builds (`RUN --mount=type=cache`).',
  regular: 'The result of a build step.',
});

/** The record with its parents in one place. */
export const withParents = (entry: BuildCache): BuildCache => ({ ...entry, Parents: parentsOf(entry) });

export const BuildCacheRecord = record<BuildCache>('BuildCacheRecord', 'One entry of the build cache.', {
  [of]: 'BuildCache',
  ID: text("Docker's own ID of the record.", { name: 'dockerId' }),
  Parent: omitted('Before API 1.42: the one parent, which is in `parents` here.'),
  ' Parents': omitted('The same as `Parents`.'),
  Parents: texts('The records it builds on, by their IDs.', { wire: ['BuildCache.Parent'] }),
  Type: word(BuildCacheType, 'What it keeps.'),
  Description: text('The build step that made it.'),
  InUse: flag('Whether something uses it now, so that it cannot be removed.'),
  Shared: flag('Whether its bytes belong to an image or another record, so that removing it frees nothing.'),
  Size: computed('Its size in bytes.'),
  CreatedAt: time('When it was made.'),
  LastUsedAt: time('When a build last used it; null if none has.'),
  UsageCount: int('How many builds have used it.'),
});
