import type { AddedTokenEntry } from './tokenizer-json.ts';

/**
 * Tokens that end a turn or a text, in any model family. Model files often declare only one of
 * several, or a wrong type; each of them ends a response. The list has llama.cpp's,
 * except for padding and the separators of code files.
 */
export const turnEnds: ReadonlySet<string> = new Set([
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|im_end|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|eot|>',
  '<|eom|>',
  '<|EOT|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<end_of_turn>',
  '<turn|>',
  '<|tool_response>',
  '<|end_of_turn|>',
  '<|end_of_sentence|>',
  '<|assistant_end|>',
  '<|END_OF_TURN_TOKEN|>',
  '[|endofturn|]',
  '<\uFF5Cend\u2581of\u2581sentence\uFF5C>',
]);

/**
 * These end a response only as control tokens, because they can also be words of a text: "</s>" is
 * a tag of HTML, which Gemma has as a token.
 */
const ambiguousEnds: ReadonlySet<string> = new Set([
  '</s>',
  '<eos>',
  '[EOS]',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '<end_of_utterance>',
]);

/** Tokens with which chat templates begin a turn or name its speaker. */
const turnStarts: ReadonlySet<string> = new Set([
  '<|im_start|>',
  '<|im_sep|>',
  '<start_of_turn>',
  '<|turn>',
  '<|begin_of_text|>',
  '<|startoftext|>',
  '<|start_header_id|>',
  '<|end_header_id|>',
  '<|header_start|>',
  '<|header_end|>',
  '<|start_of_role|>',
  '<|end_of_role|>',
  '<|system|>',
  '<|user|>',
  '<|assistant|>',
  '<|system_start|>',
  '<|user_start|>',
  '<|assistant_start|>',
  '<|START_OF_TURN_TOKEN|>',
  '<|SYSTEM_TOKEN|>',
  '<|USER_TOKEN|>',
  '<|CHATBOT_TOKEN|>',
  '<\uFF5Cbegin\u2581of\u2581sentence\uFF5C>',
  '<\uFF5CUser\uFF5C>',
  '<\uFF5CAssistant\uFF5C>',
  '[|system|]',
  '[|user|]',
  '[|assistant|]',
  '[SYSTEM_PROMPT]',
  '[/SYSTEM_PROMPT]',
  '[INST]',
  '[/INST]',
]);

/**
 * Whether a token begins or ends a turn by its name: it is a control token, whatever type its file
 * gives it. Converters write such tokens as plain text or as words that a person added.
 */
export function marksTurn(text: string): boolean {
  return turnEnds.has(text) || turnStarts.has(text);
}

/** Ids of the tokens that end a response by their name. */
export function namedEndTokens(
  tokens: readonly Pick<AddedTokenEntry, 'id' | 'content' | 'special'>[],
): number[] {
  const ends = tokens.filter(
    ({ content, special }) => turnEnds.has(content) || (special && ambiguousEnds.has(content)),
  );
  // OpenAI's harmony ends each of several messages of a response with <|end|>.
  const has = (text: string): boolean => ends.some(({ content }) => content === text);
  const harmony = has('<|return|>') && has('<|call|>');
  return ends.filter(({ content }) => !(harmony && content === '<|end|>')).map(({ id }) => id);
}
