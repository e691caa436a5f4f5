/** What an operation may ask for. */
import type { FieldNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';

export interface Selected {
  /** The field, as often as the operation has it. */
  readonly fieldNodes: readonly FieldNode[];
  /** All of the operation's, by name. */
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** Whether a field has a fragment on that type, directly or in another fragment. */
export function selects({ fieldNodes, fragments }: Selected, typeName: string): boolean {
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
      const fragment = Object.hasOwn(fragments, name) ? fragments[name] : undefined;
      return fragment?.typeCondition.name.value === typeName || has(fragment?.selectionSet);
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => has(selectionSet));
}
