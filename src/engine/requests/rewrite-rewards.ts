import type { Reward } from '../../decoding/reward.ts';
import type { GenerationOptions } from '../../protocol/options.ts';
import type { Preset } from '../../protocol/rewriting.ts';
import type { RewardLibrary, RewardLoadOptions } from '../library/reward-library.ts';
import { WeightedSum } from '../reward/weighted-sum.ts';

/** The rewards of a rewrite. */
export interface RewriteRewards {
  /** What the preset or the request asks for; undefined if it asks for none. */
  readonly asked: Reward | undefined;
  /** What decoding maximises, as a definition. */
  readonly total: Record<string, unknown>;
  /** Measures the meaning kept, which must reach `leastMeaning`. */
  readonly meaning: Reward;
  readonly leastMeaning: number;
  readonly constraints: readonly { readonly reward: Reward; readonly atLeast: number }[];
}

type Spec = NonNullable<GenerationOptions['reward']>;

const meaning = 'keeps-meaning';
/**
 * Least meaning that a rewrite keeps, unless its preset sets another: of 50 good rewrites, one has
 * less; of 50 that lose or reverse something, nine (docs/rewriting.md).
 */
const leastMeaning = 0.7;
const facts = 'keeps-facts';
/** Rewards with a part for meaning, which `:meaning=off` leaves out. */
const withMeaning: readonly Spec[] = ['clear-writing', 'warm-tone'];

/**
 * Opens the rewards of a rewrite. The total is the asked reward, kept facts, and `meaningWeight`
 * times kept meaning, which counts once even if the asked reward measures it too.
 */
export async function openRewriteRewards(
  rewards: RewardLibrary,
  { reward, constraints: given }: Pick<Preset, 'reward' | 'constraints'>,
  options: Pick<GenerationOptions, 'reward'> & { readonly meaningWeight: number },
  load: RewardLoadOptions,
): Promise<RewriteRewards> {
  const spec = reward === undefined ? options.reward : (reward ?? undefined);
  const asking =
    spec !== undefined && withMeaning.includes(spec) ? `${String(spec)}:meaning=off` : spec;
  const asked = asking === undefined ? undefined : await rewards.open(asking, load);
  const own = given.find((each) => each.reward === meaning);
  const least = own?.atLeast ?? leastMeaning;
  const constraints = own ? given : [...given, { reward: meaning, atLeast: least }];
  const weight = asked && measures(asked, meaning) ? 0 : options.meaningWeight;
  const parts = [
    ...(asking === undefined ? [] : [{ reward: asking, weight: 1 }]),
    ...(asked && measures(asked, facts) ? [] : [{ reward: facts, weight: 1 }]),
    ...(weight === 0 ? [] : [{ reward: meaning, weight }]),
    ...constraints.map((each, index) => {
      const id = `constraint ${String(index + 1)}`;
      return { reward: { id, type: 'constraint', ...each }, weight: 1 };
    }),
  ];
  const opened: { reward: Reward; atLeast: number }[] = [];
  for (const each of constraints) {
    opened.push({ reward: await rewards.open(each.reward, load), atLeast: each.atLeast });
  }
  return {
    ...{ asked, total: { id: 'rewrite', type: 'sum', parts }, constraints: opened },
    meaning: await rewards.open(meaning, load),
    leastMeaning: least,
  };
}

function measures(reward: Reward, id: string): boolean {
  return reward.id === id || (reward instanceof WeightedSum && reward.hasPart(id));
}
