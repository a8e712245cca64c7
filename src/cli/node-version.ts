const needed = [20, 19] as const;

/** A sentence if this version of Node.js is too old, else undefined. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined;
  return `Node.js is ${version}; it must be ${needed.join('.')} or newer, from nodejs.org or your system's packages.`;
}
