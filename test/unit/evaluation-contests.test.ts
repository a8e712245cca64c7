import assert from 'node:assert/strict';
import { judgeAll } from '../../src/evaluation/judge/contests.ts';
import { addUsage, outcomeOf, type Judge } from '../../src/evaluation/judge/judge.ts';
import { RewardJudge } from '../../src/evaluation/judge/reward-judge.ts';
import type { SetupResult } from '../../src/evaluation/report/analysis.ts';
import type { EvaluationProgress } from '../../src/evaluation/run/progress.ts';
import type { ScoredText, Scores } from '../../src/evaluation/run/score-texts.ts';

const never = new AbortController().signal;

describe('a reward as judge', () => {
  it('scores the texts of all contests at once, each for its prompt', async () => {
    const added: unknown[] = [];
    const scores = {
      add: (label: string, texts: readonly unknown[]) => {
        added.push(label, ...texts);
        return Promise.resolve();
      },
      of: ({ text: scored }: ScoredText) => scored.length,
    };
    const judge = new RewardJudge('joy', 'int8', scores as unknown as Scores);
    assert.equal(judge.name, 'the reward joy');
    const prompt = { text: 'Go?', raw: false };
    const ended = { first: true, second: false };
    const contest = { prompt, policy: 'p', first: 'Yes.', second: 'No.', ended };
    await judge.prepare([contest]);
    const scored = { prompt, reward: 'joy', policy: 'p', format: 'int8' };
    assert.deepEqual(added, [
      'Judging by the reward joy',
      { ...scored, text: 'Yes.', ended: true },
      { ...scored, text: 'No.', ended: false },
    ]);
    const usage = { promptTokens: 0, completionTokens: 0, cachedTokens: 0 };
    const work = { unreadable: 0, asked: 0, remembered: 0, usage };
    assert.deepEqual(await judge.decide(contest), { outcome: 'win', ...work });
  });
});

describe('a verdict', () => {
  it('is for the larger number', () => {
    assert.deepEqual([outcomeOf(2, 1), outcomeOf(1, 1), outcomeOf(1, 2)], ['win', 'tie', 'loss']);
  });

  it('costs the sum of what its questions cost', () => {
    const a = { promptTokens: 1, completionTokens: 2, cachedTokens: 3 };
    const b = { promptTokens: 10, completionTokens: 20, cachedTokens: 30 };
    const sum = { promptTokens: 11, completionTokens: 22, cachedTokens: 33 };
    assert.deepEqual(addUsage(a, b), sum);
  });
});

describe('the contests of an evaluation', () => {
  const setup = { id: 's', policy: 'p', prompts: [{ text: 'x' }, { text: 'y' }, { text: 'z' }] };
  const measured = (method: string, texts: readonly string[]) => ({
    variant: { method },
    responses: texts.map((each) => ({ text: each, stop: each < 'e' ? 'eos' : 'length' })),
  });
  const results = (...main: ReturnType<typeof measured>[]) =>
    [{ setup, main }] as unknown as SetupResult[];

  const usage = { promptTokens: 1, completionTokens: 0, cachedTokens: 0 };
  const work = { unreadable: 1, asked: 2, remembered: 3, usage };

  it('set TQ* first against each other method, prompt by prompt, and add up the work', async () => {
    const seen: unknown[] = [];
    let prepared = 0;
    const shown: unknown[] = [];
    const progress = {
      stage: (...told: unknown[]) => shown.push(told),
      update: (done: number, left: number) => shown.push([done, left]),
      end: () => shown.push('end'),
    } as unknown as EvaluationProgress;
    const judge: Judge = {
      name: 'me',
      notes: ['It was kind.'],
      prepare: (contests) => {
        prepared = contests.length;
        return Promise.resolve();
      },
      decide: ({ prompt, policy, first, second, ended }) => {
        seen.push([prompt.text, policy, first, second, ended]);
        clock += 2000;
        return Promise.resolve({ outcome: first === 'd' ? 'loss' : 'win', ...work });
      },
    };
    const given = results(measured('sft', ['a', 'g', 'b']), measured('tq', ['c', 'd', 'f']));
    // Each contest takes two seconds of this clock.
    let clock = 1_000_000;
    const { now } = performance;
    performance.now = () => clock;
    const judgement = await judgeAll(judge, given, progress, never).finally(() => {
      performance.now = now;
    });
    assert.deepEqual(seen, [
      ['x', 'p', 'c', 'a', { first: true, second: true }],
      ['y', 'p', 'd', 'g', { first: true, second: false }],
      ['z', 'p', 'f', 'b', { first: false, second: true }],
    ]);
    assert.equal(prepared, 3);
    assert.deepEqual(shown, [['Judging by me', 3], [1, 4], [2, 2], [3, 0], 'end']);
    const outcomes = { win: 2, tie: 0, loss: 1, unreadable: 0 };
    const tally = { setup: 's', own: 'tq', other: 'sft', outcomes, winTies: [1, 0, 1] };
    assert.deepEqual(judgement, {
      ...{ judge: 'me', notes: ['It was kind.'], tallies: [tally] },
      ...{ asked: 6, remembered: 9, unreadable: 3 },
      usage: { ...usage, promptTokens: 3 },
    });
  });

  it('are none without TQ*', async () => {
    const judge: Judge = { name: 'me', decide: () => assert.fail('a contest') };
    const nothing = (): undefined => undefined;
    const progress = { stage: nothing, update: nothing, end: nothing };
    const { tallies, notes } = await judgeAll(
      judge,
      results(measured('sft', ['a', 'b', 'c']), measured('dpo', ['d', 'e', 'f'])),
      progress as unknown as EvaluationProgress,
      never,
    );
    assert.deepEqual([tallies, notes], [[], []]);
  });
});
