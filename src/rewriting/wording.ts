import { ErrorCode, TqError } from '../protocol/errors.ts';
import { rewriteMessage } from '../protocol/rewrite-message.ts';
import type { Preset } from '../protocol/rewriting.ts';
import { faultOf, faultSoFar } from './checks/check-answer.ts';
import type { Answer, Kept } from './checks/check.ts';
import type { Chunk } from './chunks.ts';
import { saysThanks, withoutMisplacedCourtesy } from './added-courtesy.ts';
import { cleanAnswer } from './clean-answer.ts';
import type { UnitKind } from '../documents/prose-unit.ts';
import { inStyleOf } from './line-style.ts';
import type { LanguageOf } from './languages.ts';
import { mark } from './marks.ts';
import { mustRise, notBetter } from './not-better.ts';
import type { Sampling, UnitWriter } from './unit-writer.ts';
import { unsure } from './unsure.ts';
import { wordsOf } from './words.ts';

/** New prose for a unit, put together from its chunks. */
export interface Wording {
  /** The unit's prose with the answers in place; chunks with a fault keep their draft. */
  readonly prose: string;
  /** Why the first chunk keeps its draft, if one does. */
  readonly kept: Kept | undefined;
  readonly positions: number;
}

/** What a chunk is written with. */
interface ChunkDeps extends WordingDeps {
  /** Whether its answer may end in thanks that the draft does not have. */
  readonly mayThank: boolean;
}

/** What a wording is written with. */
export interface WordingDeps {
  readonly writer: UnitWriter;
  readonly preset: Preset;
  /** What the unit is in its document. */
  readonly kind: UnitKind;
  /** Language of the document; undefined if it does not show. */
  readonly language: string | undefined;
  readonly languageOf: LanguageOf;
  readonly signal: AbortSignal;
}

/** An own instruction without bounds may ask for a longer text. */
const defaultGrowth = 1.5;
/** An own instruction may ask for other words. */
const defaultContent = { lost: 0.5, added: 0.5 };
/** Fewer words have no other wording that says the same. */
const fewestWords = 3;
/** A sentence with more words does not end in reasonable time. */
const mostWords = 300;
/** After an answer with a fault, so many others are drawn, by seeds this far from the first. */
const retrySeeds = [1000, 2000];
const retryTemperature = 0.7;

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
  // Thanks after each item of a list, or after each sentence, would mean nothing.
  const mayThank = deps.kind === 'paragraph' && !chunks.some(({ text }) => saysThanks(text));
  for (const chunk of chunks) {
    const start = prose + chunk.before;
    const own = { ...deps, mayThank: mayThank && chunk === chunks.at(-1) };
    const answer = await writeChunk(chunk, sampling, own, (text) => {
      onText(start + (chunk.restore(text) ?? text.replace(mark, '')));
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

/** Writes a chunk; an answer with a fault is written again in other words, a few times. */
async function writeChunk(
  chunk: Chunk,
  sampling: Sampling | undefined,
  deps: ChunkDeps,
  onText: (text: string) => void,
): Promise<ChunkAnswer> {
  const prose = chunk.restore(chunk.text)!;
  const words = wordsOf(chunk.text).length;
  if (words < fewestWords) return { prose, kept: tooShort, positions: 0 };
  if (words > mostWords) return { prose, kept: tooLong(words), positions: 0 };
  const faults: Kept[] = [];
  let positions = 0;
  for (const attempt of [sampling, ...freerSamplings(sampling)]) {
    const answer = await answerChunk(chunk, attempt, deps, onText);
    positions += answer.positions;
    if (answer.kept === undefined) return { ...answer, positions };
    faults.push(answer.kept);
    if (answer.kept === stopped) return { ...answer, positions };
  }
  return { prose, kept: faults[0], positions };
}

/** How the answers after a first one are drawn. */
function freerSamplings(first: Sampling | undefined): Sampling[] {
  const { temperature, seed } = first ?? { temperature: 0, seed: 0 };
  return retrySeeds.map((offset) => ({
    temperature: Math.max(retryTemperature, temperature),
    seed: seed + offset,
  }));
}

/** One answer for a chunk; the chunk keeps its draft where the answer has a fault. */
async function answerChunk(
  chunk: Chunk,
  sampling: Sampling | undefined,
  deps: ChunkDeps,
  onText: (text: string) => void,
): Promise<ChunkAnswer> {
  const draft = chunk.restore(chunk.text)!;
  const keep = (kept: Kept, positions = 0): ChunkAnswer => ({ prose: draft, kept, positions });
  const { writer, preset, signal, mayThank } = deps;
  let early: Kept | undefined;
  const task = {
    message: rewriteMessage(preset.instruction, chunk.text, chunk.marks),
    draft: chunk.text,
    growth: preset.length?.[1] ?? defaultGrowth,
    isHopeless: (text: string) =>
      (early ??= faultSoFar(
        answerOf(chunk.text, withoutMisplacedCourtesy(text, chunk.text, mayThank), deps),
      )) !== undefined,
    ...{ sampling, onText, signal },
  };
  const written = await writer.write(task).catch((error: unknown) => {
    if (error instanceof TqError && error.code === ErrorCode.contextFull) return undefined;
    throw error;
  });
  if (!written) return keep(tooLong(wordsOf(chunk.text).length));
  const { text, stop, positions } = written;
  if (stop === 'cancelled') return keep(stopped, positions);
  if (early) return keep(early, positions);
  if (stop === 'length') return keep(cut, positions);
  const answer = inStyleOf(chunk.text, cleanAnswer(text, chunk.text, mayThank), deps.kind);
  const prose = chunk.restore(answer);
  if (prose === undefined) return keep(unknownMark, positions);
  const fault =
    faultOf(answerOf(chunk.text, answer, deps)) ??
    unsure(written.tokens) ??
    (await lostMeaning(chunk.text, answer, deps)) ??
    (await worse(chunk.text, answer, deps));
  return fault ? keep(fault, positions) : { prose, kept: undefined, positions };
}

/** An answer with all that its checks need. */
function answerOf(draft: string, text: string, deps: WordingDeps): Answer {
  const { preset, language, languageOf, kind } = deps;
  const { instruction, length, correctsOnly } = preset;
  const content = correctsOnly === true ? undefined : (preset.content ?? defaultContent);
  return { draft, text, instruction, length, correctsOnly, content, language, languageOf, kind };
}

async function lostMeaning(
  draft: string,
  text: string,
  { writer, signal }: WordingDeps,
): Promise<Kept | undefined> {
  if (text === draft) return undefined;
  const { kept, atLeast } = await writer.meaning(draft, text, signal);
  if (kept >= atLeast) return undefined;
  const share = `${kept.toFixed(2)}, and ${atLeast.toFixed(2)} is the least`;
  return { reason: 'meaning', text: `The answer keeps too little of the meaning: ${share}.` };
}

/** A sentence that pulls the reward down keeps its draft, so that the others can be offered. */
async function worse(draft: string, text: string, deps: WordingDeps): Promise<Kept | undefined> {
  if (text === draft || !mustRise(deps.preset)) return undefined;
  const [before, after] = await deps.writer.score(draft, [draft, text], deps.signal);
  return notBetter(deps, before!, after!);
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
