import type { Decode, Encode, Hides } from '../../decoding/text.ts';
import { TqError } from '../../protocol/errors.ts';
import type { ThoughtReading } from '../models/tokenizer/thoughts.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
import { begunThought, responseTokens } from './prompts.ts';

/** How decoding reads what a model writes. */
export interface WrittenText {
  readonly decode: Decode;
  readonly encode: Encode;
  /** Undefined for a model that does not think. */
  readonly hides: Hides | undefined;
  /** A response's text and thoughts, of its tokens. */
  readonly read: (tokens: readonly number[]) => ThoughtReading;
}

/** The text of responses to a prompt, without the thoughts that a model writes before it. */
export function writtenText(tokenizer: TextTokenizer, prompt: readonly number[]): WrittenText {
  const { thoughts } = tokenizer;
  const encode: Encode = (text) => splitText(tokenizer, text);
  if (!thoughts.any) {
    const decode: Decode = (tokens) => tokenizer.decode(tokens, { skipSpecial: true });
    const read = (tokens: readonly number[]): ThoughtReading => {
      return { text: decode(tokens), thoughts: '', open: false };
    };
    return { decode, encode, hides: undefined, read };
  }
  const begun = begunThought(tokenizer, prompt);
  const read = (tokens: readonly number[]): ThoughtReading =>
    thoughts.read(tokenizer.decode(tokens, { skipSpecial: true, keep: thoughts.tokens }), begun);
  return {
    decode: (tokens) => read(tokens).text,
    encode,
    hides: (tokens) => {
      const reading = read(tokens);
      return reading.open || reading.thoughts !== '';
    },
    read,
  };
}

function splitText(tokenizer: TextTokenizer, text: string): readonly number[] | undefined {
  try {
    return responseTokens(tokenizer, text);
  } catch (error) {
    if (error instanceof TqError) return undefined;
    throw error;
  }
}
