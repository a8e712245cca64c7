import type { Command } from 'commander';
import { z } from 'zod';
import type { GenerationOptionsInput, PromptInput } from '../../protocol/options.ts';
import { requests } from '../../protocol/requests.ts';
import { wrongUsage } from '../parser/failure.ts';
import { chatOptions, loadingOptions, readGenerationOptions } from '../generation-options.ts';
import { LoadReport } from '../load-report.ts';
import { addTemplateOptions, requireRaw } from '../prompt-options.ts';
import type { Session } from '../session.ts';
import { listedRewards } from '../target-reward.ts';
import { readGzip, readText, standardInput } from '../text-source.ts';

/** One line of the output. */
interface ScoreLine {
  readonly type: 'score';
  readonly reward: number;
  readonly parts: Readonly<Record<string, number>>;
}

const pairSchema = z.object({
  prompt: z.string(),
  response: z.string(),
  draft: z.string().optional(),
  ended: z.boolean().optional(),
});
type Pair = z.output<typeof pairSchema>;

interface ScoreOptions {
  readonly prompt?: string;
  readonly response?: string;
  readonly jsonl?: string;
  readonly cut?: boolean;
  readonly raw?: boolean;
  readonly controlTokens?: boolean;
  readonly system?: string;
}

export function addScore(program: Command, session: Session): void {
  const command = program
    .command('score')
    .description('print the reward of texts, one JSON object a line')
    .argument('[-]', '"-" reads pairs from standard input, one JSON object a line')
    .option('--prompt <text>', 'the prompt')
    .option('--response <text>', 'the response to score')
    .option('--jsonl <file>', 'file of {"prompt", "response"} objects, one a line; may be .gz')
    .option('--cut', 'the responses were cut; without it, they ended by themselves')
    .option('--reward <reward>', 'the reward: an id, an expression or a path')
    .option('--policy <model>', 'id or path of the model that provides tokens and chat template');
  for (const option of [...loadingOptions(), ...chatOptions()]) command.addOption(option);
  addTemplateOptions(command)
    .option('--json', 'has no effect: scores are always JSON')
    .action(async (argument: string | undefined, values) => {
      requireRaw(values);
      const pairs = await readPairs(argument, values, session);
      const options = readGenerationOptions(values);
      if (options.reward === undefined) {
        throw wrongUsage(
          `Scoring needs --reward; the rewards are ${await listedRewards(session)}.`,
        );
      }
      await scorePairs(session, pairs, values, options);
    });
}

async function scorePairs(
  session: Session,
  pairs: Iterable<Pair>,
  { cut = false, raw = false, controlTokens, system }: ScoreOptions,
  options: GenerationOptionsInput,
): Promise<void> {
  const report = new LoadReport(session.process.stderr);
  try {
    for (const { prompt: text, response, draft, ended = !cut } of pairs) {
      const prompt: PromptInput = {
        text,
        raw,
        ...(controlTokens && { controlTokens }),
        ...(system !== undefined && { system }),
        ...(draft !== undefined && { draft }),
      };
      session.signal.throwIfAborted();
      const [score] = await session.engine.stream(
        requests.score,
        { prompt, responses: [{ text: response, ended }], options },
        (event) => {
          report.report(event);
        },
        session.signal,
      );
      report.end();
      const line: ScoreLine = { type: 'score', reward: score!.reward, parts: score!.parts };
      session.printJson(line);
    }
  } finally {
    report.end();
  }
}

async function readPairs(
  argument: string | undefined,
  { prompt, response, jsonl }: ScoreOptions,
  { process }: Session,
): Promise<Iterable<Pair>> {
  if (argument !== undefined && argument !== standardInput) {
    throw wrongUsage(`Unexpected argument "${argument}"; give pairs with --jsonl FILE or -.`);
  }
  const single = prompt !== undefined || response !== undefined;
  const ways = [single ? '--prompt' : undefined, jsonl, argument];
  if (ways.filter((way) => way !== undefined).length !== 1) {
    throw wrongUsage(
      'Give exactly one input to score: --prompt with --response, --jsonl FILE, or -.',
    );
  }
  const file = jsonl ?? argument;
  if (file !== undefined) {
    const isCompressed = file.endsWith('.gz');
    const text = isCompressed ? readGzip(file) : readText(file, process.stdin);
    return parsePairs(await text, file);
  }
  if (prompt === undefined || response === undefined) {
    throw wrongUsage('--prompt and --response must be given together; one of them is missing.');
  }
  return [{ prompt, response }];
}

/** Parses line by line, so pairs before a malformed line are scored. */
function* parsePairs(text: string, file: string): Generator<Pair> {
  const source = file === standardInput ? 'standard input' : file;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const pair = pairSchema.safeParse(parsedJson(line));
    if (!pair.success) {
      throw wrongUsage(
        `Line ${String(index + 1)} of ${source} is not an object with the texts "prompt" and "response", and optionally a text "draft" and true or false as "ended".`,
      );
    }
    yield pair.data;
  }
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
