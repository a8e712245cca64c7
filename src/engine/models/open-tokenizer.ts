import { stat } from 'node:fs/promises';
import { openGguf } from './gguf/gguf-file.ts';
import { badModel } from './malformed.ts';
import { tokenizerFromFolder } from './tokenizer/folder-tokenizer.ts';
import { tokenizerFromGguf } from './tokenizer/gguf-tokenizer.ts';
import type { TextTokenizer } from './tokenizer/text-tokenizer.ts';

/**
 * The tokenizer of a GGUF file or a Hugging Face folder, whatever the model's architecture.
 * @throws TqError badModel
 */
export async function openTokenizer(path: string): Promise<TextTokenizer> {
  const found = await stat(path).catch((error: unknown) => {
    throw badModel(
      `There is no tokenizer at ${path}; give a GGUF file or a folder with tokenizer.json.`,
      error,
    );
  });
  if (found.isDirectory()) return tokenizerFromFolder(path);
  const file = await openGguf(path);
  try {
    return tokenizerFromGguf(file.metadata);
  } finally {
    await file.close();
  }
}
