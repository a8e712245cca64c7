import { markdownTable } from 'markdown-table';
import type { Accuracy } from './accuracy.ts';
import type { ChildReport } from './child.ts';
import type { DecodingReport } from './decoding-suite.ts';
import { decodingVariants, rolloutLength, topK } from './decoding-variants.ts';
import { isReached, type Goal } from './goals.ts';
import type { GraphMeasurement } from './graph-suite.ts';
import type { Machine } from '../machine.ts';
import type { VariantMemory } from './processes.ts';
import type { Spread } from './statistics.ts';

/** Everything one run of the benchmark measured. */
export interface BenchResult {
  readonly machine: Machine;
  /** The command that gives such a result. */
  readonly command: string;
  readonly goals: readonly Goal[];
  readonly decoding: DecodingReport;
  readonly memory: readonly VariantMemory[];
  /** Tokens each process of `memory` wrote. */
  readonly memoryTokens: number;
  readonly graph: readonly GraphMeasurement[];
  readonly accuracy: Accuracy;
  readonly compile: ChildReport;
  readonly firstTokenMs: readonly number[];
}

type Row = readonly string[];

/** The whole result as a Markdown page. */
export function reportPage(result: BenchResult): string {
  const { decoding, memoryTokens } = result;
  const same = decoding.comparisons.every(({ sameTokens }) => sameTokens);
  return `${[
    '# Benchmarks',
    `Written by \`${result.command}\`; do not edit. Accuracy alone: \`npm run bench -- accuracy\`.`,
    machineTable(result.machine),
    '## To reach',
    goalTable(result.goals),
    '## Decoding',
    `The shipped model in int8, reward positive-tone, k ${topK}, H ${rolloutLength}, ` +
      `${decoding.prompts} prompt(s) of ${decoding.maxTokens} new tokens, greedy, ` +
      `${decoding.rounds} round(s) in one process in which every variant has its turn with every prompt, ` +
      "exhaustive ones in the first round alone. R is the width of the reward's range. " +
      'Times: median (smallest to largest) over prompts and rounds, the prompt read before. ' +
      'Counts: all prompts once.',
    decodingTable(decoding),
    `Exact and exhaustive decoding wrote ${same ? 'the same tokens' : 'DIFFERENT TOKENS, which is a fault'}. ` +
      'The bare graph is the same session run in a loop on constant inputs of the shapes that plain ' +
      'decoding has at these lengths, outputs unused.',
    comparisonTable(decoding),
    '## Memory',
    `Each variant alone in a process of its own, writing ${memoryTokens} tokens of one text. ` +
      'Keys and values: of the open text, its branches, and texts kept for later requests.',
    memoryTable(result.memory),
    '## Graph',
    'Single runs over a prefix of 256 tokens, milliseconds, median (smallest to largest). Predictions after every new token, for the prefill after the last one.',
    graphTable(result.graph),
    '## Start',
    startTable(result),
  ].join('\n\n')}\n`;
}

function machineTable(machine: Machine): string {
  return table(
    ['Machine', ''],
    [
      ['CPU', `${machine.cpu}, ${machine.cores} cores, ${machine.threads} threads used`],
      ['Memory', gigabytes(machine.memory)],
      ['Platform', machine.platform],
      ['Node.js', machine.node],
      ['ONNX Runtime', machine.onnxruntime],
      ['Commit', machine.commit],
      ['Date', machine.date],
    ],
  );
}

/** What was to be reached, as a Markdown table. */
export function goalTable(goals: readonly Goal[]): string {
  const value = (number: number, { digits, unit }: Goal): string =>
    `${fixed(number, digits)}${unit && ` ${unit}`}`;
  return table(
    ['Measured', 'Limit', 'Found', 'State'],
    goals.map((goal) => [
      goal.title,
      `${goal.bound === 'most' ? '<=' : '>='} ${value(goal.limit, goal)}`,
      value(goal.measured, goal),
      isReached(goal) ? 'reached' : 'not reached',
    ]),
  );
}

function decodingTable({ measurements, bareMsPerToken }: DecodingReport): string {
  return table(
    [
      'Variant',
      'ms a token',
      'Ratio to plain',
      'Tokens',
      'Positions',
      'Positions a token',
      'Skipped steps',
      'Alternatives rolled out a step',
    ],
    [
      ['Bare graph', spread(bareMsPerToken, 1), '', '', '', '', '', ''],
      ...measurements.map((each) => [
        each.title,
        spread(each.msPerToken, 1),
        spread(each.ratioToPlain, 2),
        String(each.tokens),
        String(each.policyPositions),
        fixed(each.policyPositions / each.tokens, 1),
        each.id === 'plain' ? '' : percent(each.skippedSteps / each.tokens),
        each.id === 'plain' ? '' : fixed(each.alternativesPerStep, 2),
      ]),
    ],
  );
}

function comparisonTable({ comparisons, overhead }: DecodingReport): string {
  return table(
    ['Time of', 'over that of', 'Whole work', 'Prompt by prompt', 'Tokens'],
    [
      ['Plain decoding', 'Bare graph', '', spread(overhead, 3), ''],
      ...comparisons.map((each) => [
        titleOf(each.exact),
        titleOf(each.exhaustive),
        fixed(each.timeRatio, 3),
        spread(each.pairs, 3),
        each.sameTokens ? 'the same' : 'DIFFERENT',
      ]),
    ],
  );
}

function memoryTable(memories: readonly VariantMemory[]): string {
  return table(
    [
      'Variant',
      'Peak, loading included',
      'Largest after a token',
      'JavaScript heap',
      'Keys and values',
    ],
    memories.map((memory) => [
      titleOf(memory.variant),
      ...[memory.peakResident, memory.decodingResident, memory.heap, memory.cache].map(megabytes),
    ]),
  );
}

function graphTable(measurements: readonly GraphMeasurement[]): string {
  const titles = [...new Set(measurements.map(({ title }) => title))];
  const formats = [...new Set(measurements.map(({ format }) => format))];
  return table(
    ['Run', ...formats],
    titles.map((title) => [
      title,
      ...formats.map((format) =>
        spread(measurements.find((each) => each.title === title && each.format === format)!.ms, 1),
      ),
    ]),
  );
}

function startTable({ compile, firstTokenMs, accuracy }: BenchResult): string {
  const seconds = firstTokenMs.map((ms) => fixed(ms / 1000, 2)).join(', ');
  return table(
    ['Measured', ''],
    [
      ['First compile to int8, files checked', `${fixed(compile.ms / 1000, 1)} s`],
      ['Its memory at the most', megabytes(compile.peakResident)],
      ['Start of the engine to first plain token, compiled before', `${seconds} s`],
      ['Tokens of prose that int8 was compared with fp32 on', String(accuracy.tokens)],
    ],
  );
}

function table(head: Row, rows: readonly Row[]): string {
  const align = head.map((_, column) => (column === 0 ? null : 'r'));
  return markdownTable([[...head], ...rows.map((row) => [...row])], { align });
}

function titleOf(id: string): string {
  return decodingVariants.find((variant) => variant.id === id)!.title;
}

function spread({ median, min, max }: Spread, digits: number): string {
  return `${fixed(median, digits)} (${fixed(min, digits)} to ${fixed(max, digits)})`;
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}

function percent(share: number): string {
  return `${fixed(100 * share, 0)}%`;
}

function megabytes(bytes: number): string {
  return `${fixed(bytes / 1e6, 0)} MB`;
}

function gigabytes(bytes: number): string {
  return `${fixed(bytes / 1e9, 1)} GB`;
}
