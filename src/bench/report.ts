import { formatBytes } from '../protocol/units.ts';
import { rewardKinds, type Table } from './cases.ts';
import { isReached, type Goal } from './goals.ts';
import type { GraphMeasurement } from './graph-suite.ts';
import type { CaseMeasurement } from './grid.ts';
import type { Machine } from '../evaluation/machine.ts';
import { numberTable } from './markdown.ts';
import type { BenchResult } from './result.ts';
import type { Spread } from './statistics.ts';
import { promptLengths } from './texts.ts';

/** The result as a Markdown page; `plot` is the name of its SVG file. */
export function reportPage(result: BenchResult, plot: string): string {
  const { grid, size, overhead } = result;
  const faults = grid.cases.filter(({ sameTokens }) => sameTokens === false).map(({ id }) => id);
  const section = (table: Table): string => caseTable(grid.cases, table);
  return `${[
    '# Benchmarks',
    `Written by \`${result.command}\`; do not edit. Accuracy alone: \`npm run bench -- accuracy\`.`,
    machineTable(result.machine),
    '## To reach',
    goalTable(result.goals),
    '## How it was measured',
    `The shipped model in int8 is both policies. It runs in an engine process over its pipes, like in ` +
      `the editor. Text reward: ${rewardKinds.text.reward}; causal reward, a LoRA and score head on ` +
      `the same base: ${rewardKinds.causal.reward}. R is the width of the reward's range; k is 10, H 20, ` +
      `the prompt 64 tokens, decoding greedy, unless a table says otherwise. Every text is paired with plain ` +
      `decoding of the same prompt and length, just before or after it; each prompt runs all cases, in ` +
      `alternating order. The prompt is cached, except for the first tokens below. ` +
      `Times: median (smallest to largest) over prompts; the mean ratio is total time over total time of ` +
      `the plain texts. Positions are means per token, through the policy and through the reward.`,
    `![Time per token of exact TQ* over plain decoding, by R/alpha, k, H and prompt](${plot})`,
    '## Plain decoding',
    plainTable(result),
    `On the base in one graph, without adapters, plain decoding takes ${spread(overhead.plainMsPerToken, 1)} ms ` +
      `per token, ${spread(overhead.ratio, 3)} times the bare graph: the same session in a loop on ` +
      `constant inputs of the same shapes, without use of the outputs.`,
    '## Price of exact TQ*',
    `${size.prompts} prompt(s) of ${size.maxTokens} new tokens.`,
    section('price'),
    '## By strength',
    `${size.otherPrompts} prompt(s) here and in the next three tables; ${size.prompts} for R/alpha 1 and 4 here and for prompts of 64 and 1,024.`,
    section('strength'),
    '## By candidates',
    section('candidates'),
    '## By rollout',
    section('rollout'),
    '## By prompt',
    section('prompt'),
    '## Methods, exact and in full',
    `${size.exhaustivePrompts} prompt(s) of ${size.exhaustiveTokens} new tokens. In full is Algorithm 1 ` +
      `without shortcuts. ${
        faults.length === 0
          ? 'Every exact case here and in the next table wrote the same tokens as its exhaustive form.'
          : `DIFFERENT TOKENS, which is a bug: ${faults.join(', ')}.`
      }`,
    section('methods'),
    '## What each shortcut saves',
    `Without one shortcut, with all others; ${size.exhaustivePrompts} prompt(s) of ${size.exhaustiveTokens} new tokens.`,
    section('ablation'),
    '## First token',
    'Milliseconds from the request to its first token, with a new prompt (except for the system prompt).',
    numberTable(
      ['', ...promptLengths.map((length) => `prompt ${length}`)],
      [...new Set(result.firstTokens.map(({ title }) => title))].map((title) => [
        title,
        ...result.firstTokens.filter((each) => each.title === title).map(({ ms }) => spread(ms, 0)),
      ]),
    ),
    '## Memory',
    `Peak memory of an engine process that loads its models and writes ${size.maxTokens} tokens of one text.`,
    numberTable(
      ['', 'Peak'],
      result.memory.map(({ title, peak }) => [title, peak === undefined ? '?' : formatBytes(peak)]),
    ),
    '## Graph',
    'Milliseconds of single runs over a prefix of 256 tokens, median (smallest to largest). Runs predict after every new token, the prefill only after the last one.',
    graphTable(result.graph),
    '## Start',
    startTable(result),
  ].join('\n\n')}\n`;
}

function machineTable(machine: Machine): string {
  return numberTable(
    ['Machine', ''],
    [
      ['CPU', `${machine.cpu}, ${machine.cores} cores`],
      ['Memory', formatBytes(machine.memory)],
      ['Platform', machine.platform],
      ['Node.js', machine.node],
      ['ONNX Runtime', machine.onnxruntime],
      ['Commit', machine.commit],
      ['Date', machine.date],
    ],
  );
}

/** Goals and measured values as a Markdown table. */
export function goalTable(goals: readonly Goal[]): string {
  const value = (number: number, { digits, unit }: Goal): string =>
    `${fixed(number, digits)}${unit && ` ${unit}`}`;
  return numberTable(
    ['Measured', 'Limit', 'Found', 'State'],
    goals.map((goal) => [
      goal.title,
      `${goal.bound === 'max' ? '<=' : '>='} ${value(goal.limit, goal)}`,
      value(goal.measured, goal),
      isReached(goal) ? 'reached' : 'not reached',
    ]),
  );
}

function caseTable(cases: readonly CaseMeasurement[], name: Table): string {
  return numberTable(
    [
      'Reward',
      'R/alpha',
      'Writing',
      'ms per token',
      'Over plain',
      'Mean',
      'Positions, policy',
      'Positions, reward',
      'In full, policy',
      'Skipped steps',
      'Valued per token',
    ],
    cases
      .filter(({ tables }) => tables.includes(name))
      .map((each) => [
        each.kind,
        String(each.ratio),
        each.title,
        spread(each.msPerToken, 1),
        spread(each.ratioToPlain, 2),
        fixed(each.meanRatio, 2),
        fixed(each.policyPositions / each.tokens, 1),
        fixed(each.rewardPositions / each.tokens, 1),
        fixed(each.exhaustivePositions / each.tokens, 0),
        `${fixed((100 * each.skippedSteps) / each.tokens, 0)}%`,
        fixed(each.candidatesEvaluated / each.tokens, 2),
      ]),
  );
}

function plainTable({ grid }: BenchResult): string {
  return numberTable(
    ['Prompt', 'ms per token', 'Tokens per second', 'Texts'],
    Object.entries(grid.plain).map(([length, ms]) => [
      length,
      spread(ms, 1),
      fixed(1000 / ms.median, 0),
      String(ms.count),
    ]),
  );
}

function graphTable(measurements: readonly GraphMeasurement[]): string {
  const titles = [...new Set(measurements.map(({ title }) => title))];
  const formats = [...new Set(measurements.map(({ format }) => format))];
  return numberTable(
    ['Run', ...formats],
    titles.map((title) => [
      title,
      ...formats.map((format) =>
        spread(measurements.find((each) => each.title === title && each.format === format)!.ms, 1),
      ),
    ]),
  );
}

function startTable({ compile, startMs, accuracy }: BenchResult): string {
  const seconds = startMs.map((ms) => fixed(ms / 1000, 2)).join(', ');
  return numberTable(
    ['Measured', ''],
    [
      ['First compile to int8, files checked', `${fixed(compile.ms / 1000, 1)} s`],
      ['Peak memory of the first compile', formatBytes(compile.peakResident)],
      ['Start of the engine to the first token, already compiled', `${seconds} s`],
      ['Tokens of prose in the comparison of int8 with fp32', String(accuracy.tokens)],
    ],
  );
}

function spread({ median, min, max }: Spread, digits: number): string {
  return `${fixed(median, digits)} (${fixed(min, digits)} to ${fixed(max, digits)})`;
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}
