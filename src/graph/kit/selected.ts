/** What an operation asks for below a field. */
import { type GraphQLResolveInfo, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';

/** Whether a field of this name stands anywhere below; one that is skipped by a directive counts too. */
export function isSelected(info: GraphQLResolveInfo, name: string): boolean {
  const seen = new Set<string>();
  const isIn = (set: SelectionSetNode | undefined): boolean => (set?.selections ?? []).some(isAt);
  const isAt = (selection: SelectionNode): boolean => {
    if (selection.kind !== Kind.FRAGMENT_SPREAD) {
      const isIt = selection.kind === Kind.FIELD && selection.name.value === name;
      return isIt || isIn(selection.selectionSet);
    }
    const fragment = selection.name.value;
    if (seen.has(fragment)) return false;
    seen.add(fragment);
    return isIn(info.fragments[fragment]?.selectionSet);
  };
  return info.fieldNodes.some(({ selectionSet }) => isIn(selectionSet));
}
