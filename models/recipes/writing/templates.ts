import { rewritePrompt } from '../../../src/client/presets.ts';
import type { RandomStream } from '../../../src/decoding/policy.ts';
import { stream } from '../../../src/decoding/random.ts';
import { fillings, type Blank } from './fillings.ts';

/** What the instructions of one tone are made from; {blank} stands for one of its fillings. */
export interface Templates {
  /** What is asked about a draft, as an imperative without a full stop. */
  readonly wishes: readonly string[];
  /** Instructions to write something new. */
  readonly tasks: readonly string[];
  /** A draft is one sentence from each group; an empty one is left out. */
  readonly drafts: readonly (readonly string[])[];
}

/** One line of an instruction file. */
export interface Instruction {
  readonly prompt: string;
  /** The text to rewrite, which the prompt holds as well; absent where something new is written. */
  readonly draft?: string;
}

/** Which fillings may be used: no filling is in both parts. */
export type Part = 'training' | 'kept-out';

/** One filling in five is kept out. */
const keptOutEvery = 5;

/**
 * `count` different instructions, tasks and rewrites in turn, which every template has its part in.
 * A function of its arguments alone.
 */
export function makeInstructions(
  templates: Templates,
  part: Part,
  count: number,
  seed: number,
): Instruction[] {
  const made = new Map<string, Instruction>();
  for (let index = 0; made.size < count; index++) {
    const random = stream(seed, 'sample', part === 'training' ? 0 : 1, index);
    const fill = (template: string): string => filled(template, part, random);
    const turn = Math.floor(index / 2);
    const instruction: Instruction =
      index % 2 === 0
        ? { prompt: fill(templates.tasks[turn % templates.tasks.length]!) }
        : rewriteOf(
            templates.drafts.map((group) => fill(pick(group, random))),
            templates.wishes[turn % templates.wishes.length]!,
          );
    if (!made.has(instruction.prompt)) made.set(instruction.prompt, instruction);
  }
  return [...made.values()];
}

function rewriteOf(sentences: readonly string[], wish: string): Instruction {
  const draft = sentences.filter((sentence) => sentence !== '').join(' ');
  return { prompt: rewritePrompt(draft, wish).text, draft };
}

function filled(template: string, part: Part, random: RandomStream): string {
  return template.replace(/\{(\w+)\}/gu, (_, blank: Blank) =>
    pick(
      fillings[blank].filter(
        (_filling, index) => (index % keptOutEvery === keptOutEvery - 1) === (part === 'kept-out'),
      ),
      random,
    ),
  );
}

function pick<T>(choices: readonly T[], random: RandomStream): T {
  return choices[Math.floor(random.uniform() * choices.length)]!;
}
