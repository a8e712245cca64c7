/** Bounds the time until a cancel takes effect. */
const maxPositions = 256;

/** Attention allocates several tables of new positions times visible positions for each head. */
const maxAttentionScores = 2 ** 19;

/**
 * How many positions one run may compute after `seen` tokens. Long texts get shorter runs because
 * ONNX Runtime keeps the memory of its largest run.
 */
export function runLimit(seen: number): number {
  return Math.max(
    16,
    Math.min(maxPositions, Math.floor(maxAttentionScores / (seen + maxPositions))),
  );
}
