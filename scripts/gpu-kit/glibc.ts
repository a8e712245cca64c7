import { readFileSync } from 'node:fs';

/**
 * The newest glibc that programs or libraries need, from the versions of their symbols.
 * @param files paths of ELF files
 * @returns a version such as "2.28"
 */
export function neededGlibc(files: readonly string[]): string {
  const versions = files.flatMap((file) =>
    // A symbol's version is a separate string, with a zero byte at both ends.
    [...readFileSync(file, 'latin1').matchAll(/\0GLIBC_(\d+)\.(\d+)(?:\.\d+)?(?=\0)/gu)].map(
      ([, major, minor]) => ({ major: Number(major), minor: Number(minor) }),
    ),
  );
  versions.sort((a, b) => b.major - a.major || b.minor - a.minor);
  const newest = versions[0];
  if (!newest) throw new Error(`${files.join(', ')} need no version of glibc.`);
  return `${newest.major}.${newest.minor}`;
}
