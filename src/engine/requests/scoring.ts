import type { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { requests } from '../../protocol/requests.ts';
import type { Response } from '../../decoding/reward.ts';
import { RewardScorer } from '../../decoding/scorer.ts';
import { chatNotes, chatSettings, withChat } from './chat-settings.ts';
import { loadOptions, rewardOptions, type Emit, type Engine } from './load-request.ts';
import { policyNames } from './policy-names.ts';
import { requireText, responseTokens, rewardPrompt } from './prompts.ts';
import { ThoughtMarks } from '../models/tokenizer/thoughts.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';

type ScoreParams = Omit<z.output<(typeof requests.score)['params']>, 'requestId'>;
type Scores = z.output<(typeof requests.score)['result']>;

/** Scores responses to one prompt: the reward of each, and its parts if it has some. */
export async function scoreResponses(
  { models, rewards }: Engine,
  { prompt, responses, options }: ScoreParams,
  emit: Emit,
  signal: AbortSignal,
): Promise<Scores> {
  if (options.reward === undefined) {
    throw new TqError(ErrorCode.invalidInput, 'Scoring needs a reward; none was given.');
  }
  requireText(prompt);
  const chat = await chatSettings(options);
  const load = loadOptions(options, emit, signal);
  const reward = await rewards.open(options.reward, rewardOptions(options, emit, signal));
  // Only a reward that reads tokens needs the policy.
  const policy = reward.textOnly
    ? undefined
    : withChat(await models.policy(policyNames(options).reference, load), chat);
  const notes = new Set(policy ? chatNotes(policy, prompt, chat) : []);
  const opened = policy
    ? rewardPrompt(policy, prompt)
    : { text: prompt.text, tokens: [], draft: prompt.draft };
  const scorer = await RewardScorer.openAlone(reward, opened, signal);
  try {
    const scores: Scores = [];
    for (const given of responses) {
      if (signal.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
      const text = withoutThoughts(given.text, policy?.tokenizer);
      if (text !== given.text) notes.add(thoughtsLeftOut);
      const response = responseOf({ ...given, text }, policy?.tokenizer);
      const [score] = await scorer.score([response], signal);
      const parts = { ...(await scorer.parts(response)) };
      const single = Object.keys(parts).length === 0;
      scores.push({ reward: score!, parts: single ? { [reward.id]: score! } : parts });
    }
    for (const text of notes) emit({ type: 'note', text });
    return scores;
  } finally {
    scorer.close();
  }
}

const thoughtsLeftOut =
  'A response has thoughts of a model, which are not part of its text and are not scored.';

/** A given response as a generation would show it: without thoughts that have ended. */
function withoutThoughts(response: string, tokenizer: TextTokenizer | undefined): string {
  const marks = tokenizer?.thoughts ?? ThoughtMarks.known;
  const { text, thoughts, open } = marks.read(response, marks.closedOnly(response));
  return open || thoughts === '' ? response : text;
}

/** A text to score, and whether it ended by itself. */
export type GivenResponse = Pick<Response, 'text' | 'ended'>;

/**
 * A response as decoding scores its final text: the tokens of the text, and
 * the token that ends a turn if it ended by itself. Without a tokenizer, the text alone.
 */
export function responseOf(
  { text, ended }: GivenResponse,
  tokenizer: TextTokenizer | undefined,
): Response {
  if (!tokenizer) return { text, tokens: [], ended };
  const tokens = responseTokens(tokenizer, text);
  const end = ended ? tokenizer.turnEnd : undefined;
  return { text, tokens: end === undefined ? tokens : [...tokens, end], ended: end !== undefined };
}
