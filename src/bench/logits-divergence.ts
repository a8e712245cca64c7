/** Difference of two next-token distributions. */
export interface Divergence {
  /** KL(softmax(reference) || softmax(logits)) in nats. */
  readonly kl: number;
  /** Whether both have their largest logit at the same token (the first of equals). */
  readonly sameTop: boolean;
}

/** Compares two rows of logits [vocabulary]. */
export function divergenceOfLogits(reference: Float32Array, logits: Float32Array): Divergence {
  const p = normaliser(reference);
  const q = normaliser(logits);
  let kl = 0;
  for (let token = 0; token < reference.length; token++) {
    const logP = reference[token]! - p.logSumExp;
    kl += Math.exp(logP) * (logP - (logits[token]! - q.logSumExp));
  }
  return { kl, sameTop: p.top === q.top };
}

function normaliser(logits: Float32Array): { top: number; logSumExp: number } {
  let top = 0;
  for (let token = 1; token < logits.length; token++) {
    if (logits[token]! > logits[top]!) top = token;
  }
  const largest = logits[top]!;
  let masses = 0;
  for (const logit of logits) masses += Math.exp(logit - largest);
  return { top, logSumExp: largest + Math.log(masses) };
}
