import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SlotPool } from '../../src/engine/runtime/slot-pool.ts';
import { TokenTree } from '../../src/engine/runtime/token-tree.ts';
import { decodeFloats, familyModels, fixtures, openSession, readReference } from './compiled.ts';

interface LogitsReference {
  readonly inputIds: number[];
  readonly logits: string;
}

/**
 * The difference relative to the spread of the reference; a wrong fold gives about 1. These models
 * have 8 to 48 channels, so rounding has more effect than in real models.
 */
const largestError = 0.1;

describe('int8 logits equal those of transformers up to rounding', () => {
  for (const name of familyModels) {
    it(name, async () => {
      const session = await openSession(join(fixtures, name), { format: 'int8' });
      const { inputIds, logits } = await readReference<LogitsReference>(name);
      const reference = decodeFloats(logits);
      const tree = new TokenTree(inputIds, new SlotPool(session.shape, 0), 0);
      const nodes = tree.pending(inputIds.length);
      const rows = nodes.map((_, row) => row);
      const run = { ...tree.plan(nodes), rows, topCount: 1, wantLogits: true };
      const found = (await session.run(run)).logits!;
      const mean = reference.reduce((sum, value) => sum + value, 0) / reference.length;
      let [error, spread] = [0, 0];
      reference.forEach((value, i) => {
        error += (found[i]! - value) ** 2;
        spread += (value - mean) ** 2;
      });
      const share = Math.sqrt(error / spread);
      assert.ok(share < largestError, `${share}`);
      await session.dispose();
    });
  }
});
