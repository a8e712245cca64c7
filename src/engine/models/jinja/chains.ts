import type { BinaryNode, Node } from './nodes.ts';

/** Operands of one level, as `1 < x < 3`, with the operator before each but the first. */
export interface Chain {
  readonly first: Node;
  readonly rest: readonly { readonly operator: string; readonly operand: Node }[];
}

/** Python compares neighbours: `1 < x < 3` is `1 < x and x < 3`. */
export const comparisons: ReadonlySet<string> = new Set([
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  'in',
  'not in',
]);

/** Jinja joins with `~` before it adds, which the library does from left to right. */
export const sums: ReadonlySet<string> = new Set(['+', '-', '~']);

/** The operands that operators of one level join, in the same parentheses. */
export function chainOf(node: BinaryNode, operators: ReadonlySet<string>): Chain {
  const rest: { operator: string; operand: Node }[] = [];
  let first: Node = node;
  while (
    first.type === 'BinaryExpression' &&
    operators.has(first.operator.value) &&
    first.operator.group === node.operator.group
  ) {
    rest.unshift({ operator: first.operator.value, operand: first.right });
    first = first.left;
  }
  return { first, rest };
}
