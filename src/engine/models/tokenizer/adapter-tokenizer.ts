import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTokenizerFiles, templateOf } from './folder-files.ts';
import { tokenizerFromFolder } from './folder-tokenizer.ts';
import { tokenizerFromGguf } from './gguf-tokenizer.ts';
import type { TokenizedModel } from './tokenizer-core.ts';
import type { TextTokenizer } from './text-tokenizer.ts';

/** The files of an adapter's folder that can change a model's tokens or prompt. */
export const adapterTokenizerFiles = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'generation_config.json',
  'chat_template.jinja',
  'chat_template.json',
];

/** Paths of those files that a folder has. */
export async function existingTokenizerFiles(folder: string | undefined): Promise<string[]> {
  if (folder === undefined) return [];
  const paths = adapterTokenizerFiles.map((name) => join(folder, name));
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return paths.filter((_, i) => found[i]?.isFile());
}

/** The tokenizer of a model folder, with an adapter's own files first. */
export async function folderTokenizer(
  folder: string,
  model: TokenizedModel,
  adapter?: string,
): Promise<TextTokenizer> {
  if (adapter === undefined) return tokenizerFromFolder(folder, model);
  return tokenizerFromFolder(adapter, model, await readTokenizerFiles(folder));
}

/** The tokenizer of a GGUF file, with an adapter's own files first. */
export async function ggufTokenizer(
  metadata: ReadonlyMap<string, unknown>,
  model: TokenizedModel,
  adapter?: string,
): Promise<TextTokenizer> {
  if (adapter === undefined) return tokenizerFromGguf(metadata, model);
  const own = await readTokenizerFiles(adapter);
  const key = 'tokenizer.chat_template';
  if (own.tokenizer) {
    const template = metadata.get(key);
    return tokenizerFromFolder(adapter, model, typeof template === 'string' ? { template } : {});
  }
  const template = templateOf(own);
  return tokenizerFromGguf(
    template === undefined ? metadata : new Map([...metadata, [key, template]]),
    model,
  );
}
