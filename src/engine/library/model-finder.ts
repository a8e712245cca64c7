import { stat } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { isAdapterFolder, openAdapter } from '../models/adapter.ts';
import {
  findSizeProblem,
  readManifest,
  verifyModel,
  type ManifestModel,
} from '../models/manifest.ts';
import {
  pathOf,
  type FoundModel,
  type KnownModel,
  type KnownModels,
} from '../store/known-models.ts';
import { ollamaFolder, ollamaModelFile, ollamaNameOf } from '../store/found/ollama.ts';
import type { ModelStore } from '../store/model-store.ts';

const storeAdvice = (id: string): string => `remove the model ${id} and add it again.`;

/** Finds models by id or path. */
export class ModelFinder implements KnownModels {
  constructor(
    private readonly folder: string,
    private readonly store: ModelStore,
  ) {}

  /** The shipped models, then those in the store. */
  async known(): Promise<KnownModel[]> {
    const shipped = await readManifest(this.folder);
    const stored = await this.store.list();
    return [
      ...shipped.map((model) => ({ ...model, root: this.folder, stored: undefined })),
      ...stored.map((entry) => ({
        ...this.store.manifestOf(entry),
        root: this.store.folder,
        stored: entry,
      })),
    ];
  }

  /** Folders of the known adapters of a base model. */
  async adaptersOn({ id }: KnownModel): Promise<string[]> {
    return (await this.known()).filter(({ base }) => base === id).map(pathOf);
  }

  /** The `FoundModel.id` of this model, whether it exists or not. */
  async canonicalId(idOrPath: string): Promise<string> {
    const models = await this.known();
    const isName = ollamaNameOf(idOrPath) !== undefined || models.some(({ id }) => id === idOrPath);
    return isName ? idOrPath : resolve(idOrPath);
  }

  /** A sentence about the first file that has the wrong size, or an empty string. */
  async sizeProblem({ root, stored, ...model }: KnownModel): Promise<string> {
    const advice = stored && storeAdvice(model.id);
    return (await findSizeProblem(root, model, advice)) ?? '';
  }

  /** @throws TqError badModel if a file's hash has changed */
  async verify({ root, stored, ...model }: KnownModel, signal?: AbortSignal): Promise<void> {
    if (stored) await this.store.requireNoLinks(stored);
    await verifyModel(root, model, signal, stored && storeAdvice(model.id));
  }

  /**
   * @throws TqError unknownId listing the ids; badModel for an adapter without its base model
   */
  async find(idOrPath: string): Promise<FoundModel> {
    const ollama = ollamaNameOf(idOrPath);
    if (ollama !== undefined) {
      const base = await ollamaModelFile(ollama, ollamaFolder(process.env));
      return {
        ...{ id: idOrPath, base, knownBase: undefined },
        ...{ adapter: undefined, knownAdapter: undefined },
      };
    }
    const models = await this.known();
    const known = models.find(({ id }) => id === idOrPath);
    if (!known && !/[/\\]|\.gguf$|^\.+$/.test(idOrPath)) {
      throw new TqError(
        ErrorCode.unknownId,
        `There is no model "${idOrPath}"; the models are ${languageModels(models)}, or give the path of a GGUF file or model folder.`,
      );
    }
    const path = known ? pathOf(known) : resolve(idOrPath);
    const id = known?.id ?? path;
    if (!(await isAdapterFolder(path))) {
      return { id, base: path, knownBase: known, adapter: undefined, knownAdapter: undefined };
    }
    const { path: base, known: knownBase } = await this.baseOf(path, known?.base);
    return { id, base, knownBase, adapter: path, knownAdapter: known };
  }

  /**
   * The base model of an adapter.
   * @param named overrides the base that the adapter's configuration names
   * @throws TqError badModel if the base model is not found
   */
  async baseOf(
    adapterPath: string,
    named?: string,
  ): Promise<{ path: string; known: KnownModel | undefined }> {
    const adapter = await openAdapter(adapterPath);
    await adapter.close();
    return this.baseNamed(named ?? adapter.base ?? '', basename(adapterPath), adapterPath);
  }

  /**
   * The base model that an adapter names: by id, by a word of the model's source, or by path.
   * @param folder the start of relative paths; without it, paths are not considered
   * @throws TqError badModel if the base model is not found
   */
  async baseNamed(
    wanted: string,
    adapter: string,
    folder?: string,
  ): Promise<{ path: string; known: KnownModel | undefined }> {
    const models = await this.known();
    const known = models.find((model) => isNamed(model, wanted));
    if (known) return { path: pathOf(known), known };
    // PEFT writes the base's path at training time; a relative one starts from the adapter's
    // folder.
    const path = resolve(folder ?? '.', wanted);
    const isPath = folder !== undefined && /[/\\]/.test(wanted);
    if (isPath && (await exists(path))) return { path, known: undefined };
    throw new TqError(
      ErrorCode.badModel,
      wanted === ''
        ? `The adapter ${adapter} does not name its base model; set base_model_name_or_path in its adapter_config.json to one of ${languageModels(models)}, or to a path.`
        : `The base model "${wanted}" of the adapter ${adapter} was not found; available are ${languageModels(models)}.`,
    );
  }
}

/** Whether a language model has this id, or this name as a whole word in its source. */
function isNamed({ kind, id, source }: KnownModel, name: string): boolean {
  if (kind !== 'language-model' || name === '' || isAbsolute(name)) return false;
  return id === name || source.split(/[\s,;()]+/).includes(name);
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
