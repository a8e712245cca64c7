interface Resident<T> {
  readonly value: Promise<T>;
  readonly label: string;
  readonly dispose: (value: T) => Promise<void>;
}

/** How a model gets into memory and out of it. */
export interface ResidentSteps<T> {
  /** Id of the model. */
  readonly label: string;
  /** Claims the model's files; returns what gives them up. */
  readonly use: () => Promise<() => Promise<void>>;
  readonly load: () => Promise<T>;
  readonly dispose: (value: T) => Promise<void>;
}

/** Models in memory, each once. */
export class Residents<T> {
  readonly #residents = new Map<string, Resident<T>>();

  /** Whether a model with this id is in memory. */
  has(label: string): boolean {
    return [...this.#residents.values()].some((resident) => resident.label === label);
  }

  /** Loads a model once; a failed load is forgotten, so that the next request tries again. */
  async get(key: string, { label, use, load, dispose }: ResidentSteps<T>): Promise<T> {
    const known = this.#residents.get(key);
    if (known) return known.value;
    const release = use();
    const value = release.then(load);
    const disposeAndRelease = async (loaded: T): Promise<void> => {
      await dispose(loaded);
      await (
        await release
      )();
    };
    this.#residents.set(key, { value, label, dispose: disposeAndRelease });
    try {
      return await value;
    } catch (error) {
      this.#residents.delete(key);
      await release.then((end) => end()).catch(() => undefined);
      throw error;
    }
  }

  /** Takes one model out of memory, if it is there. */
  async drop(key: string): Promise<void> {
    const resident = this.#residents.get(key);
    if (!resident) return;
    this.#residents.delete(key);
    await resident.dispose(await resident.value);
  }

  /**
   * Takes the models with this id out of memory, an adapter from each of its bases, or all; returns
   * their ids.
   */
  async free(label: string | undefined): Promise<string[]> {
    const freed: string[] = [];
    for (const [key, resident] of [...this.#residents]) {
      const isNamed = resident.label === label || resident.label.startsWith(`${label} on `);
      if (label !== undefined && !isNamed) continue;
      this.#residents.delete(key);
      freed.push(resident.label);
      await resident.value.then(resident.dispose, () => undefined);
    }
    return freed;
  }
}
