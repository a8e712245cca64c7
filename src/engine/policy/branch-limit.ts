/** Positions that branches may always hold together. */
const minPositions = 2048;

/** Bytes of keys and values that branches may hold together: every run copies them. */
const maxBytes = 2 ** 28;

/**
 * How many positions the branches of one call may hold together. More are computed group after
 * group, so that a run, and with it the answer to a cancel, takes no longer however many there are.
 */
export function branchLimit(bytesPerPosition: number): number {
  return Math.max(minPositions, Math.floor(maxBytes / bytesPerPosition));
}

/** Divides branches, in order, into groups that keep to a number of positions together. */
export function groupsWithin<T>(
  branches: readonly T[],
  positionsOf: (branch: T) => number,
  limit: number,
): T[][] {
  const groups: T[][] = [];
  let positions = 0;
  for (const branch of branches) {
    const own = positionsOf(branch);
    const group = groups.at(-1);
    if (group && positions + own <= limit) {
      group.push(branch);
      positions += own;
    } else {
      groups.push([branch]);
      positions = own;
    }
  }
  return groups;
}
