/** log(sum(exp(exponents))), without overflow; -Infinity for none. */
export function logSumExp(exponents: readonly number[]): number {
  const largest = exponents.reduce((a, b) => Math.max(a, b), -Infinity);
  if (largest === -Infinity) return -Infinity;
  const sum = exponents.reduce((total, exponent) => total + Math.exp(exponent - largest), 0);
  return largest + Math.log(sum);
}

/** exp(exponents), normalised to sum to 1. */
export function softmax(exponents: readonly number[]): number[] {
  const normaliser = logSumExp(exponents);
  return exponents.map((exponent) => Math.exp(exponent - normaliser));
}
