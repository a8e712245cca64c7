import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolder } from '../../src/evaluation/run/folder.ts';
import { Journal } from '../../src/evaluation/run/journal.ts';
import { planEvaluation, type EvaluationSettings } from '../../src/evaluation/run/plan.ts';
import { Forecast } from '../../src/evaluation/run/progress.ts';
import { csvOf } from '../../src/evaluation/report/table.ts';
import { htmlOf } from '../../src/evaluation/report/html.ts';
import { markdownOf } from '../../src/evaluation/report/markdown.ts';
import { builtInSuite } from '../../src/evaluation/suites/built-in.ts';
import { openSuite } from '../../src/evaluation/suites/open-suite.ts';
import type { Setup } from '../../src/evaluation/suites/suite.ts';
import { exactMethods } from '../../src/evaluation/theory/exact-methods.ts';
import { randomMdp } from '../../src/evaluation/theory/random-mdp.ts';
import { theorem1 } from '../../src/evaluation/theory/theorem1.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { suiteNames } from '../../src/protocol/evaluation.ts';
import { refusal } from './refusal.ts';

const modelsFolder = join(import.meta.dirname, '../../models');

describe('the files of an evaluation', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tqstar-run-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function linesOf(journal: Journal): Promise<unknown[]> {
    const lines: unknown[] = [];
    for await (const line of journal.read()) lines.push(line);
    return lines;
  }

  it('lose only the last line when a kill cut it', async () => {
    const file = join(folder, 'lines.jsonl');
    await writeFile(file, '{"a":1}\n{"a":2}\n');
    await appendFile(file, `{"a":"${'x'.repeat(200_000)}`);
    const journal = await Journal.open(file);
    await journal.append({ a: 3 });

    assert.deepEqual(await linesOf(journal), [{ a: 1 }, { a: 2 }, { a: 3 }]);
    await journal.close();
  });

  it('start empty when the first line was cut', async () => {
    const file = join(folder, 'lines.jsonl');
    await writeFile(file, '{"a":');
    const journal = await Journal.open(file);

    assert.deepEqual(await linesOf(journal), []);
    await journal.close();
  });

  it('name the line that is not JSON', async () => {
    const file = join(folder, 'lines.jsonl');
    await writeFile(file, '{"a":1}\nhello\n');
    const journal = await Journal.open(file);

    await assert.rejects(linesOf(journal), refusal(/Line 2 of .*is not JSON/u, ErrorCode.storage));
    await journal.close();
  });

  it('refuse a run with other settings and name the difference', async () => {
    const first = await RunFolder.open(folder, { alpha: 1, seed: 0 }, () => undefined);
    await first.close();

    await assert.rejects(
      RunFolder.open(folder, { alpha: 0.5, seed: 0 }, () => undefined),
      refusal(/other settings \(alpha was 1 and is now 0\.5\)/u),
    );
    const again = await RunFolder.open(folder, { seed: 0, alpha: 1 }, () => undefined);
    assert.equal(again.settingsHash, first.settingsHash);
    await again.close();
  });

  it('refuse a folder with a foreign settings.json', async () => {
    await writeFile(join(folder, 'settings.json'), 'hello');

    await assert.rejects(
      RunFolder.open(folder, {}, () => undefined),
      refusal(/settings\.json is not JSON/u),
    );
  });
});

describe('suites', () => {
  const choices = { modelsFolder, implicitBaselineReward: false };

  it('have 60 different prompts for every setup of every shipped suite', async () => {
    for (const suite of suiteNames) {
      const { setups } = await openSuite({ ...choices, suite, n: 60 });
      for (const { prompts } of setups) assert.equal(new Set(prompts.map((p) => p.text)).size, 60);
    }
  });

  it('pair the baselines in three direct and six indirect setups', () => {
    const { setups } = builtInSuite('pairs', modelsFolder);

    assert.deepEqual(
      setups.map(({ transfer }) => transfer),
      [...Array<string>(3).fill('direct'), ...Array<string>(6).fill('indirect')],
    );
    for (const { baseline, reward, rewardBaseline, transfer } of setups) {
      if (transfer === 'direct') assert.equal(rewardBaseline, null);
      else assert.notEqual(rewardBaseline, reward);
      assert.match(baseline, /-dpo$/u);
    }
  });

  it('refuse an unknown name and list the known ones', async () => {
    await assert.rejects(
      openSuite({ ...choices, suite: 'poems' }),
      refusal(
        /no suite "poems"; it must be one of hh-harmless, clear-writing/u,
        ErrorCode.unknownId,
      ),
    );
  });

  it('ask for a clone of the project when their prompts are missing', async () => {
    await assert.rejects(
      openSuite({ ...choices, suite: 'warm-tone', modelsFolder: '/nowhere' }),
      refusal(/this suite needs a clone of the project, so name a suite file instead/u),
    );
  });

  describe('in a file', () => {
    let folder: string;
    let file: string;
    const setup = { id: 'one', baseline: 'b', reward: 'length', prompts: ['Say hello.'] };

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tqstar-suite-'));
      file = join(folder, 'mine.json');
    });
    afterEach(() => rm(folder, { recursive: true }));

    const open = async (content: unknown) => {
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
      return openSuite({ ...choices, suite: file });
    };

    it('read prompts from a file next to the suite file', async () => {
      await writeFile(join(folder, 'p.jsonl'), '{"prompt":"a","draft":"d"}\n\n{"prompt":"b"}\n');
      const { setups, name } = await open({ setups: [{ ...setup, prompts: 'p.jsonl' }] });

      assert.equal(name, 'mine');
      assert.deepEqual(setups[0]!.prompts, [
        { text: 'a', raw: false, draft: 'd' },
        { text: 'b', raw: false },
      ]);
    });

    it('know whether their reward judges whole answers', async () => {
      for (const [reward, expected] of [
        ['hh-harmless', true],
        ['concision', false],
      ] as const) {
        const { setups } = await open({ setups: [{ ...setup, reward }] });
        assert.equal(setups[0]!.readsWhole, expected);
      }
    });

    it('are indirect with a baseline reward', async () => {
      const { setups } = await open({ setups: [{ ...setup, rewardBaseline: 'concision' }] });

      assert.equal(setups[0]!.transfer, 'indirect');
      assert.ok(setups[0]!.methods.includes('tq-indirect'));
    });

    for (const [name, content, pattern] of [
      ['text that is not JSON', 'hello', /is not JSON/u],
      ['no setups', { setups: [] }, /invalid at setups/u],
      ['an unknown method', { setups: [{ ...setup, methods: ['beam'] }] }, /setups\.0\.methods/u],
      ['an unknown field', { setups: [{ ...setup, gamma: 1 }] }, /gamma/u],
      ['two equal ids', { setups: [setup, setup] }, /two setups "one"/u],
      ['no prompts', { setups: [{ ...setup, prompts: [] }] }, /has no prompts/u],
      ['an empty prompt', { setups: [{ ...setup, prompts: ['a', ' '] }] }, /Prompt 2 is empty/u],
      ['a missing file of prompts', { setups: [{ ...setup, prompts: 'x' }] }, /ENOENT/u],
    ] as const) {
      it(`refuse ${name}`, async () => {
        await assert.rejects(open(content), refusal(pattern));
      });
    }
  });
});

describe('the plan of an evaluation', () => {
  const setup: Setup = {
    id: 'one',
    title: 'One',
    policy: 'p',
    baseline: 'b',
    reward: 'length',
    rewardBaseline: null,
    transfer: 'direct',
    methods: ['sft', 'dpo', 'dt', 'tq'],
    prompts: [
      { text: 'a', raw: false },
      { text: 'b', raw: false },
    ],
    promptSource: 'test',
    options: {},
  };
  const settings: EvaluationSettings = {
    suite: 's',
    title: 'S',
    setups: [setup],
    maxTokens: 4,
    seed: 5,
    seeds: 1,
    format: 'int8',
    bestOf: [2],
    choices: {},
    ablation: null,
  };

  it('contains each text once, even if two methods or setups need it', () => {
    const other = { ...setup, id: 'two', baseline: 'c' };
    const { computations, variants } = planEvaluation({ ...settings, setups: [setup, other] });

    assert.equal(variants.length, 8);
    // sft is shared by the setups; tq computes what dt does; dpo and tq depend on the baseline.
    assert.equal(computations.length, 2 * (1 + 2 + 2));
    assert.equal(new Set(computations.map(({ key }) => key)).size, computations.length);
  });

  it('rolls out to the end for a reward that judges whole answers, unless H is named', () => {
    const rolloutsOf = (changes: Partial<Setup>, rollout?: number) => {
      const setups = [{ ...setup, methods: ['tq'] as const, ...changes }];
      const { computations } = planEvaluation({ ...settings, setups, choices: { rollout } });
      return [...new Set(computations.map(({ options }) => options.rollout))];
    };
    for (const transfer of ['direct', 'indirect'] as const) {
      assert.deepEqual(rolloutsOf({ transfer, readsWhole: true }), [4]);
      assert.deepEqual(rolloutsOf({ transfer, readsWhole: true }, 9), [9]);
      const options = { rollout: 7 };
      assert.deepEqual(rolloutsOf({ transfer, readsWhole: true, options }), [7]);
    }
    assert.deepEqual(rolloutsOf({}), [20]);
  });

  it('gives each prompt a seed, each kind of transfer the paper’s H and n, and Algorithm 1’s law', () => {
    const indirect: Setup = { ...setup, transfer: 'indirect', methods: ['tq-indirect', 'dt'] };
    const { computations } = planEvaluation({ ...settings, setups: [indirect] });

    assert.deepEqual(
      computations.map(({ options }) => [
        options.method,
        options.seed,
        options.rollout,
        options.rollouts,
        options.rolloutLaw,
        options.indirectReference,
      ]),
      [
        ['tq-indirect', 5, 5, 4, 'independent', 'derived'],
        ['dt', 5, 5, 4, 'independent', undefined],
        ['tq-indirect', 6, 5, 4, 'independent', 'derived'],
        ['dt', 6, 5, 4, 'independent', undefined],
      ],
    );
  });

  it('adds every k and alpha of an ablation, and the main point once', () => {
    const ablation = { k: [2, 10], alpha: [0.5, 1] };
    const { variants } = planEvaluation({ ...settings, ablation });
    const tq = variants.filter(({ method }) => method === 'tq');

    assert.deepEqual(
      tq.map(({ k, alpha, main, ablated }) => [k, alpha, main, ablated]),
      [
        [10, 1, true, true],
        [2, 0.5, false, true],
        [2, 1, false, true],
        [10, 0.5, false, true],
      ],
    );
  });

  it('estimates the time left from texts of the same kind', () => {
    const forecast = new Forecast(['a', 'a', 'b'], 1);
    assert.equal(forecast.secondsLeft, undefined);
    forecast.done('a', 10);
    forecast.done('b', 100);
    assert.equal(forecast.secondsLeft, 10);
  });
});

describe('reports', () => {
  const hostile = '<script>alert(1)</script>';
  const table = {
    id: 't',
    title: hostile,
    notes: [hostile],
    columns: [{ name: hostile }, { name: 'n', digits: 1 }],
    rows: [
      ['a,"b"', { value: 1, low: 0, high: 2 }],
      ['=1+1', 3],
    ],
  };
  const report = {
    title: hostile,
    facts: [[hostile, hostile]] as const,
    sections: [{ title: hostile, notes: [hostile], figures: [], tables: [table] }],
  };

  it('escape all text, on a page that loads no other file', () => {
    for (const page of [htmlOf(report), markdownOf(report)]) assert.ok(!page.includes('<script'));
    assert.match(htmlOf(report), /default-src 'none'/u);
    assert.doesNotMatch(htmlOf(report), /(?:src|href)="(?:https?:|\/\/)/u);
  });

  it('quote CSV separators and spreadsheet formulas', () => {
    assert.equal(
      csvOf({ ...table, columns: [{ name: 'x' }, { name: 'n' }] }),
      'x,n,n (low),n (high)\r\n"a,""b""",1,0,2\r\n\'=1+1,3,,\r\n',
    );
  });
});

describe('exact decoding on small MDPs', () => {
  it('finds the same gap of TQ* as the computation of Theorem 1', () => {
    for (const seed of [1, 2, 3]) {
      const mdp = randomMdp(4, 3, seed);
      const { tq, cd } = exactMethods(mdp, 0.3, 0.4);

      assert.ok(Math.abs(tq.gap - theorem1(mdp, 0.3, 0.4).gap) < 1e-12);
      assert.ok(cd.gap >= -1e-12);
    }
  });

  it('makes TQ* equal controlled decoding when beta is so large that pi_BL is pi_SFT', () => {
    const { tq, cd } = exactMethods(randomMdp(4, 3, 1), 0.3, 1e9);

    assert.ok(Math.abs(tq.gap - cd.gap) < 1e-6);
    assert.ok(Math.abs(tq.valueError - cd.valueError) < 1e-6);
  });

  it('makes the value exact when beta is so small that pi_BL is the optimum', () => {
    const { tq } = exactMethods(randomMdp(3, 3, 1), 1, 1e-4);

    assert.ok(tq.valueError < 1e-3);
    assert.ok(tq.gap < 1e-3);
  });
});
