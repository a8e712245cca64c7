import type { Locations } from '../engine/exports/bench.ts';
import type { GenerationOptionsInput } from '../protocol/options.ts';
import { rewardKindNames, transferOptions, type RewardKind } from './cases.ts';
import { BenchEngine } from './engine-runs.ts';
import { spreadOf, type Spread } from './statistics.ts';
import { promptLengths, type BenchPrompts, type PromptLength } from './texts.ts';

interface Writing {
  readonly title: string;
  /** Kind of the target reward; undefined for plain decoding. */
  readonly kind: RewardKind | undefined;
  readonly options: GenerationOptionsInput;
}

/** Plain decoding, and TQ* with R/alpha 4 towards both kinds of reward. */
const writings: readonly Writing[] = [
  { title: 'Plain decoding', kind: undefined, options: { method: 'sft' } },
  ...rewardKindNames.map((kind) => ({
    title: `tq, ${kind} reward, R/alpha 4`,
    kind,
    options: transferOptions(kind, 4),
  })),
];

/** Milliseconds from a request to its first token, for a new prompt. */
export interface FirstTokenTime {
  readonly title: string;
  readonly promptLength: PromptLength;
  readonly ms: Spread;
}

export async function measureFirstTokens(
  engine: BenchEngine,
  prompts: BenchPrompts,
  times: number,
): Promise<FirstTokenTime[]> {
  const found: FirstTokenTime[] = [];
  let part = 1;
  for (const { title, options } of writings) {
    for (const promptLength of promptLengths) {
      const ms: number[] = [];
      for (let index = 0; index < times; index++) {
        const text = prompts.text({ index, length: promptLength, part });
        ms.push(await firstTokenMs(engine, text, options));
      }
      found.push({ title, promptLength, ms: spreadOf(ms) });
      part += 1;
    }
  }
  return found;
}

/** Starts a long text and stops it: a text of one token would need no rollouts. */
async function firstTokenMs(
  engine: BenchEngine,
  text: string,
  options: GenerationOptionsInput,
): Promise<number> {
  const enough = new AbortController();
  const stop = (): void => {
    enough.abort();
  };
  const run = await engine.write(text, { ...options, maxTokens: 64 }, stop, enough.signal);
  return run.firstTokenMs;
}

/** Peak memory, in bytes, of an engine that loads its models and writes one text. */
export interface WritingMemory extends Pick<Writing, 'title' | 'kind'> {
  readonly peak: number | undefined;
}

/** Measures each kind of writing in a new engine. */
export async function measureWritingMemory(
  program: string,
  locations: Locations,
  prompts: BenchPrompts,
  maxTokens: number,
): Promise<WritingMemory[]> {
  const text = prompts.text({ index: 0, length: 64 });
  const found: WritingMemory[] = [];
  for (const { title, kind, options } of writings) {
    const engine = BenchEngine.start(program, locations);
    try {
      await engine.write(text, { ...options, maxTokens });
      found.push({ title, kind, peak: await engine.peakMemory() });
    } finally {
      await engine.stop();
    }
  }
  return found;
}
