import { namedEndTokens } from './end-tokens.ts';
import {
  namedTokenNames,
  readTokenizerFolder,
  templateOf,
  type ConfigFile,
  type TokenizerFile,
  type TokenizerFiles,
} from './folder-files.ts';
import { LibraryTokenizer } from './library-tokenizer.ts';
import type { TextTokenizer } from './text-tokenizer.ts';
import { surround, type AddedTokenEntry, type PipelineNode } from './tokenizer-json.ts';

type NamedTexts = Readonly<Record<string, string>>;

/**
 * The tokenizer of a folder that transformers saved: tokenizer.json, with additions from
 * tokenizer_config.json, special_tokens_map.json, generation_config.json and chat_template.jinja.
 * Ignores the truncation and padding settings of tokenizer.json.
 *
 * @param below files to use where the folder has none
 * @throws TqError badModel if tokenizer.json is missing, a file is malformed, or the tokenizer uses
 *   an unsupported feature
 */
export async function tokenizerFromFolder(
  folder: string,
  below?: TokenizerFiles,
): Promise<TextTokenizer> {
  const files = await readTokenizerFolder(folder, below);
  const { tokenizer, config, special, generation } = files;
  const named = namedTexts({ ...special, ...config });
  const added = addedTokens(tokenizer, config, named);
  const idOf = (text: string | undefined) =>
    added.find(({ content }) => content === text)?.id ?? vocabularyId(tokenizer.model, text);
  const generationEnds = [generation?.eos_token_id ?? []].flat();
  const end = idOf(named['eos_token']);
  const namedEnds = [...(end === undefined ? [] : [end]), ...namedEndTokens(added)];
  return new LibraryTokenizer({
    json: {
      ...tokenizer,
      added_tokens: added,
      post_processor: postProcessor(tokenizer.post_processor, config, named),
    },
    beginToken: idOf(named['bos_token']),
    endTokens: new Set(generationEnds.length > 0 ? generationEnds : namedEnds),
    chatTemplate: templateOf(files),
    specialTokens: named,
  });
}

function namedTexts(files: { readonly [name: string]: unknown }): NamedTexts {
  return Object.fromEntries(
    namedTokenNames.flatMap((name) => {
      const text = files[name];
      return typeof text === 'string' ? [[name, text]] : [];
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
    if (!entries.has(token.content)) entries.set(token.content, { ...token, id: Number(id) });
  }
  const plain = { normalized: false, single_word: false, lstrip: false, rstrip: false };
  for (const content of Object.values(named)) {
    const entry = entries.get(content);
    const id = entry?.id ?? vocabularyId(tokenizer.model, content);
    if (id !== undefined) entries.set(content, { ...plain, ...entry, id, content, special: true });
  }
  return [...entries.values()].map((token) => ({
    ...token,
    normalized: token.normalized ?? !token.special,
  }));
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

function vocabularyId(model: PipelineNode, text: string | undefined): number | undefined {
  const vocabulary = model['vocab'];
  if (text === undefined || typeof vocabulary !== 'object' || vocabulary === null) return undefined;
  if (Array.isArray(vocabulary)) {
    const id = vocabulary.findIndex((piece: unknown) => Array.isArray(piece) && piece[0] === text);
    return id < 0 ? undefined : id;
  }
  return Object.hasOwn(vocabulary, text) ? (vocabulary as Record<string, number>)[text] : undefined;
}
