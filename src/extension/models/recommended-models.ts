/** A model on the hub that is worth trying where the shipped one is too small. */
export interface RecommendedModel {
  readonly title: string;
  /** owner/name/file of the hub; the hub's own answer counts when it is added. */
  readonly source: string;
  /** Size of the download. */
  readonly bytes: number;
  /** Number of weights. */
  readonly weights: number;
  readonly licence: string;
  /** Codes of the languages that its card names, or their number. */
  readonly languages: readonly string[] | number;
}

/**
 * Instruct models of families that the engine reads, in their makers' own GGUF files, whose
 * licences allow any use. Not here: Qwen2.5-3B, whose licence allows research only. Source: the
 * pages huggingface.co/OWNER/NAME as public projects cite them, not the hub itself; the size of
 * Qwen3 4B is rounded. The plan that the hub answers with is what a person confirms.
 */
export const recommendedModels: readonly RecommendedModel[] = [
  {
    title: 'Qwen2.5 0.5B Instruct',
    source: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q8_0.gguf',
    bytes: 675_710_816,
    weights: 494e6,
    licence: 'apache-2.0',
    languages: 29,
  },
  {
    title: 'Qwen2.5 1.5B Instruct',
    source: 'Qwen/Qwen2.5-1.5B-Instruct-GGUF/qwen2.5-1.5b-instruct-q4_k_m.gguf',
    bytes: 1_117_320_736,
    weights: 1540e6,
    licence: 'apache-2.0',
    languages: 29,
  },
  {
    title: 'SmolLM2 1.7B Instruct',
    source: 'HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF/smollm2-1.7b-instruct-q4_k_m.gguf',
    bytes: 1_055_609_536,
    weights: 1711e6,
    licence: 'apache-2.0',
    languages: ['en'],
  },
  {
    title: 'Granite 3.3 2B Instruct',
    source: 'ibm-granite/granite-3.3-2b-instruct-GGUF/granite-3.3-2b-instruct-Q4_K_M.gguf',
    bytes: 1_545_303_328,
    weights: 2534e6,
    licence: 'apache-2.0',
    languages: ['en', 'de', 'es', 'fr', 'ja', 'pt', 'ar', 'cs', 'it', 'ko', 'nl', 'zh'],
  },
  {
    title: 'Qwen3 4B',
    source: 'Qwen/Qwen3-4B-GGUF/Qwen3-4B-Q4_K_M.gguf',
    bytes: 2_500e6,
    weights: 4022e6,
    licence: 'apache-2.0',
    languages: 119,
  },
];

/** Bytes in memory as int8, as the engine counts: a byte a weight, and the text's own part. */
export function memoryOf({ weights }: Pick<RecommendedModel, 'weights'>): number {
  return weights + 120e6;
}

/**
 * The models that this machine's memory can hold, and which are not there yet: first those that fit
 * into what is free, the largest of them first, then the others from the smallest.
 * @param present ids of the models that are there
 */
export function recommendedFor(
  memory: { readonly total: number; readonly available: number },
  present: readonly string[],
  models: readonly RecommendedModel[] = recommendedModels,
): RecommendedModel[] {
  const possible = models
    .filter((model) => memoryOf(model) <= memory.total && !present.includes(model.source))
    .sort((a, b) => a.weights - b.weights);
  const fits = possible.filter((model) => memoryOf(model) <= memory.available);
  return [...fits.reverse(), ...possible.filter((model) => memoryOf(model) > memory.available)];
}
