import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { findLocations } from '../engine/exports/evaluation.ts';
import { evaluate, shippedEmbedding } from './evaluate.ts';
import { givenCommand } from './given-command.ts';
import { aboveZero, fail, listOf, oneOf, wholeNumber } from './number-options.ts';
import type { JudgeChoice } from './request.ts';
import type { Ablation } from './run/plan.ts';
import { EvaluationProgress } from './run/progress.ts';
import { suiteNames } from './suites/built-in.ts';
import { evaluatedMethods, type EvaluatedMethod } from './suites/methods.ts';
import { openSuite } from './suites/open-suite.ts';

/** Those of the CPU: an evaluation runs there, where the same settings give the same bits. */
const formats = ['int8', 'fp32'] as const;

interface EvalOptions {
  readonly suite: string;
  readonly out: string;
  readonly setups?: readonly string[];
  readonly methods?: readonly EvaluatedMethod[];
  readonly n?: number;
  readonly maxTokens: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly k?: number;
  readonly rollout?: number;
  readonly rollouts?: number;
  readonly bestOf: number;
  readonly implicitBaselineReward?: boolean;
  readonly seed: number;
  readonly format: (typeof formats)[number];
  readonly engines: number;
  readonly ablate?: readonly string[];
  readonly ablateMethods?: readonly EvaluatedMethod[];
  readonly judge?: string;
  readonly judgeModel?: string;
  readonly judgeTimeout: number;
  readonly judgeReward?: string;
  readonly embedding?: string;
}

/** Where the key of a judge's endpoint is looked for: a command line is no place for one. */
const judgeKeyVariable = 'TQSTAR_JUDGE_KEY';

/** Adds `eval`: writes, measures, judges and reports, and goes on where a run was stopped. */
export function addEval(program: Command, signal: AbortSignal): void {
  const command = program
    .command('eval')
    .description("run the paper's evaluation; the same command goes on where it was stopped")
    .requiredOption('--suite <name>', `${suiteNames.join(', ')}, or the path of a JSON file`)
    .requiredOption('--out <folder>', 'folder of responses, tables and report');
  for (const option of evalOptions()) command.addOption(option);
  command.action(async (options: EvalOptions) => {
    const files = await run(options, signal);
    process.stdout.write(`${files.map((file) => join(options.out, file)).join('\n')}\n`);
  });
}

function evalOptions(): Option[] {
  const methods = (flag: string) => listOf(flag, oneOf(flag, evaluatedMethods));
  const whole = (flag: string, value: string, about: string, least = 1): Option =>
    new Option(`${flag} <${value}>`, about).argParser(wholeNumber(flag, least));
  const number = (flag: string, about: string): Option =>
    new Option(`${flag} <number>`, about).argParser(aboveZero(flag));
  return [
    new Option('--setups <ids>', 'setups of the suite to take, with commas').argParser(
      listOf('--setups', (id) => id),
    ),
    new Option('--methods <ids>', `with commas: ${evaluatedMethods.join(', ')}`).argParser(
      methods('--methods'),
    ),
    whole('--n', 'count', 'prompts of each setup'),
    whole('--max-tokens', 'count', 'longest response').default(64),
    number('--alpha', 'strength of the reward, small is strong (1)'),
    number('--beta', 'strength the baseline was aligned with (its own)'),
    whole('--k', 'count', 'candidates a token (10)'),
    whole('--rollout', 'tokens', 'H, for cd, dt, tq, tq-indirect (20; indirect setups 5)'),
    whole('--rollouts', 'count', 'n, for the same (1; indirect setups 4)'),
    whole('--best-of', 'count', 'N of bon').default(10),
    new Option('--implicit-baseline-reward', "take DPO's implicit reward though one is named"),
    whole('--seed', 'number', 'seed; prompt i has seed + i', 0).default(0),
    new Option('--format <name>', `number format of the models: ${formats.join(', ')}`)
      .argParser(oneOf('--format', formats))
      .default('int8'),
    whole('--engines', 'count', 'engines side by side, each with its own memory').default(1),
    new Option('--ablate <lists...>', 'values to try: k=2,5,10,20 alpha=0.25,1'),
    new Option(
      '--ablate-methods <ids>',
      "methods to try them with (the setup's own TQ*)",
    ).argParser(methods('--ablate-methods')),
    new Option('--judge <url>', `OpenAI-compatible endpoint; its key in ${judgeKeyVariable}`),
    new Option('--judge-model <name>', 'model to ask there'),
    whole('--judge-timeout', 'seconds', 'longest wait for a reply').default(60),
    new Option('--judge-reward <reward>', 'judge by a reward instead: an id, expression or path'),
    new Option('--embedding <folder>', 'sentence-embedding model for coherence (MiniLM)'),
  ];
}

async function run(options: EvalOptions, signal: AbortSignal): Promise<string[]> {
  const { models } = findLocations(process.env);
  const { suite, out, setups, methods, n, maxTokens, seed, format, bestOf, engines } = options;
  const { alpha, beta, k, rollout, rollouts, implicitBaselineReward = false } = options;
  const judge = judgeOf(options);
  const ablation = ablationOf(options);
  const open = await openSuite({
    suite,
    modelsFolder: models,
    setups,
    methods,
    n,
    implicitBaselineReward,
  });
  return evaluate({
    settings: {
      suite: open.name,
      title: open.title,
      setups: open.setups,
      maxTokens,
      seed,
      format,
      bestOf,
      choices: { alpha, beta, k, rollout, rollouts },
      ablation,
    },
    out,
    engineProgram: join(import.meta.dirname, 'engine.js'),
    modelsFolder: models,
    engines,
    judge,
    embedding:
      options.embedding === undefined ? shippedEmbedding(models) : resolve(options.embedding),
    command: givenCommand(),
    progress: new EvaluationProgress(process.stderr),
    signal,
  });
}

function judgeOf(options: EvalOptions): JudgeChoice | undefined {
  const { judge: url, judgeModel: model, judgeReward: reward, judgeTimeout } = options;
  if (url !== undefined && reward !== undefined) {
    fail('Give one of --judge and --judge-reward; a table has one judge.');
  }
  if (reward !== undefined) return { kind: 'reward', reward };
  if (url === undefined) {
    return model === undefined
      ? undefined
      : fail('--judge-model needs --judge, the address to ask.');
  }
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol)) {
    fail(
      `--judge is "${url}"; it must be an http or https address, such as http://127.0.0.1:8080/v1.`,
    );
  }
  if (model === undefined) fail('--judge needs --judge-model, the name of the model to ask.');
  const key = process.env[judgeKeyVariable];
  return { kind: 'endpoint', options: { url, model, key, timeoutMs: 1000 * judgeTimeout } };
}

function ablationOf({ ablate, ablateMethods, k, alpha }: EvalOptions): Ablation | null {
  if (ablate === undefined) {
    return ablateMethods ? fail('--ablate-methods needs --ablate, the values to try.') : null;
  }
  const parsers = {
    k: listOf('--ablate k', wholeNumber('--ablate k', 1)),
    alpha: listOf('--ablate alpha', aboveZero('--ablate alpha')),
  };
  const lists: { k?: number[]; alpha?: number[] } = {};
  for (const text of ablate) {
    const [name, values] = text.split('=', 2) as [string, string | undefined];
    if ((name !== 'k' && name !== 'alpha') || values === undefined || lists[name]) {
      fail(`--ablate has "${text}"; it takes k=2,5,10 and alpha=0.25,1, each at most once.`);
    }
    lists[name] = parsers[name](values);
  }
  return { k: lists.k ?? [k ?? 10], alpha: lists.alpha ?? [alpha ?? 1], methods: ablateMethods };
}
