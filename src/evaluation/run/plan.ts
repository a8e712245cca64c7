import { createHash } from 'node:crypto';
import type { Ablation, EvaluatedMethod, EvaluationFormat } from '../../protocol/evaluation.ts';
import type { GenerationOptionsInput, Prompt } from '../../protocol/options.ts';
import { methodTraits, ownMethod } from '../suites/methods.ts';
import type { DecodingChoices, Setup } from '../suites/suite.ts';

/** Everything that decides which texts are written. */
export interface EvaluationSettings {
  readonly suite: string;
  readonly title: string;
  readonly setups: readonly Setup[];
  readonly maxTokens: number;
  readonly seed: number;
  /** How often each text that is sampled is written, with a seed of its own. */
  readonly seeds: number;
  readonly format: EvaluationFormat;
  /** The N of best-of-N; the largest is the one of the main comparison. */
  readonly bestOf: readonly number[];
  /** Options from the command line, for every setup. */
  readonly choices: DecodingChoices;
  readonly ablation: Ablation | null;
}

/** A method of a setup with its options: a row of the tables. */
export interface Variant {
  readonly setup: Setup;
  readonly method: EvaluatedMethod;
  /** Null for a method that does not use it. */
  readonly alpha: number | null;
  readonly k: number | null;
  /** N of best-of-N; null for other methods. */
  readonly bestOf: number | null;
  /** False for a variant of the ablation, or of the curve over N, alone. */
  readonly main: boolean;
  readonly ablated: boolean;
  /** Keys of the responses, [seeds * prompts]: all prompts with the first seed, then the next. */
  readonly keys: readonly string[];
}

/** One response to write; variants with equal options share it. */
export interface Computation {
  readonly key: string;
  readonly setup: Setup;
  readonly method: EvaluatedMethod;
  readonly promptIndex: number;
  readonly prompt: Prompt;
  readonly options: GenerationOptionsInput;
  /** Responses of one kind take about the same time. */
  readonly kind: string;
}

export interface EvaluationPlan {
  readonly variants: readonly Variant[];
  /** In writing order: consecutive texts of one prompt share its prefix. */
  readonly computations: readonly Computation[];
}

/** Between the seeds of a prompt, so that no two prompts of a setup share one. */
const seedStride = 100_000;

const paperAlpha = 1;
const paperTopK = 10;

/** Plans the responses to write; a response that several variants need appears once. */
export function planEvaluation(settings: EvaluationSettings): EvaluationPlan {
  const variants: Variant[] = [];
  const computations = new Map<string, Computation>();
  for (const setup of settings.setups) {
    const found = variantsOf(setup, settings).map((variant) => ({
      ...variant,
      keys: textsOf(setup, variant, settings),
    }));
    for (const promptIndex of setup.prompts.keys()) {
      for (const { method, keys } of found) {
        for (const { key, prompt, options } of keys.filter(
          (each) => each.promptIndex === promptIndex,
        )) {
          if (computations.has(key)) continue;
          const kind = `${method} k${options.k ?? 0} H${options.rollout ?? 0} n${options.rollouts ?? 0}`;
          computations.set(key, { key, setup, method, promptIndex, prompt, options, kind });
        }
      }
    }
    variants.push(...found.map((each) => ({ ...each, keys: each.keys.map(({ key }) => key) })));
  }
  return { variants, computations: [...computations.values()] };
}

type PlannedText = Pick<Computation, 'key' | 'prompt' | 'promptIndex' | 'options'>;

/** The texts of a variant; only what is sampled is written with more than one seed. */
function textsOf(
  setup: Setup,
  variant: VariantOptions,
  settings: EvaluationSettings,
): PlannedText[] {
  return Array.from({ length: settings.seeds }, (_, repeat) =>
    [...setup.prompts.entries()].map(([promptIndex, prompt]) => {
      const seed = settings.seed + promptIndex + repeat * seedStride;
      const options = optionsOf(setup, variant, settings, seed);
      const key = hashOf({ prompt, options: computedOptions(options) });
      return { key, prompt, promptIndex, options, repeat };
    }),
  )
    .flat()
    .filter(({ repeat, options }) => repeat === 0 || isSampled(variant, options));
}

/** Greedy decoding draws random numbers only for several rollouts, and best-of-N for its texts. */
function isSampled({ method }: VariantOptions, { rollouts = 1 }: GenerationOptionsInput): boolean {
  const { kind } = methodTraits[method];
  return kind === 'best-of-n' || (kind === 'rollouts' && rollouts > 1);
}

/** A short hash of a JSON value, independent of the order of fields. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 20);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

type VariantOptions = Omit<Variant, 'keys'>;

function variantsOf(
  setup: Setup,
  { choices, ablation, bestOf }: EvaluationSettings,
): VariantOptions[] {
  const alpha = choices.alpha ?? setup.options.alpha ?? paperAlpha;
  const k = choices.k ?? setup.options.k ?? paperTopK;
  const own = ownMethod(setup.methods);
  const ablatedMethods = ablation?.methods ?? (own === undefined ? [] : [own]);
  const points = ablation
    ? ablation.k.flatMap((k) => ablation.alpha.map((alpha) => ({ k, alpha })))
    : [];
  const largest = Math.max(...bestOf);
  const main = setup.methods.map((method): VariantOptions => {
    const { kind } = methodTraits[method];
    const tuned = kind === 'valued' || kind === 'rollouts';
    const ablated =
      ablatedMethods.includes(method) &&
      points.some((point) => point.k === k && point.alpha === alpha);
    return {
      setup,
      method,
      alpha: tuned ? alpha : null,
      k: tuned ? k : null,
      bestOf: kind === 'best-of-n' ? largest : null,
      main: true,
      ablated,
    };
  });
  const others = ablatedMethods.flatMap((method) =>
    points
      .filter((point) => !setup.methods.includes(method) || point.k !== k || point.alpha !== alpha)
      .map((point): VariantOptions => ({
        ...{ setup, method, ...point, bestOf: null },
        ...{ main: false, ablated: true },
      })),
  );
  const smaller = main
    .filter((each) => each.bestOf !== null)
    .flatMap((each) =>
      bestOf.filter((n) => n !== largest).map((n) => ({ ...each, bestOf: n, main: false })),
    );
  return [...main, ...others, ...smaller];
}

/** In indirect setups every method with rollouts has one H and n 4, so they can be compared. */
function optionsOf(
  setup: Setup,
  { method, alpha, k, bestOf }: VariantOptions,
  { choices, maxTokens, format }: EvaluationSettings,
  seed: number,
): GenerationOptionsInput {
  const traits = methodTraits[method];
  const indirect = setup.transfer === 'indirect';
  const beta = choices.beta ?? setup.options.beta;
  return {
    method: traits.method,
    policy: setup.policy,
    ...(traits.usesBaseline && { baseline: setup.baseline }),
    ...(traits.argsPolicy && { argsPolicy: traits.argsPolicy }),
    reward: setup.reward,
    ...(method === 'tq-indirect' && {
      ...(setup.rewardBaseline !== null && { rewardBaseline: setup.rewardBaseline }),
      ...(beta !== undefined && { beta }),
      indirectReference: choices.indirectReference ?? setup.options.indirectReference ?? 'derived',
    }),
    ...(alpha !== null && { alpha }),
    ...(k !== null && { k }),
    ...(traits.kind === 'rollouts' && {
      rollout: choices.rollout ?? setup.options.rollout ?? usualRollout(setup, maxTokens),
      rollouts: choices.rollouts ?? setup.options.rollouts ?? (indirect ? 4 : 1),
      rolloutLaw: choices.rolloutLaw ?? setup.options.rolloutLaw ?? 'independent',
    }),
    ...(bestOf !== null && { rollouts: bestOf }),
    maxTokens,
    seed,
    format,
    device: 'cpu',
    allowScripts: true,
  };
}

/** H where none is named: the paper's, or to the end if the reward judges whole answers. */
function usualRollout({ readsWhole, transfer }: Setup, maxTokens: number): number {
  if (readsWhole) return maxTokens;
  return transfer === 'indirect' ? 5 : 20;
}

/** tq and dt compute the same text, so they share a key. */
function computedOptions(options: GenerationOptionsInput): GenerationOptionsInput {
  return options.method === 'dt' ? { ...options, method: 'tq' } : options;
}
