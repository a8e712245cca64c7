import { writePrepared } from '../../decoding/generate.ts';
import type { Reward } from '../../decoding/reward.ts';
import { RewardScorer } from '../../decoding/scorer.ts';
import type { GenerationOptions, Prompt } from '../../protocol/options.ts';
import {
  answerLimit,
  type MeaningKept,
  type Score,
  type UnitWriter,
  type WritingTask,
  type Written,
  type WrittenToken,
} from '../../rewriting/unit-writer.ts';
import type { LoadedRequest } from './load-request.ts';
import { rewardPrompt } from './prompts.ts';
import type { RewriteRewards } from './rewrite-rewards.ts';
import { responseOf } from './scoring.ts';
import { prepareText } from './write-texts.ts';

/** Writes and scores the answers of one rewrite with loaded policies and rewards. */
export class RewriteWriter implements UnitWriter {
  constructor(
    private readonly loaded: LoadedRequest,
    private readonly rewards: RewriteRewards,
    private readonly options: GenerationOptions,
    private readonly instruction: string,
  ) {}

  get rewardName(): string | null {
    return this.rewards.asked?.id.replace(':meaning=off', '') ?? null;
  }

  async write(task: WritingTask): Promise<Written> {
    const { message, draft, growth, sampling, onText, signal, isHopeless } = task;
    const { options } = this;
    const tokens = this.loaded.baseline.tokenizer.encode(draft, { specialTokens: false }).length;
    const limit = answerLimit(tokens, growth);
    const maxTokens = Math.min(limit, options.maxTokens ?? limit);
    // To the end of the answer: half a text has lost half of the draft's facts.
    const rollout = options.rollout ?? maxTokens;
    const own = { ...options, ...sampling, maxTokens, rollout };
    const hopeless = new AbortController();
    const ending = AbortSignal.any([signal, hopeless.signal]);
    const prepared = prepareText(this.loaded, promptOf(message, draft), own, ending);
    const generation = writePrepared(prepared);
    const written: WrittenToken[] = [];
    let text = '';
    for (;;) {
      const next = await generation.next();
      if (next.done) {
        const { text: whole, stop, stats } = next.value;
        const ended = hopeless.signal.aborted && !signal.aborted;
        const { policyPositions: positions } = stats;
        return { text: whole, tokens: written, stop: ended ? 'length' : stop, positions };
      }
      written.push({ text: next.value.text, logprob: next.value.logprob });
      text += next.value.text;
      onText(text);
      if (isHopeless(text)) hopeless.abort();
    }
  }

  async meaning(draft: string, text: string, signal: AbortSignal): Promise<MeaningKept> {
    const { meaning, leastMeaning: atLeast } = this.rewards;
    const [kept] = await this.#scores(meaning, draft, [text], signal);
    return { kept: kept!, atLeast };
  }

  async score(draft: string, texts: readonly string[], signal: AbortSignal): Promise<Score[]> {
    const { asked, constraints } = this.rewards;
    const score = (reward: Reward): Promise<number[]> => this.#scores(reward, draft, texts, signal);
    const askedScores = asked && (await score(asked));
    const totals = await score(this.loaded.target!);
    const constrained: { name: string; scores: number[] }[] = [];
    for (const { reward, atLeast } of constraints) {
      const scores = await score(reward);
      constrained.push({
        name: `${reward.id} of at least ${atLeast}`,
        scores: scores.map((each) => each - atLeast),
      });
    }
    return texts.map((_, index) => ({
      asked: askedScores?.[index] ?? null,
      total: totals[index]!,
      unmet: constrained.filter(({ scores }) => scores[index]! < 0).map(({ name }) => name),
    }));
  }

  async #scores(
    reward: Reward,
    draft: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<number[]> {
    const { baseline } = this.loaded;
    const prompt = rewardPrompt(baseline, promptOf(`${this.instruction}.\n\n${draft}`, draft));
    const scorer = await RewardScorer.openAlone(reward, prompt, signal);
    try {
      const responses = texts.map((text) => responseOf({ text, ended: true }, baseline.tokenizer));
      return await scorer.score(responses, signal);
    } finally {
      scorer.close();
    }
  }
}

function promptOf(text: string, draft: string): Prompt {
  return { text, raw: false, draft };
}
