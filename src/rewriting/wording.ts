import { ErrorCode, TqError } from '../protocol/errors.ts';
import { rewriteMessage } from '../protocol/rewrite-message.ts';
import type { Preset } from '../protocol/rewriting.ts';
import { faultOf } from './checks/check-answer.ts';
import type { Kept } from './checks/check.ts';
import type { Chunk } from './chunks.ts';
import { cleanAnswer } from './clean-answer.ts';
import type { LanguageOf } from './languages.ts';
import type { Sampling, UnitWriter } from './unit-writer.ts';
import { wordsOf } from './words.ts';

/** New prose for a unit, put together from its chunks. */
export interface Wording {
  /** The unit's prose with the answers in place; chunks with a fault keep their draft. */
  readonly prose: string;
  /** Why the first chunk keeps its draft, if one does. */
  readonly kept: Kept | undefined;
  readonly positions: number;
}

/** What a wording is written with. */
export interface WordingDeps {
  readonly writer: UnitWriter;
  readonly preset: Preset;
  /** Language of the document; undefined if it does not show. */
  readonly language: string | undefined;
  readonly languageOf: LanguageOf;
  readonly signal: AbortSignal;
}

/** An own instruction without bounds may ask for a longer text. */
const defaultGrowth = 1.5;
/** Fewer words have no other wording that says the same. */
const fewestWords = 3;
/** A sentence with more words does not end in reasonable time. */
const mostWords = 300;

/**
 * Writes one wording of a unit, chunk by chunk.
 * @param onText receives the prose so far
 */
export async function writeWording(
  chunks: readonly Chunk[],
  sampling: Sampling | undefined,
  deps: WordingDeps,
  onText: (prose: string) => void,
): Promise<Wording> {
  let prose = '';
  let positions = 0;
  let firstKept: Kept | undefined;
  for (const chunk of chunks) {
    const start = prose + chunk.before;
    const answer = await writeChunk(chunk, sampling, deps, (text) => {
      onText(start + (chunk.restore(text) ?? text));
    });
    if (answer.kept) firstKept ??= answer.kept;
    positions += answer.positions;
    prose = start + answer.prose + chunk.after;
    onText(prose);
  }
  return { prose, kept: firstKept, positions };
}

interface ChunkAnswer {
  readonly prose: string;
  readonly kept: Kept | undefined;
  readonly positions: number;
}

async function writeChunk(
  chunk: Chunk,
  sampling: Sampling | undefined,
  deps: WordingDeps,
  onText: (text: string) => void,
): Promise<ChunkAnswer> {
  const draft = chunk.restore(chunk.text)!;
  const keep = (kept: Kept, positions = 0): ChunkAnswer => ({ prose: draft, kept, positions });
  const { writer, preset, signal } = deps;
  const words = wordsOf(chunk.text).length;
  if (words < fewestWords) return keep(tooShort);
  if (words > mostWords) return keep(tooLong(words));
  const task = {
    message: rewriteMessage(preset.instruction, chunk.text, chunk.marks),
    draft: chunk.text,
    growth: preset.length?.[1] ?? defaultGrowth,
    ...{ sampling, onText, signal },
  };
  const written = await writer.write(task).catch((error: unknown) => {
    if (error instanceof TqError && error.code === ErrorCode.contextFull) return undefined;
    throw error;
  });
  if (!written) return keep(tooLong(words));
  const { text, stop, positions } = written;
  if (stop === 'cancelled') return keep(stopped, positions);
  if (stop === 'length') return keep(cut, positions);
  const answer = cleanAnswer(text, chunk.text);
  const fault = faultOf({
    ...{ draft: chunk.text, text: answer, instruction: preset.instruction },
    ...{ length: preset.length, language: deps.language, languageOf: deps.languageOf },
  });
  const prose = chunk.restore(answer);
  if (fault || prose === undefined) return keep(fault ?? unknownMark, positions);
  return { prose, kept: undefined, positions };
}

export const stopped: Kept = {
  reason: 'stopped',
  text: 'The rewrite was stopped before this part was finished.',
};

const tooShort: Kept = { reason: 'same', text: 'It is too short to rewrite.' };

const cut: Kept = { reason: 'cut', text: 'The answer did not end within the limit of its length.' };

const unknownMark: Kept = {
  reason: 'marks',
  text: 'The answer has a mark that the draft does not have.',
};

function tooLong(words: number): Kept {
  const text = `A sentence of ${String(words)} words is too long to rewrite at once; divide it.`;
  return { reason: 'cut', text };
}
