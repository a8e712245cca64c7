import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { BenchPeerOptions } from '../cli/parser/bench.ts';
import { defaultModel, readManifest } from '../engine/exports/bench.ts';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { GenerationOptionsInput } from '../protocol/options.ts';
import { mean } from '../evaluation/metrics/interval.ts';
import type { BenchContext } from './default-suite.ts';
import { BenchEngine } from './engine-runs.ts';
import { rewardKindNames, rewardKinds, transferOptions } from './cases.ts';
import { numberTable } from './markdown.ts';
import { chatOf, prepareShipped } from './shipped-model.ts';
import { BenchPrompts, type PromptLength } from './texts.ts';

/** Mean milliseconds per token of one program, by length of the prompt. */
export interface PeerRow {
  readonly program: string;
  readonly ms: Readonly<Partial<Record<PromptLength, number>>>;
}

const lengths = [64, 256] as const satisfies readonly PromptLength[];
const prompts = 4;
const tokens = 32;
/** The authors' code takes seconds per token. */
const authorTokens = 3;
const strengths = [1, 4] as const;

const timesSchema = z.object({ plain: z.number(), authors: z.number() });
/** The other programs use all cores. */
const cores = availableParallelism();

const llamaSchema = z.array(
  z.object({ n_prompt: z.number(), n_gen: z.number(), avg_ts: z.number().positive() }),
);

/**
 * Times our decoding, plain greedy decoding of transformers, the authors' code and llama.cpp, one
 * after the other, on the same weights and cores.
 * @throws TqError invalidInput for a program that cannot be run
 */
export async function measurePeers(
  context: BenchContext,
  options: BenchPeerOptions,
): Promise<PeerRow[]> {
  const { transferQ, llamaBench } = options;
  const rows = await measureOurs(context);
  if (transferQ !== undefined) rows.push(...(await measureAuthors(context, transferQ, options)));
  if (llamaBench !== undefined) rows.push(await measureLlama(context, llamaBench));
  context.progress.end();
  return rows;
}

/** All times as a Markdown table, with their ratios to our plain decoding. */
export function peerTable(rows: readonly PeerRow[]): string {
  const plain = rows[0]!;
  const head = [
    'ms per token',
    ...lengths.flatMap((length) => [`prompt ${length}`, 'over our plain']),
  ];
  const cells = rows.map(({ program, ms }) => [
    program,
    ...lengths.flatMap((length) => {
      const own = ms[length];
      if (own === undefined) return ['', ''];
      return [own.toFixed(1), (own / plain.ms[length]!).toFixed(2)];
    }),
  ]);
  return numberTable(head, cells);
}

async function measureOurs({
  locations,
  programs,
  prose,
  progress,
}: BenchContext): Promise<PeerRow[]> {
  const { tokenizer } = await prepareShipped(locations, 'int8');
  const benchPrompts = new BenchPrompts(tokenizer, prose);
  const engine = BenchEngine.start(programs.engine, locations);
  const writings: readonly { program: string; options: GenerationOptionsInput }[] = [
    { program: 'ours, plain greedy', options: { method: 'sft' } },
    ...rewardKindNames.flatMap((kind) =>
      strengths.map((ratio) => ({
        program: `ours, exact tq, ${rewardKinds[kind].reward}, R/alpha ${ratio}`,
        options: transferOptions(kind, ratio),
      })),
    ),
  ];
  progress.stage('Ours', writings.length * lengths.length * prompts);
  try {
    const rows: PeerRow[] = [];
    for (const { program, options } of writings) {
      const ms: Partial<Record<PromptLength, number>> = {};
      for (const length of lengths) {
        const times: number[] = [];
        for (let index = 0; index < prompts; index++) {
          const prompt = benchPrompts.text({ index, length });
          await engine.write(prompt, { ...options, maxTokens: 1 });
          times.push((await engine.write(prompt, { ...options, maxTokens: tokens })).msPerToken);
          progress.increment();
        }
        ms[length] = mean(times);
      }
      rows.push({ program, ms });
    }
    return rows;
  } finally {
    await engine.stop();
  }
}

async function measureAuthors(
  { locations, prose, progress }: BenchContext,
  folder: string,
  { python }: BenchPeerOptions,
): Promise<PeerRow[]> {
  const { tokenizer } = await prepareShipped(locations, 'int8');
  const benchPrompts = new BenchPrompts(tokenizer, prose);
  const program = join(locations.models, '../scripts/peers.py');
  const ms: Record<'plain' | 'authors', Partial<Record<PromptLength, number>>> = {
    plain: {},
    authors: {},
  };
  progress.stage("The authors' code", lengths.length);
  for (const length of lengths) {
    const texts = Array.from({ length: prompts }, (_, index) =>
      chatOf(tokenizer, benchPrompts.text({ index, length })),
    );
    const asked = {
      texts,
      tokens,
      authorTokens,
      alpha: rewardKinds.causal.width,
      topK: 10,
      threads: cores,
    };
    const printed = await outputOf(python, [program, folder], JSON.stringify(asked));
    const times = printed
      .trim()
      .split('\n')
      .map((line) => timesSchema.parse(JSON.parse(line)));
    for (const name of ['plain', 'authors'] as const) {
      ms[name][length] = mean(times.map((each) => each[name]));
    }
    progress.increment();
  }
  return [
    { program: 'transformers fp32, plain greedy', ms: ms.plain },
    { program: "authors' Transfer-Q fp32, k 10, H 20, hh-harmless", ms: ms.authors },
  ];
}

async function measureLlama({ locations, progress }: BenchContext, file: string): Promise<PeerRow> {
  const shipped = (await readManifest(locations.models)).find(({ id }) => id === defaultModel)!;
  progress.stage('llama.cpp', lengths.length);
  const ms: Partial<Record<PromptLength, number>> = {};
  for (const length of lengths) {
    const model = join(locations.models, shipped.files[0]!.path);
    const choices = ['-m', model, '-t', String(cores), '-p', '0', '-n', String(tokens)];
    const printed = await outputOf(file, [...choices, '-d', String(length), '-o', 'json'], '');
    const [found] = llamaSchema.parse(JSON.parse(printed));
    ms[length] = 1000 / found!.avg_ts;
    progress.increment();
  }
  return { program: 'llama.cpp Q4_1, plain', ms };
}

/** Runs a program with some input; returns its output. */
async function outputOf(program: string, parameters: string[], input: string): Promise<string> {
  const child = spawn(program, parameters, { stdio: ['pipe', 'pipe', 'pipe'] });
  const started = once(child, 'spawn').catch((error: unknown) =>
    fail(`The program ${program} cannot be started (${(error as Error).message}).`),
  );
  await started;
  child.stdin.end(input);
  const [printed, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code === 0) return printed;
  const last = complaint.trim().split('\n').at(-1) ?? '';
  return fail(`The program ${program} ended with exit code ${String(code)}: ${last}`);
}

function fail(sentence: string): never {
  throw new TqError(ErrorCode.invalidInput, sentence);
}
