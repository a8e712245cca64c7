import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { badModel, quoted } from '../malformed.ts';
import { type TensorFile, type TensorInfo } from '../tensor-file.ts';
import { tensorNamed } from '../tensor-rows.ts';
import { openPart, type GgufPart } from './gguf-part.ts';
import type { GgufValue } from './metadata.ts';
import { maxParts, partNames, splitName } from './split-names.ts';

/** An open GGUF file, or all parts of a split one. */
export interface GgufFile extends TensorFile {
  /** Version of the format: 2 or 3. */
  readonly version: number;
  /** Of the first part. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Paths of all parts, in order. */
  readonly files: readonly string[];
}

/**
 * Opens a GGUF file. If it is a part of a model that llama.cpp's gguf-split wrote, opens all parts,
 * which are in the same folder. See `openPart` for what is checked.
 * @throws TqError badModel, also if a part is missing or belongs to another model
 */
export async function openGguf(path: string): Promise<GgufFile> {
  const given = await openPart(path);
  const opened = [given];
  const close = async () => {
    await Promise.all(opened.map((part) => part.close()));
  };
  try {
    const count = splitNumber(given, 'split.count') ?? 1;
    if (count === 1) return { ...given, files: [path] };
    const names = namesOfParts(given, count);
    const files = names.map((name) => join(dirname(path), name));
    const parts: GgufPart[] = [];
    for (const [index, file] of files.entries()) {
      const isGiven = names[index] === given.name;
      const part = isGiven ? given : await openMissing(file, given.name, count);
      if (!isGiven) opened.push(part);
      requirePart(part, given, { index, count });
      parts.push(part);
    }
    return joined(parts, files, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function splitNumber({ metadata, name }: GgufPart, key: string): number | undefined {
  const value = metadata.get(key);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw badModel(
    `${name} is malformed: metadata ${quoted(key)} is ${String(value)}; it must be a whole number.`,
  );
}

/** The names of all parts, which follow from the name of one. */
function namesOfParts(part: GgufPart, count: number): string[] {
  const found = splitName(part.name);
  const number = (splitNumber(part, 'split.no') ?? 0) + 1;
  if (number > count || count > maxParts) {
    throw badModel(
      `${part.name} is malformed: it says that it is part ${number} of ${count}; at most ${maxParts} parts are allowed.`,
    );
  }
  if (found?.count === count && found.number === number) return partNames(found);
  const [ending] = partNames({ prefix: '', number, count, suffix: '.gguf' }).slice(number - 1);
  throw badModel(
    `${part.name} is part ${number} of ${count} of a split model, and the other parts are found by its name, which must end in ${quoted(ending ?? '')}; rename all parts so.`,
  );
}

async function openMissing(file: string, given: string, count: number): Promise<GgufPart> {
  if (await stat(file).catch(() => undefined)) return openPart(file);
  throw badModel(
    `${basename(file)} is missing; ${given} is one of ${count} parts of a model, which must be in the same folder. Download that part as well.`,
  );
}

/** Checks that a part says what its name says, and agrees with the part that was given. */
function requirePart(
  part: GgufPart,
  given: GgufPart,
  { index, count }: { index: number; count: number },
): void {
  const isPart =
    splitNumber(part, 'split.no') === index &&
    splitNumber(part, 'split.count') === count &&
    splitNumber(part, 'split.tensors.count') === splitNumber(given, 'split.tensors.count');
  if (isPart) return;
  throw badModel(
    `${part.name} is not part ${index + 1} of ${count} of the model that ${given.name} belongs to; download all parts of one model.`,
  );
}

function joined(
  parts: readonly GgufPart[],
  files: readonly string[],
  close: () => Promise<void>,
): GgufFile {
  const first = parts[0]!;
  const tensors = new Map<string, TensorInfo>();
  const partOf = new Map<string, GgufPart>();
  for (const part of parts) {
    for (const [name, tensor] of part.tensors) {
      const other = partOf.get(name);
      if (other) {
        throw badModel(
          `${other.name} and ${part.name} both have the tensor ${quoted(name)}; download all parts of one model.`,
        );
      }
      tensors.set(name, tensor);
      partOf.set(name, part);
    }
  }
  const expected = splitNumber(first, 'split.tensors.count');
  if (expected !== undefined && expected !== tensors.size) {
    throw badModel(
      `The ${parts.length} parts of ${first.name} have ${tensors.size} tensors, but the model has ${expected}; download all parts of one model.`,
    );
  }
  return {
    version: first.version,
    metadata: first.metadata,
    files,
    tensors,
    read: async (name, start, count) => {
      tensorNamed(tensors, name, first.name);
      return partOf.get(name)!.read(name, start, count);
    },
    close,
  };
}
