import { dirname, join } from 'node:path';
import {
  type CompileProgress,
  CompiledStore,
  type DecoderShape,
  type FormatName,
  GraphSession,
  type GraphTarget,
  type Locations,
  type TextTokenizer,
  ThreadCount,
  compileSource,
  contentHash,
  defaultModel,
  findLocations,
  openModel,
  readManifest,
  shapeOf,
  threadFile,
  timeSession,
  verifyModel,
} from '../engine/exports/bench.ts';
import type { TokenId } from '../decoding/policy.ts';

/** The shipped model, compiled in one format. */
export interface ShippedModel {
  /** Folder of the compiled graph. */
  readonly folder: string;
  readonly shape: DecoderShape;
  readonly tokenizer: TextTokenizer;
  /** File with the engine's number of threads. */
  readonly threadFile: string;
}

/** The engine's folders, but with the cache in the project: fp32 models are useful only here. */
export function benchLocations(environment: NodeJS.ProcessEnv): Locations {
  const { models, cache, store } = findLocations(environment);
  return {
    models,
    cache: environment['TQSTAR_CACHE'] === undefined ? join(dirname(models), '.cache') : cache,
    store,
  };
}

export interface PrepareOptions extends CompileProgress {
  /** Default the CPU. */
  readonly target?: GraphTarget;
  /** How many of its layers are taken, from the first; all when left out. */
  readonly layers?: number | undefined;
}

/** Compiles the shipped model, or loads it from the cache. */
export async function prepareShipped(
  { models, cache }: Locations,
  format: FormatName,
  { target, layers, ...progress }: PrepareOptions = {},
): Promise<ShippedModel> {
  const entry = (await readManifest(models)).find(({ id }) => id === defaultModel)!;
  await verifyModel(models, entry);
  const model = await openModel(join(models, entry.files[0]!.path));
  try {
    const hash = await contentHash(model.files);
    const range = { from: 0, to: layers ?? model.shape.layers };
    const part = layers === undefined ? undefined : range;
    const key = { contentHash: hash, format, target, range: part, head: 'logits' } as const;
    const source = compileSource(model, undefined, 'logits', range);
    const folder = await new CompiledStore(join(cache, 'compiled')).open(key, source, progress);
    const shape = shapeOf(model.shape, range);
    const tokenizer = await model.tokenizer();
    return { folder, shape, tokenizer, threadFile: threadFile(cache) };
  } finally {
    await model.close();
  }
}

/** A session with the engine's number of threads; measures that number if it is not known yet. */
export async function openGraph(model: ShippedModel): Promise<GraphSession> {
  const create = (threads: number): Promise<GraphSession> =>
    GraphSession.create(model.folder, model.shape, { threads });
  const { threads } = await new ThreadCount(model.threadFile).measure((count) =>
    timeSession(() => create(count), 'logits'),
  );
  return create(threads);
}

/** An instruction in the model's chat template. */
export function chatOf(tokenizer: TextTokenizer, text: string): string {
  return tokenizer.applyChatTemplate([{ role: 'user', content: text }], {
    addGenerationPrompt: true,
  });
}

export function encodeInstruction(tokenizer: TextTokenizer, text: string): TokenId[] {
  return tokenizer.encode(chatOf(tokenizer, text), { specialTokens: false });
}
