import { join } from 'node:path';
import { SentenceEmbedder } from '../engine/exports/evaluation.ts';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import { judgeAll, type Judgement } from './judge/contests.ts';
import { EndpointJudge } from './judge/endpoint-judge.ts';
import type { Judge } from './judge/judge.ts';
import { RewardJudge } from './judge/reward-judge.ts';
import { CoherenceClaims } from './metrics/coherence-claims.ts';
import { mean } from './metrics/interval.ts';
import { measure, type Measured } from './metrics/measure.ts';
import type { EvaluationRequest } from './request.ts';
import { setupResults, methodOf, type SetupResult } from './report/analysis.ts';
import { evaluationReport } from './report/evaluation-report.ts';
import type { Distribution } from './report/reward-tables.ts';
import { textsFile } from './report/texts-file.ts';
import { writeReport } from './report/write-report.ts';
import { Engines } from './run/engines.ts';
import { RunFolder } from './run/folder.ts';
import { planEvaluation, type EvaluationPlan, type EvaluationSettings } from './run/plan.ts';
import { endedByItself, type Response } from './run/response.ts';
import { Scores } from './run/score-texts.ts';
import { keptSettings } from './run/settings.ts';
import {
  readResponses,
  tryEachKind,
  writeResponses,
  type WritingContext,
} from './run/write-responses.ts';

/**
 * Runs an evaluation up to its report; resumes from the responses in its folder.
 * @returns the files of the report
 * @throws TqError for wrong input, a missing model or a judge that is down, before it writes
 *   responses
 */
export async function evaluate(request: EvaluationRequest): Promise<string[]> {
  const { settings, out, modelsFolder, progress } = request;
  const lost = new AbortController();
  const signal = AbortSignal.any([request.signal, lost.signal]);
  const plan = planEvaluation(settings);
  const embedder = await SentenceEmbedder.load(request.embedding);
  if (request.judge?.kind === 'endpoint') await EndpointJudge.probe(request.judge.options, signal);
  const claimed = await CoherenceClaims.read(request.embedding, modelsFolder);
  const kept = await keptSettings(settings, modelsFolder);
  const engines = await Engines.start(request.engineProgram, request.engines);
  try {
    const folder = await RunFolder.open(out, kept, () => {
      lost.abort();
    });
    try {
      const versions = await engines.versions();
      const context: WritingContext = { engines, folder, versions, progress, signal };
      const responses = await completeResponses(context, plan, request);
      const measured: Measured[] = [];
      progress.stage('Measuring', plan.variants.length);
      for (const variant of plan.variants) {
        const claims = await claimed.of(variant.setup);
        measured.push(await measure(variant, responses, claims ? embedder : undefined));
        progress.update(measured.length, undefined);
      }
      progress.end();
      const results = setupResults(measured, settings.seed);
      const scores = await Scores.open(context);
      const distributions = await rewardDistributions(results, scores, settings);
      const judgement = await judged(request, context, results, scores);
      const report = await evaluationReport({
        request,
        versions,
        results,
        distributions,
        judgement,
      });
      return await writeReport(out, report, textsFile(measured));
    } catch (error) {
      throw lost.signal.aborted ? takenOver(out, error) : error;
    } finally {
      await folder.close();
    }
  } finally {
    progress.end();
    await engines.stop();
  }
}

function takenOver(out: string, cause: unknown): TqError {
  return new TqError(
    ErrorCode.storage,
    `Another evaluation took over ${out} while this one was stopped; run the same command again when that one has ended.`,
    { cause },
  );
}

async function completeResponses(
  context: WritingContext,
  { computations }: EvaluationPlan,
  { judge, settings }: EvaluationRequest,
): Promise<Map<string, Response>> {
  const responses = await readResponses(context.folder, computations);
  const left = computations.filter(({ key }) => !responses.has(key));
  if (judge?.kind === 'reward') await tryJudgingReward(context, judge.reward, settings);
  await tryEachKind(context, left);
  await writeResponses(context, computations, responses);
  return responses;
}

async function tryJudgingReward(
  context: WritingContext,
  reward: string,
  { setups, format }: EvaluationSettings,
): Promise<void> {
  const scores = await Scores.open(context);
  const { prompts, policy } = setups[0]!;
  const text = 'I do not know.';
  await scores.add('Trying the judge', [
    { prompt: prompts[0]!, text, ended: true, reward, policy, format },
  ]);
}

/**
 * Target rewards of every method's responses. Indirect setups add the baseline reward of the
 * baseline policy's responses, for the shift of figure 4a.
 */
async function rewardDistributions(
  results: readonly SetupResult[],
  scores: Scores,
  { format }: EvaluationSettings,
): Promise<Distribution[]> {
  const distributions: Distribution[] = [];
  for (const result of results) {
    const { setup, main } = result;
    const { id, reward, rewardBaseline, policy, prompts } = setup;
    for (const { variant, rewards, responses } of main) {
      distributions.push({
        setup: id,
        method: variant.method,
        reward,
        role: 'target',
        scores: rewards,
        ended: mean(responses.map((response) => (endedByItself(response) ? 1 : 0))),
      });
    }
    const shown = methodOf(result, 'dpo') ?? main[0]!;
    if (rewardBaseline === null) continue;
    // As the target reward read them, so that the two can be compared.
    const texts = shown.responses.map((response, index) => ({
      prompt: prompts[index % prompts.length]!,
      text: response.text,
      ended: endedByItself(response),
      reward: rewardBaseline,
      policy,
      format,
    }));
    await scores.add(`Scoring by ${rewardBaseline}`, texts);
    distributions.push({
      setup: id,
      method: shown.variant.method,
      reward: rewardBaseline,
      role: 'baseline',
      scores: texts.map((text) => scores.of(text)),
      ended: mean(texts.map(({ ended }) => (ended ? 1 : 0))),
    });
  }
  return distributions;
}

async function judged(
  { judge: choice, settings, progress }: EvaluationRequest,
  { folder, signal }: WritingContext,
  results: readonly SetupResult[],
  scores: Scores,
): Promise<Judgement | undefined> {
  if (!choice) return undefined;
  const judge: Judge =
    choice.kind === 'endpoint'
      ? await EndpointJudge.open(choice.options, folder.judgements)
      : new RewardJudge(choice.reward, settings.format, scores);
  return judgeAll(judge, results, progress, signal);
}

/** The sentence-embedding model that ships. */
export function shippedEmbedding(modelsFolder: string): string {
  return join(modelsFolder, 'all-minilm-l6-v2');
}
