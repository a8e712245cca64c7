import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { evaluationRuns } from '../../scripts/evaluation/runs.ts';
import { addEval, type EvalOptions } from '../../src/cli/parser/eval.ts';
import { planEvaluation } from '../../src/evaluation/run/plan.ts';
import { openSuite } from '../../src/evaluation/suites/open-suite.ts';
import { suiteNames } from '../../src/protocol/evaluation.ts';

const root = join(import.meta.dirname, '../..');

async function parsed(options: readonly string[], n: number): Promise<EvalOptions> {
  const program = new Command().exitOverride();
  let given: EvalOptions | undefined;
  addEval(program, (values) => {
    given = values;
    return Promise.resolve();
  });
  await program.parseAsync(['eval', ...options, '--n', String(n), '--out', 'x'], { from: 'user' });
  return given!;
}

describe('the list of reports that npm run evaluation makes', () => {
  const evaluations = evaluationRuns.filter(({ options }) => options !== undefined);

  it('has every report of docs/evaluation and every suite', () => {
    const ids = evaluationRuns.map(({ id }) => id);
    const folders = readdirSync(join(root, 'docs/evaluation'));

    assert.equal(new Set(ids).size, ids.length);
    for (const folder of folders) {
      assert.ok(
        ids.some((id) => id === folder || id.startsWith(`${folder}/`)),
        folder,
      );
    }
    for (const suite of suiteNames) {
      assert.ok(
        evaluations.some(({ options }) => options!.includes(suite)),
        suite,
      );
    }
  });

  it('has options that tqstar eval accepts, and prompts enough for each', async () => {
    for (const { id, options, n } of evaluations) {
      const given = await parsed(options!, n);
      const suite = { ...given, modelsFolder: join(root, 'models') };
      const { setups } = await openSuite(suite);
      assert.ok(setups.length > 0, id);
    }
  });

  it('covers every crossed setup once', async () => {
    const { setups } = await openSuite({
      ...{ suite: 'real-indirect', modelsFolder: join(root, 'models'), n: 1 },
      implicitBaselineReward: false,
    });
    const listed = evaluations.flatMap(({ options }) =>
      options![1] === 'real-indirect' ? options![3]!.split(',') : [],
    );

    assert.deepEqual(listed.sort(), setups.map(({ id }) => id).sort());
  });

  it('takes the texts of pairs from earlier reports', async () => {
    const keys = async (id: string): Promise<string[]> => {
      const { options, n } = evaluations.find((each) => each.id === id)!;
      const given = await parsed(options!, n);
      const open = await openSuite({ ...given, modelsFolder: join(root, 'models') });
      const { alpha, beta, k, rollout, rollouts, ablation, seed, seeds, format, bestOf } = given;
      const choices = { alpha, beta, k, rollout, rollouts };
      const settings = { ...open, suite: open.name, ablation, seed, seeds, format, bestOf };
      const { maxTokens } = open;
      return planEvaluation({ ...settings, maxTokens, choices }).computations.map((c) => c.key);
    };
    const { shares = [] } = evaluations.find(({ id }) => id === 'pairs')!;
    const earlier = new Set((await Promise.all(shares.map(keys))).flat());
    const own = await keys('pairs');

    assert.deepEqual(
      own.filter((key) => !earlier.has(key)),
      [],
    );
    const order = evaluationRuns.map(({ id }) => id);
    for (const each of shares) assert.ok(order.indexOf(each) < order.indexOf('pairs'), each);
  });
});
