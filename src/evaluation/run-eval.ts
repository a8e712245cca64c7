import { join, resolve } from 'node:path';
import { judgeKeyVariable, type EvalOptions, type JudgeOption } from '../cli/parser/eval.ts';
import { findLocations } from '../engine/exports/evaluation.ts';
import { printable } from '../protocol/printable.ts';
import { keepSecret } from '../protocol/secrets.ts';
import { evaluate, shippedEmbedding } from './evaluate.ts';
import { givenCommand } from './given-command.ts';
import type { JudgeChoice } from './request.ts';
import { EvaluationProgress } from './run/progress.ts';
import { openSuite } from './suites/open-suite.ts';

/** Runs `tqstar eval`: writes, measures, judges and reports; prints the report's files. */
export async function runEval(options: EvalOptions, signal: AbortSignal): Promise<void> {
  const { models } = findLocations(process.env);
  const { suite, out, setups, methods, n, implicitBaselineReward, engines, embedding } = options;
  const { seed, seeds, format, bestOf, ablation } = options;
  const { alpha, beta, k, rollout, rollouts, indirectReference, rolloutLaw } = options;
  const open = await openSuite({
    suite,
    modelsFolder: models,
    setups,
    methods,
    n,
    implicitBaselineReward,
  });
  const files = await evaluate({
    settings: {
      suite: open.name,
      title: open.title,
      setups: open.setups,
      maxTokens: options.maxTokens ?? open.maxTokens,
      seed,
      seeds,
      format,
      bestOf,
      choices: { alpha, beta, k, rollout, rollouts, indirectReference, rolloutLaw },
      ablation,
    },
    out,
    engineProgram: join(import.meta.dirname, 'engine.js'),
    modelsFolder: models,
    engines,
    judge: judgeOf(options.judge),
    embedding: embedding === undefined ? shippedEmbedding(models) : resolve(embedding),
    command: givenCommand(),
    progress: new EvaluationProgress(process.stderr),
    signal,
  });
  process.stdout.write(`${printable(files.map((file) => join(out, file)).join('\n'))}\n`);
}

function judgeOf(judge: JudgeOption | undefined): JudgeChoice | undefined {
  if (judge?.kind !== 'endpoint') return judge;
  const { url, model, prompt, timeoutSeconds } = judge;
  const key = process.env[judgeKeyVariable];
  keepSecret(key);
  const timeoutMs = 1000 * timeoutSeconds;
  return { kind: 'endpoint', options: { url, model, prompt, key, timeoutMs } };
}
