import type { TextTokenizer } from '../engine/exports/bench.ts';
import { encodeInstruction } from './shipped-model.ts';

/** Lengths of the prompts in tokens, including the chat template. */
export const promptLengths = [64, 256, 1024] as const;
export type PromptLength = (typeof promptLengths)[number];

/** Instructions with answers longer than the benchmark's texts. */
const instructions: readonly string[] = [
  'Write a letter to a neighbour about the noise of the building work next week.',
  'Explain how a bicycle gear works to someone who has never changed one.',
  'Draft the announcement of a new version that drops support for old settings files.',
  'Tell the story of a lighthouse keeper who finds a message in a bottle.',
  'Summarise the advantages and the costs of keeping a daily journal.',
  'Write an invitation to the yearly dinner of a small choir.',
  'Describe how to look after a houseplant that loses its leaves in winter.',
  'Write to a customer whose order will arrive two weeks late.',
  'Explain to a new colleague why commit messages say why and not only what.',
  'Write the opening of a travel report about a night train through the mountains.',
];

export const promptCount = instructions.length;

/** Selects a prompt; each `part` has different prose, so no part of it is cached. */
export interface PromptChoice {
  readonly index: number;
  readonly length: PromptLength;
  readonly part?: number;
}

/** The prompts of the benchmark, cached. */
export class BenchPrompts {
  readonly #words: readonly string[];
  readonly #known = new Map<string, string>();

  constructor(
    readonly tokenizer: TextTokenizer,
    prose: string,
  ) {
    this.#words = prose.split(/\s+/u);
  }

  /**
   * An instruction after enough prose to make `length` tokens, or at most three fewer.
   * @throws RangeError if the prose is too short
   */
  text({ index, length, part = 0 }: PromptChoice): string {
    const key = `${index} ${length} ${part}`;
    const text = this.#known.get(key) ?? this.#make(index, length, part);
    this.#known.set(key, text);
    return text;
  }

  #make(index: number, length: PromptLength, part: number): string {
    const start = (97 * index + 31 * part) % this.#words.length;
    const rotated = [...this.#words.slice(start), ...this.#words.slice(0, start)];
    const ending = instructions[index % instructions.length]!;
    const withWords = (count: number): string =>
      `${rotated.slice(0, count).join(' ')}\n\n${ending}`;
    const tokens = (count: number): number =>
      encodeInstruction(this.tokenizer, withWords(count)).length;
    let [few, many] = [0, rotated.length];
    if (tokens(many) < length) throw new RangeError(`The prose has fewer than ${length} tokens.`);
    while (many - few > 1) {
      const middle = Math.floor((few + many) / 2);
      if (tokens(middle) <= length) few = middle;
      else many = middle;
    }
    return withWords(few);
  }
}
