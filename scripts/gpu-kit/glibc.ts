import { readFileSync } from 'node:fs';

/**
 * The newest glibc that programs or libraries ask for, by the versions of symbols in them.
 * @param files paths of ELF files
 * @returns such as "2.28"
 */
export function neededGlibc(files: readonly string[]): string {
  const versions = files.flatMap((file) =>
    // A symbol's version is a string of its own, with a zero byte at either end.
    [...readFileSync(file, 'latin1').matchAll(/\0GLIBC_(\d+)\.(\d+)(?:\.\d+)?(?=\0)/gu)].map(
      ([, major, minor]) => ({ major: Number(major), minor: Number(minor) }),
    ),
  );
  versions.sort((a, b) => b.major - a.major || b.minor - a.minor);
  const newest = versions[0];
  if (!newest) throw new Error(`${files.join(', ')} ask for no version of glibc.`);
  return `${newest.major}.${newest.minor}`;
}
