/**
 * Larger ids are refused, because they index tables. Published vocabularies have up to about
 * 260,000 tokens.
 */
export const maxTokenId = 2 ** 24;

/** A normalizer, pre-tokenizer, post-processor or decoder of a tokenizer.json. */
export interface PipelineNode {
  readonly type: string;
  readonly [setting: string]: unknown;
}

/** A token matched in the text before the model sees it. */
export interface AddedTokenEntry {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly normalized: boolean;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
}

/** The content of a tokenizer.json, in the form that @huggingface/tokenizers takes. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedTokenEntry[];
  readonly normalizer: PipelineNode | null;
  readonly pre_tokenizer: PipelineNode | null;
  readonly post_processor: PipelineNode | null;
  readonly decoder: PipelineNode | null;
  readonly model: PipelineNode;
}

/** Several normalizers or pre-tokenizers as one. */
export function sequence(
  kind: 'normalizers' | 'pretokenizers',
  nodes: readonly PipelineNode[],
): PipelineNode {
  return { type: 'Sequence', [kind]: nodes };
}

/** A pre-tokenizer that splits around every match of a regular expression and keeps all parts. */
export function isolate(regex: string): PipelineNode {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
}

/** A pre-tokenizer that splits around every match of a regular expression and drops the matches. */
export function remove(regex: string): PipelineNode {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Removed', invert: false };
}

/** A normalizer that writes `content` (JavaScript replacement syntax) for every match. */
export function replace(regex: string, content: string): PipelineNode {
  return { type: 'Replace', pattern: { Regex: regex }, content };
}

/** Writes each piece in GPT-2's byte alphabet, without splitting it. */
export const byteLevel: PipelineNode = {
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: false,
};

/** A post-processor that puts tokens before and after a text. */
export function surround(before: readonly string[], after: readonly string[]): PipelineNode {
  const special = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } });
  const single = [
    ...before.map(special),
    { Sequence: { id: 'A', type_id: 0 } },
    ...after.map(special),
  ];
  return { type: 'TemplateProcessing', single, pair: single, special_tokens: {} };
}
