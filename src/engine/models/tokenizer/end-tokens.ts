import type { AddedTokenEntry } from './tokenizer-json.ts';

/**
 * Control tokens that end a turn or a document in any model family. Model files often declare only
 * one of several; each of them ends a response.
 */
const endTexts: ReadonlySet<string> = new Set([
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|im_end|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<end_of_turn>',
  '<|end_of_turn|>',
  '<\uFF5Cend\u2581of\u2581sentence\uFF5C>',
]);

/** Ids of the control tokens that end a response, found by name. */
export function namedEndTokens(added: readonly AddedTokenEntry[]): number[] {
  return added.filter((token) => token.special && endTexts.has(token.content)).map(({ id }) => id);
}
