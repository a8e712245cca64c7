import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** The ways to rewrite that drafts ask for; `own` is an instruction of the draft's own. */
export const draftPresets = ['clearer', 'shorter', 'friendlier', 'more-formal', 'fix'] as const;

const wordingSchema = z.string().min(1);

const entrySchema = z.strictObject({
  id: z.string().regex(/^[a-z]+(?:-[a-z]+)+$/u),
  /** What the draft is: mail, docs, commit... */
  kind: z.string().min(1),
  /** Path in the folder of drafts. */
  file: z.string().min(1),
  /** VS Code's language id. */
  language: z.string().min(1),
  preset: z.union([z.enum(draftPresets), z.strictObject({ instruction: z.string().min(1) })]),
  /** Whether it is in the sample folder and in the tests. */
  sample: z.boolean().default(false),
  /** Language of the prose. The models write English only, so all others must be kept. */
  tongue: z.enum(['en', 'de']).default('en'),
  /** What a rewrite must say; a list is several ways to say one fact. */
  facts: z.array(z.union([wordingSchema, z.array(wordingSchema).min(1)])),
  /** What must stay in the file byte for byte. */
  keep: z.array(z.string().min(1)),
  /** What the asked change takes away: errors, hedges; wordings as in `facts`. */
  gone: z.array(wordingSchema).default([]),
});

/** A draft of the held-out set, with its text. */
export interface HeldOutDraft extends z.output<typeof entrySchema> {
  readonly text: string;
}

/** The folder of the held-out set, from the project's folder. */
export const heldOutFolder = 'test/fixtures/rewriting';

/**
 * The 60 drafts of the held-out set, in the order of their index.
 * @param project the project's folder
 * @throws TqError invalidInput where the set is not there or its index has another form
 */
export async function readDrafts(project: string): Promise<readonly HeldOutDraft[]> {
  const folder = join(project, heldOutFolder);
  const index = join(folder, 'drafts.json');
  const read = (file: string): Promise<string> =>
    readFile(file, 'utf8').catch((error: unknown) =>
      fail(`The drafts cannot be read: ${(error as Error).message}. They are in a checkout only.`),
    );
  const { data, error } = z.array(entrySchema).safeParse(JSON.parse(await read(index)));
  if (!data) return fail(`${index} has another form: ${z.prettifyError(error)}`);
  return Promise.all(
    data.map(async (entry) => ({ ...entry, text: await read(join(folder, 'drafts', entry.file)) })),
  );
}

/**
 * The drafts with these ids; all without ids.
 * @throws TqError invalidInput for an unknown id
 */
export function chosenDrafts(
  drafts: readonly HeldOutDraft[],
  ids: readonly string[] | undefined,
): readonly HeldOutDraft[] {
  const unknown = ids?.find((id) => drafts.every((draft) => draft.id !== id));
  if (unknown !== undefined) {
    const known = drafts.map(({ id }) => id).join(', ');
    return fail(`There is no draft "${unknown}"; it must be one of ${known}.`);
  }
  return ids ? drafts.filter(({ id }) => ids.includes(id)) : drafts;
}

function fail(sentence: string): never {
  throw new TqError(ErrorCode.invalidInput, sentence);
}
