import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledStore } from '../../src/engine/models/compiled-store.ts';
import { decodeFloats, largestDifference, openSession } from './compiled.ts';
import { logitsAfter, startTree } from './logits-after.ts';

/** Made by test/fixtures/make_adapters.py. */
const folder = join(import.meta.dirname, '../fixtures/adapters');
const { inputIds, cases } = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as {
  readonly inputIds: readonly number[];
  readonly cases: Readonly<Record<string, { base: string; shape: number[]; logits: string }>>;
};
const tolerance = 1e-3;

/** A fault in reading adapters would not change the names of compiled models. */
const compiled = mkdtempSync(join(tmpdir(), 'tqstar-adapters-'));

/** Compares the logits of a base with adapters with PEFT's. */
async function assertAsPeft(
  name: string,
  base: string,
  adapters: readonly (readonly [file: string, weight: number])[],
): Promise<void> {
  const { shape, logits } = cases[name]!;
  const session = await openSession(join(folder, base), {
    store: new CompiledStore(compiled),
    adapters: adapters.map(([file, weight]) => ({ path: join(folder, file), weight })),
  });
  try {
    const [count, vocabulary] = shape as [number, number];
    assert.equal(session.shape.vocabulary, vocabulary);
    const tree = startTree(session, inputIds);
    const found = await logitsAfter(session, tree, tree.pending(inputIds.length));
    const expected = decodeFloats(logits);
    const differences = Array.from({ length: count }, (_, i) =>
      largestDifference(found[i]!, expected.subarray(i * vocabulary, (i + 1) * vocabulary)),
    );
    assert.ok(Math.max(...differences) <= tolerance, `differences ${differences.join(', ')}`);
  } finally {
    await session.dispose();
  }
}

describe('adapters compute what PEFT computes', () => {
  after(() => {
    rmSync(compiled, { recursive: true, force: true });
  });

  for (const [name, { base }] of Object.entries(cases)) {
    if (name === 'sum') continue;
    it(`${name} on the base "${base}"`, () => assertAsPeft(name, base, [[name, 1]]));
  }

  it('of one that PEFT saved, on a base in a GGUF file', async () => {
    await assertAsPeft('pissa', 'tied.gguf', [['pissa', 1]]);
    await assertAsPeft('head-tied', 'tied.gguf', [['head-tied', 1]]);
  });

  it('of a weighted sum, as concatenated products', async () => {
    const weighted = [
      ['first-of-sum', 0.7],
      ['second-of-sum', -0.4],
    ] as const;
    await assertAsPeft('sum', 'tied', weighted);
    const [, second] = weighted;
    await assertAsPeft('sum', 'tied', [['first-of-sum.gguf', 0.7], second]);
  });

  for (const name of ['first-of-sum', 'head-untied', 'embedding-untied']) {
    it(`of ${name} as llama.cpp converts it, on a folder and on a GGUF file`, async () => {
      const { base } = cases[name]!;
      await assertAsPeft(name, base, [[`${name}.gguf`, 1]]);
      await assertAsPeft(name, `${base}.gguf`, [[`${name}.gguf`, 1]]);
    });
  }
});
