/** Which subscriptions many may share: said by the field itself, among its `extensions`. */

interface Shared<Args> {
  /** Whether all who ask with these arguments see the same, from whenever they begin. */
  readonly when: (args: Args) => boolean;
}

/**
 * How a subscription field is shared by all who ask for it in the same words and with the same rights. Its source must
 * begin with what happens from now on, and hold nothing that is one viewer's own.
 */
export type Sharing<Args, Item> = Shared<Args> &
  (
    | {
        /** Every item counts: what a viewer that did not keep up gets instead of `count` of them. */
        readonly missed: (last: Item, count: number) => Item;
      }
    | {
        /** Only the latest item counts. For so many milliseconds it is given to whoever joins as well. */
        readonly latestFor: number;
      }
  );

/** The `extensions` of a field that can be shared. */
export const shareable = <Args, Item>(sharing: Sharing<Args, Item>) => ({ sharing }) as const;

/** What a field said by {@link shareable}: the one place that trusts an extension for its shape. */
export const sharingOf = (extensions: Readonly<Record<string, unknown>>) =>
  extensions['sharing'] as Sharing<Readonly<Record<string, unknown>>, unknown> | undefined;
