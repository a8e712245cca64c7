import type { EngineProcess } from '../../src/client/engine-process.ts';
import type { GenerationOptionsInput } from '../../src/protocol/options.ts';
import { requests } from '../../src/protocol/requests.ts';

/** What one request wrote. */
export interface WrittenText {
  readonly ids: readonly number[];
  /** Target reward of the text, rounded to 6 digits. */
  readonly reward: number;
  /** The text, for people who read the fixture; the ids say the same. */
  readonly text: string;
}

export interface TextRequest {
  readonly prompt: string;
  readonly options: GenerationOptionsInput;
}

const tone = { reward: 'positive-tone', alpha: 0.25, k: 5, rollout: 8 } as const;
const baseline = 'clear-dpo';
const indirect: GenerationOptionsInput = {
  ...tone,
  ...{ method: 'tq-indirect', baseline, alpha: 0.2, k: 4, rollouts: 3, rollout: 4 },
  // The defaults of the commit that wrote the texts.
  ...{ indirectReference: 'baseline', rolloutLaw: 'common' },
};

/**
 * Every method once, and tq in its variants. In each greedy text the token taken scores at least
 * 0.15 more than the next one at every step, so that the last bits of float32, which differ between
 * processors, change no token.
 */
export const textRequests: Readonly<Record<string, TextRequest>> = {
  sft: {
    prompt: 'Explain to a child why the sky is blue.',
    options: { method: 'sft', reward: 'positive-tone' },
  },
  'sft, sampled': {
    prompt: 'Write a polite reply that declines a meeting on Friday.',
    options: { method: 'sft', reward: 'positive-tone', temperature: 1, seed: 7 },
  },
  dpo: {
    prompt: 'Write an apology for a late answer to an email.',
    options: { method: 'dpo', baseline, reward: 'clear-writing' },
  },
  'best of 4': {
    prompt: 'Tell a teammate that their change broke the build.',
    options: { method: 'bon', reward: 'positive-tone', rollouts: 4, seed: 3 },
  },
  'args on the reference policy': {
    prompt: 'Thank a reviewer for a careful code review.',
    options: { ...tone, method: 'args', argsPolicy: 'reference' },
  },
  'args on the baseline policy': {
    prompt: 'Describe the taste of a ripe tomato.',
    options: { ...tone, method: 'args', argsPolicy: 'baseline', baseline },
  },
  cd: {
    prompt: 'Explain to a child why the sky is blue.',
    options: { ...tone, method: 'cd', reward: 'readability', alpha: 0.1 },
  },
  dt: {
    prompt: 'Summarise why unit tests matter for a small team.',
    options: { ...tone, method: 'dt', baseline, k: 4, rollout: 6 },
  },
  tq: {
    prompt: 'Describe the taste of a ripe tomato.',
    options: { ...tone, method: 'tq' },
  },
  'tq, sampled': {
    prompt: 'Describe the taste of a ripe tomato.',
    options: { ...tone, method: 'tq', temperature: 1, seed: 7 },
  },
  'tq, exhaustive': {
    prompt: 'Tell a teammate that their change broke the build.',
    options: { ...tone, method: 'tq', k: 4, rollout: 5, exhaustive: true },
  },
  'tq towards a causal reward': {
    prompt: 'Write a polite reply that declines a meeting on Friday.',
    options: { method: 'tq', reward: 'hh-harmless', alpha: 0.5, k: 4, rollout: 6 },
  },
  'tq-indirect': {
    prompt: 'Give three tips for writing clear documentation.',
    options: indirect,
  },
  'tq-indirect with a baseline reward': {
    prompt: 'Summarise why unit tests matter for a small team.',
    options: { ...indirect, rewardBaseline: 'readability' },
  },
};

/** Has `engine` write 16 tokens with int8 weights on the CPU. */
export async function writeText(
  engine: EngineProcess,
  { prompt, options }: TextRequest,
): Promise<WrittenText> {
  const common = { format: 'int8', device: 'cpu', maxTokens: 16 } as const;
  const params = { prompt: { text: prompt }, options: { ...common, ...options } };
  const done = await engine.stream(requests.generate, params, () => undefined);
  return { ids: done.ids, reward: Number(done.reward!.toFixed(6)), text: done.text };
}
