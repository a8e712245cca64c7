import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { EngineEvent } from '../../protocol/events.ts';
import type { ModelPlan, NetworkOptions } from '../../protocol/store.ts';
import type { KnownModels } from './known-models.ts';
import { addModel, storeError } from './add-model.ts';
import { hubAccess } from './hub-access.ts';
import type { Wait } from './hub-fetch.ts';
import { ChoiceNeeded } from './model-files.ts';
import {
  defaultId,
  folderOfId,
  readReference,
  type HubReference,
  type LocalReference,
} from './model-reference.ts';
import type { ModelStore, StoreEntry } from './model-store.ts';
import { openHub, openLocal, type Origin } from './origin.ts';
import { selectCandidate, planOf, planOfChoice } from './plan-model.ts';

/** A model to add. */
export interface AddRequest {
  readonly source: string;
  readonly file?: string | undefined;
  readonly id?: string | undefined;
  /** The model that an adapter belongs on. */
  readonly base?: string | undefined;
  readonly network?: NetworkOptions | undefined;
}

type Emit = (event: EngineEvent) => void;

/** Dependencies of StoreService. */
export interface StoreDeps {
  readonly store: ModelStore;
  readonly finder: KnownModels;
  /** Ids of rewards, which models must not have. */
  readonly takenIds: ReadonlySet<string>;
  /** Provides the hub, the token and the proxy; see hubAccess. */
  readonly environment: NodeJS.ProcessEnv;
  readonly wait: Wait;
}

/** Interval for checking whether another process has finished. */
const pauseMs = 200;
const reportEveryMs = 100;

/** Plans, adds, removes and verifies models of the store. */
export class StoreService {
  constructor(private readonly deps: StoreDeps) {}

  /** What `add` would do. Asks the hub only for names, sizes and small files; stores nothing. */
  async plan(request: AddRequest, emit: Emit, signal: AbortSignal): Promise<ModelPlan> {
    return this.#withOrigin(request, emit, signal, async (origin, reference) => {
      try {
        const { id, file: chosen, base } = request;
        return await planOf(
          origin,
          await selectCandidate(origin, reference, this.deps.finder, { id, chosen, base }),
          this.deps.store,
        );
      } catch (error) {
        if (!(error instanceof ChoiceNeeded)) throw error;
        return planOfChoice(origin, request.id ?? defaultId(reference), error, this.deps.store);
      }
    });
  }

  /** @throws TqError; the store contains only complete models in any case */
  async add(request: AddRequest, emit: Emit, signal: AbortSignal): Promise<StoreEntry> {
    return this.#withOrigin(request, emit, signal, async (origin, reference) => {
      const { file: chosen, base } = request;
      const candidate = await selectCandidate(origin, reference, this.deps.finder, {
        ...{ id: request.id, chosen, base },
      });
      const { id, selection } = candidate;
      folderOfId(id);
      await this.#requireFree(id);
      const { wait } = this.deps;
      const pause = (): Promise<void> => wait(pauseMs, signal);
      const release = await this.deps.store.claim(id, pause, () => {
        emit({ type: 'note', text: `Another process is adding ${id}; waiting until it is done.` });
      });
      try {
        const present = await this.deps.store.find(id);
        if (present) {
          emit({
            type: 'note',
            text: `${id} is already in the store; its source is ${present.source}.`,
          });
          return present;
        }
        if (selection.leftOut.length > 0)
          emit({ type: 'note', text: leftOutNote(selection.leftOut) });
        const stage = reference.kind === 'hub' ? 'downloading' : 'copying';
        const onBytes = throttled((done, total) => {
          const share = total === 0 ? null : done / total;
          emit({ type: 'progress', stage, model: id, done: share, bytes: { done, total } });
        });
        const { store, finder } = this.deps;
        const options = { signal, wait, onBytes };
        const entry = await addModel(origin, candidate, store, finder, options);
        if (base !== undefined && entry.base === undefined) {
          emit({ type: 'note', text: `${id} is a whole model, so the base ${base} is not used.` });
        }
        return entry;
      } finally {
        await release();
      }
    });
  }

  /** @throws TqError unknownId, or invalidInput if the model is shipped or in use */
  async remove(id: string): Promise<void> {
    const known = await this.deps.finder.known();
    if (known.some((model) => model.id === id && !model.stored)) {
      throw new TqError(
        ErrorCode.invalidInput,
        `The model ${id} ships with the program and cannot be removed.`,
      );
    }
    if (await this.#guarded(() => this.deps.store.remove(id))) return;
    const ids = known.filter(({ stored }) => stored).map((model) => model.id);
    throw new TqError(
      ErrorCode.unknownId,
      `There is no model "${id}" in the store; ${ids.length === 0 ? 'the store is empty' : `it contains ${ids.join(', ')}`}.`,
    );
  }

  /**
   * Compares the hashes of all files; returns one result for each model, with an empty problem if
   * all match.
   */
  async verify(
    id: string | undefined,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<{ id: string; problem: string }[]> {
    const known = await this.deps.finder.known();
    const chosen = known.filter((model) => id === undefined || model.id === id);
    if (chosen.length === 0) {
      const ids = known.map((model) => model.id).join(', ');
      throw new TqError(
        ErrorCode.unknownId,
        `There is no model "${id ?? ''}"; the models are ${ids}.`,
      );
    }
    const results: { id: string; problem: string }[] = [];
    for (const model of chosen) {
      emit({ type: 'progress', stage: 'checking', model: model.id, done: null });
      const problem = await this.deps.finder.verify(model, signal).then(
        () => '',
        (error: unknown) => {
          if (error instanceof TqError) return error.message;
          throw error;
        },
      );
      results.push({ id: model.id, problem });
    }
    return results;
  }

  async #requireFree(id: string): Promise<void> {
    const shipped = (await this.deps.finder.known()).some(
      (model) => model.id === id && !model.stored,
    );
    if (!shipped && !this.deps.takenIds.has(id)) return;
    throw new TqError(
      ErrorCode.invalidInput,
      `The id "${id}" belongs to a ${shipped ? 'model' : 'reward'} that ships with the program; choose another id with --id.`,
    );
  }

  async #withOrigin<T>(
    { source, network }: AddRequest,
    emit: Emit,
    signal: AbortSignal,
    work: (origin: Origin, reference: HubReference | LocalReference) => Promise<T>,
  ): Promise<T> {
    const reference = await readReference(source);
    if (reference.kind === 'local') {
      return this.#guarded(async () => work(await openLocal(reference, signal), reference));
    }
    const access = hubAccess(this.deps.environment, network);
    const onNote = (text: string): void => {
      emit({ type: 'note', text });
    };
    const { wait } = this.deps;
    const requests = { access, repository: reference.repository, signal, wait, onNote };
    try {
      return await this.#guarded(async () => work(await openHub(reference, requests), reference));
    } finally {
      await access.dispatcher.destroy();
    }
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storeError(error, this.deps.store.folder);
    }
  }
}

function leftOutNote(files: readonly string[]): string {
  return `Skipped ${files.join(', ')}: pickle files can run code when opened; only safetensors and GGUF files are used.`;
}

/** Passes on the first and the last call, and others at most every 100 ms. */
function throttled(report: (done: number, total: number) => void): typeof report {
  let last = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - last < reportEveryMs) return;
    last = now;
    report(done, total);
  };
}
