/** The version that objects of a swarm carry. */
import type { Int64 } from '../../engine/types.ts';
import { type Column, mapped } from './record.ts';

interface ObjectVersion {
  readonly Index?: Int64 | null;
}

/** The column for `Version`. */
export const version: Column<ObjectVersion> = mapped(
  'Long',
  ({ Index }: ObjectVersion) => Index ?? null,
  'Counts the changes of this object. Updates take it as `version`, to be refused where somebody else was quicker.',
  { name: 'versionIndex', wire: ['ObjectVersion.Index'] },
);
