import { join } from 'node:path';
import { defaultModel } from '../../engine/exports/evaluation.ts';
import type { SuiteName } from '../../protocol/evaluation.ts';
import { methodsFor } from './methods.ts';
import type { PromptSource, SetupPlan, Suite } from './suite.ts';

/** A shipped baseline policy, its reward, and prompts that share nothing with its training. */
interface Pair {
  readonly reward: string;
  readonly baseline: string;
  /** A quarter of the width of the reward's range, so all rewards weigh the same. */
  readonly alpha: number;
  readonly prompts: PromptSource;
}

/**
 * Longest response of every suite. Most texts that end at all end within it: 71% and 67% of those
 * of pi_SFT for clear-writing and warm-tone, 79% and 67% within 256; docs/evaluation.md has more.
 */
const maxTokens = 128;

/**
 * H of direct transfer: to the end of a response. Rewards of whole responses, hh-harmless above
 * all, cannot be predicted from the next 20 tokens. With H to the end, greedy TQ* never writes a
 * response of less reward than the baseline policy does.
 */
const wholeResponse = maxTokens;

/** H of indirect transfer is the paper's: to the end, four rollouts a candidate take days. */
const indirectRollout = 5;

/** Targets of the synthetic transfer; alpha is a quarter of the width of each range. */
const sparseTargets = [
  { reward: 'hh-sparse-a', alpha: 0.65 },
  { reward: 'hh-sparse-b', alpha: 0.2625 },
];

/** k, H, alpha and the longest response of the paper's direct transfer, greedy with one rollout. */
const paperOptions = { alpha: 1, k: 10, rollout: 20, rollouts: 1 };
const paperTokens = 128;

/** What is compared where only r_BL, or the pair, differs from another setup. */
const crossedMethods = ['sft', 'dpo', 'dt', 'tq-indirect'] as const;

/** Folder of the suites' prompts, relative to the models folder; only a clone has it. */
const dataFolder = 'recipes/data';

/** A suite by name, before its prompts are read. */
export function builtInSuite(name: SuiteName, modelsFolder: string): Suite {
  const pairs = shippedPairs(join(modelsFolder, dataFolder));
  const [harmless, clear, warm] = pairs as [Pair, Pair, Pair];
  const crossed = pairs.flatMap((source) =>
    pairs
      .filter((target) => target !== source)
      .map((target) => indirect(source.baseline, source.reward, target)),
  );
  switch (name) {
    case 'hh-harmless':
      return { name, title: 'HH harmless', maxTokens, setups: [direct(harmless)] };
    case 'clear-writing':
      return { name, title: 'Clear writing', maxTokens, setups: [direct(clear)] };
    case 'warm-tone':
      return { name, title: 'Warm tone', maxTokens, setups: [direct(warm)] };
    case 'synthetic-indirect':
      return {
        name,
        title: 'Synthetic indirect transfer',
        maxTokens,
        setups: synthetic(harmless),
      };
    case 'real-indirect':
      return { name, title: 'Real indirect transfer', maxTokens, setups: crossed };
    case 'pairs':
      return {
        name,
        title: 'Pairs of baselines and rewards',
        maxTokens,
        setups: [
          ...pairs.map((pair) => ({ ...direct(pair), methods: ['sft', 'dpo', 'tq'] as const })),
          ...crossed.map((setup) => ({
            ...setup,
            methods: crossedMethods,
          })),
        ],
      };
    case 'paper-setting':
      return {
        name,
        title: "The paper's setting",
        setups: pairs.map((pair) => ({ ...direct(pair), options: paperOptions })),
        maxTokens: paperTokens,
      };
  }
}

/**
 * The paper's synthetic transfer (section 4.2, appendix G.2): the target is the reward with a
 * sparse head, for which no aligned policy exists; the baseline was aligned to the original reward.
 * Each target has a second setup without r_BL, where DPO's implicit reward stands for it.
 */
function synthetic(original: Pair): SetupPlan[] {
  return sparseTargets.flatMap((sparse) => {
    const setup = indirect(original.baseline, original.reward, { ...original, ...sparse });
    const { id, reward } = setup;
    return [
      setup,
      {
        ...setup,
        id: `${id}-implicit`,
        title: `${original.baseline} with DPO's implicit reward as r_BL, to ${reward}`,
        rewardBaseline: null,
        methods: crossedMethods,
      },
    ];
  });
}

function shippedPairs(data: string): Pair[] {
  const file = (kind: 'lines' | 'dialogues', name: string): PromptSource => ({
    kind,
    file: join(data, name),
    name: `models/${dataFolder}/${name}`,
  });
  return [
    {
      reward: 'hh-harmless',
      baseline: 'hh-dpo',
      alpha: 0.7,
      prompts: file('dialogues', 'hh-rlhf-harmless/validation.jsonl.gz'),
    },
    {
      reward: 'clear-writing',
      baseline: 'clear-dpo',
      alpha: 0.25,
      prompts: file('lines', 'clear-evaluation.jsonl'),
    },
    {
      reward: 'warm-tone',
      baseline: 'warm-dpo',
      alpha: 0.25,
      prompts: file('lines', 'warm-evaluation.jsonl'),
    },
  ];
}

function direct({ baseline, reward, alpha, prompts }: Pair): SetupPlan {
  return {
    id: reward,
    title: `${baseline} to ${reward}, the reward it was aligned to`,
    policy: defaultModel,
    baseline,
    reward,
    rewardBaseline: null,
    transfer: 'direct',
    methods: methodsFor('direct'),
    prompts,
    options: { alpha, rollout: wholeResponse },
  };
}

/** Uses the target's prompts, because its reward judges answers to them. */
function indirect(baseline: string, rewardBaseline: string, target: Pair): SetupPlan {
  return {
    id: `${baseline}-to-${target.reward}`,
    title: `${baseline} with baseline reward ${rewardBaseline}, to ${target.reward}`,
    policy: defaultModel,
    baseline,
    reward: target.reward,
    rewardBaseline,
    transfer: 'indirect',
    methods: methodsFor('indirect'),
    prompts: target.prompts,
    options: { alpha: target.alpha, rollout: indirectRollout },
  };
}
