/** Names of the graph's inputs; see docs/engine.md and docs/devices.md for shapes. */
export const inputNames = {
  ids: 'input_ids',
  /** Replaces `ids` in graphs above a trunk. */
  states: 'hidden_states',
  positions: 'position_ids',
  /** One for each window of the model's layers. */
  mask: (index: number) => (index === 0 ? 'mask' : `mask.${index}`),
  rows: 'logit_rows',
  targets: 'target_ids',
  topCount: 'top_count',
  temperature: 'temperature',
  massRows: 'mass_rows',
  ancestors: 'ancestors',
  prefixKey: (layer: number) => `prefix.${layer}.key`,
  prefixValue: (layer: number) => `prefix.${layer}.value`,
  branchKey: (layer: number) => `branch.${layer}.key`,
  branchValue: (layer: number) => `branch.${layer}.value`,
  /** In graphs for GPUs, these replace ancestors, prefix and branch. */
  slots: 'slots',
  past: (layer: number) => `past.${layer}`,
  /** In graphs for WebGPU, these replace `past`. */
  pastKey: (layer: number) => `past.${layer}.key`,
  pastValue: (layer: number) => `past.${layer}.value`,
  lastPosition: 'last_position',
  positionCount: 'position_count',
  chunkStarts: 'chunk_starts',
  logitEnd: 'logit_end',
} as const;

export const outputNames = {
  logits: 'logits',
  topValues: 'top_values',
  topIndices: 'top_indices',
  targetLogits: 'target_logits',
  mass: 'mass',
  blockMasses: 'block_masses',
  scores: 'scores',
  states: 'new_hidden_states',
  cache: 'new_cache',
  /** In graphs for GPUs: the ids of the chunks that top_indices refers to, and the KV cache. */
  topChunks: 'top_chunks',
  present: (layer: number) => `present.${layer}`,
  presentKey: (layer: number) => `present.${layer}.key`,
  presentValue: (layer: number) => `present.${layer}.value`,
} as const;

/**
 * How many tokens one entry of `block_masses` sums: about the square root of the vocabulary, so
 * that a draw looks at few blocks and few tokens. A multiple of 16, so that every row has the same
 * alignment, which can change the order of a vectorised sum.
 */
export function massBlock(vocabulary: number): number {
  return Math.max(16, 2 ** Math.ceil(Math.log2(vocabulary) / 2));
}
