import { join } from 'node:path';
import type { ManifestModel } from '../models/manifest.ts';
import type { StoreEntry } from './model-store.ts';

/** A model that has an id: it ships, or is in the store. */
export interface KnownModel extends ManifestModel {
  /** Folder that the paths of its files start from. */
  readonly root: string;
  /** Set when it is in the store. */
  readonly stored: StoreEntry | undefined;
}

/** A base model, and what is laid over it. */
export interface FoundModel {
  /** Id of a model that has one, else the absolute path. */
  readonly id: string;
  readonly base: string;
  readonly knownBase: KnownModel | undefined;
  readonly adapter: string | undefined;
  readonly knownAdapter: KnownModel | undefined;
}

/** Where the store asks which models there are. */
export interface KnownModels {
  /** What ships, and then what is in the store. */
  known(): Promise<KnownModel[]>;
  /** Folders of the adapters with an id that belong on a model with one. */
  adaptersOn(model: KnownModel): Promise<string[]>;
  /** One sentence on the first file whose size is wrong; empty when there is none. */
  sizeProblem(model: KnownModel): Promise<string>;
  /** @throws TqError badModel where the content of a file is not what it was */
  verify(model: KnownModel, signal?: AbortSignal): Promise<void>;
  /** @throws TqError unknownId listing the ids; badModel for an adapter whose base is not here */
  find(idOrPath: string): Promise<FoundModel>;
  /**
   * The model that an adapter belongs on.
   * @param named what it is known to belong on, where its own configuration is not to say
   * @throws TqError badModel when that is not here
   */
  baseOf(
    adapterPath: string,
    named?: string,
  ): Promise<{ path: string; known: KnownModel | undefined }>;
  /**
   * The model of this name: an id, a word of where a model comes from, or a path.
   * @param folder where a relative path starts; without it only models with an id are meant
   * @throws TqError badModel when that is not here
   */
  baseNamed(
    wanted: string,
    adapter: string,
    folder?: string,
  ): Promise<{ path: string; known: KnownModel | undefined }>;
}

/** A model with a GGUF file is that file; others are their folder. */
export function pathOf({ root, files }: KnownModel): string {
  const gguf = files.find((file) => file.path.endsWith('.gguf'));
  return join(root, gguf?.path ?? files[0]!.path.split('/')[0]!);
}
