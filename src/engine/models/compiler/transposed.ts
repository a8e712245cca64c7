/** W [out, in] as [in, out], the layout of the graph's products. */
export function transposed<A extends Float32Array | Uint16Array | Int8Array>(
  values: A,
  outFeatures: number,
  inFeatures: number,
): A {
  const result = values.slice();
  for (let out = 0; out < outFeatures; out++) {
    for (let i = 0; i < inFeatures; i++) {
      result[i * outFeatures + out] = values[out * inFeatures + i]!;
    }
  }
  return result as A;
}
