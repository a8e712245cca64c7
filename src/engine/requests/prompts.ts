import type { RewardPrompt } from '../../decoding/reward.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Prompt } from '../../protocol/options.ts';
import type { LoadedPolicy } from '../library/loaded-policy.ts';
import type { ThoughtMark } from '../models/tokenizer/thoughts.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';

/** Tokens at the end of a prompt that may hold the mark of a thought. */
const markTokens = 32;

/** @throws TqError invalidInput when the prompt is empty or blank */
export function requireText({ text }: Prompt): void {
  if (text.trim() !== '') return;
  throw new TqError(ErrorCode.invalidInput, 'The prompt is empty; describe the text to write.');
}

/**
 * The prompt as the model reads it: with the chat template, unless raw. Texts of control tokens in
 * it are spelled, except in a raw prompt that asks for them.
 */
export function encodePrompt(tokenizer: TextTokenizer, prompt: Prompt): number[] {
  requireText(prompt);
  const { text, system, raw, controlTokens = false } = prompt;
  if (raw) return tokenizer.encode(text, { controlTokens });
  const systemText = system === undefined ? [] : [system];
  if (!tokenizer.hasChatTemplate) {
    return tokenizer.encode([...systemText, text].join('\n\n'), { controlTokens: false });
  }
  const messages = systemText.map((content) => ({ role: 'system' as const, content }));
  return tokenizer.encodeChat([...messages, { role: 'user', content: text }], {
    addGenerationPrompt: true,
  });
}

/** The mark of the thought that a prompt begins; undefined if the response begins with text. */
export function begunThought(
  tokenizer: TextTokenizer,
  prompt: readonly number[],
): ThoughtMark | undefined {
  if (!tokenizer.thoughts.any) return undefined;
  return tokenizer.thoughts.leftOpen(tokenizer.decode(prompt.slice(-markTokens)));
}

/**
 * The tokens of a response's text, without an end token, as anyone reads it who has only the text.
 * @throws TqError badModel if the tokenizer has no token for a part of the text
 */
export function responseTokens(tokenizer: TextTokenizer, text: string): number[] {
  return tokenizer.encode(text, { specialTokens: false, controlTokens: false });
}

export function rewardPrompt({ policy, tokenizer }: LoadedPolicy, prompt: Prompt): RewardPrompt {
  const { vocabularyId } = policy;
  const { chatTemplate, turnEnd } = tokenizer;
  const tokens = encodePrompt(tokenizer, prompt);
  const thinks = begunThought(tokenizer, tokens) !== undefined;
  return {
    text: prompt.text,
    tokens,
    draft: prompt.draft,
    writer: { vocabularyId, chatTemplate, turnEnd, thinks },
  };
}
