import { basename } from 'node:path';
import { describeMachine } from '../machine.ts';
import type { EvaluationRequest } from '../request.ts';
import type { Judgement } from '../judge/contests.ts';
import type { Versions } from '../run/response.ts';
import type { SetupResult } from './analysis.ts';
import { distributionFigure, qualityFigure, rewardFigure } from './figures.ts';
import { ablationFigure, costFigure, frontierFigure } from './frontier-figures.ts';
import { comparisonTable } from './comparison-table.ts';
import { equalTermsTable } from './equal-terms-table.ts';
import { examplesTable } from './examples-table.ts';
import { draftTable, seedTable } from './prompt-tables.ts';
import type { Report, Section } from './report.ts';
import { distributionTable, rewardTable, type Distribution } from './reward-tables.ts';
import type { Table } from './table.ts';
import { ablationTable, costTable, qualityTable, timeTable } from './text-tables.ts';
import { winTieTable } from './win-tie-table.ts';

export interface EvaluationFindings {
  readonly request: EvaluationRequest;
  readonly versions: Versions;
  readonly results: readonly SetupResult[];
  readonly distributions: readonly Distribution[];
  readonly judgement: Judgement | undefined;
}

/** The report of an evaluation, with the paper's figures for its data. */
export async function evaluationReport(findings: EvaluationFindings): Promise<Report> {
  const { request, results, distributions, judgement } = findings;
  const { settings, embedding } = request;
  const sections: Section[] = [
    {
      title: 'Reward',
      notes: [],
      figures: [rewardFigure(results)],
      tables: [
        rewardTable(results),
        comparisonTable(results, settings.seed),
        ...withRows(draftTable(results, settings.seed), seedTable(results)),
      ],
    },
    {
      title: 'Text',
      notes: [],
      figures: [qualityFigure(results)],
      tables: [qualityTable(results, basename(embedding))],
    },
    {
      title: 'Win-tie',
      notes: judgement ? [] : ['No judge was named (--judge or --judge-reward).'],
      figures: [],
      tables: judgement ? [winTieTable(judgement, settings.seed)] : [],
    },
    {
      title: 'Distributions',
      notes: [],
      figures: [distributionFigure(results, distributions)],
      tables: [distributionTable(distributions)],
    },
    {
      title: 'Divergence',
      notes: [],
      figures: [
        frontierFigure(results),
        ...(settings.ablation === null ? [] : [ablationFigure(results)]),
      ],
      tables: [...withRows(equalTermsTable(results)), ablationTable(results)],
    },
    {
      title: 'Cost',
      notes: [],
      figures: [costFigure(results)],
      tables: [costTable(results), timeTable(results)],
    },
    {
      title: 'Examples',
      notes: [],
      figures: [],
      tables: [examplesTable(results, settings.seed)],
    },
  ];
  return { title: `Evaluation: ${settings.title}`, facts: await factsOf(findings), sections };
}

function withRows(...tables: readonly Table[]): Table[] {
  return tables.filter(({ rows }) => rows.length > 0);
}

async function factsOf({
  request,
  versions,
  results,
}: EvaluationFindings): Promise<(readonly [string, string])[]> {
  const { settings, command, modelsFolder } = request;
  const { cpu, cores, platform, commit, date } = await describeMachine(modelsFolder);
  const { maxTokens, seed, seeds, format, bestOf } = settings;
  return [
    ['Command', command],
    [
      'Settings',
      `at most ${maxTokens} new tokens, greedy, seed ${seed}, ${seeds} for each sampled text, ${format}, best of ${bestOf.join(', ')} (${Math.max(...bestOf)} where one is compared)`,
    ],
    ...results.map(({ setup }) => {
      const { title, policy, prompts, promptSource, transfer, id } = setup;
      const about = `${title}; reference policy ${policy}; ${transfer} transfer; ${prompts.length} prompts of ${promptSource}`;
      return [`Setup ${id}`, about] as const;
    }),
    [
      'Versions',
      `tqstar ${versions.tqstar}, ONNX Runtime ${versions.onnxruntime}, Node.js ${versions.node}`,
    ],
    ['Machine', `${cpu}, ${cores} cores, ${platform}`],
    ['Commit', commit],
    ['Date', date],
  ];
}
