import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { PromptInput } from '../protocol/options.ts';

export const rewritePresetIds = ['clearer', 'shorter', 'friendlier', 'more-formal'] as const;
export type RewritePresetId = (typeof rewritePresetIds)[number];

export interface RewritePreset {
  readonly title: string;
  /** What is asked of the model, as an imperative that ends without a full stop. */
  readonly instruction: string;
}

/** Common wishes about a draft. */
export const rewritePresets: Readonly<Record<RewritePresetId, RewritePreset>> = {
  clearer: {
    title: 'Clearer',
    instruction: 'Rewrite the text so that it is clear and easy to follow',
  },
  shorter: {
    title: 'Shorter',
    instruction: 'Rewrite the text so that it says the same in fewer words',
  },
  friendlier: {
    title: 'Friendlier',
    instruction: 'Rewrite the text so that it is warm and friendly',
  },
  'more-formal': {
    title: 'More formal',
    instruction: 'Rewrite the text in a formal, professional tone',
  },
};

/**
 * The prompt that asks for another wording of a draft. The draft goes along on its own as well, for
 * rewards that compare with it.
 * @throws TqError invalidInput when the draft or the instruction has no text
 */
export function rewritePrompt(draft: string, instruction: string): PromptInput {
  const wish = instruction.trim().replace(/\.$/u, '');
  if (draft.trim() === '') {
    throw new TqError(ErrorCode.invalidInput, 'The draft is empty; give the text to rewrite.');
  }
  if (wish === '') {
    throw new TqError(
      ErrorCode.invalidInput,
      'The instruction is empty; say how the draft is to be rewritten.',
    );
  }
  const text = `${wish}. Keep its meaning, and answer with the new text only.\n\n${draft.trim()}`;
  return { text, draft };
}
