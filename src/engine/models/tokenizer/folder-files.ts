import { join } from 'node:path';

import { z } from 'zod';

import { EncodingError, fileText } from '../../../protocol/file-text.ts';
import { conversion } from '../folder-content.ts';
import { foreignContent, tellingBytes } from '../foreign-content.ts';
import { badModel, quoted } from '../malformed.ts';
import { readModelFile } from '../model-file.ts';
import { parsePythonJson } from '../python-json.ts';
import { extraTemplates, templateOfSeveral } from './several-templates.ts';
import { maxTokenId, type PipelineNode } from './tokenizer-json.ts';

/** Most bytes of a file; the largest tokenizers of known models have 35 MB. */
const maxBytes = 100_000_000;

const node = z.custom<PipelineNode>(
  (value) => typeof value === 'object' && value !== null && 'type' in value,
  'has no type',
);

// Old files omit the model's type.
const model = z.custom<PipelineNode>(
  (value) => typeof value === 'object' && value !== null && 'vocab' in value,
  'has no vocab',
);

const addedToken = z.object({
  content: z.string(),
  special: z.boolean().default(false),
  normalized: z.boolean().optional(),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
});

const tokenId = z.int().nonnegative().max(maxTokenId);

const tokenizerFile = z.object({
  added_tokens: z.array(addedToken.extend({ id: tokenId })).default([]),
  normalizer: node.nullable().default(null),
  pre_tokenizer: node.nullable().default(null),
  post_processor: node.nullable().default(null),
  decoder: node.nullable().default(null),
  model,
});

const namedToken = z
  .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)], {
    error: 'expected the text of one token',
  })
  .nullish();

const namedTokens = z.object({
  bos_token: namedToken,
  eos_token: namedToken,
  unk_token: namedToken,
  sep_token: namedToken,
  pad_token: namedToken,
  cls_token: namedToken,
  mask_token: namedToken,
});

const chatTemplate = z.union([
  z.string(),
  z
    .array(z.object({ name: z.string(), template: z.string() }))
    .transform((list) =>
      templateOfSeveral(new Map(list.map(({ name, template }) => [name, template]))),
    ),
]);

/** What processors of multimodal models saved before chat_template.jinja. */
const processorTemplate = z.object({ chat_template: chatTemplate.nullish() });

const decimalId = z.string().refine((id) => tokenId.safeParse(Number(id)).success);

const configFile = namedTokens.extend({
  add_bos_token: z.boolean().nullish(),
  add_eos_token: z.boolean().nullish(),
  added_tokens_decoder: z
    .record(decimalId, addedToken, { error: 'expected tokens by their ids' })
    .optional(),
  chat_template: chatTemplate.nullish(),
});

/** `eos_token_id` of a configuration, as a list. */
export const endTokenIds = z
  .union([z.int().transform((id) => [id]), z.array(z.int())], {
    error: 'expected a token id or a list of token ids',
  })
  .nullish();

const generationFile = z.object({ eos_token_id: endTokenIds });

/** The names of special tokens in a tokenizer's files and chat templates. */
export const namedTokenNames = namedTokens.keyof().options;

export type TokenizerFile = z.infer<typeof tokenizerFile>;
export type ConfigFile = z.infer<typeof configFile>;
export type NamedTokens = z.infer<typeof namedTokens>;

/** A folder's tokenizer files, checked; all but tokenizer.json are optional. */
export interface TokenizerFolder {
  readonly tokenizer: TokenizerFile;
  readonly config: ConfigFile | undefined;
  readonly special: NamedTokens | undefined;
  readonly generation: z.infer<typeof generationFile> | undefined;
  /** Content of chat_template.jinja, or the default of several templates in files. */
  readonly template: string | undefined;
}

/** Files of a tokenizer, each of which may be missing. */
export type TokenizerFiles = {
  readonly [Name in keyof TokenizerFolder]?: TokenizerFolder[Name] | undefined;
};

/**
 * @param below files to use where the folder has none: those of an adapter's base model
 * @throws TqError badModel if tokenizer.json is missing or a file is malformed
 */
export async function readTokenizerFolder(
  folder: string,
  below?: TokenizerFiles,
): Promise<TokenizerFolder> {
  const own = await readTokenizerFiles(folder);
  const files = below ? withBelow(own, below) : own;
  const { tokenizer, config, special, generation, template } = files;
  if (!tokenizer) {
    throw badModel(
      `${below ? `Neither the folder ${folder} nor its base has a` : `The folder ${folder} has no`} tokenizer.json; download it as well, or make it from the other files of the tokenizer ${conversion('AutoTokenizer', folder)}.`,
    );
  }
  return { tokenizer, config, special, generation, template };
}

/** @throws TqError badModel if a file is malformed */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const [tokenizer, config, special, generation, jinja, extra, processor] = await Promise.all([
    readJson(folder, 'tokenizer.json', tokenizerFile),
    readJson(folder, 'tokenizer_config.json', configFile),
    readJson(folder, 'special_tokens_map.json', namedTokens),
    readJson(folder, 'generation_config.json', generationFile),
    readText(folder, 'chat_template.jinja'),
    extraTemplates(folder, readText),
    readJson(folder, 'chat_template.json', processorTemplate),
  ]);
  // As in transformers, files come before the templates of tokenizer_config.json, all together.
  const files = jinja ?? (extra.size > 0 ? templateOfSeveral(extra) : undefined);
  const template =
    files ?? ((config?.chat_template ?? undefined) === undefined ? processor?.chat_template : null);
  return { tokenizer, config, special, generation, template: template ?? undefined };
}

/** A tokenizer's settings belong to its tokenizer.json; a template may come without it. */
function withBelow(own: TokenizerFiles, below: TokenizerFiles): TokenizerFiles {
  const settings = own.tokenizer ? {} : below;
  return {
    tokenizer: own.tokenizer ?? below.tokenizer,
    config: own.config ?? settings.config,
    special: own.special ?? settings.special,
    generation: own.generation ?? below.generation,
    template: templateOf(own) ?? templateOf(below),
  };
}

/** The chat template among a tokenizer's files. */
export function templateOf({ template, config }: TokenizerFiles): string | undefined {
  return template ?? config?.chat_template ?? undefined;
}

async function readJson<T>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const text = await readText(folder, name);
  if (text === undefined) return undefined;
  let content: unknown;
  try {
    content = parsePythonJson(text);
  } catch (cause) {
    const foreign = foreignContent(Buffer.from(text.slice(0, tellingBytes)));
    throw badModel(`${join(folder, name)} ${foreign ?? 'is not valid JSON'}.`, cause);
  }
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const where = path.length
    ? `${quoted(path.join('.'))} in ${join(folder, name)}`
    : join(folder, name);
  throw badModel(`${where} cannot be used: ${message}.`);
}

async function readText(folder: string, name: string): Promise<string | undefined> {
  const bytes = await readModelFile(join(folder, name), maxBytes);
  if (bytes === undefined) return undefined;
  try {
    return fileText(bytes);
  } catch (cause) {
    if (cause instanceof EncodingError)
      throw badModel(`${join(folder, name)} ${cause.message}.`, cause);
    throw cause;
  }
}
