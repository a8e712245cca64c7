import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { isAdapter, openAdapter } from '../models/adapter.ts';
import {
  adaptersText,
  isAdapterSum,
  readAdapters,
  type NamedAdapter,
} from '../models/adapter/expression.ts';
import { modelName } from '../models/hub-cache.ts';
import { badModel, quoted } from '../models/malformed.ts';
import { modelPlace } from '../models/model-place.ts';
import {
  findSizeProblem,
  readManifest,
  verifyModel,
  type ManifestModel,
} from '../models/manifest.ts';
import {
  pathOf,
  type FoundBase,
  type FoundModel,
  type KnownModel,
  type KnownModels,
  type ModelName,
} from '../store/known-models.ts';
import { ollamaFolder, ollamaModelFile, ollamaNameOf } from '../store/found/ollama.ts';
import type { ModelStore } from '../store/model-store.ts';

const storeAdvice = (id: string): string => `remove the model ${id} and add it again.`;

/** A model or an adapter, where it is. */
interface Located extends NamedAdapter {
  readonly id: string;
  readonly path: string;
  readonly known: KnownModel | undefined;
}

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
    if (ollamaNameOf(idOrPath) !== undefined) return idOrPath;
    const models = await this.known();
    const named = await this.#partsOf(idOrPath, models);
    return adaptersText(named.map((each) => ({ ...each, model: locate(each, models).id })));
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

  async find({ model, base: asked, mustAdapt = false }: ModelName): Promise<FoundModel> {
    const ollama = ollamaNameOf(model);
    if (ollama !== undefined) {
      const path = await ollamaModelFile(ollama, ollamaFolder(process.env));
      return { id: model, base: path, knownBase: undefined, adapters: [] };
    }
    const models = await this.known();
    const named = await this.#partsOf(model, models);
    const parts = await Promise.all(named.map((each) => place(locate(each, models))));
    const [first] = parts as [Located];
    const plain = !mustAdapt && parts.length === 1 && first.weight === 1;
    for (const each of parts) {
      // Only adapters can be meant in a sum, so the name of a folder here is clear.
      if (plain || !(await exists(each.path))) requireKnown(each.model, models);
    }
    if (plain && !(await isAdapter(first.path))) {
      return { id: first.id, base: first.path, knownBase: first.known, adapters: [] };
    }
    for (const { id, path } of parts) {
      if (await isAdapter(path)) continue;
      await stat(path).catch((error: unknown) => {
        throw badModel(`There is no adapter at ${path}.`, error);
      });
      throw badModel(`${id} is a model, not an adapter; only adapters have weights and are added.`);
    }
    const base = await this.#sharedBase(parts, asked);
    const text = adaptersText(parts.map(({ id, weight }) => ({ model: id, weight })));
    return {
      id: base.own ? text : `${text} on ${base.known?.id ?? base.path}`,
      base: base.path,
      knownBase: base.known,
      adapters: parts.map(({ path, known, weight }) => ({ path, known, weight })),
    };
  }

  async baseOf(adapterPath: string, named?: string): Promise<FoundBase> {
    const adapter = await openAdapter(adapterPath);
    await adapter.close();
    return this.baseNamed(named ?? adapter.base ?? '', modelName(adapterPath), adapterPath);
  }

  async baseNamed(wanted: string, adapter: string, folder?: string): Promise<FoundBase> {
    const models = await this.known();
    const known = models.find((model) => isNamed(model, wanted));
    if (known) return { path: pathOf(known), known };
    // PEFT writes the base's path at training time; a relative one starts from the adapter's
    // folder. Opening a path of another machine would send the person's name there.
    const path = resolve(folder ?? '.', wanted);
    const isPath = folder !== undefined && /[/\\]/.test(wanted) && !/^[/\\]{2}/.test(wanted);
    if (isPath && (await exists(path))) return { path: await modelPlace(path), known: undefined };
    throw badModel(
      wanted === ''
        ? `The adapter ${adapter} does not name its base model; name it with --base <model> (in the editor: the setting tqstar.adapterBase).`
        : `The base model ${quoted(wanted)} of the adapter ${adapter} was not found; name the model with --base <model> (in the editor: the setting tqstar.adapterBase)${hubHint(wanted)}. Available are ${languageModels(models)}.`,
    );
  }

  async baseAsked(wanted: string): Promise<FoundBase> {
    const models = await this.known();
    const known = models.find((model) => isNamed(model, wanted));
    const located = known ?? models.find(({ id }) => id === wanted);
    const path = located ? pathOf(located) : await modelPlace(resolve(wanted));
    if (!(await exists(path))) {
      requireKnown(wanted, models);
      throw badModel(`There is no base model at ${path}; give a GGUF file or a model folder.`);
    }
    if (await isAdapter(path)) {
      throw badModel(`${wanted} is an adapter; an adapter belongs on a model.`);
    }
    return { path, known: located };
  }

  /** The parts of a sum of adapters; one part for an id or a path. */
  async #partsOf(text: string, models: readonly KnownModel[]): Promise<NamedAdapter[]> {
    const one = [{ model: text, weight: 1 }];
    if (!isAdapterSum(text) || models.some(({ id }) => id === text)) return one;
    return (await exists(resolve(text))) ? one : readAdapters(text);
  }

  /** @returns the base, and whether it is the one that all adapters name */
  async #sharedBase(
    parts: readonly Located[],
    named: string | undefined,
  ): Promise<FoundBase & { readonly own: boolean }> {
    const ownOf = ({ path, known }: Located): Promise<FoundBase> => this.baseOf(path, known?.base);
    if (named !== undefined) {
      const asked = await this.baseAsked(named);
      const own = await Promise.all(parts.map((part) => ownOf(part).catch(() => undefined)));
      return { ...asked, own: own.every((each) => each?.path === asked.path) };
    }
    const [first, ...others] = parts as [Located, ...Located[]];
    const base = await ownOf(first);
    for (const other of others) {
      const { path } = await ownOf(other);
      if (path === base.path) continue;
      throw badModel(
        `The adapters ${first.id} and ${other.id} belong on different models, ${base.path} and ${path}; name the model for both with --base <model>.`,
      );
    }
    return { ...base, own: true };
  }
}

function locate({ model, weight }: NamedAdapter, models: readonly KnownModel[]): Located {
  const known = models.find(({ id }) => id === model);
  const path = known ? pathOf(known) : resolve(model);
  return { model, weight, path, known, id: known?.id ?? path };
}

async function place(located: Located): Promise<Located> {
  return located.known ? located : { ...located, path: await modelPlace(located.path) };
}

/** Refuses a name that is neither an id nor looks like a path. */
function requireKnown(name: string, models: readonly KnownModel[]): void {
  if (models.some(({ id }) => id === name) || /[/\\]|\.gguf$|^\.+$/.test(name)) return;
  throw new TqError(
    ErrorCode.unknownId,
    `There is no model ${quoted(name)}; the models are ${languageModels(models)}, or give the path of a GGUF file or model folder.`,
  );
}

/** Whether a language model has this id, or this name as a whole word in its source. */
function isNamed({ kind, id, source }: KnownModel, name: string): boolean {
  if (kind !== 'language-model' || name === '' || isAbsolute(name)) return false;
  return id === name || source.split(/[\s,;()]+/).includes(name);
}

/** How to add a base that is named as hubs name models. */
function hubHint(name: string): string {
  const onHub = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(name);
  return onHub ? `, or add it with "tqstar models add ${name}"` : '';
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
