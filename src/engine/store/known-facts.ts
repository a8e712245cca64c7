import { pathOf, type KnownModel, type KnownModels } from './known-models.ts';
import {
  describeAdapter,
  describeModel,
  describeOther,
  type ModelFacts,
} from './describe-model.ts';

/** Facts of a model that has an id, and one sentence where they cannot be told. */
export type FactsOfKnown = Omit<ModelFacts, 'kind'> & { readonly problem: string };

const unknown = { family: '', format: '', weights: 0 };

/** Facts of models that have an id; those of what ships are read once. */
export class KnownFacts {
  readonly #shipped = new Map<string, Promise<FactsOfKnown>>();

  constructor(private readonly finder: KnownModels) {}

  /** @param problem what is wrong with the files; then they are not read */
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
    const { base, adapter } = await this.finder.find(model.id);
    return adapter === undefined ? describeModel(path) : describeAdapter(adapter, base);
  }
}
