import { join } from 'node:path';
import type { ManifestModel } from '../models/manifest.ts';
import type { StoreEntry } from './model-store.ts';

/** A model with an id: shipped, or in the store. */
export interface KnownModel extends ManifestModel {
  /** The start of its files' paths. */
  readonly root: string;
  /** Set when it is in the store. */
  readonly stored: StoreEntry | undefined;
}

/** A model as a request names it. */
export interface ModelName {
  /** An id, a path, or a sum of adapters: `a*0.7+b*0.3`. */
  readonly model: string;
  /** The model that adapters belong on; default the one that they name. */
  readonly base?: string | undefined;
  /** Whether a model that is no adapter is refused. */
  readonly mustAdapt?: boolean | undefined;
}

/** A base model, with or without adapters. */
export interface FoundModel {
  /**
   * Id of a known model, else the absolute path; of several adapters, these with their weights. A
   * base that the adapters do not name follows after "on".
   */
  readonly id: string;
  readonly base: string;
  readonly knownBase: KnownModel | undefined;
  readonly adapters: readonly FoundAdapter[];
}

/** An adapter of a found model. */
export interface FoundAdapter {
  readonly path: string;
  readonly known: KnownModel | undefined;
  /** Factor of its change. */
  readonly weight: number;
}

/** A base model. */
export interface FoundBase {
  readonly path: string;
  readonly known: KnownModel | undefined;
}

/** How the store finds models. */
export interface KnownModels {
  /** The shipped models, then those in the store. */
  known(): Promise<KnownModel[]>;
  /** Folders of the known adapters of a base model. */
  adaptersOn(model: KnownModel): Promise<string[]>;
  /** A sentence about the first file that has the wrong size, or an empty string. */
  sizeProblem(model: KnownModel): Promise<string>;
  /** @throws TqError badModel if a file's hash has changed */
  verify(model: KnownModel, signal?: AbortSignal): Promise<void>;
  /** @throws TqError unknownId listing the ids; badModel for an adapter without its base model */
  find(name: ModelName): Promise<FoundModel>;
  /**
   * The base model of an adapter.
   * @param named overrides the base that the adapter's configuration names
   * @throws TqError badModel if the base model is not found
   */
  baseOf(adapterPath: string, named?: string): Promise<FoundBase>;
  /**
   * The base model that an adapter names: by id, by a word of the model's source, or by path.
   * @param folder the start of relative paths; without it, paths are not considered
   * @throws TqError badModel if the base model is not found
   */
  baseNamed(wanted: string, adapter: string, folder?: string): Promise<FoundBase>;
  /**
   * The base model that a person names: by id, by a word of the model's source, or by path.
   * @throws TqError unknownId listing the ids; badModel for an adapter
   */
  baseAsked(wanted: string): Promise<FoundBase>;
}

/** The path of a model: its GGUF file, else its folder. */
export function pathOf({ root, files }: KnownModel): string {
  const gguf = files.find((file) => file.path.endsWith('.gguf'));
  return join(root, gguf?.path ?? files[0]!.path.split('/')[0]!);
}
