import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { fileText } from '../../protocol/file-text.ts';
import type { Prompt } from '../../protocol/options.ts';
import type { PromptSource } from './suite.ts';

const lineSchema = z.object({
  prompt: z.string(),
  draft: z.string().optional(),
  system: z.string().optional(),
  raw: z.boolean().default(false),
});
const dialogueSchema = z.object({ chosen: z.string() });

const human = '\n\nHuman: ';
const assistant = '\n\nAssistant:';

/**
 * Reads the first `count` prompts of a source; without a count, at most `usual`.
 * @throws TqError invalidInput for a missing or malformed file, an empty prompt, no prompts, or
 *   fewer than `count`
 */
export async function readPrompts(
  source: PromptSource,
  count: number | undefined,
  usual: number,
): Promise<Prompt[]> {
  const name = source.kind === 'given' ? 'The suite' : `The file ${source.name}`;
  const all = source.kind === 'given' ? source.prompts : await readFileOf(source);
  if (all.length === 0) fail(`${name} has no prompts; an evaluation needs at least 1.`);
  const empty = all.findIndex(({ text }) => text.trim() === '');
  if (empty >= 0) fail(`Prompt ${empty + 1} is empty (${name}); each prompt must contain text.`);
  if (count !== undefined && count > all.length) {
    fail(`--n is ${count}; it must be at most ${all.length}, the number of prompts (${name}).`);
  }
  return all.slice(0, count ?? usual);
}

async function readFileOf(
  source: Exclude<PromptSource, { readonly kind: 'given' }>,
): Promise<Prompt[]> {
  const { file, kind, name } = source;
  const bytes = await readFile(file).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    fail(
      name.startsWith('models/recipes/')
        ? `The prompts ${name} are missing (${String(code)}); this suite needs a clone of the project, so name a suite file instead.`
        : `The prompts ${name} cannot be read (${String(code)}).`,
    );
  });
  const text = textOf(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, name);
  const lines = text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [{ line, index }]));
  return kind === 'dialogues'
    ? firstQuestions(
        lines.map(({ line, index }) => parse(dialogueSchema, line, index, name).chosen),
      )
    : lines.map(({ line, index }) => {
        const { prompt, draft, system, raw } = parse(lineSchema, line, index, name);
        return {
          text: prompt,
          raw,
          ...(draft !== undefined && { draft }),
          ...(system !== undefined && { system }),
        };
      });
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return fileText(bytes);
  } catch (error) {
    return fail(`The prompts ${name} cannot be used: the file ${(error as Error).message}.`);
  }
}

/** The first question of each dialogue, without repeats: dialogues of a single turn come first. */
function firstQuestions(dialogues: readonly string[]): Prompt[] {
  const questions = dialogues.map((dialogue) => {
    const end = dialogue.indexOf(assistant);
    const text = dialogue.slice(human.length, end < 0 ? undefined : end).trim();
    return { text, single: dialogue.split(human).length === 2 };
  });
  const ordered = [
    ...questions.filter(({ single }) => single),
    ...questions.filter(({ single }) => !single),
  ];
  return [...new Set(ordered.map(({ text }) => text))]
    .filter((text) => text !== '')
    .map((text) => ({ text, raw: false }));
}

function parse<T>(schema: z.ZodType<T>, line: string, index: number, name: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return fail(`Line ${index + 1} of ${name} is not an object with the text of a prompt.`);
  }
}

function fail(sentence: string): never {
  throw new TqError(ErrorCode.invalidInput, sentence);
}
