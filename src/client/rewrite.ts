import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { PromptInput } from '../protocol/options.ts';

export const rewritePresetIds = ['clearer', 'shorter', 'friendlier', 'more-formal'] as const;
export type RewritePresetId = (typeof rewritePresetIds)[number];

export interface RewritePreset {
  /** The request to the model: an imperative without a full stop at its end. */
  readonly instruction: string;
}

/** Common ways to rewrite a draft. */
export const rewritePresets: Readonly<Record<RewritePresetId, RewritePreset>> = {
  clearer: {
    instruction: 'Rewrite the text so that it is clear and easy to follow',
  },
  shorter: {
    instruction: 'Rewrite the text so that it says the same in fewer words',
  },
  friendlier: {
    instruction: 'Rewrite the text so that it is warm and friendly',
  },
  'more-formal': {
    instruction: 'Rewrite the text in a formal, professional tone',
  },
};

/**
 * The prompt that asks the model to rewrite a draft. Its `draft` is for rewards that compare both
 * texts.
 * @throws TqError invalidInput when the draft or the instruction is empty
 */
export function rewritePrompt(draft: string, instruction: string): PromptInput {
  const wish = instruction.trim().replace(/\.$/u, '');
  if (draft.trim() === '') {
    throw new TqError(ErrorCode.invalidInput, 'The draft is empty. Enter the text to rewrite.');
  }
  if (wish === '') {
    throw new TqError(
      ErrorCode.invalidInput,
      'The instruction is empty. Say how to rewrite the draft.',
    );
  }
  const text = `${wish}. Keep its meaning, and answer with the new text only.\n\n${draft.trim()}`;
  return { text, draft };
}
