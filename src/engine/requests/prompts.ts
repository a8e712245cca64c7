import type { RewardPrompt } from '../../decoding/reward.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Prompt } from '../../protocol/options.ts';
import type { LoadedPolicy } from '../library/loaded-policy.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';

/** @throws TqError invalidInput when the prompt is empty or blank */
export function requireText({ text }: Prompt): void {
  if (text.trim() !== '') return;
  throw new TqError(ErrorCode.invalidInput, 'The prompt is empty; describe the text to write.');
}

/** The prompt as the model reads it: with the chat template, unless raw. */
export function encodePrompt(tokenizer: TextTokenizer, prompt: Prompt): number[] {
  requireText(prompt);
  if (prompt.raw || !tokenizer.hasChatTemplate) return tokenizer.encode(prompt.text);
  const system =
    prompt.system === undefined ? [] : [{ role: 'system' as const, content: prompt.system }];
  const text = tokenizer.applyChatTemplate([...system, { role: 'user', content: prompt.text }], {
    addGenerationPrompt: true,
  });
  return tokenizer.encode(text, { specialTokens: false });
}

/**
 * The tokens of a response's text, without an end token, as anyone reads it who has only the text.
 * @throws TqError badModel if the tokenizer has no token for a part of the text
 */
export function responseTokens(tokenizer: TextTokenizer, text: string): number[] {
  return tokenizer.encode(text, { specialTokens: false });
}

export function rewardPrompt({ policy, tokenizer }: LoadedPolicy, prompt: Prompt): RewardPrompt {
  const { vocabularyId } = policy;
  return {
    text: prompt.text,
    tokens: encodePrompt(tokenizer, prompt),
    draft: prompt.draft,
    writer: { vocabularyId, chatTemplate: tokenizer.chatTemplate, turnEnd: tokenizer.turnEnd },
  };
}
