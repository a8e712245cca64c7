import type { TokenId } from '../../decoding/policy.ts';

/** Length of the longest common prefix of two texts, in tokens. */
export function commonLength(a: readonly TokenId[], b: readonly TokenId[]): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a[same] === b[same]) same++;
  return same;
}
