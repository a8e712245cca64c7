/** The name of a part of a split GGUF model, as llama.cpp's gguf-split gives it. */
interface SplitName {
  readonly prefix: string;
  /** From 1 on. */
  readonly number: number;
  readonly count: number;
  /** `.gguf`, in the file's own case. */
  readonly suffix: string;
}

/** More parts than any model has. */
export const maxParts = 512;

/** Reads `name-00001-of-00003.gguf`; undefined for the name of a whole model. */
export function splitName(file: string): SplitName | undefined {
  const [, prefix, number, count, suffix] = /^(.*)-(\d{5})-of-(\d{5})(\.gguf)$/isu.exec(file) ?? [];
  if (suffix === undefined) return undefined;
  const name = { prefix: prefix!, number: Number(number), count: Number(count), suffix };
  return name.number >= 1 && name.number <= name.count && name.count <= maxParts ? name : undefined;
}

/** The names of all parts of a model, in order. */
export function partNames({ prefix, count, suffix }: SplitName): string[] {
  const digits = (value: number): string => String(value).padStart(5, '0');
  return Array.from(
    { length: count },
    (_, index) => `${prefix}-${digits(index + 1)}-of-${digits(count)}${suffix}`,
  );
}

/** The GGUF files of a folder that are models, in order; of a split model, its first part. */
export function modelFilesOf(names: Iterable<string>): string[] {
  const files = [...names].filter((name) => /\.gguf$/iu.test(name)).sort();
  // Vision projectors and importance matrices are GGUF files too, but not models.
  return files.filter((name) => !/mmproj|imatrix/iu.test(name) && !isLaterPart(name, files));
}

/** Whether a file is part of a split model, and an earlier part is there. */
function isLaterPart(path: string, files: readonly string[]): boolean {
  const split = splitName(path);
  if (!split) return false;
  const earlier = partNames(split).slice(0, split.number - 1);
  return earlier.some((part) => files.includes(part));
}
