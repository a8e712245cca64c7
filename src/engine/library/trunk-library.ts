import type { KnownModel } from '../store/known-models.ts';
import type { ModelFinder } from './model-finder.ts';
import { openAdapter, type Adapter } from '../models/adapter.ts';
import { lowestChangedLayer } from '../models/adapted-model.ts';
import type { OpenModel } from '../models/open-model.ts';
import type { GraphSession } from '../runtime/graph-session.ts';
import { Trunk } from '../runtime/trunk.ts';

/** A base model in one number format. */
export interface Base {
  readonly model: OpenModel;
  readonly known: KnownModel | undefined;
  /** Equal for bases with equal files and format. */
  readonly key: string;
}

/**
 * Loaded trunks, one for each base model. A base gets a trunk if an adapter leaves its lower layers
 * unchanged: the adapter being loaded, or a known one that may be loaded later.
 */
export class TrunkLibrary {
  readonly #trunks = new Map<string, Trunk>();

  constructor(private readonly finder: Pick<ModelFinder, 'adaptersOn'>) {}

  isLoaded({ key }: Base): boolean {
    return this.#trunks.has(key);
  }

  /**
   * How many lower layers a model shares; 0 for a model that is loaded as one graph: a base without
   * adapters, or an adapter that changes layers of the trunk.
   */
  async sharedLayers(base: Base, adapter: Adapter | undefined): Promise<number> {
    const { model, key } = base;
    const unchanged = adapter ? lowestChangedLayer(adapter, model) : model.shape.layers;
    const layers = this.#trunks.get(key)?.layers ?? (await this.#layersFor(base, adapter));
    return layers <= unchanged ? layers : 0;
  }

  /** The trunk of a base, retained for one more model. */
  async retain({ key }: Base, load: () => Promise<GraphSession>): Promise<Trunk> {
    const known = this.#trunks.get(key);
    if (known) return known.retain();
    const trunk = new Trunk(await load(), () => this.#trunks.delete(key));
    this.#trunks.set(key, trunk);
    return trunk.retain();
  }

  /**
   * The number of layers for a new trunk: as many as no adapter changes. Adapters that change the
   * first layer do not count; they are loaded whole.
   */
  async #layersFor({ model, known }: Base, adapter: Adapter | undefined): Promise<number> {
    const lowest = adapter ? [lowestChangedLayer(adapter, model)] : [];
    for (const folder of known ? await this.finder.adaptersOn(known) : []) {
      // An adapter that cannot be read is reported when a request names it.
      const layer = await this.#lowestOf(folder, model).catch(() => undefined);
      if (layer !== undefined) lowest.push(layer);
    }
    const sharing = lowest.filter((layer) => layer > 0);
    return sharing.length > 0 ? Math.min(...sharing) : 0;
  }

  async #lowestOf(folder: string, model: OpenModel): Promise<number> {
    const adapter = await openAdapter(folder);
    try {
      return lowestChangedLayer(adapter, model);
    } finally {
      await adapter.close();
    }
  }
}
