import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { SlotPool } from '../../src/engine/runtime/slot-pool.ts';
import { TokenTree, type TreeNode } from '../../src/engine/runtime/token-tree.ts';

/** Logits after each of `nodes`, in one run. */
export async function logitsAfter(
  session: GraphSession,
  tree: TokenTree,
  nodes: readonly TreeNode[],
): Promise<Float32Array[]> {
  const rows = nodes.map((_, row) => row);
  const result = await session.run({ ...tree.plan(nodes), rows, topCount: 1, wantLogits: true });
  tree.store(nodes, result.cache);
  const { vocabulary } = session.shape;
  return rows.map((row) => result.logits!.slice(row * vocabulary, (row + 1) * vocabulary));
}

/** A tree of a text, none of it computed. */
export function startTree(session: GraphSession, ids: readonly number[]): TokenTree {
  return new TokenTree(ids, new SlotPool(session.shape, 0), 0);
}
