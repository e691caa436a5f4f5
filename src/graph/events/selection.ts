/** What an operation may ask for. */
import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/** Whether a field, as the operation selects it, has a fragment on that type, at its own level. */
export function selects({ fieldNodes, fragments }: GraphQLResolveInfo, typeName: string): boolean {
  const seen = new Set<string>();
  const has = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((selection) => {
      if (selection.kind === 'Field') return false;
      if (selection.kind === 'InlineFragment') {
        return selection.typeCondition?.name.value === typeName || has(selection.selectionSet);
      }
      const { value: name } = selection.name;
      if (seen.has(name)) return false;
      seen.add(name);
      const fragment = fragments[name];
      return fragment?.typeCondition.name.value === typeName || has(fragment?.selectionSet);
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => has(selectionSet));
}
