import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type { TokenId } from '../../../decoding/policy.ts';
import type { TextTokenizer } from '../../models/tokenizer/text-tokenizer.ts';

/**
 * Tokens of a conversation in the model's chat template: the prompt up to the beginning of the
 * answer, or prompt and finished answer. Without a template, prompt and answer are concatenated.
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
