import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TqError } from '../../src/protocol/errors.ts';
import type { EngineEvent } from '../../src/protocol/events.ts';
import { ModelFinder } from '../../src/engine/library/model-finder.ts';
import { ModelStore, type StoreEntry } from '../../src/engine/store/model-store.ts';
import { StoreService, type AddRequest } from '../../src/engine/store/store-service.ts';
import type { FakeHub } from '../harness/fake-hub.ts';
import { fixtures } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

const shippedModels = join(import.meta.dirname, '../../models');

/** A temporary store for a test, with its service. */
export class TestStore {
  readonly folder = mkdtempSync(join(tmpdir(), 'tqstar-store-'));
  readonly store = new ModelStore(this.folder);
  readonly finder = new ModelFinder(shippedModels, this.store);
  readonly events: EngineEvent[] = [];
  /** Seconds of each wait; the tests do not really wait. */
  readonly waits: number[] = [];
  readonly environment: NodeJS.ProcessEnv = {};
  readonly service = new StoreService({
    store: this.store,
    finder: this.finder,
    takenIds: new Set(['readability']),
    environment: this.environment,
    wait: async (ms, signal) => {
      this.waits.push(ms / 1000);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
  });

  useHub(hub: FakeHub): void {
    this.environment['HF_ENDPOINT'] = hub.address;
  }

  add(
    request: string | AddRequest,
    signal = new AbortController().signal,
    onEvent: (event: EngineEvent) => void = () => undefined,
  ): Promise<StoreEntry> {
    const asked = typeof request === 'string' ? { source: request } : request;
    return this.service.add(
      asked,
      (event) => {
        this.events.push(event);
        onEvent(event);
      },
      signal,
    );
  }

  plan(request: string | AddRequest) {
    const asked = typeof request === 'string' ? { source: request } : request;
    return this.service.plan(asked, () => undefined, new AbortController().signal);
  }

  verify(id?: string) {
    return this.service.verify(id, () => undefined, new AbortController().signal);
  }

  get notes(): string[] {
    return this.events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
  }

  /** All files in the store, without the lock. */
  get paths(): string[] {
    const entries = readdirSync(this.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .sort();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The files of a small language model with its tokenizer, as in a repository. */
export function languageModelFiles(): Record<string, Buffer> {
  const tiny = new TinyModels('llama-grouped');
  try {
    tiny.addTokenizer('llama-grouped');
    const names = ['config.json', 'model.safetensors', 'tokenizer.json'];
    const files = names.map((name) => [
      name,
      readFileSync(join(tiny.folder('llama-grouped'), name)),
    ]);
    return Object.fromEntries(files) as Record<string, Buffer>;
  } finally {
    tiny.remove();
  }
}

export function ggufFile(name = 'gguf-q8-0'): Buffer {
  return readFileSync(join(fixtures, name, 'model.gguf'));
}

/** The message of the TqError that `work` rejects with; fails for another code. */
export async function refused(work: Promise<unknown>, code: number): Promise<string> {
  const error = await work.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TqError, String(error));
  assert.equal(error.code, code, error.message);
  return error.message;
}
