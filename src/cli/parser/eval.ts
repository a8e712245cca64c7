import { Option, type Command } from 'commander';
import {
  evaluatedMethods,
  evaluationFormats,
  judgePrompts,
  suiteNames,
  type Ablation,
  type EvaluatedMethod,
  type EvaluationFormat,
  type JudgePrompt,
} from '../../protocol/evaluation.ts';
import {
  indirectReferences,
  rolloutLaws,
  type IndirectReference,
  type RolloutLaw,
} from '../../protocol/options.ts';
import { wrongUsage } from './failure.ts';
import { aboveZero, listOf, oneOf, someOf, wholeNumber } from './option-values.ts';

/** Who judges: a model at an OpenAI-compatible endpoint, or a reward. */
export type JudgeOption =
  | {
      readonly kind: 'endpoint';
      readonly url: string;
      readonly model: string;
      readonly prompt: JudgePrompt;
      readonly timeoutSeconds: number;
    }
  | { readonly kind: 'reward'; readonly reward: string };

/** Options of `tqstar eval`, checked. */
export interface EvalOptions {
  /** A name of `suiteNames`, or the path of a JSON file. */
  readonly suite: string;
  readonly out: string;
  readonly setups?: readonly string[];
  readonly methods?: readonly EvaluatedMethod[];
  readonly n?: number;
  /** Undefined for the suite's own. */
  readonly maxTokens?: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly k?: number;
  readonly rollout?: number;
  readonly rollouts?: number;
  readonly indirectReference?: IndirectReference;
  readonly rolloutLaw?: RolloutLaw;
  readonly bestOf: readonly number[];
  readonly implicitBaselineReward: boolean;
  readonly seed: number;
  readonly seeds: number;
  readonly format: EvaluationFormat;
  readonly engines: number;
  readonly ablation: Ablation | null;
  readonly judge: JudgeOption | undefined;
  readonly embedding?: string;
}

/** What commander reads, before options are checked against each other. */
interface EvalValues extends Omit<EvalOptions, 'ablation' | 'judge'> {
  readonly ablate?: readonly string[];
  readonly ablateMethods?: readonly EvaluatedMethod[];
  readonly judge?: string;
  readonly judgeModel?: string;
  readonly judgePrompt: JudgePrompt;
  readonly judgeTimeout: number;
  readonly judgeReward?: string;
}

/** The environment variable with the key of a judge's endpoint; a command line is public. */
export const judgeKeyVariable = 'TQSTAR_JUDGE_KEY';

/** Adds `eval`; `run` gets options that are checked against each other, too. */
export function addEval(program: Command, run: (options: EvalOptions) => Promise<void>): void {
  const command = program
    .command('eval')
    .description("run the paper's evaluation; run the same command again to resume it")
    .requiredOption('--suite <name>', `${suiteNames.join(', ')}, or the path of a JSON file`)
    .requiredOption('--out <folder>', 'folder of responses, tables and report');
  addEvalOptions(command, run);
}

/** Adds the options of an evaluation other than its suite and its folder. */
export function addEvalOptions(
  command: Command,
  run: (options: EvalOptions) => Promise<void>,
): void {
  for (const option of evalOptions()) command.addOption(option);
  command.action((values: EvalValues) => run(checked(values)));
}

function evalOptions(): Option[] {
  const methods = (flag: string) => someOf(flag, evaluatedMethods);
  const whole = (flag: string, value: string, description: string, min = 1): Option =>
    new Option(`${flag} <${value}>`, description).argParser(wholeNumber(flag, min));
  const number = (flag: string, description: string): Option =>
    new Option(`${flag} <number>`, description).argParser(aboveZero(flag));
  const choice = (flag: string, description: string, names: readonly string[]): Option =>
    new Option(`${flag} <name>`, `${description}: ${names.join(', ')}`).argParser(
      oneOf(flag, names),
    );
  return [
    new Option('--setups <ids>', 'setups of the suite to run, with commas').argParser(
      listOf('--setups', (id) => id),
    ),
    new Option('--methods <ids>', `with commas: ${evaluatedMethods.join(', ')}`).argParser(
      methods('--methods'),
    ),
    whole('--n', 'count', 'prompts of each setup'),
    whole('--max-tokens', 'count', "longest response (the suite's own, else 64)"),
    number('--alpha', 'strength of the reward, small is strong (1)'),
    number('--beta', "strength of the baseline's alignment (the baseline's own)"),
    whole('--k', 'count', 'candidates a token (10)'),
    whole(
      '--rollout',
      'tokens',
      'H, for cd, dt, tq, tq-indirect (20; indirect setups 5; to the end if the reward judges whole answers)',
    ),
    whole('--rollouts', 'count', 'n, for the same methods (1; indirect setups 4)'),
    choice('--indirect-reference', 'reference of tq-indirect (derived)', indirectReferences),
    choice('--rollout-law', 'random numbers of rollouts (independent)', rolloutLaws),
    new Option('--best-of <list>', 'N of bon and bon-dpo; tables compare with the largest')
      .argParser(listOf('--best-of', wholeNumber('--best-of', 1)))
      .default([1, 4, 16, 64], '1,4,16,64'),
    new Option(
      '--implicit-baseline-reward',
      "use DPO's implicit reward even where a baseline reward is named",
    ).default(false),
    whole('--seed', 'number', 'seed; prompt i has seed + i', 0).default(0),
    whole('--seeds', 'count', 'seeds of each text that is sampled').default(1),
    new Option('--format <name>', `number format of the models: ${evaluationFormats.join(', ')}`)
      .argParser(oneOf('--format', evaluationFormats))
      .default('int8'),
    whole('--engines', 'count', 'engines to run in parallel, each with its own memory').default(1),
    new Option('--ablate <lists...>', 'values to try: k=2,5,10,20 alpha=0.25,1'),
    new Option(
      '--ablate-methods <ids>',
      "methods to try them with (the setup's own TQ*)",
    ).argParser(methods('--ablate-methods')),
    new Option('--judge <url>', `OpenAI-compatible endpoint; its key in ${judgeKeyVariable}`),
    new Option('--judge-model <name>', 'model to ask at the endpoint'),
    new Option('--judge-prompt <name>', `question to the judge: ${judgePrompts.join(', ')}`)
      .argParser(oneOf('--judge-prompt', judgePrompts))
      .default('default'),
    whole('--judge-timeout', 'seconds', 'longest wait for a reply').default(60),
    new Option('--judge-reward <reward>', 'judge by a reward instead: an id, expression or path'),
    new Option('--embedding <folder>', 'sentence-embedding model for coherence (MiniLM)'),
  ];
}

function checked(values: EvalValues): EvalOptions {
  return { ...values, judge: judgeOf(values), ablation: ablationOf(values) };
}

function judgeOf(values: EvalValues): JudgeOption | undefined {
  const { judge: url, judgeModel: model, judgeReward: reward, judgeTimeout } = values;
  const prompt = values.judgePrompt;
  if (url !== undefined && reward !== undefined) {
    throw wrongUsage('Give one of --judge and --judge-reward; a table has one judge.');
  }
  if (reward !== undefined) return { kind: 'reward', reward };
  if (url === undefined) {
    if (model === undefined) return undefined;
    throw wrongUsage('--judge-model needs --judge, the address of the endpoint.');
  }
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol)) {
    throw wrongUsage(
      `--judge is "${url}"; it must be an http or https address, such as http://127.0.0.1:8080/v1.`,
    );
  }
  if (model === undefined) {
    throw wrongUsage('--judge needs --judge-model, the name of the model to ask.');
  }
  return { kind: 'endpoint', url, model, prompt, timeoutSeconds: judgeTimeout };
}

function ablationOf({ ablate, ablateMethods, k, alpha }: EvalValues): Ablation | null {
  if (ablate === undefined) {
    if (ablateMethods === undefined) return null;
    throw wrongUsage('--ablate-methods needs --ablate, the values to try.');
  }
  const parsers = {
    k: listOf('--ablate k', wholeNumber('--ablate k', 1)),
    alpha: listOf('--ablate alpha', aboveZero('--ablate alpha')),
  };
  const lists: { k?: number[]; alpha?: number[] } = {};
  for (const text of ablate) {
    const [name, values] = text.split('=', 2) as [string, string | undefined];
    if ((name !== 'k' && name !== 'alpha') || values === undefined || lists[name]) {
      throw wrongUsage(
        `--ablate has "${text}"; it takes k=2,5,10 and alpha=0.25,1, each at most once.`,
      );
    }
    lists[name] = parsers[name](values);
  }
  return { k: lists.k ?? [k ?? 10], alpha: lists.alpha ?? [alpha ?? 1], methods: ablateMethods };
}
