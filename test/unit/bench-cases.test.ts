import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openModel } from '../../src/engine/models/open-model.ts';
import { benchCases, rewardKindNames } from '../../src/bench/cases.ts';
import { fullSize, quickSize } from '../../src/bench/default-suite.ts';
import { gridGoals } from '../../src/bench/goals.ts';
import type { CaseMeasurement } from '../../src/bench/grid.ts';
import { encodeInstruction } from '../../src/bench/shipped-model.ts';
import { BenchPrompts, promptLengths } from '../../src/bench/texts.ts';
import { shortcutNames } from '../../src/protocol/options.ts';

const project = join(import.meta.dirname, '../..');
const cases = benchCases(fullSize);

describe('the cases of the benchmark', () => {
  it('have unique ids', () => {
    assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
  });

  it('compare exact forms with full ones of the same length, reward and strength', () => {
    const compared = cases.filter(({ equals }) => equals !== undefined);
    assert.ok(compared.length > 0);
    for (const { equals, ...exact } of compared) {
      const full = cases.find(({ id }) => id === equals)!;
      for (const name of ['kind', 'ratio', 'promptLength', 'maxTokens', 'prompts'] as const) {
        assert.equal(exact[name], full[name], exact.id);
      }
    }
  });

  it('measure tq from the base, which is cd, and from a baseline that was aligned to the reward', () => {
    for (const kind of rewardKindNames) {
      const own = cases.filter((each) => each.kind === kind && each.options.method === 'tq');
      const compared = own.filter((each) => each.tables.includes('methods') && each.equals);
      const named = compared.map(({ options, ratio }) => `${options.baseline ?? 'base'} ${ratio}`);
      const pair = { text: 'clear-dpo', causal: 'hh-dpo' }[kind];
      assert.deepEqual(named.sort(), ['base 1', 'base 4', `${pair} 1`, `${pair} 4`].sort());
      assert.ok(compared.every(({ title, options }) => options.baseline ?? /\(cd\)/u.test(title)));
    }
  });

  it('leave out every shortcut once, with both kinds of reward, weak and strong', () => {
    const left = cases.flatMap(({ kind, ratio, options }) =>
      (options.without ?? []).map((name) => `${kind} ${ratio} ${name}`),
    );
    const expected = rewardKindNames.flatMap((kind) =>
      [1, 4].flatMap((ratio) => shortcutNames.map((name) => `${kind} ${ratio} ${name}`)),
    );
    assert.deepEqual(left.sort(), expected.sort());
  });

  it('measure every goal, even in a quick run', () => {
    for (const size of [fullSize, quickSize]) {
      const measured = benchCases(size).map(({ id }, index) => ({
        ...({} as CaseMeasurement),
        id,
        meanRatio: index + 1,
        meanMsPerToken: index + 1,
      }));
      const spread = { median: 10, min: 9, max: 11, count: 3 };
      for (const goal of gridGoals({ cases: measured, plain: { 64: spread } })) {
        assert.ok(Number.isFinite(goal.measured), goal.title);
      }
    }
  });
});

describe('a prompt of the benchmark', () => {
  it('has the requested number of tokens, or at most three fewer, and differs between parts', async () => {
    const file = 'models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf';
    const model = await openModel(join(project, file));
    const tokenizer = await model.tokenizer();
    await model.close();
    const prose = await readFile(join(project, 'src/bench/prose.md'), 'utf8');
    const texts = promptLengths.flatMap((length) =>
      [0, 3].flatMap((index) => [0, 1].map((part) => ({ index, length, part }))),
    );
    const prompts = new BenchPrompts(tokenizer, prose);
    const written = texts.map((about) => prompts.text(about));
    assert.equal(new Set(written).size, texts.length);
    written.forEach((text, i) => {
      const { length } = encodeInstruction(tokenizer, text);
      assert.ok(length <= texts[i]!.length && length >= texts[i]!.length - 3, `${length} tokens`);
    });
  });
});
