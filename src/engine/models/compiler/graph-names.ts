/** Names of the graph's inputs and outputs; see docs/engine.md for shapes. */
export const inputNames = {
  ids: 'input_ids',
  /** In the place of `ids`, where the layers below are another graph's. */
  states: 'hidden_states',
  positions: 'position_ids',
  /** One a window of the model's layers. */
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
  /** Of graphs for a GPU, in the place of ancestors, prefix and branch. */
  slots: 'slots',
  past: (layer: number) => `past.${layer}`,
  /** Of graphs for WebGPU, in the place of `past`. */
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
  /** Of graphs for a GPU: the chunk that each of top_indices counts in, and the whole cache. */
  topChunks: 'top_chunks',
  present: (layer: number) => `present.${layer}`,
  presentKey: (layer: number) => `present.${layer}.key`,
  presentValue: (layer: number) => `present.${layer}.value`,
} as const;

/**
 * How many tokens one of `block_masses` sums: about the root of the vocabulary's size, so that a
 * draw looks at few blocks and at few tokens of one. A multiple of 16, so that every row of numbers
 * begins at the same alignment, on which the order of a vectorised sum may depend.
 */
export function massBlock(vocabulary: number): number {
  return Math.max(16, 2 ** Math.ceil(Math.log2(vocabulary) / 2));
}
