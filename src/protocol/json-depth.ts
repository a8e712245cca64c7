/**
 * Whether arrays and objects of a JSON value are nested deeper than `most`. Schemas that refer to
 * themselves need a call for each level, so a deep value would end them.
 */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return level.some((each) => typeof each === 'object' && each !== null);
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    );
  }
  return false;
}
