/** One report of docs/evaluation. */
export interface EvaluationRun {
  /** Its folder below docs/evaluation. */
  readonly id: string;
  /** Options of `tqstar eval`; undefined for `tqstar theory`. */
  readonly options: readonly string[] | undefined;
  /** Prompts of each setup. */
  readonly n: number;
  /** An offline judge: a reward that is no part of the setups. */
  readonly judgeReward?: string;
  /** Earlier runs that write some of the same texts, which are taken from them. */
  readonly shares?: readonly string[];
}

/** Seeds of what is sampled. */
const seeds = ['--seeds', '2'];
/** N where best-of-N is one method among others and not a curve. */
const oneN = ['--best-of', '16'];
const compared = ['--ablate-methods', 'args-sft,args-dpo,cd,tq'];
const direct = ['hh-harmless', 'clear-writing', 'warm-tone'] as const;

/** Reward against KL and cost of a direct suite: k 10, and alpha around the suite's own. */
function curve(suite: string, alphas: string): EvaluationRun {
  return {
    id: `curves/${suite}`,
    options: ['--suite', suite, ...seeds, '--ablate', 'k=10', `alpha=${alphas}`, ...compared],
    n: 24,
    shares: [suite],
  };
}

/** Both other baselines towards one reward. */
function towards(reward: string, baselines: readonly string[], judgeReward: string): EvaluationRun {
  const setups = baselines.map((baseline) => `${baseline}-to-${reward}`).join(',');
  return {
    id: `real-indirect/${reward}`,
    options: ['--suite', 'real-indirect', '--setups', setups, ...seeds, ...oneN],
    n: 24,
    judgeReward,
  };
}

/** Every report of docs/evaluation; later runs use the texts of earlier ones. */
export const evaluationRuns: readonly EvaluationRun[] = [
  { id: 'theory', options: undefined, n: 0 },
  {
    id: 'clear-writing',
    options: ['--suite', 'clear-writing', ...seeds],
    n: 60,
    judgeReward: 'hh-harmless',
  },
  {
    id: 'warm-tone',
    options: ['--suite', 'warm-tone', ...seeds],
    n: 60,
    judgeReward: 'hh-harmless',
  },
  {
    id: 'hh-harmless',
    options: ['--suite', 'hh-harmless', ...seeds],
    n: 60,
    judgeReward: 'warm-tone',
  },
  curve('clear-writing', '0.0625,0.125,0.25,0.5,1'),
  curve('warm-tone', '0.0625,0.125,0.25,0.5,1'),
  curve('hh-harmless', '0.35,0.7,1.4'),
  {
    id: 'synthetic-indirect',
    options: ['--suite', 'synthetic-indirect', ...seeds, ...oneN],
    n: 40,
    judgeReward: 'warm-tone',
  },
  towards('clear-writing', ['hh-dpo', 'warm-dpo'], 'hh-harmless'),
  towards('warm-tone', ['hh-dpo', 'clear-dpo'], 'hh-harmless'),
  towards('hh-harmless', ['clear-dpo', 'warm-dpo'], 'warm-tone'),
  {
    id: 'pairs',
    options: ['--suite', 'pairs', ...seeds],
    n: 24,
    shares: [...direct, ...direct.map((reward) => `real-indirect/${reward}`)],
  },
  {
    id: 'ablation',
    options: [
      ...['--suite', 'clear-writing', '--methods', 'sft,dpo,tq'],
      ...['--ablate', 'k=2,5,10,20', 'alpha=0.0625,0.125,0.25,0.5,1'],
    ],
    n: 24,
    shares: ['clear-writing', 'curves/clear-writing'],
  },
  { id: 'paper-setting', options: ['--suite', 'paper-setting', ...seeds, ...oneN], n: 30 },
];
