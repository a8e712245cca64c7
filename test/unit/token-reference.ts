import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openGguf } from '../../src/engine/models/gguf/gguf-file.ts';
import type {
  ChatMessage,
  TextTokenizer,
} from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import type { PipelineNode } from '../../src/engine/models/tokenizer/tokenizer-json.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';

const fixtures = fileURLToPath(new URL('../fixtures/tokens', import.meta.url));
const models = fileURLToPath(new URL('../../models', import.meta.url));

export const layoutsFile = join(fixtures, 'layouts.json');
export const sentencePieceFolder = join(fixtures, 'sentencepiece');
export const embeddingFolder = join(models, 'all-minilm-l6-v2');

/** Results of Python's tokenizers and transformers; see fixtures/make_tokens.py. */
interface TokenReference {
  readonly strings: readonly string[];
  readonly shipped: readonly number[][];
  /** Text of the ids if it differs from the original string, by the string's index. */
  readonly shippedChanged: Readonly<Record<string, string>>;
  readonly sentencePiece: readonly number[][];
  readonly sentencePieceChanged: Readonly<Record<string, string>>;
  readonly embeddingEvery: number;
  readonly embedding: readonly number[][];
  readonly embeddingText: readonly string[];
  readonly chats: readonly {
    readonly messages: readonly ChatMessage[];
    readonly text: string;
    readonly prompt: string;
  }[];
  readonly named: Readonly<Record<string, string>>;
  readonly stepEvery: number;
  readonly steps: readonly {
    readonly step: { readonly pre_tokenizer?: PipelineNode; readonly normalizer?: PipelineNode };
    readonly digests: string;
  }[];
}

export const reference = JSON.parse(
  readFileSync(join(fixtures, 'strings.json'), 'utf8'),
) as TokenReference;

export const sentencePieceJson = JSON.parse(
  readFileSync(join(sentencePieceFolder, 'tokenizer.json'), 'utf8'),
) as {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
  readonly added_tokens: readonly { readonly content: string; readonly special: boolean }[];
};

/** Metadata of the shipped GGUF. */
export async function shippedMetadata(): Promise<ReadonlyMap<string, unknown>> {
  const name = 'SmolLM2-135M-Instruct.Q4_1.gguf';
  const file = await openGguf(join(models, 'smollm2-135m-instruct', name));
  await file.close();
  return file.metadata;
}

export function every<T>(list: readonly T[], step: number): T[] {
  return list.filter((_, at) => at % step === 0);
}

/** The fixture's digest of a list of pieces. */
export function digest(pieces: readonly (string | number)[]): string {
  const text = pieces.map(String).map((piece) => `${Array.from(piece).length}:${piece}`);
  return createHash('sha256').update(text.join('')).digest('hex').slice(0, 6);
}

/** The digest at an index in a joined list of digests. */
export function digestAt(digests: string, at: number): string {
  return digests.slice(6 * at, 6 * at + 6);
}

export function assertEncodes(
  tokenizer: TextTokenizer,
  strings: readonly string[],
  ids: readonly number[][],
): void {
  assert.equal(strings.length, ids.length);
  strings.forEach((text, at) => {
    assert.deepEqual(tokenizer.encode(text), ids[at], JSON.stringify(text));
  });
}

export function streamed(
  tokenizer: TextTokenizer,
  ids: readonly number[],
  skipSpecial = false,
): string[] {
  const stream = tokenizer.stream({ skipSpecial });
  return [...ids.map((id) => stream.push(id)), stream.end()];
}

export function badModel(pattern: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof TqError && error.code === ErrorCode.badModel && pattern.test(error.message);
}
