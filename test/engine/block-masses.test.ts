import assert from 'node:assert/strict';
import { massBlock } from '../../src/engine/models/compiler/graph-names.ts';
import type { GraphResult } from '../../src/engine/runtime/graph-run.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { SlotPool } from '../../src/engine/runtime/slot-pool.ts';
import { TokenTree } from '../../src/engine/runtime/token-tree.ts';
import { openSession } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

describe('block masses', () => {
  const name = 'llama-grouped';
  const ids = Array.from({ length: 19 }, (_, i) => (7 * i + 5) % 96);
  const last = ids.length - 1;
  let tiny: TinyModels;

  before(() => {
    tiny = new TinyModels(name);
  });

  after(() => tiny.remove());

  // 96 is a multiple of the block length, 101 is not: its last block is padded.
  for (const vocabulary of [96, 101]) {
    describe(`with ${vocabulary} tokens`, () => {
      let session: GraphSession;

      before(async () => {
        tiny.configure(name, { vocab_size: vocabulary });
        tiny.change(name, (tensors) => {
          for (const tensor of tensors.names) {
            if (!/embed_tokens|lm_head/.test(tensor)) continue;
            const [rows, hidden] = tensors.shape(tensor) as [number, number];
            tensors.set(tensor, [vocabulary, hidden], (index, old) =>
              index < rows * hidden ? old : Math.sin(index),
            );
          }
        });
        session = await openSession(tiny.folder(name), { format: 'int8' });
      });

      after(() => session.dispose());

      async function predictAfter(rows: readonly number[]): Promise<GraphResult> {
        const tree = new TokenTree(ids, new SlotPool(session.shape, 0), 0);
        const plan = tree.plan(tree.pending(ids.length));
        return session.run({ ...plan, rows, topCount: 1, wantLogits: true, temperature: 0.5 });
      }

      it('equal the softmax at the temperature, with the normaliser at temperature 1', async () => {
        const { logits, topLogits, blockMasses, logSumExp } = await predictAfter([last]);
        const size = massBlock(vocabulary);
        const largest = topLogits[0]!;
        const masses = Array.from(logits!, (logit) => Math.exp((logit - largest) / 0.5));
        assert.equal(blockMasses!.length, Math.ceil(vocabulary / size));
        blockMasses!.forEach((mass, block) => {
          const expected = sum(masses.slice(block * size, (block + 1) * size));
          assert.ok(Math.abs(mass - expected) < 1e-5 * expected, `block ${block}`);
        });
        const normaliser = sum(Array.from(logits!, (logit) => Math.exp(logit - largest)));
        assert.ok(Math.abs(logSumExp[0]! - largest - Math.log(normaliser)) < 1e-5);
      });

      it('have the same bits in runs with one row and with several', async () => {
        const all = await predictAfter([...ids.keys()]);
        const blocks = all.blockMasses!.length / ids.length;
        for (const row of ids.keys()) {
          const alone = await predictAfter([row]);
          const beside = all.blockMasses!.slice(row * blocks, (row + 1) * blocks);
          assert.deepEqual(alone.blockMasses, beside);
          assert.equal(alone.logSumExp[0], all.logSumExp[row]);
        }
      });
    });
  }
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
