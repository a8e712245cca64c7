import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { PromptInput } from '../protocol/options.ts';
import { rewriteMessage } from '../protocol/rewrite-message.ts';
import type { Preset } from '../protocol/rewriting.ts';

export const presetIds = ['shorter', 'clearer', 'friendlier', 'more-formal', 'fix'] as const;
export type PresetId = (typeof presetIds)[number];

/**
 * The presets that every client has. Their instructions are those that the shipped rewriter is
 * trained on. None has a baseline policy yet: the benchmark of rewriting decides.
 *
 * Their rewards leave meaning out, because every rewrite weighs meaning and facts by itself.
 */
export const builtInPresets: Readonly<Record<PresetId, Preset>> = {
  shorter: {
    id: 'shorter',
    instruction: 'Rewrite the text so that it says the same in fewer words',
    reward: {
      id: 'concision and length',
      type: 'sum',
      parts: [
        { reward: 'concision', weight: 0.5 },
        { reward: 'length:share=0.5', weight: 0.5 },
      ],
    },
    constraints: [],
    length: [0.2, 0.95],
    content: { lost: 0.25, added: 0.12 },
  },
  clearer: {
    id: 'clearer',
    instruction: 'Rewrite the text so that it is clear and easy to follow',
    reward: 'clear-writing:meaning=off',
    constraints: [],
    length: [0.4, 1.25],
    content: { lost: 0.17, added: 0.17 },
  },
  friendlier: {
    id: 'friendlier',
    instruction: 'Rewrite the text so that it is warm and friendly',
    reward: 'warm-tone:meaning=off',
    constraints: [],
    length: [0.6, 1.8],
    content: { lost: 0.17, added: 0.17 },
  },
  'more-formal': {
    id: 'more-formal',
    instruction: 'Rewrite the text in a formal, professional tone',
    reward: 'formality',
    constraints: [],
    length: [0.6, 1.6],
    content: { lost: 0.5, added: 0.5 },
  },
  fix: {
    id: 'fix',
    instruction: 'Correct the grammar and spelling of the text, and change nothing else',
    reward: null,
    constraints: [],
    length: [0.8, 1.2],
    correctsOnly: true,
  },
};

/**
 * A preset for what a person typed, with the reward of the request's options.
 * @throws TqError invalidInput when the instruction is empty
 */
export function ownPreset(instruction: string): Preset {
  return { id: 'own', instruction: wishOf(instruction), constraints: [] };
}

/**
 * The prompt that asks for a rewrite of a draft as one text, as the engine asks for that of a
 * paragraph. Its `draft` is for rewards that compare both texts.
 * @throws TqError invalidInput when the draft or the instruction is empty
 */
export function rewritePrompt(draft: string, instruction: string): PromptInput {
  const prose = draft.trim();
  if (prose === '') {
    throw new TqError(ErrorCode.invalidInput, 'The draft is empty. Enter the text to rewrite.');
  }
  return { text: rewriteMessage(wishOf(instruction), prose, 0), draft };
}

function wishOf(instruction: string): string {
  const wish = instruction.trim();
  if (wish !== '') return wish;
  throw new TqError(
    ErrorCode.invalidInput,
    'The instruction is empty. Say how to rewrite the text.',
  );
}
