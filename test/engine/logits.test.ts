import assert from 'node:assert/strict';
import { join } from 'node:path';
import { CausalReward } from '../../src/engine/reward/model/causal-reward.ts';
import type { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import {
  decodeFloats,
  familyModels,
  fixtures,
  largestDifference,
  openSession,
  readReference,
  shippedModel,
} from './compiled.ts';
import { logitsAfter, startTree } from './logits-after.ts';

interface LogitsReference {
  readonly inputIds: number[];
  readonly logitsShape: [number, number];
  readonly logits: string;
}

const tolerance = 1e-3;

const models: readonly { name: string; path: string; adapter?: string }[] = [
  'llama-grouped',
  'llama-sharded-bf16',
  'llama-rope-llama3-f16',
  'llama-rope-linear-head-dim',
  ...familyModels,
]
  .map((name) => ({ name, path: join(fixtures, name) }))
  .concat(
    [
      ...['f32', 'f16', 'bf16', 'q4-0', 'q4-1', 'q5-0', 'q5-1', 'q8-0', 'q4-k', 'q5-k', 'q6-k'],
      ...['llama-biases', 'qwen2', 'qwen3', 'gemma', 'gemma3', 'gpt-neox', 'gpt-neox-sequential'],
      ...['smollm3', 'phi3', 'phi3-plain', 'granite', 'olmo2', 'olmo3', 'gemma2'],
      ...['exaone4', 'hunyuan', 'ernie', 'stablelm', 'cohere', 'cohere2', 'ministral3', 'seed-oss'],
    ].map((kind) => ({ name: `gguf-${kind}`, path: join(fixtures, `gguf-${kind}`, 'model.gguf') })),
  );

const adapters = [
  ['lora-policy', 'llama-grouped'],
  ['lora-policy-rslora', 'llama-grouped'],
  ['lora-mistral', 'mistral-window'],
  ['lora-qwen2-rslora', 'qwen2-grouped'],
  ['lora-qwen3-patterns', 'qwen3-head-dim'],
  ['lora-gemma', 'gemma-full-heads'],
  ['lora-gemma3', 'gemma3-local-global'],
  ['lora-gpt-neox', 'gpt-neox-parallel'],
  ['lora-smollm3', 'smollm3-no-rope'],
  ['lora-phi3', 'phi3-longrope-partial'],
  ['lora-granite', 'granite-factors'],
  ['lora-olmo2', 'olmo2-grouped'],
  ['lora-gemma2', 'gemma2-capped'],
  ['lora-ernie', 'ernie-interleaved'],
  ['lora-cohere', 'cohere-parallel'],
  ['lora-granite4', 'granite4-dense'],
].map(([name, base]) => ({
  name: name!,
  path: join(fixtures, base!),
  adapter: join(fixtures, name!),
}));

describe('compiled fp32 logits equal those of transformers', () => {
  for (const { name, path, adapter } of [...models, ...adapters]) {
    describe(name, () => {
      let session: GraphSession;
      let reference: Float32Array[];
      let ids: number[];

      before(async () => {
        session = await openSession(path, adapter === undefined ? {} : { adapter });
        const read = await readReference<LogitsReference>(name);
        ids = read.inputIds;
        const all = decodeFloats(read.logits);
        const [count, vocabulary] = read.logitsShape;
        reference = Array.from({ length: count }, (_, i) =>
          all.subarray(i * vocabulary, (i + 1) * vocabulary),
        );
      });

      after(() => session.dispose());

      function assertClose(found: readonly Float32Array[], from = 0): void {
        const differences = found.map((row, i) => largestDifference(row, reference[from + i]!));
        const largest = Math.max(...differences);
        assert.ok(largest <= tolerance, `largest difference ${largest}`);
      }

      it('in one prefill', async () => {
        const tree = startTree(session, ids);
        assertClose(await logitsAfter(session, tree, tree.pending(ids.length)));
      });

      it('token by token, each committed', async () => {
        const tree = startTree(session, ids.slice(0, 1));
        const found = [...(await logitsAfter(session, tree, tree.pending(1)))];
        for (const token of ids.slice(1)) {
          tree.commit(token);
          found.push(...(await logitsAfter(session, tree, tree.pending(1))));
        }
        assertClose(found);
      });

      it('as a branch next to another, then committed', async () => {
        const split = Math.floor(ids.length / 2);
        const tree = startTree(session, ids.slice(0, split));
        await logitsAfter(session, tree, tree.pending(split));
        const other = tree.child(tree.root, (ids[split]! + 1) % session.shape.vocabulary);
        const found: Float32Array[] = [];
        let node = tree.root;
        for (const token of ids.slice(split)) {
          node = tree.child(node, token);
          const rows = other.computed ? [node] : [other, node];
          found.push((await logitsAfter(session, tree, rows)).at(-1)!);
        }
        assertClose(found, split);
        for (const token of ids.slice(split, -1)) tree.commit(token);
        tree.commit(ids.at(-1)!);
        assertClose(await logitsAfter(session, tree, [tree.root]), ids.length - 1);
      });
    });
  }
});

describe('a causal reward model of base, LoRA adapter and head', () => {
  interface RewardReference {
    readonly cases: { inputIds: number[]; reward: number }[];
  }

  it('scores like AutoModelForSequenceClassification, at once and incrementally', async () => {
    const session = await openSession(join(fixtures, 'llama-grouped'), {
      adapter: join(fixtures, 'lora-reward'),
      head: 'score',
    });
    const { cases } = await readReference<RewardReference>('lora-reward');
    for (const { inputIds, reward: expected } of cases) {
      for (const split of [1, inputIds.length - 1]) {
        // A session that has computed nothing yet.
        const reward = new CausalReward('lora-reward', session, undefined);
        const opened = await reward.open({ text: '', tokens: inputIds.slice(0, split) });
        const rest = inputIds.slice(split);
        for (let end = 1; end <= rest.length; end++) {
          const tokens = rest.slice(0, end);
          const [score] = await opened.score([{ text: '', tokens, ended: false }]);
          if (end === rest.length)
            assert.ok(Math.abs(score! - expected) <= tolerance, `${score} ${expected}`);
          else await opened.commit?.(tokens.at(-1)!);
        }
        assert.equal(opened.positions, inputIds.length);
        opened.close();
      }
    }
    await session.dispose();
  });
});

describe('the shipped model', () => {
  interface ShippedReference {
    readonly cases: { inputIds: number[]; lastLogits: string; argmax: number[] }[];
  }

  it('has the logits of transformers as fp32', async () => {
    const session = await openSession(shippedModel);
    const { cases } = await readReference<ShippedReference>('shipped');
    for (const { inputIds, lastLogits, argmax } of cases) {
      const tree = startTree(session, inputIds);
      const rows = await logitsAfter(session, tree, tree.pending(inputIds.length));
      const difference = largestDifference(rows.at(-1)!, decodeFloats(lastLogits));
      assert.ok(difference <= tolerance, `largest difference ${difference}`);
      const found = rows.map((row) => row.indexOf(row.reduce((a, b) => Math.max(a, b))));
      assert.deepEqual(found, argmax);
    }
    await session.dispose();
  });
});
