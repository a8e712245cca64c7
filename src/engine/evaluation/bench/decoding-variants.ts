import { generate } from '../../decoding/generate.ts';
import type { DecodingOptionsInput } from '../../decoding/options.ts';
import type { TokenId } from '../../decoding/policy.ts';
import type { DecodingResult } from '../../decoding/result.ts';
import type { Reward } from '../../decoding/reward.ts';
import type { TextTokenizer } from '../../models/tokenizer/text-tokenizer.ts';
import type { DecoderPolicy } from '../../policy/decoder-policy.ts';
import { encodeInstruction } from './shipped-model.ts';

export const topK = 10;
export const rolloutLength = 20;
/** The reward's range over alpha: how much a reward weighs against log-probabilities. */
export const rangesOverAlpha = [1, 4] as const;

export type RangeOverAlpha = (typeof rangesOverAlpha)[number];
export type DecodingId = 'plain' | `${'exact' | 'exhaustive'}-${RangeOverAlpha}`;

/** One way to write a text that the benchmark compares with the others. */
export interface DecodingVariant {
  readonly id: DecodingId;
  readonly title: string;
  /** The variant whose tokens must be the same. */
  readonly equals?: DecodingId;
  /** Whether it is too slow to be measured in more than the first round. */
  readonly slow: boolean;
  options(reward: Reward): DecodingOptionsInput;
}

const plain: DecodingVariant = {
  id: 'plain',
  title: 'Plain decoding',
  slow: false,
  options: () => ({ method: 'sft', topK }),
};

function transfer(kind: 'exact' | 'exhaustive', rangeOverAlpha: RangeOverAlpha): DecodingVariant {
  const exact = kind === 'exact';
  return {
    id: `${kind}-${rangeOverAlpha}`,
    title: `${exact ? 'Exact' : 'Exhaustive'} TQ*, R/alpha ${rangeOverAlpha}`,
    slow: !exact,
    ...(exact && { equals: `exhaustive-${rangeOverAlpha}` as const }),
    options: ({ range }) => {
      const [low, high] = range!;
      const alpha = (high - low) / rangeOverAlpha;
      return { method: 'tq', alpha, topK, rolloutLength, exhaustive: !exact };
    },
  };
}

/** Everything compared, what others are compared with first. */
export const decodingVariants: readonly DecodingVariant[] = [
  plain,
  ...rangesOverAlpha.map((ratio) => transfer('exact', ratio)),
  ...rangesOverAlpha.map((ratio) => transfer('exhaustive', ratio)),
];

/** What the texts are written with. */
export interface DecodingSetting {
  readonly policy: DecoderPolicy;
  readonly tokenizer: TextTokenizer;
  readonly reward: Reward;
  readonly maxTokens: number;
}

/** Writes one text greedily; `onToken` is called after each token. */
export async function write(
  { policy, tokenizer, reward, maxTokens }: DecodingSetting,
  variant: DecodingVariant,
  prompt: string,
  onToken: () => void = () => undefined,
): Promise<DecodingResult> {
  const writing = generate({
    prompt: { text: prompt, tokens: encodeInstruction(tokenizer, prompt) },
    options: { ...variant.options(reward), maxTokens },
    policies: { reference: policy, baseline: policy },
    rewards: variant.id === 'plain' ? {} : { target: reward },
    decode: (ids: readonly TokenId[]) => tokenizer.decode(ids, { skipSpecial: true }),
  });
  for (;;) {
    const next = await writing.next();
    if (next.done) return next.value;
    onToken();
  }
}
