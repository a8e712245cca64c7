import { withoutDefault } from './several-templates.ts';
import { badModel, quoted } from '../malformed.ts';
import { marksTurn, namedEndTokens } from './end-tokens.ts';
import { ggufPreTokenizers, type PreTokenizerKind } from './gguf-pre-tokenizers.ts';
import {
  ggufFlag,
  ggufString,
  ggufTokenId,
  ggufTokenIds,
  readGgufVocabulary,
  TokenType,
  type GgufVocabulary,
} from './gguf-vocabulary.ts';
import { LibraryTokenizer } from './library-tokenizer.ts';
import type { TokenizedModel } from './tokenizer-core.ts';
import { sentencePieceMerges } from './sentencepiece-merges.ts';
import type { TextTokenizer } from './text-tokenizer.ts';
import {
  byteLevel,
  replace,
  sequence,
  surround,
  type AddedTokenEntry,
  type PipelineNode,
  type TokenizerJson,
} from './tokenizer-json.ts';

const spaceMarker = '\u2581';

/** Names of special tokens in chat templates, and in a GGUF. */
const templateNames = {
  bos_token: 'bos',
  eos_token: 'eos',
  unk_token: 'unknown',
  pad_token: 'padding',
};

/** A declared token that looks otherwise is a word: some old files declare "," as the begin. */
const bracketed = /^[<[].*[>\]]$/su;

/** Tokens of Phi-3 after which spaces are text. */
const keepsSpace: ReadonlySet<string> = new Set(['<unk>', '<s>', '<|endoftext|>']);

/** A tokenizer without its added tokens and post-processor. */
interface Core {
  readonly json: Omit<TokenizerJson, 'added_tokens' | 'post_processor'>;
  /** Whether to add a begin token if the file does not say. */
  readonly addsBegin: boolean;
}

/**
 * The tokenizer described by a GGUF's metadata (`tokenizer.ggml.*`, `tokenizer.chat_template`).
 *
 * `gpt2` vocabularies are byte-level BPE, split as `tokenizer.ggml.pre` says. `llama` vocabularies
 * are SentencePiece BPE with byte fallback; a space is added before the text and after each control
 * token, as SentencePiece and llama.cpp do (transformers' `legacy` form). A GGUF does not say
 * whether spaces around a control token belong to it; here they do not, except
 * in Phi-3, which is known by its name, as in llama.cpp.
 *
 * @throws TqError badModel for another kind of tokenizer, an unknown `pre` or malformed metadata
 */
export function tokenizerFromGguf(
  metadata: ReadonlyMap<string, unknown>,
  model?: TokenizedModel,
): TextTokenizer {
  const vocabulary = readGgufVocabulary(metadata);
  const { tokens } = vocabulary;
  const core = coreOf(vocabulary, metadata);
  const idOf = (name: string) => ggufTokenId(metadata, `${name}_token_id`, tokens.length);
  const textOf = (name: string) => {
    const id = idOf(name);
    return id === undefined ? [] : [tokens[id]!];
  };
  const begins = ggufFlag(metadata, 'add_bos_token') ?? core.addsBegin;
  const ends = ggufFlag(metadata, 'add_eos_token') ?? false;
  const declaredEnds = [
    ...['eos', 'eot', 'eom'].flatMap((name) => idOf(name) ?? []),
    // Ollama's converter writes all ends of generation_config.json.
    ...ggufTokenIds(metadata, 'eos_token_ids', tokens.length),
  ];
  const declared = new Set([...declaredEnds, idOf('bos')]);
  const name = metadata.get('general.name');
  const takesSpace = typeof name === 'string' && /phi-?3/iu.test(name);
  const added = addedTokens(vocabulary, declared).map((token) => ({
    ...token,
    rstrip: takesSpace && !keepsSpace.has(token.content),
  }));
  const template = metadata.get('tokenizer.chat_template') ?? namedOnly(metadata);
  return new LibraryTokenizer({
    json: {
      ...core.json,
      added_tokens: added,
      post_processor: surround(begins ? textOf('bos') : [], ends ? textOf('eos') : []),
    },
    beginToken: idOf('bos'),
    endTokens: [...declaredEnds, ...(model?.endTokens ?? []), ...namedEndTokens(added)],
    unused: unusedTokens(vocabulary),
    model,
    chatTemplate: typeof template === 'string' ? template : undefined,
    specialTokens: Object.fromEntries(
      Object.entries(templateNames).flatMap(([name, key]) =>
        textOf(key).map((text) => [name, text]),
      ),
    ),
  });
}

function coreOf(vocabulary: GgufVocabulary, metadata: ReadonlyMap<string, unknown>): Core {
  switch (vocabulary.kind) {
    case 'gpt2':
      return byteLevelCore(vocabulary, preTokenizerOf(metadata));
    case 'llama': {
      const unknown = ggufTokenId(metadata, 'unknown_token_id', vocabulary.tokens.length);
      const prefixed = ggufFlag(metadata, 'add_space_prefix') ?? true;
      return sentencePieceCore(vocabulary, unknown, prefixed);
    }
    default:
      throw badModel(
        `The GGUF's tokenizer.ggml.model is ${quoted(vocabulary.kind)}; ` +
          'supported are gpt2 and llama.',
      );
  }
}

function preTokenizerOf(metadata: ReadonlyMap<string, unknown>): PreTokenizerKind {
  const name = ggufString(metadata, 'pre') ?? 'default';
  const kind = ggufPreTokenizers.get(name);
  if (kind) return kind;
  const known = [...ggufPreTokenizers.keys()].sort().join(', ');
  throw badModel(`The GGUF's tokenizer.ggml.pre is ${quoted(name)}; supported are ${known}.`);
}

function byteLevelCore(vocabulary: GgufVocabulary, pre: PreTokenizerKind): Core {
  if (!vocabulary.merges) {
    throw badModel("The GGUF's tokenizer.ggml.merges is missing.");
  }
  return {
    addsBegin: pre.addsBegin ?? false,
    json: {
      normalizer: pre.composes ? { type: 'NFC' } : null,
      pre_tokenizer: sequence('pretokenizers', pre.steps),
      decoder: byteLevel,
      model: {
        type: 'BPE',
        vocab: idsByToken(vocabulary.tokens),
        merges: usableMerges(vocabulary.merges, vocabulary.tokens),
        ignore_merges: pre.ignoresMerges ?? false,
      },
    },
  };
}

function sentencePieceCore(
  vocabulary: GgufVocabulary,
  unknown: number | undefined,
  prefixed: boolean,
): Core {
  const { tokens, scores } = vocabulary;
  const prepend = prefixed ? [{ type: 'Prepend', prepend: spaceMarker }] : [];
  const strip = prefixed ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : [];
  const decoders: PipelineNode[] = [
    { type: 'Replace', pattern: { String: spaceMarker }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
    ...strip,
  ];
  return {
    addsBegin: true,
    json: {
      normalizer: sequence('normalizers', [...prepend, replace(' ', spaceMarker)]),
      pre_tokenizer: null,
      decoder: { type: 'Sequence', decoders },
      model: {
        type: 'BPE',
        vocab: idsByToken(tokens),
        merges: vocabulary.merges ?? sentencePieceMerges(tokens, scores),
        unk_token: unknown === undefined ? null : tokens[unknown],
        fuse_unk: true,
        byte_fallback: true,
      },
    },
  };
}

function idsByToken(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/**
 * The tokens that are matched in a text. Tokens that begin or end a turn are control tokens, also
 * where the file types them as plain or user-defined: many fine-tunes are exported so, and the chat
 * template's own turns would otherwise be spelled letter by letter.
 */
function addedTokens(
  { tokens, types }: GgufVocabulary,
  declared: ReadonlySet<number | undefined>,
): AddedTokenEntry[] {
  return tokens.flatMap((content, id) => {
    const type = types[id] ?? TokenType.normal;
    const special =
      type === TokenType.control ||
      type === TokenType.unknown ||
      marksTurn(content) ||
      (declared.has(id) && bracketed.test(content));
    if (!(special || type === TokenType.userDefined)) return [];
    return [{ id, content, special, normalized: false }];
  });
}

/** Rows that converters add to fill up a vocabulary, for example "[PAD7]": they have no text. */
function unusedTokens({ types }: GgufVocabulary): ReadonlySet<number> {
  const unused = new Set<number>();
  for (let id = 0; id < types.length; id++) {
    if (types[id] === TokenType.unused || types[id] === TokenType.undefined) unused.add(id);
  }
  return unused;
}

/** A template that refuses, where the file has templates by names and no default one. */
function namedOnly(metadata: ReadonlyMap<string, unknown>): string | undefined {
  const names = metadata.get('tokenizer.chat_templates');
  const texts = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  return texts.length === 0 ? undefined : withoutDefault(texts);
}

/**
 * The merges that make a token. As in llama.cpp, what another merge makes is split again; a merge
 * that continues such a part is refused.
 */
function usableMerges(
  merges: readonly (readonly [string, string])[],
  tokens: readonly string[],
): (readonly [string, string])[] {
  const known = new Set(tokens);
  const usable = merges.filter(([left, right]) => known.has(left + right));
  if (usable.length === merges.length) return usable;
  const lost = new Set(merges.map((merge) => merge.join('')).filter((made) => !known.has(made)));
  const continued = usable.flat().find((part) => lost.has(part));
  if (continued === undefined) return usable;
  throw badModel(
    `The GGUF's tokenizer.ggml.merges continues ${quoted(continued)}, which is not one of its tokens; convert the model again.`,
  );
}
