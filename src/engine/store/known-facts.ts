import { pathOf, type KnownModel, type KnownModels } from './known-models.ts';
import {
  describeAdapter,
  describeModel,
  describeOther,
  type ModelFacts,
} from './describe-model.ts';

/** Facts about a known model; `problem` is a sentence if they cannot be determined, else empty. */
export type FactsOfKnown = Omit<ModelFacts, 'kind'> & { readonly problem: string };

const unknown = { family: '', format: '', weights: 0 };

/** Facts about known models; those of shipped models are read once. */
export class KnownFacts {
  readonly #shipped = new Map<string, Promise<FactsOfKnown>>();

  constructor(private readonly finder: KnownModels) {}

  /** @param problem a problem with the files, which are then not read; else empty */
  of(model: KnownModel, problem: string): Promise<FactsOfKnown> {
    if (model.stored) return Promise.resolve({ ...model.stored, problem });
    if (problem !== '') return Promise.resolve({ ...unknown, problem });
    const read = this.#shipped.get(model.id) ?? this.#read(model);
    this.#shipped.set(model.id, read);
    return read;
  }

  async #read(model: KnownModel): Promise<FactsOfKnown> {
    try {
      return { ...(await this.#describe(model)), problem: '' };
    } catch (error) {
      this.#shipped.delete(model.id);
      return { ...unknown, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async #describe(model: KnownModel): Promise<ModelFacts> {
    const path = pathOf(model);
    if (model.kind === 'sentence-embedding') return describeOther(path);
    const { base, adapters } = await this.finder.find({ model: model.id });
    return adapters.length === 0 ? describeModel(path) : describeAdapter(path, base);
  }
}
