import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixtures } from './compiled.ts';

type Json = Record<string, unknown>;

interface SafetensorsEntry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

/** The tensors of a safetensors file, for changing and writing them; all are float32. */
export class Tensors {
  readonly #values = new Map<string, { shape: readonly number[]; values: Float32Array }>();

  constructor(private readonly path: string) {
    const bytes = readFileSync(path);
    const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, headerEnd)) as Record<
      string,
      SafetensorsEntry
    >;
    for (const [name, { shape, data_offsets }] of Object.entries(header)) {
      if (name === '__metadata__') continue;
      const [start, end] = data_offsets.map((offset) => headerEnd + offset) as [number, number];
      const values = new Float32Array(
        bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + end),
      );
      this.#values.set(name, { shape, values });
    }
  }

  get names(): string[] {
    return [...this.#values.keys()];
  }

  /** The full name of the tensor whose name ends with `end`. */
  named(end: string): string {
    return this.names.find((name) => name.endsWith(end))!;
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  set(name: string, shape: readonly number[], value: (index: number, old: number) => number): void {
    const old = this.#values.get(name)?.values;
    const count = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: count }, (_, i) => value(i, old?.[i] ?? 0));
    this.#values.set(name, { shape, values });
  }

  shape(name: string): readonly number[] {
    return this.#values.get(name)!.shape;
  }

  write(): void {
    const header: Record<string, SafetensorsEntry> = {};
    let offset = 0;
    for (const [name, { shape, values }] of this.#values) {
      const end = offset + values.byteLength;
      header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [offset, end] };
      offset = end;
    }
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    const data = [...this.#values.values()].map(({ values }) => Buffer.from(values.buffer));
    writeFileSync(this.path, Buffer.concat([length, json, ...data]));
  }
}

/** Copies of the small fixture models in a temporary folder, for tests that change them. */
export class TinyModels {
  readonly path = mkdtempSync(join(tmpdir(), 'tqstar-tiny-'));

  /** Copies fixture folders into one folder, so that adapters find their base. */
  constructor(...names: readonly string[]) {
    for (const name of names) cpSync(join(fixtures, name), this.folder(name), { recursive: true });
  }

  folder(name: string): string {
    return join(this.path, name);
  }

  write(name: string, content: string | Buffer): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  /** Changes or creates a JSON file, by default config.json. */
  configure(name: string, changes: Json, file = 'config.json'): void {
    const path = join(this.folder(name), file);
    const config = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Json) : {};
    writeFileSync(path, JSON.stringify({ ...config, ...changes }));
  }

  /** Changes the tensors of model.safetensors, or of adapter_model.safetensors. */
  change(name: string, edit: (tensors: Tensors) => void): void {
    const file = name.startsWith('lora') ? 'adapter_model.safetensors' : 'model.safetensors';
    const tensors = new Tensors(join(this.folder(name), file));
    edit(tensors);
    tensors.write();
  }

  /** Adds a tokenizer with one word for each token: " w0", " w1", ...; the last one ends a text. */
  addTokenizer(name: string, size = 96): void {
    const word = (id: number): string => (id === size - 1 ? '<|endoftext|>' : `w${id}`);
    const vocab = Object.fromEntries(Array.from({ length: size }, (_, id) => [word(id), id]));
    writeFileSync(
      join(this.folder(name), 'tokenizer.json'),
      JSON.stringify({
        version: '1.0',
        added_tokens: [
          {
            id: size - 1,
            content: '<|endoftext|>',
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
            special: true,
          },
        ],
        normalizer: null,
        pre_tokenizer: { type: 'Whitespace' },
        post_processor: null,
        decoder: null,
        model: { type: 'WordLevel', vocab, unk_token: 'w0' },
      }),
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
