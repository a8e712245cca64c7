import { byteOfLetter } from './token-bytes.ts';
import {
  byteLevel,
  isolate,
  remove,
  replace,
  sequence,
  type PipelineNode,
  type TokenizerJson,
} from './tokenizer-json.ts';

/** GPT-2's word split (Radford et al. 2019), as Rust's ByteLevel applies it. */
export const gpt2Words =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const asciiPunctuation = '\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E';
const punctuation = `[\\p{P}${asciiPunctuation}]`;
const wordCharacters = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200C\\u200D';
const cjk =
  '[\\u4E00-\\u9FFF\\u3400-\\u4DBF\\u{20000}-\\u{2A6DF}\\u{2A700}-\\u{2B73F}' +
  '\\u{2B740}-\\u{2B81F}\\u{2B920}-\\u{2CEAF}\\uF900-\\uFAFF\\u{2F800}-\\u{2FA1F}]';

/**
 * Rewrites a tokenizer so that @huggingface/tokenizers gives the same tokens as Rust's
 * `tokenizers`.
 *
 * The library's ready-made steps use JavaScript's \s, \d, \w and toLowerCase, split in other places
 * and ignore settings; its Split and Replace steps with Unicode property regexes agree with Rust.
 * Remaining differences: code points that only one side's Unicode version knows, and `Precompiled`
 * (SentencePiece's character map), which the library approximates.
 */
export function exactPipeline(json: TokenizerJson): TokenizerJson {
  const cut = json.pre_tokenizer && exactPreTokenizer(json.pre_tokenizer);
  return {
    ...json,
    normalizer: json.normalizer && exactNormalizer(json.normalizer),
    pre_tokenizer: cut && sequence('pretokenizers', [cut, ...dropMissingBytes(json)]),
    post_processor: json.post_processor && exactPostProcessor(json.post_processor),
  };
}

/**
 * Rust drops bytes that are not in the vocabulary before it merges, so that their neighbours can
 * merge; the library does not.
 */
function dropMissingBytes({ model, decoder }: TokenizerJson): PipelineNode[] {
  if (model.type !== 'BPE' || model['unk_token'] || decoder?.type !== 'ByteLevel') return [];
  const vocabulary = model['vocab'] as Readonly<Record<string, number>>;
  const missing = [...byteOfLetter.keys()].filter((letter) => !Object.hasOwn(vocabulary, letter));
  return missing.length > 0 ? [replace(`[${missing.map(escaped).join('')}]`, '')] : [];
}

function exactNormalizer(node: PipelineNode): PipelineNode {
  switch (node.type) {
    case 'Sequence':
      return sequence('normalizers', nodesOf(node['normalizers']).map(exactNormalizer));
    case 'BertNormalizer':
      return bertNormalizer(node);
    case 'Lowercase':
      return lowercase;
    case 'Strip':
      return sequence('normalizers', [
        ...(node['strip_left'] ? [replace('\\A\\s+', '')] : []),
        ...(node['strip_right'] ? [replace('\\s+\\z', '')] : []),
      ]);
    case 'Replace':
      return { ...node, content: String(node['content']).replaceAll('$', '$$$$') };
    default:
      return node;
  }
}

/** Rust lower-cases each character separately; JavaScript writes a final sigma as U+03C2. */
const lowercase = sequence('normalizers', [replace('\\u03A3', '\u03C3'), { type: 'Lowercase' }]);

function bertNormalizer(node: PipelineNode): PipelineNode {
  const steps: PipelineNode[] = [];
  if (node['clean_text'] !== false) {
    steps.push(replace('(?![\\t\\n\\r])[\\p{Cc}\\p{Cf}\\p{Co}\\uFFFD]', ''), replace('\\s', ' '));
  }
  if (node['handle_chinese_chars'] !== false) steps.push(replace(cjk, ' $& '));
  const lowers = node['lowercase'] !== false;
  if (node['strip_accents'] ?? lowers) steps.push({ type: 'NFD' }, replace('\\p{Mn}', ''));
  if (lowers) steps.push(lowercase);
  return sequence('normalizers', steps);
}

function exactPreTokenizer(node: PipelineNode): PipelineNode {
  switch (node.type) {
    case 'Sequence':
      return sequence('pretokenizers', nodesOf(node['pretokenizers']).map(exactPreTokenizer));
    case 'ByteLevel':
      return sequence('pretokenizers', [
        ...(node['add_prefix_space'] ? [replace('\\A[^ ]', ' $&')] : []),
        ...(node['use_regex'] === false ? [] : [isolate(gpt2Words)]),
        byteLevel,
      ]);
    case 'Digits':
      return isolate(node['individual_digits'] ? '\\p{N}' : '\\p{N}+');
    case 'Punctuation':
      return split(punctuation, String(node['behavior'] ?? 'Isolated'), false);
    case 'Whitespace':
      return split(`[${wordCharacters}]+|[^${wordCharacters}\\s]+`, 'Removed', true);
    case 'WhitespaceSplit':
      return remove('\\s+');
    case 'BertPreTokenizer':
      return sequence('pretokenizers', [remove('\\s+'), isolate(punctuation)]);
    case 'Metaspace':
      return metaspace(node);
    case 'Split':
      return split(regexOf(node['pattern']), String(node['behavior']), node['invert'] === true);
    default:
      return node;
  }
}

function metaspace(node: PipelineNode): PipelineNode {
  const marker = String(node['replacement'] ?? '\u2581');
  const scheme =
    node['prepend_scheme'] ?? (node['add_prefix_space'] === false ? 'never' : 'always');
  const spell = { type: 'Metaspace', replacement: marker, prepend_scheme: scheme };
  if (node['split'] === false) return spell;
  return sequence('pretokenizers', [spell, split(escaped(marker), 'MergedWithNext', false)]);
}

/** Rust's split behaviours as regexes; the library supports only `Isolated` and `Removed`. */
function split(regex: string, behavior: string, invert: boolean): PipelineNode {
  const other = `(?:(?!${regex})[\\s\\S])`;
  switch (behavior.toLowerCase()) {
    case 'removed':
      return { ...remove(regex), invert };
    case 'contiguous':
      return isolate(`(?:${regex})+`);
    case 'mergedwithprevious':
      return isolate(`${other}*(?:${regex})`);
    case 'mergedwithnext':
      return isolate(`(?:${regex})${other}*`);
    default:
      return isolate(regex);
  }
}

function regexOf(pattern: unknown): string {
  const { Regex: regex, String: text } = pattern as { Regex?: string; String?: string };
  return regex ?? escaped(text ?? '');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Replaces a template's name for a special token by its tokens, which the library does not do. */
function exactPostProcessor(node: PipelineNode): PipelineNode {
  if (node.type === 'Sequence') {
    return { ...node, processors: nodesOf(node['processors']).map(exactPostProcessor) };
  }
  if (node.type !== 'TemplateProcessing') return node;
  const special = node['special_tokens'] as Record<string, { tokens: string[] } | undefined>;
  const expand = (items: unknown) =>
    (items as TemplateItem[]).flatMap((item): TemplateItem[] => {
      const named = item.SpecialToken && special[item.SpecialToken.id];
      if (!named) return [item];
      return named.tokens.map((id) => ({ SpecialToken: { ...item.SpecialToken, id } }));
    });
  return { ...node, single: expand(node['single']), pair: expand(node['pair']) };
}

interface TemplateItem {
  readonly SpecialToken?: { readonly id: string };
}

function nodesOf(value: unknown): readonly PipelineNode[] {
  return value as readonly PipelineNode[];
}
