import { marksTurn, namedEndTokens, turnEnds } from './end-tokens.ts';
import {
  namedTokenNames,
  readTokenizerFolder,
  templateOf,
  type ConfigFile,
  type NamedTokens,
  type TokenizerFile,
  type TokenizerFiles,
} from './folder-files.ts';
import { LibraryTokenizer } from './library-tokenizer.ts';
import type { TokenizedModel } from './tokenizer-core.ts';
import type { TextTokenizer } from './text-tokenizer.ts';
import { surround, type AddedTokenEntry, type PipelineNode } from './tokenizer-json.ts';

type NamedTexts = Readonly<Record<string, string>>;

/**
 * The tokenizer of a folder that transformers saved: tokenizer.json, with additions from
 * tokenizer_config.json, special_tokens_map.json, generation_config.json and chat_template.jinja.
 * Ignores the truncation and padding settings of tokenizer.json.
 *
 * A response ends with any token that one of these files or `model` declares as its end, or whose
 * name says so; fine-tunes often change only one of them.
 *
 * @param below files to use where the folder has none
 * @throws TqError badModel if tokenizer.json is missing, a file is malformed, or the tokenizer uses
 *   an unsupported feature
 */
export async function tokenizerFromFolder(
  folder: string,
  model?: TokenizedModel,
  below?: TokenizerFiles,
): Promise<TextTokenizer> {
  const files = await readTokenizerFolder(folder, below);
  const { tokenizer, config, special, generation } = files;
  const named = namedTexts(config, special);
  const added = addedTokens(tokenizer, config, named);
  const idOf = (text: string | null | undefined) =>
    added.find(({ content }) => content === text)?.id ?? vocabularyId(tokenizer.model, text);
  const plainEnds = [...turnEnds].flatMap((content) => {
    const id = vocabularyId(tokenizer.model, content);
    return id === undefined ? [] : [{ id, content, special: false }];
  });
  return new LibraryTokenizer({
    json: {
      ...tokenizer,
      added_tokens: added,
      post_processor: postProcessor(tokenizer.post_processor, config, named),
    },
    beginToken: idOf(named['bos_token']),
    endTokens: [
      ...declaredEnds(generation?.eos_token_id, model?.endTokens, added),
      ...[config?.eos_token, special?.eos_token].flatMap((text) => idOf(text) ?? []),
      ...namedEndTokens([...added, ...plainEnds]),
    ],
    chatTemplate: templateOf(files),
    specialTokens: named,
    model,
  });
}

/**
 * The ends of generation_config.json and config.json. Beside the former, an end of config.json that
 * is a word is a default that the library wrote: transformers does not read it either.
 */
function declaredEnds(
  generation: readonly number[] | null | undefined,
  config: readonly number[] = [],
  added: readonly AddedTokenEntry[],
): number[] {
  if (!generation?.length) return [...config];
  const controls = new Set(added.filter(({ special }) => special).map(({ id }) => id));
  return [...generation, ...config.filter((id) => controls.has(id))];
}

/**
 * Texts of the named tokens. Files without `added_tokens_decoder` are older: there
 * special_tokens_map.json comes first, as in transformers.
 */
function namedTexts(config: ConfigFile | undefined, special: NamedTokens | undefined): NamedTexts {
  const files = config?.added_tokens_decoder ? [config, special] : [special, config];
  return Object.fromEntries(
    namedTokenNames.flatMap((name) => {
      const text = files.map((file) => file?.[name]).find((found) => found);
      return text ? [[name, text]] : [];
    }),
  );
}

/** The added tokens of tokenizer.json and those that only the configuration names. */
function addedTokens(
  tokenizer: TokenizerFile,
  config: ConfigFile | undefined,
  named: NamedTexts,
): AddedTokenEntry[] {
  const entries = new Map(tokenizer.added_tokens.map((token) => [token.content, token]));
  for (const [id, token] of Object.entries(config?.added_tokens_decoder ?? {})) {
    const entry = entries.get(token.content) ?? { ...token, id: Number(id) };
    entries.set(token.content, { ...entry, special: entry.special || token.special });
  }
  const plain = { normalized: false, single_word: false, lstrip: false, rstrip: false };
  for (const content of Object.values(named)) {
    const entry = entries.get(content);
    const id = entry?.id ?? vocabularyId(tokenizer.model, content);
    if (id !== undefined) entries.set(content, { ...plain, ...entry, id, content, special: true });
  }
  return [...entries.values()].flatMap((token) => {
    // Rust matches no empty token.
    if (token.content === '') return [];
    const special = token.special || marksTurn(token.content);
    return { ...token, special, normalized: token.normalized ?? !token.special };
  });
}

/** tokenizer_config.json's settings for begin and end tokens override tokenizer.json. */
function postProcessor(
  own: PipelineNode | null,
  config: ConfigFile | undefined,
  named: NamedTexts,
): PipelineNode | null {
  const { add_bos_token: begins, add_eos_token: ends } = config ?? {};
  if (typeof begins !== 'boolean' && typeof ends !== 'boolean') return own;
  const texts = (wanted: boolean | null | undefined, text: string | undefined) =>
    wanted && text !== undefined ? [text] : [];
  return surround(texts(begins, named['bos_token']), texts(ends, named['eos_token']));
}

function vocabularyId(model: PipelineNode, text: string | null | undefined): number | undefined {
  const vocabulary = model['vocab'];
  if (!text || typeof vocabulary !== 'object' || vocabulary === null) return undefined;
  if (Array.isArray(vocabulary)) {
    const id = vocabulary.findIndex((piece: unknown) => Array.isArray(piece) && piece[0] === text);
    return id < 0 ? undefined : id;
  }
  return Object.hasOwn(vocabulary, text) ? (vocabulary as Record<string, number>)[text] : undefined;
}
