import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import type { TensorFile } from '../../src/engine/models/tensor-file.ts';

/** A temporary folder. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'tqstar-models-'));
  return {
    path,
    write(name: string, content: Buffer | string): string {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    remove(): void {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export function fixture(...parts: string[]): string {
  return join(fileURLToPath(new URL('../fixtures/models', import.meta.url)), ...parts);
}

interface Checksum {
  shape: number[];
  sha256: string;
  first: number[];
}

/** Asserts that a file has exactly the tensors, bit by bit, of its fixture's reference.json. */
export async function assertTensorsOf(folder: string, file: TensorFile): Promise<void> {
  const { tensors } = JSON.parse(readFileSync(fixture(folder, 'reference.json'), 'utf8')) as {
    tensors: Record<string, Checksum>;
  };
  assert.deepEqual([...file.tensors.keys()].sort(), Object.keys(tensors).sort());
  for (const [name, expected] of Object.entries(tensors)) {
    assert.deepEqual(file.tensors.get(name)!.shape, expected.shape, name);
    const weights = await file.read(name);
    assert.deepEqual([...weights.subarray(0, 4)], expected.first, name);
    const bytes = new Uint8Array(weights.buffer);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), expected.sha256, name);
  }
}
