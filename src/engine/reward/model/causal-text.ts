import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type { TokenId } from '../../../decoding/policy.ts';
import type { TextTokenizer } from '../../models/tokenizer/text-tokenizer.ts';

/**
 * The tokens of a conversation in a model's own chat template: of the prompt up to where the answer
 * begins, or of prompt and finished answer. A model without a template reads one after the other.
 */
export function conversationTokens(
  tokenizer: TextTokenizer,
  prompt: string,
  answer?: string,
): TokenId[] {
  if (!tokenizer.hasChatTemplate) return nonEmpty(tokenizer.encode(prompt + (answer ?? '')));
  const question = { role: 'user', content: prompt } as const;
  const text = tokenizer.applyChatTemplate(
    answer === undefined ? [question] : [question, { role: 'assistant', content: answer }],
    { addGenerationPrompt: answer === undefined },
  );
  return nonEmpty(tokenizer.encode(text, { specialTokens: false }));
}

function nonEmpty(tokens: TokenId[]): TokenId[] {
  if (tokens.length > 0) return tokens;
  throw new TqError(ErrorCode.invalidInput, 'A text of no tokens cannot be scored.');
}

/**
 * Length of a text up to the token that transformers reads the score at: the last that is no
 * padding, the first where all are.
 */
export function pooledLength(tokens: readonly TokenId[], padToken: TokenId | undefined): number {
  let length = tokens.length;
  while (length > 1 && tokens[length - 1] === padToken) length--;
  return length;
}
