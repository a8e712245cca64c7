import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type { TokenId } from '../../../decoding/policy.ts';
import type { Response } from '../../../decoding/reward.ts';
import type { TextTokenizer } from '../../models/tokenizer/text-tokenizer.ts';

/** An answer, and whether it ended by itself. */
export type Answer = Pick<Response, 'text' | 'ended'>;

/**
 * Tokens of a conversation in the model's chat template: the prompt up to the beginning of the
 * answer, or prompt and answer. An answer that ended has what the template writes after it; one
 * that was cut has not, as with transformers' `continue_final_message`. Without a template, prompt
 * and answer are concatenated, and an answer that ended is closed with the token that ends a text.
 */
export function conversationTokens(
  tokenizer: TextTokenizer,
  prompt: string,
  answer?: Answer,
): TokenId[] {
  if (!tokenizer.hasChatTemplate) return nonEmpty(plainTokens(tokenizer, prompt, answer));
  const question = { role: 'user', content: prompt } as const;
  const tokens = tokenizer.encodeChat(
    answer === undefined ? [question] : [question, { role: 'assistant', content: answer.text }],
    { addGenerationPrompt: answer === undefined, open: answer?.ended === false },
  );
  return nonEmpty(tokens);
}

function plainTokens(tokenizer: TextTokenizer, prompt: string, answer?: Answer): TokenId[] {
  const { turnEnd } = tokenizer;
  const tokens = tokenizer.encode(prompt + (answer?.text ?? ''), { controlTokens: false });
  // Some tokenizers end every text, also one that was cut.
  const open = tokens.at(-1) === turnEnd ? tokens.slice(0, -1) : tokens;
  return answer?.ended && turnEnd !== undefined ? [...open, turnEnd] : open;
}

function nonEmpty(tokens: TokenId[]): TokenId[] {
  if (tokens.length > 0) return tokens;
  throw new TqError(ErrorCode.invalidInput, 'An empty text cannot be scored; it has no tokens.');
}

/**
 * Length of a text up to the token at which transformers reads the score: the last token that is
 * not padding, or the first if all are.
 */
export function pooledLength(tokens: readonly TokenId[], padToken: TokenId | undefined): number {
  let length = tokens.length;
  while (length > 1 && tokens[length - 1] === padToken) length--;
  return length;
}
