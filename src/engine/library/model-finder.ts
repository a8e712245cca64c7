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
import type { ModelStore } from '../store/model-store.ts';

const storeAdvice = (id: string): string => `remove the model ${id} and add it again.`;

/** Finds models by id or path. */
export class ModelFinder implements KnownModels {
  constructor(
    private readonly folder: string,
    private readonly store: ModelStore,
  ) {}

  /** What ships, and then what is in the store. */
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

  /** Folders of the adapters with an id that belong on a model with one. */
  async adaptersOn({ id }: KnownModel): Promise<string[]> {
    return (await this.known()).filter(({ base }) => base === id).map(pathOf);
  }

  /** What `FoundModel.id` of this model is; says nothing about whether it is there. */
  async canonicalId(idOrPath: string): Promise<string> {
    const models = await this.known();
    return models.some(({ id }) => id === idOrPath) ? idOrPath : resolve(idOrPath);
  }

  /** One sentence on the first file whose size is wrong; empty when there is none. */
  async sizeProblem({ root, stored, ...model }: KnownModel): Promise<string> {
    const advice = stored && storeAdvice(model.id);
    return (await findSizeProblem(root, model, advice)) ?? '';
  }

  /** @throws TqError badModel where the content of a file is not what it was */
  async verify({ root, stored, ...model }: KnownModel, signal?: AbortSignal): Promise<void> {
    if (stored) await this.store.requireNoLinks(stored);
    await verifyModel(root, model, signal, stored && storeAdvice(model.id));
  }

  /**
   * @throws TqError unknownId listing the ids; badModel for an adapter whose base is not here
   */
  async find(idOrPath: string): Promise<FoundModel> {
    const models = await this.known();
    const known = models.find(({ id }) => id === idOrPath);
    if (!known && !/[/\\]|\.gguf$|^\.+$/.test(idOrPath)) {
      throw new TqError(
        ErrorCode.unknownId,
        `There is no model "${idOrPath}"; the models are ${languageModels(models)}, or give the path of a GGUF file or folder.`,
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
   * The model that an adapter belongs on.
   * @param named what it is known to belong on, where its own configuration is not to say
   * @throws TqError badModel when that is not here
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
   * The model of this name: an id, a word of where a model comes from, or a path.
   * @param folder where a relative path starts; without it only models with an id are meant
   * @throws TqError badModel when that is not here
   */
  async baseNamed(
    wanted: string,
    adapter: string,
    folder?: string,
  ): Promise<{ path: string; known: KnownModel | undefined }> {
    const models = await this.known();
    const known = models.find((model) => isNamed(model, wanted));
    if (known) return { path: pathOf(known), known };
    // PEFT writes the path where the base lay on disk; a relative one starts from the adapter here.
    const path = resolve(folder ?? '.', wanted);
    const isPath = folder !== undefined && /[/\\]/.test(wanted);
    if (isPath && (await exists(path))) return { path, known: undefined };
    throw new TqError(
      ErrorCode.badModel,
      `Adapter ${adapter} belongs on "${wanted || 'no named model'}", which is not here; the models are ${languageModels(models)}.`,
    );
  }
}

/** Whether the id or the source of a language model names it: as a word, for names begin alike. */
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
