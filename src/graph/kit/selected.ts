/** What an operation asks for below a field. */
import { type GraphQLResolveInfo, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';

/** Whether there is a field at this path below; one that a directive may skip counts too. */
export function isSelected(info: GraphQLResolveInfo, ...path: readonly string[]): boolean {
  const isIn = (set: SelectionSetNode | undefined, rest: readonly string[]): boolean =>
    (set?.selections ?? []).some((selection) => isAt(selection, rest));
  const isAt = (selection: SelectionNode, rest: readonly string[]): boolean => {
    switch (selection.kind) {
      case Kind.FIELD:
        if (selection.name.value !== rest[0]) return false;
        return rest.length === 1 || isIn(selection.selectionSet, rest.slice(1));
      case Kind.INLINE_FRAGMENT:
        return isIn(selection.selectionSet, rest);
      case Kind.FRAGMENT_SPREAD:
        // Validation has refused fragments that contain themselves.
        return isIn(info.fragments[selection.name.value]?.selectionSet, rest);
      default:
        return false;
    }
  };
  return info.fieldNodes.some(({ selectionSet }) => isIn(selectionSet, path));
}
