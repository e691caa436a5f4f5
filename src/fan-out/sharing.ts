/** Which subscriptions many may share: said by the field itself, among its `extensions`. */
import type { Selected } from './selects.ts';

/**
 * How a subscription field is shared by all who ask for it in the same words and with the same rights. Its source must
 * begin with what happens from now on, and hold nothing that is one viewer's own, nor anything that was read when it began.
 */
export interface Sharing<Args, Item> {
  /** Whether all who ask with these arguments, and for these fields, see the same, whenever they begin. */
  readonly when: (args: Args, selected: Selected) => boolean;
  /** What a viewer that did not keep up gets instead of `count` items, of which this was the last. */
  readonly missed: (last: Item, count: number) => Item;
}

/** The `extensions` of a field that can be shared. */
export const shareable = <Args, Item>(sharing: Sharing<Args, Item>) => ({ sharing }) as const;

/** What a field said by {@link shareable}: the one place that trusts an extension for its shape. */
export const sharingOf = (extensions: Readonly<Record<string, unknown>>) =>
  extensions['sharing'] as Sharing<Readonly<Record<string, unknown>>, unknown> | undefined;
