import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import {
  allLayers,
  compileSource,
  CompiledStore,
  contentHash,
  DecoderPolicy,
  GraphSession,
  type Locations,
  ModelLibrary,
  openAdapter,
  openModel,
  type TextTokenizer,
} from '../../src/engine/exports/parity.ts';
import { TqError } from '../../src/protocol/errors.ts';
import { CannotCompare } from './verdict.ts';

/** A model as the engine runs it on the CPU, in fp32. */
export interface OwnModel {
  readonly decoder: DecoderPolicy;
  /** The tokenizer, or the engine's sentence about why it has none. */
  readonly tokenizer: TextTokenizer | TqError;
  close(): Promise<void>;
}

/** Where a model's files are. */
export interface ModelPlace {
  /** A folder or GGUF file; the adapter's folder if it is one. */
  readonly path: string;
  /** The model that an adapter belongs on. */
  readonly base: string | undefined;
}

/** Finds models as `tqstar` does, and opens them. */
export class OwnModels {
  readonly #library: ModelLibrary;

  constructor(private readonly locations: Locations) {
    this.#library = new ModelLibrary(locations);
  }

  /**
   * The files of a model by id or path.
   * @param base overrides the base that an adapter names
   * @throws TqError or CannotCompare if there is no such model, or an adapter without its base
   */
  async place(idOrPath: string, base?: string): Promise<ModelPlace> {
    const given = existsSync(idOrPath) ? resolve(idOrPath) : idOrPath;
    const found = await this.#library.finder.find({ model: given, base });
    if (!existsSync(found.base)) {
      throw new CannotCompare(
        `There is no model at ${found.base}; give a GGUF file, a model folder or an adapter folder.`,
      );
    }
    const [adapter, other] = found.adapters;
    if (other !== undefined) {
      throw new CannotCompare(`${idOrPath} is a sum of adapters; compare each by itself.`);
    }
    return adapter === undefined
      ? { path: found.base, base: undefined }
      : { path: adapter.path, base: found.base };
  }

  /** @throws TqError if the engine cannot use the model */
  async open(place: ModelPlace): Promise<OwnModel> {
    const tokenizer = await tokenizerOf(place);
    if (tokenizer instanceof TqError) return this.#openBare(place, tokenizer);
    const { path, base } = place;
    const policy = await this.#library.policy(
      { model: path, base },
      { format: 'fp32', device: 'cpu' },
    );
    return {
      decoder: policy.local.decoder,
      tokenizer: policy.tokenizer,
      close: async () => void (await this.#library.unload(policy.id)),
    };
  }

  /** The library loads no model without a tokenizer; its weights are compared all the same. */
  async #openBare(
    { path, base }: ModelPlace,
    tokenizer: TextTokenizer | TqError,
  ): Promise<OwnModel> {
    const model = await openModel(base ?? path);
    const adapter = base === undefined ? undefined : await openAdapter(path);
    try {
      const hash = await contentHash([...model.files, ...(adapter?.files ?? [])]);
      const source = compileSource(model, adapter, 'logits', allLayers(model.shape));
      const store = new CompiledStore(join(this.locations.cache, 'compiled'));
      const key = { contentHash: hash, format: 'fp32', head: 'logits' } as const;
      const folder = await store.open(key, source);
      const { threads } = await this.#library.threadCount.known();
      const session = await GraphSession.create(folder, model.shape, { threads });
      const ends = tokenizer instanceof TqError ? new Set<number>() : tokenizer.endTokens;
      const decoder = new DecoderPolicy(path, session, ends, path);
      return { decoder, tokenizer, close: () => decoder.dispose() };
    } finally {
      await adapter?.close();
      await model.close();
    }
  }
}

const kindSchema = z.looseObject({
  architectures: z.array(z.string()).nullish(),
  task_type: z.string().nullish(),
});

/** @throws CannotCompare for a reward model: only language models are compared */
export async function requireLanguageModel({ path }: ModelPlace): Promise<void> {
  for (const name of ['config.json', 'adapter_config.json']) {
    const json = await readFile(join(path, name), 'utf8').catch(() => '{}');
    const { data } = kindSchema.safeParse(parsed(json));
    const isReward =
      data?.task_type === 'SEQ_CLS' ||
      data?.architectures?.some((each) => each.endsWith('ForSequenceClassification'));
    if (!isReward) continue;
    throw new CannotCompare(
      `${path} is a reward model, and only language models are compared; its base or the policy that it scores can be.`,
    );
  }
}

/** What a file holds; whether it is sound is the engine's to say. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

async function tokenizerOf({ path, base }: ModelPlace): Promise<TextTokenizer | TqError> {
  const model = await openModel(base ?? path);
  try {
    const { vocabulary } = model.shape;
    return await model.tokenizer(base === undefined ? undefined : { folder: path, vocabulary });
  } catch (error) {
    if (error instanceof TqError) return error;
    throw error;
  } finally {
    await model.close();
  }
}
