import type { KnownModel } from '../store/known-models.ts';
import type { ModelFinder } from './model-finder.ts';
import { openAdapter, type Adapter } from '../models/adapter.ts';
import { lowestLayer, type OpenModel } from '../models/open-model.ts';
import type { GraphSession } from '../runtime/graph-session.ts';
import { Trunk } from '../runtime/trunk.ts';

/** A base model in one number format. */
export interface Base {
  readonly model: OpenModel;
  readonly known: KnownModel | undefined;
  /** Equal for bases whose files and format are. */
  readonly key: string;
}

/**
 * Trunks in memory, one a base. A base has a trunk where an adapter leaves its lower layers as they
 * are: one that is being loaded, or one with an id that may be loaded later.
 */
export class TrunkLibrary {
  readonly #trunks = new Map<string, Trunk>();

  constructor(private readonly finder: Pick<ModelFinder, 'adaptersOn'>) {}

  isLoaded({ key }: Base): boolean {
    return this.#trunks.has(key);
  }

  /**
   * How many layers of the trunk a model goes on from; 0 for one that is loaded as one graph: a
   * base without adapters, or an adapter that changes layers of the trunk.
   */
  async layersBelow(base: Base, adapter: Adapter | undefined): Promise<number> {
    const { model, key } = base;
    const unchanged = adapter ? lowestLayer(adapter, model) : model.shape.layers;
    const layers = this.#trunks.get(key)?.layers ?? (await this.#layersFor(base, adapter));
    return layers <= unchanged ? layers : 0;
  }

  /** The trunk of a base, with one more user. */
  async retain({ key }: Base, load: () => Promise<GraphSession>): Promise<Trunk> {
    const known = this.#trunks.get(key);
    if (known) return known.retain();
    const trunk = new Trunk(await load(), () => this.#trunks.delete(key));
    this.#trunks.set(key, trunk);
    return trunk.retain();
  }

  /**
   * The layers of a trunk that is not loaded yet: as many as every adapter that has any leaves
   * alone.
   */
  async #layersFor({ model, known }: Base, adapter: Adapter | undefined): Promise<number> {
    const lowest = adapter ? [lowestLayer(adapter, model)] : [];
    for (const folder of known ? await this.finder.adaptersOn(known) : []) {
      // One that cannot be read says so when it is asked for.
      const other = await openAdapter(folder).catch(() => undefined);
      if (other) lowest.push(lowestLayer(other, model));
      await other?.close();
    }
    const sharing = lowest.filter((layer) => layer > 0);
    return sharing.length > 0 ? Math.min(...sharing) : 0;
  }
}
