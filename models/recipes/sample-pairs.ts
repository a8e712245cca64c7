/**
 * Pairs for DPO from the shipped model's own answers: samples several answers to each instruction
 * and writes the best against the worst under a reward.
 *
 * npx tsx models/recipes/sample-pairs.ts --reward clear-writing \ --instructions
 * models/recipes/data/clear-instructions.jsonl --out .cache/pairs/clear.jsonl
 *
 * Answers are kept beside the pairs (OUT.samples.jsonl), an instruction a line: a run that was cut
 * short goes on where it stopped, and another reward needs no new answers. Answers are a function
 * of model, instruction's place in the file, seed and options alone.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { stream } from '../../src/decoding/random.ts';
import type { Response } from '../../src/decoding/reward.ts';
import { ResponseText } from '../../src/decoding/text.ts';
import { encodeInstruction, openGraph, prepareShipped } from '../../src/bench/shipped-model.ts';
import { rewardPrompt } from '../../src/engine/requests/prompts.ts';
import { findLocations } from '../../src/engine/store/locations.ts';
import type { LoadedPolicy } from '../../src/engine/library/loaded-policy.ts';
import { defaultModel, ModelLibrary } from '../../src/engine/library/model-library.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { RewardLibrary } from '../../src/engine/library/reward-library.ts';

const instructionSchema = z.object({ prompt: z.string().min(1), draft: z.string().optional() });

const sampledSchema = z.object({
  prompt: z.string(),
  draft: z.string().optional(),
  /** `ended`: the model ended the answer itself, before the most tokens. */
  answers: z.array(z.object({ text: z.string(), ended: z.boolean() })),
});
type Sampled = z.output<typeof sampledSchema>;

/** Two answers to one prompt, as a DPO trainer reads them. */
interface Pair {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  readonly chosen_score: number;
  readonly rejected_score: number;
  readonly chosen_ended: boolean;
  readonly rejected_ended: boolean;
}

interface Options {
  readonly reward: string;
  readonly instructions: string;
  readonly out: string;
  readonly samples: number;
  readonly maxTokens: number;
  readonly seed: number;
  readonly temperature: number;
  readonly pairs: number;
  readonly minGap: number;
  readonly scoreOnly?: true;
}

const options = new Command()
  .requiredOption('--reward <reward>', 'reward that orders the answers')
  .requiredOption('--instructions <file>', 'lines of {"prompt", "draft"?}')
  .requiredOption('--out <file>', 'file of the pairs')
  .option('--samples <n>', 'answers an instruction', atLeast(2), 8)
  .option('--max-tokens <n>', 'longest answer, in tokens', atLeast(1), 64)
  .option('--seed <n>', 'seed of the sampling', atLeast(0), 1)
  .option('--temperature <t>', 'of the sampling; at 1 a small model strays', Number, 0.7)
  .option(
    '--pairs <n>',
    'of each instruction: best and worst, second best and worst, ...',
    atLeast(1),
    1,
  )
  .option('--min-gap <score>', 'pairs with a smaller gap are left out', Number, 0.05)
  .option('--score-only', 'pairs from the answers that are there already')
  .parse()
  .opts<Options>();

const locations = findLocations(process.env);
const samplesFile = `${options.out}.samples.jsonl`;
mkdirSync(dirname(options.out), { recursive: true });
if (options.scoreOnly === undefined) await sampleAnswers();
await writePairs();

async function sampleAnswers(): Promise<void> {
  const instructions = readLines(options.instructions, instructionSchema);
  const known = new Set(readSamples().map(({ prompt }) => prompt));
  const left = [...instructions.entries()].filter(([, { prompt }]) => !known.has(prompt));
  if (left.length === 0) return;
  const model = await prepareShipped(locations, 'int8');
  const session = await openGraph(model);
  const { endTokens } = model.tokenizer;
  const policy = new DecoderPolicy('reference', session, endTokens, 'reference');
  const text = new ResponseText((ids) => model.tokenizer.decode(ids), endTokens, []);
  const report = progress(left.length);
  for (const [index, instruction] of left) {
    const sequence = await policy.open(encodeInstruction(model.tokenizer, instruction.prompt));
    const starts = Array.from({ length: options.samples }, (_, sample) => ({
      tokens: [],
      length: options.maxTokens,
      sampler: {
        temperature: options.temperature,
        uniform: (position: number) =>
          stream(options.seed, 'sample', index, position, sample).uniform(),
      },
    }));
    const rollouts = await sequence.rollOut(starts, { reuse: true });
    sequence.close();
    const sampled: Sampled = {
      ...instruction,
      answers: rollouts.map(({ tokens, ended }) => ({ text: text.of(tokens), ended })),
    };
    appendFileSync(samplesFile, `${JSON.stringify(sampled)}\n`);
    report();
  }
  await policy.dispose();
}

/** Lines that a run which was cut short left whole; its unfinished last line is taken away. */
function readSamples(): Sampled[] {
  if (!existsSync(samplesFile)) return [];
  const text = readFileSync(samplesFile, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) writeFileSync(samplesFile, whole);
  return readLines(samplesFile, sampledSchema);
}

async function writePairs(): Promise<void> {
  const models = new ModelLibrary(locations);
  const load = { format: 'int8', device: 'auto' } as const;
  const reward = await new RewardLibrary(locations, models).open(options.reward, {
    ...load,
    allowScripts: false,
  });
  // Only a reward that reads tokens needs the policy whose tokens they are.
  const writer = reward.textOnly ? undefined : await models.policy(defaultModel, load);
  const sampled = readSamples();
  process.stderr.write(`Scoring the answers to ${sampled.length} instructions\n`);
  const report = progress(sampled.length);
  const pairs: Pair[] = [];
  for (const { prompt, draft, answers } of sampled) {
    const session = await reward.open(
      writer
        ? rewardPrompt(writer, { text: prompt, raw: false })
        : { text: prompt, tokens: [], draft },
    );
    const responses = answers
      .filter(({ text }) => text.trim() !== '')
      .map((answer) => responseOf(answer, writer));
    const scores = await session.score(responses);
    session.close();
    report();
    const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
    for (let rank = 0; rank < Math.min(options.pairs, order.length / 2); rank++) {
      const [best, worst] = [order[rank]!, order[order.length - 1 - rank]!];
      if (best === worst || scores[best]! - scores[worst]! < options.minGap) break;
      pairs.push({
        prompt,
        chosen: responses[best]!.text,
        rejected: responses[worst]!.text,
        chosen_score: scores[best]!,
        rejected_score: scores[worst]!,
        chosen_ended: responses[best]!.ended,
        rejected_ended: responses[worst]!.ended,
      });
    }
  }
  writeFileSync(options.out, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  process.stderr.write(`${pairs.length} pairs of ${sampled.length} instructions\n`);
}

/** An answer as its writer's tokens, with the end token only where the model wrote it. */
function responseOf(
  { text, ended }: Sampled['answers'][number],
  writer: LoadedPolicy | undefined,
): Response {
  if (!writer) return { text, tokens: [], ended };
  const tokens = writer.tokenizer.encode(text, { specialTokens: false });
  const end = ended ? [...writer.tokenizer.endTokens].slice(0, 1) : [];
  return { text, tokens: [...tokens, ...end], ended };
}

function readLines<T>(file: string, schema: z.ZodType<T>): T[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => schema.parse(JSON.parse(line)));
}

/** Tells every ten parts how many are done and how long the rest will take. */
function progress(total: number): () => void {
  const start = performance.now();
  let done = 0;
  return () => {
    done += 1;
    if (done % 10 !== 0 && done !== total) return;
    const minutes = ((performance.now() - start) / done) * ((total - done) / 60_000);
    process.stderr.write(`${done}/${total}, ${minutes.toFixed(1)} minutes left\n`);
  };
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}
