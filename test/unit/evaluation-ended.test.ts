import assert from 'node:assert/strict';
import { judgeAll } from '../../src/evaluation/judge/contests.ts';
import { RewardJudge } from '../../src/evaluation/judge/reward-judge.ts';
import type { Measured } from '../../src/evaluation/metrics/measure.ts';
import type { SetupResult } from '../../src/evaluation/report/analysis.ts';
import { distributionTable, rewardTable } from '../../src/evaluation/report/reward-tables.ts';
import { Bootstrap } from '../../src/evaluation/metrics/interval.ts';
import type { EvaluationProgress } from '../../src/evaluation/run/progress.ts';
import type { ScoredText, Scores } from '../../src/evaluation/run/score-texts.ts';
import type { EvaluatedMethod } from '../../src/protocol/evaluation.ts';

const prompts = ['a', 'b'].map((text) => ({ text, raw: false }));

/** A method's texts, of which those that end with a full stop ended by themselves. */
function measured(method: EvaluatedMethod, texts: readonly string[]): Measured {
  const responses = texts.map((text) => ({ text, stop: text.endsWith('.') ? 'eos' : 'length' }));
  const rewards = texts.map(({ length }) => length);
  return { variant: { method, main: true }, responses, rewards } as unknown as Measured;
}

const result = {
  setup: { id: 'one', policy: 'p', prompts },
  main: [measured('tq', ['Good.', 'Good']), measured('dpo', ['Bad', 'Bad.'])],
  ablation: [],
  bootstrap: new Bootstrap(2, 0),
} as unknown as SetupResult;

describe('whether a text ended by itself', () => {
  it('is read by a reward that judges, as it was when the text was written', async () => {
    const asked: ScoredText[] = [];
    const scores = {
      add: (_: string, texts: readonly ScoredText[]) => {
        asked.push(...texts);
        return Promise.resolve();
      },
      // A reward that counts the end of a text.
      of: ({ text, ended }: ScoredText) => text.length + (ended ? 10 : 0),
    } as unknown as Scores;
    const silent = { stage: () => undefined, update: () => undefined, end: () => undefined };
    const progress = silent as unknown as EvaluationProgress;
    const judge = new RewardJudge('r', 'int8', scores);
    const never = new AbortController().signal;
    const { tallies } = await judgeAll(judge, [result], progress, never);

    assert.deepEqual(
      asked.map(({ text, ended }) => [text, ended]),
      [
        ['Good.', true],
        ['Bad', false],
        ['Good', false],
        ['Bad.', true],
      ],
    );
    assert.deepEqual(tallies[0]!.outcomes, { win: 1, tie: 0, loss: 1, unreadable: 0 });
  });

  it('is shown as a share beside every reward', () => {
    const rewards = rewardTable([result]);
    const place = rewards.columns.findIndex(({ name }) => name === 'Ended by itself');
    assert.deepEqual(
      rewards.rows.map((row) => row[place]),
      ['50%', '50%'],
    );
    const distribution = {
      ...{ setup: 'one', method: 'tq', reward: 'r', role: 'target' as const },
      ...{ scores: [1, 2], ended: 0.25 },
    };
    const { columns, rows } = distributionTable([distribution]);
    assert.equal(rows[0]![columns.findIndex(({ name }) => name === 'Ended by itself')], '25%');
  });
});
