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
  split: 'column_split',
  prefixKey: (layer: number) => `prefix.${layer}.key`,
  prefixValue: (layer: number) => `prefix.${layer}.value`,
  branchKey: (layer: number) => `branch.${layer}.key`,
  branchValue: (layer: number) => `branch.${layer}.value`,
} as const;

export const outputNames = {
  logits: 'logits',
  topValues: 'top_values',
  topIndices: 'top_indices',
  targetLogits: 'target_logits',
  logSumExp: 'log_sum_exp',
  scores: 'scores',
  states: 'new_hidden_states',
  cache: 'new_cache',
} as const;
