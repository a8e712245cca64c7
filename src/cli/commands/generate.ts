import type { Command } from 'commander';
import { requests } from '../../protocol/requests.ts';
import { addGenerationOptions, readGenerationOptions } from '../generation-options.ts';
import { addPromptOptions, readPrompt } from '../prompt-options.ts';
import type { Session } from '../session.ts';
import { writeTexts, type Writing } from '../write-texts.ts';

/** Adds `compare` and `generate`, which take the same options and differ in their request. */
export function addGenerate(program: Command, session: Session): void {
  const compare = program
    .command('compare')
    .description('write two texts in parallel: by plain decoding, and aligned to a reward');
  const generate = program.command('generate').description('write one text, aligned to a reward');
  addWriting(compare, session, requests.compare);
  addWriting(generate, session, requests.generate);
}

function addWriting(command: Command, session: Session, request: Writing['request']): void {
  addGenerationOptions(addPromptOptions(command))
    .option('--json', 'one JSON object a line')
    .action(async (argument: string | undefined, values) => {
      const prompt = await readPrompt(argument, values, session);
      const options = readGenerationOptions(values);
      const json = values.json === true;
      await writeTexts(session, { request, prompt, options, json });
    });
}
