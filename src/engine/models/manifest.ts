import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

const relativePath = z
  .string()
  .min(1)
  .refine(
    (path) => !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..'),
    {
      message: 'must stay inside the models folder',
    },
  );

const fileSchema = z.strictObject({
  path: relativePath,
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ManifestFile = z.output<typeof fileSchema>;

const modelSchema = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(['language-model', 'sentence-embedding', 'policy-adapter', 'causal-reward']),
  title: z.string(),
  licence: z.string(),
  /** The source as a person would cite it. */
  source: z.string(),
  /** Id of the base model of a policy adapter or causal reward. */
  base: z.string().optional(),
  /** Id of the reward that a policy adapter was aligned to, r_BL. */
  baselineReward: z.string().min(1).optional(),
  /** KL strength of that alignment. */
  beta: z.number().positive().optional(),
  /** Calibrated range to which a causal reward's score is clamped; default unbounded. */
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, { message: 'the smaller number comes first' })
    .optional(),
  /** What a causal reward favours, as a phrase that completes "favours ...". */
  favours: z.string().min(1).optional(),
  /** Languages that a language model writes, as ISO 639-1 codes; unknown if left out. */
  languages: z.array(z.string().length(2)).min(1).optional(),
  files: z.array(fileSchema).min(1),
});
export type ManifestModel = z.output<typeof modelSchema>;

const manifestSchema = z.strictObject({
  models: z
    .array(modelSchema)
    .refine((models) => new Set(models.map(({ id }) => id)).size === models.length, {
      message: 'two models have the same id',
    })
    .superRefine((models, context) => {
      for (const [index, model] of models.entries()) {
        const message = missingFact(model, models);
        if (message !== undefined) context.addIssue({ code: 'custom', path: [index], message });
      }
    }),
});

const neededFacts = {
  'language-model': [],
  'sentence-embedding': [],
  'policy-adapter': ['base'],
  'causal-reward': ['base'],
} as const;

/** The facts of an alignment, which a policy adapter has both of, or neither if it has none. */
const alignmentFacts = ['baselineReward', 'beta'] as const;

/** What an adapter's entry lacks, or a base model that is not in the list. */
function missingFact(model: ManifestModel, models: readonly ManifestModel[]): string | undefined {
  const aligned = alignmentFacts.some((name) => model[name] !== undefined);
  const needed = [...neededFacts[model.kind], ...(aligned ? alignmentFacts : [])];
  const missing = needed.find((name) => model[name] === undefined);
  if (missing !== undefined) return `${model.id}, of the kind ${model.kind}, needs ${missing}`;
  const { base } = model;
  const known = models.some(({ id, kind }) => id === base && kind === 'language-model');
  if (base === undefined || known) return undefined;
  return `the base "${base}" of ${model.id} is not a language model of the list`;
}

/** Ids of the causal reward models among shipped models. */
export function causalRewardsOf(models: readonly ManifestModel[]): string[] {
  return models.filter(({ kind }) => kind === 'causal-reward').map(({ id }) => id);
}

/** Reads models/manifest.json: the shipped models with the sizes and hashes of their files. */
export async function readManifest(folder: string): Promise<ManifestModel[]> {
  const path = join(folder, 'manifest.json');
  const refuse = (what: string, cause?: unknown): never => {
    throw new TqError(
      ErrorCode.badModel,
      `The list of shipped models ${path} ${what}; restore it from the release or the repository.`,
      { cause },
    );
  };
  const text = await readFile(path, 'utf8').catch((error: unknown) =>
    refuse('cannot be read', error),
  );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    refuse('is not valid JSON', error);
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    refuse(`is malformed at ${issue.path.join('.')}: ${issue.message}`);
  }
  return parsed.data!.models;
}

/** A sentence about the first file that has the wrong size, or undefined; reads no content. */
export async function findSizeProblem(
  folder: string,
  model: ManifestModel,
  advice = restore,
): Promise<string | undefined> {
  for (const file of model.files) {
    const found = await stat(join(folder, file.path)).catch(() => undefined);
    if (!found) {
      return `${file.path} (${file.size} bytes) is missing in ${folder}; ${advice}`;
    }
    if (found.size !== file.size) {
      return `${file.path} has ${found.size} bytes, expected ${file.size}; ${advice}`;
    }
  }
  return undefined;
}

/**
 * Checks every file of a model against the manifest.
 * @throws TqError badModel naming the file, what was expected and what was found
 */
export async function verifyModel(
  folder: string,
  model: ManifestModel,
  signal?: AbortSignal,
  advice = restore,
): Promise<void> {
  const problem = await findSizeProblem(folder, model, advice);
  if (problem !== undefined) throw new TqError(ErrorCode.badModel, problem);
  for (const file of model.files) {
    const hash = createHash('sha256');
    const stream = createReadStream(join(folder, file.path), { highWaterMark: 1 << 20 });
    await pipeline(stream, hash, { signal }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new TqError(
        ErrorCode.badModel,
        `${file.path} cannot be read (${String(error)}); ${advice}`,
        {
          cause: error,
        },
      );
    });
    const found = hash.digest('hex');
    if (found !== file.sha256) {
      throw new TqError(
        ErrorCode.badModel,
        `${file.path} has SHA-256 ${found}, expected ${file.sha256}; ${advice}`,
      );
    }
  }
}

const restore = 'restore it from the release or the repository.';
