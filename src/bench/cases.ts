import {
  shortcutNames,
  type GenerationOptionsInput,
  type ShortcutName,
} from '../protocol/options.ts';
import { promptLengths, type PromptLength } from './texts.ts';

/** A reward on text, and a causal reward model on the base (LoRA and score head). */
export const rewardKinds = {
  text: { reward: 'positive-tone', width: 1 },
  causal: { reward: 'hh-harmless', width: 2.9 },
} as const;
export type RewardKind = keyof typeof rewardKinds;
export const rewardKindNames = ['text', 'causal'] as const satisfies readonly RewardKind[];

/** The tables of the report; a case may be in several. */
export type Table =
  'price' | 'methods' | 'strength' | 'candidates' | 'rollout' | 'prompt' | 'ablation';

/** One way to write a text. */
export interface BenchCase {
  readonly id: string;
  readonly tables: readonly Table[];
  readonly title: string;
  readonly kind: RewardKind;
  /** Width of the reward's range over alpha. */
  readonly ratio: number;
  readonly promptLength: PromptLength;
  readonly maxTokens: number;
  /** Number of prompts. */
  readonly prompts: number;
  readonly options: GenerationOptionsInput;
  /** The case that must write the same tokens. */
  readonly equals?: string;
}

/** The number and length of texts. */
export interface GridSize {
  readonly maxTokens: number;
  /** Prompts of the cases with goals, and of the others. */
  readonly prompts: number;
  readonly otherPrompts: number;
  /** Tokens and prompts of the cases that are compared with Algorithm 1 in full. */
  readonly exhaustiveTokens: number;
  readonly exhaustivePrompts: number;
}

/** Options of TQ* from the base towards a kind of reward, as in the goals. */
export function transferOptions(kind: RewardKind, rangeOverAlpha: number): GenerationOptionsInput {
  const { reward, width } = rewardKinds[kind];
  return { method: 'tq', k: 10, rollout: 20, reward, alpha: width / rangeOverAlpha };
}

interface CaseChoices {
  readonly id: string;
  readonly tables: readonly Table[];
  readonly title: string;
  readonly kind: RewardKind;
  readonly ratio: number;
  readonly promptLength?: PromptLength;
  readonly maxTokens?: number;
  readonly prompts: number;
  readonly options?: GenerationOptionsInput;
  readonly equals?: string;
}

const strengths = [1, 2, 4, 8] as const;

/** A way to write, as a row of the table of methods. */
interface MethodCase {
  /** In ids; the method if left out. */
  readonly name?: string;
  readonly title: string;
  readonly options: GenerationOptionsInput;
}

/** tq without a baseline policy of its own, which is cd: the work of tq from one model. */
const fromTheBase: MethodCase = { title: 'tq from the base (cd)', options: { method: 'tq' } };

/** tq as it is meant: from a baseline policy that was aligned to the target reward. */
const pairs: Readonly<Record<RewardKind, MethodCase>> = {
  text: {
    name: 'pair',
    title: 'tq, clear-dpo to clear-writing',
    options: { method: 'tq', baseline: 'clear-dpo', reward: 'clear-writing' },
  },
  causal: {
    name: 'pair',
    title: 'tq, hh-dpo to hh-harmless',
    options: { method: 'tq', baseline: 'hh-dpo' },
  },
};

/** Methods with a value, with their options; the base is both policies. */
const methods: readonly MethodCase[] = [
  { title: 'args', options: { method: 'args' } },
  { title: 'cd', options: { method: 'cd' } },
  { title: 'dt', options: { method: 'dt' } },
  fromTheBase,
  {
    title: 'tq-indirect',
    options: { method: 'tq-indirect', rollout: 5, rollouts: 4, rewardBaseline: 'friendliness' },
  },
  { title: 'bon, N 10', options: { method: 'bon', rollouts: 10 } },
];

/** Every case of the benchmark. */
export function benchCases(size: GridSize): BenchCase[] {
  const exact = (choices: CaseChoices): BenchCase => ({
    promptLength: 64,
    maxTokens: size.maxTokens,
    ...choices,
    options: { ...transferOptions(choices.kind, choices.ratio), ...choices.options },
  });
  return rewardKindNames.flatMap((kind) => [
    ...strengthCases(kind, size, exact),
    ...methodCases(kind, size, exact),
    ...shapeCases(kind, size, exact),
    ...ablationCases(kind, size, exact),
  ]);
}

type MakeCase = (choices: CaseChoices) => BenchCase;

/** Cases by R/alpha, greedy and sampled. */
function strengthCases(kind: RewardKind, size: GridSize, exact: MakeCase): BenchCase[] {
  const isGoal = (ratio: number): boolean => ratio === 1 || ratio === 4;
  return [
    ...strengths.map((ratio) =>
      exact({
        id: `${kind}-${ratio}`,
        tables: isGoal(ratio) ? ['price', 'strength'] : ['strength'],
        title: 'greedy',
        kind,
        ratio,
        prompts: isGoal(ratio) ? size.prompts : size.otherPrompts,
      }),
    ),
    ...strengths.filter(isGoal).map((ratio) =>
      exact({
        id: `${kind}-${ratio}-sampled`,
        tables: ['price'],
        title: 'sampled, temperature 1',
        kind,
        ratio,
        prompts: size.prompts,
        options: { temperature: 1, seed: 7 },
      }),
    ),
  ];
}

/** Cases of every method, exact and in full. */
function methodCases(kind: RewardKind, size: GridSize, exact: MakeCase): BenchCase[] {
  const compared = [
    ...[...methods, pairs[kind]].map((method) => ({ ...method, ratio: 4 })),
    ...[fromTheBase, pairs[kind]].map((method) => ({ ...method, ratio: 1 })),
  ];
  return compared.flatMap(({ name, title, options, ratio }) => {
    const shared = {
      tables: ['methods'],
      kind,
      ratio,
      maxTokens: size.exhaustiveTokens,
      prompts: size.exhaustivePrompts,
    } as const;
    const id = `${kind}-${name ?? options.method!}-${ratio}`;
    const full = `${id}-exhaustive`;
    return [
      exact({ ...shared, id, title, options, equals: full }),
      exact({
        ...shared,
        id: full,
        title: `${title}, exhaustive`,
        options: { ...options, exhaustive: true },
      }),
    ];
  });
}

/** Cases by k, H and length of the prompt. */
function shapeCases(kind: RewardKind, size: GridSize, exact: MakeCase): BenchCase[] {
  const shared = { kind, ratio: 4, prompts: size.otherPrompts } as const;
  return [
    ...[2, 5, 10, 20].map((k) =>
      exact({
        ...shared,
        id: `${kind}-k${k}`,
        tables: ['candidates'],
        title: `k ${k}`,
        options: { k },
      }),
    ),
    ...[5, 20, 40].map((rollout) =>
      exact({
        ...shared,
        id: `${kind}-h${rollout}`,
        tables: ['rollout'],
        title: `H ${rollout}`,
        options: { rollout },
      }),
    ),
    ...promptLengths.flatMap((promptLength) =>
      [1, 4].map((ratio) =>
        exact({
          ...shared,
          ratio,
          id: `${kind}-p${promptLength}-${ratio}`,
          tables: ['prompt'],
          title: `prompt ${promptLength}`,
          promptLength,
          // The growth from 64 to 1,024 is a goal, and a few texts vary too much to measure it.
          prompts: promptLength === 256 ? size.otherPrompts : size.prompts,
        }),
      ),
    ),
  ];
}

/** Cases without one shortcut each. */
function ablationCases(kind: RewardKind, size: GridSize, exact: MakeCase): BenchCase[] {
  const without: readonly (ShortcutName | undefined)[] = [undefined, ...shortcutNames];
  return [1, 4].flatMap((ratio) =>
    without.map((name) =>
      exact({
        id: `${kind}-${ratio}-${name === undefined ? 'all' : `without-${name}`}`,
        tables: ['ablation'],
        title: name === undefined ? 'all shortcuts' : `without ${name}`,
        kind,
        ratio,
        maxTokens: size.exhaustiveTokens,
        prompts: size.exhaustivePrompts,
        options: name === undefined ? {} : { without: [name] },
        ...(name !== undefined && { equals: `${kind}-${ratio}-all` }),
      }),
    ),
  );
}
