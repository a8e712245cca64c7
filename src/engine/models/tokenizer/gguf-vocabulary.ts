import type { TqError } from '../../../protocol/errors.ts';
import { badModel, quoted } from '../malformed.ts';

/** `tokenizer.ggml.token_type`. */
export const TokenType = {
  undefined: 0,
  normal: 1,
  unknown: 2,
  control: 3,
  userDefined: 4,
  unused: 5,
} as const;

/** The tokenizer part of a GGUF's metadata, checked. */
export interface GgufVocabulary {
  /** `tokenizer.ggml.model`: the kind of tokenizer. */
  readonly kind: string;
  /** Tokens in the order of their ids. The empty token with id 7 is named "[EMPTY_7]". */
  readonly tokens: readonly string[];
  /** Type of each token (`TokenType`). */
  readonly types: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly merges: readonly [string, string][] | undefined;
}

const keyPrefix = 'tokenizer.ggml.';

/** @throws TqError badModel if a required key is missing or has the wrong type */
export function readGgufVocabulary(metadata: ReadonlyMap<string, unknown>): GgufVocabulary {
  const written = stringArray(metadata, 'tokens');
  if (written === undefined) throw badModel(`The GGUF's ${keyPrefix}tokens is missing.`);
  // The same names as in llama.cpp.
  const tokens = written.map((token, id) => token || `[EMPTY_${id}]`);
  requireDistinct(tokens);
  return {
    kind: ggufString(metadata, 'model') ?? '',
    tokens,
    types: numberArray(metadata, 'token_type', tokens.length),
    scores: numberArray(metadata, 'scores', tokens.length),
    merges: stringArray(metadata, 'merges')?.map(splitMerge),
  };
}

/** The string `tokenizer.ggml.<key>`, if the file has it. */
export function ggufString(
  metadata: ReadonlyMap<string, unknown>,
  key: string,
): string | undefined {
  const value = metadata.get(keyPrefix + key);
  if (value !== undefined && typeof value !== 'string') throw badMetadata(key, value, 'a string');
  return value;
}

/** The flag `tokenizer.ggml.<key>`, if the file has it. */
export function ggufFlag(metadata: ReadonlyMap<string, unknown>, key: string): boolean | undefined {
  const value = metadata.get(keyPrefix + key);
  if (value !== undefined && typeof value !== 'boolean') {
    throw badMetadata(key, value, 'true or false');
  }
  return value;
}

/** The token id `tokenizer.ggml.<key>`, if the file has it and it is in the vocabulary. */
export function ggufTokenId(
  metadata: ReadonlyMap<string, unknown>,
  key: string,
  vocabularySize: number,
): number | undefined {
  const value = metadata.get(keyPrefix + key);
  if (value === undefined) return undefined;
  const id = Number(value);
  if (!Number.isInteger(id)) throw badMetadata(key, value, 'a token id');
  // Converters write -1 (as an unsigned number) for "none".
  return id >= 0 && id < vocabularySize ? id : undefined;
}

/** The token ids in the list `tokenizer.ggml.<key>` that are in the vocabulary. */
export function ggufTokenIds(
  metadata: ReadonlyMap<string, unknown>,
  key: string,
  vocabularySize: number,
): number[] {
  const value = metadata.get(keyPrefix + key) ?? [];
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
    throw badMetadata(key, value, 'a list of token ids');
  }
  const ids = Array.from(value as ArrayLike<unknown>, Number);
  return ids.filter((id) => Number.isInteger(id) && id >= 0 && id < vocabularySize);
}

function stringArray(
  metadata: ReadonlyMap<string, unknown>,
  key: string,
): readonly string[] | undefined {
  const value = metadata.get(keyPrefix + key);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw badMetadata(key, value, 'a list of strings');
  }
  return value as string[];
}

function numberArray(
  metadata: ReadonlyMap<string, unknown>,
  key: string,
  length: number,
): ArrayLike<number> {
  const value = metadata.get(keyPrefix + key);
  if (value === undefined) return [];
  const list = Array.isArray(value) || ArrayBuffer.isView(value);
  const numbers = value as ArrayLike<number>;
  if (!list || numbers.length !== length || typeof numbers[0] !== 'number') {
    throw badMetadata(key, value, `a list of ${length} numbers`);
  }
  return numbers;
}

function splitMerge(merge: string): [string, string] {
  const space = merge.indexOf(' ', 1);
  if (space >= 0) return [merge.slice(0, space), merge.slice(space + 1)];
  throw badModel(
    `The GGUF's ${keyPrefix}merges contains ${quoted(merge)}; a merge is two tokens separated by a space.`,
  );
}

function requireDistinct(tokens: readonly string[]): void {
  const seen = new Set<string>();
  for (const token of tokens) {
    if (seen.has(token)) {
      throw badModel(`The GGUF's ${keyPrefix}tokens contains ${quoted(token)} twice.`);
    }
    seen.add(token);
  }
}

function badMetadata(key: string, value: unknown, allowed: string): TqError {
  return badModel(`The GGUF's ${keyPrefix}${key} is ${describe(value)}; it must be ${allowed}.`);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `a list of ${(value as ArrayLike<unknown>).length}`;
  }
  return typeof value;
}
