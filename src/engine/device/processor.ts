import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** CPU flags in /proc/cpuinfo, best first. */
const byteInstructions = [
  { flag: 'avx512_vnni', name: 'AVX-512 VNNI' },
  { flag: 'avx_vnni', name: 'AVX-VNNI' },
  { flag: 'avx2', name: 'AVX2' },
  { flag: 'i8mm', name: 'I8MM' },
  { flag: 'asimddp', name: 'dot products' },
];

/**
 * The processor's name and, on Linux, its best instruction set for int8: cloud processors with the
 * same name can differ by a factor of two.
 * @param file in the format of /proc/cpuinfo
 */
export async function processorName(file = '/proc/cpuinfo'): Promise<string> {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const text = await readFile(file, 'utf8').catch(() => '');
  const flags = new Set(/^(?:flags|Features)\s*:(.*)$/mu.exec(text)?.[1]?.split(' '));
  const best = byteInstructions.find(({ flag }) => flags.has(flag));
  return best === undefined ? model : `${model} with ${best.name}`;
}
