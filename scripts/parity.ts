/**
 * Compares a model of one's own with transformers, llama.cpp or a recorded reference.
 *
 * npm run parity -- ./my-model
 * npm run parity -- ./my-model.gguf --llama-server ~/llama.cpp/build/bin/llama-server
 */
import { writeFile } from 'node:fs/promises';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { findLocations } from '../src/engine/exports/parity.ts';
import { TqError } from '../src/protocol/errors.ts';
import { compareModel, textAsText } from './parity/compare.ts';
import { askLlama } from './parity/llama.ts';
import { type ModelPlace, OwnModels, requireLanguageModel } from './parity/own-model.ts';
import { type Answers, readAnswers } from './parity/reference.ts';
import { tableOf } from './parity/report.ts';
import { askTransformers } from './parity/transformers.ts';
import {
  CannotCompare,
  exitCodes,
  overall,
  type Row,
  type Subject,
  subjects,
} from './parity/verdict.ts';

interface Options {
  readonly base?: string;
  readonly reference?: string;
  readonly record?: string;
  readonly llamaServer?: string;
  readonly python: string;
  readonly only: readonly Subject[];
  readonly json?: boolean;
}

function subjectList(value: string): Subject[] {
  return value.split(',').map((name) => {
    const found = subjects.find((subject) => subject === name);
    if (found) return found;
    throw new InvalidArgumentError(
      `"${name}" is no subject; the subjects are ${subjects.join(', ')}.`,
    );
  });
}

const program = new Command('npm run parity --')
  .description('compare a model with transformers, llama.cpp or a recorded reference')
  .argument('<model>', 'a folder, GGUF file or adapter folder, or the id of a model')
  .option('--base <model>', 'model that an adapter belongs on, instead of the one that it names')
  .option('--reference <file>', 'compare with what --record wrote, without another program')
  .option('--record <file>', 'write what the other program answers')
  .option(
    '--llama-server <file>',
    "llama.cpp's server, for a GGUF file",
    process.env['LLAMA_SERVER'] || undefined,
  )
  .option(
    '--python <file>',
    'Python with torch, transformers and peft',
    process.env['PYTHON'] ?? 'python3',
  )
  .option('--only <subjects>', `some of ${subjects.join(',')}`, subjectList, [...subjects])
  .option('--json', 'print JSON')
  .exitOverride();

async function answersFor(place: ModelPlace, options: Options): Promise<Answers> {
  const { reference, llamaServer, python, only } = options;
  if (reference !== undefined) return readAnswers(reference);
  // A server that the environment names is for GGUF files; other models are for transformers.
  const isForLlama = place.base === undefined && place.path.endsWith('.gguf');
  return llamaServer !== undefined && isForLlama
    ? askLlama(place, only, llamaServer)
    : askTransformers(place, only, python);
}

async function compare(model: string, options: Options): Promise<Row[]> {
  const models = new OwnModels(findLocations(process.env));
  const place = await models.place(model, options.base);
  await requireLanguageModel(place);
  const answers = await answersFor(place, options);
  if (options.record !== undefined) {
    await writeFile(options.record, `${JSON.stringify(answers)}\n`);
  }
  const recorded = options.reference !== undefined;
  // A recorded reference has what was wanted when it was recorded.
  const wanted = options.only.filter((subject) => !recorded || answers[subject] !== undefined);
  const own = await models.open(place).catch((error: unknown) => {
    if (error instanceof TqError) return error;
    throw error;
  });
  try {
    return [...(await compareModel(own, answers, wanted)), ...textAsText(own, wanted)];
  } finally {
    if (!(own instanceof TqError)) await own.close();
  }
}

async function main(): Promise<number> {
  program.parse();
  const options = program.opts<Options>();
  const rows = await compare(program.args[0]!, options);
  console.log(
    options.json ? JSON.stringify({ verdict: overall(rows), rows }, null, 2) : tableOf(rows),
  );
  return exitCodes[overall(rows)];
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes['not compared'];
  } else if (error instanceof CannotCompare || error instanceof TqError) {
    console.error(error.message);
    process.exitCode = exitCodes['not compared'];
  } else throw error;
}
