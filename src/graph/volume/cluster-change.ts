/** What of a cluster volume is wished otherwise than it is. */
import type { ClusterVolumeSpecBody, Int64 } from '../../engine/types.ts';
import type { ClusterVolumeSpec } from './wire.ts';

/** In an order that lists of properties are shown in. */
const parts = [
  ['Group', 'group'],
  ['AccessMode', 'accessMode'],
  ['Secrets', 'secrets'],
  ['AccessibilityRequirements', 'accessibilityRequirements'],
  ['CapacityRange', 'capacityRange'],
  ['Availability', 'availability'],
] as const;

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isEmpty));

/** The daemon leaves out what is empty or 0, and a block device is nothing but there. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return value === 0 ? undefined : String(value satisfies Int64);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, each]) => [key, key === 'BlockVolume' && each ? true : normal(each)] as const)
    .filter(([key, each]) => key === 'MountVolume' || !isEmpty(each))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

const isSame = (a: unknown, b: unknown): boolean => {
  const [x, y] = [normal(a), normal(b)];
  return (isEmpty(x) && isEmpty(y)) || JSON.stringify(x) === JSON.stringify(y);
};

/** The parts of the wish that are not as they are, by the names of the input. */
export const differences = (
  current: ClusterVolumeSpec | null | undefined,
  wish: ClusterVolumeSpecBody,
): readonly (typeof parts)[number][1][] =>
  parts.filter(([key]) => key in wish && !isSame(current?.[key], wish[key])).map(([, name]) => name);

/** The spec as it is, with the wishes in it, whole as the Engine documents it. What it sent is sent back as it was: one cast. */
export const changed = (
  current: ClusterVolumeSpec | null | undefined,
  wish: ClusterVolumeSpecBody,
): ClusterVolumeSpecBody => ({ ...(current as ClusterVolumeSpecBody | null | undefined), ...wish });
