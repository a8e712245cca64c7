import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import { isAdapterFolder, openAdapter } from './models/adapter.ts';
import { readManifest, type ManifestModel } from './models/manifest.ts';

/** A base model, and what is laid over it. */
export interface FoundModel {
  /** Id of a model that ships, else the absolute path. */
  readonly id: string;
  readonly base: string;
  readonly shippedBase: ManifestModel | undefined;
  readonly adapter: string | undefined;
  readonly shippedAdapter: ManifestModel | undefined;
}

/** Finds models by id or path. */
export class ModelFinder {
  constructor(private readonly folder: string) {}

  shipped(): Promise<ManifestModel[]> {
    return readManifest(this.folder);
  }

  /** What `FoundModel.id` of this model is; says nothing about whether it is there. */
  async canonicalId(idOrPath: string): Promise<string> {
    const models = await this.shipped();
    return models.some(({ id }) => id === idOrPath) ? idOrPath : resolve(idOrPath);
  }

  /**
   * @throws TqError unknownId listing the ids; badModel for an adapter whose base is not here
   */
  async find(idOrPath: string): Promise<FoundModel> {
    const models = await this.shipped();
    const shipped = models.find(({ id }) => id === idOrPath);
    if (!shipped && !/[/\\]|\.gguf$|^\.+$/.test(idOrPath)) {
      throw new TqError(
        ErrorCode.unknownId,
        `There is no model "${idOrPath}"; the models are ${languageModels(models)}, or give the path of a GGUF file or folder.`,
      );
    }
    const path = shipped ? this.#pathOf(shipped) : resolve(idOrPath);
    const id = shipped?.id ?? path;
    if (!(await isAdapterFolder(path))) {
      return {
        id,
        base: path,
        shippedBase: shipped,
        adapter: undefined,
        shippedAdapter: undefined,
      };
    }
    const base = await this.#baseOf(path, shipped, models);
    return { id, ...base, adapter: path, shippedAdapter: shipped };
  }

  async #baseOf(
    adapterPath: string,
    shipped: ManifestModel | undefined,
    models: readonly ManifestModel[],
  ): Promise<Pick<FoundModel, 'base' | 'shippedBase'>> {
    const adapter = await openAdapter(adapterPath);
    await adapter.close();
    const wanted = shipped?.base ?? adapter.base ?? '';
    const shippedBase = models.find((model) => isNamed(model, wanted));
    if (shippedBase) return { base: this.#pathOf(shippedBase), shippedBase };
    // PEFT writes the path where the base lay on disk; a relative one starts from the adapter here.
    const base = resolve(adapterPath, wanted);
    const isPath = /[/\\]/.test(wanted);
    if (isPath && (await exists(base))) return { base, shippedBase: undefined };
    throw new TqError(
      ErrorCode.badModel,
      `Adapter ${basename(adapterPath)} belongs on "${wanted || 'no named model'}", which is not here; the models are ${languageModels(models)}.`,
    );
  }

  /** A model with a GGUF file is that file; others are their folder. */
  #pathOf(model: ManifestModel): string {
    const gguf = model.files.find((file) => file.path.endsWith('.gguf'));
    return join(this.folder, gguf?.path ?? model.files[0]!.path.split('/')[0]!);
  }
}

/** Whether the id or the source of a language model names it: as a word, for names begin alike. */
function isNamed({ kind, id, source }: ManifestModel, name: string): boolean {
  return kind === 'language-model' && (id === name || source.split(/[\s,;()]+/).includes(name));
}

function languageModels(models: readonly ManifestModel[]): string {
  return models
    .filter(({ kind }) => kind === 'language-model' || kind === 'policy-adapter')
    .map(({ id }) => id)
    .join(', ');
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
