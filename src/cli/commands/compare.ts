import type { Command } from 'commander';
import { requests } from '../../protocol/requests.ts';
import { addGenerationOptions, readGenerationOptions } from '../generation-options.ts';
import { addPromptOptions, readPrompt } from '../prompt-options.ts';
import type { Session } from '../session.ts';
import { writeTexts } from '../write-texts.ts';

export function addCompare(program: Command, session: Session): void {
  const command = program
    .command('compare')
    .description('write the text of plain decoding and the aligned one, at once');
  addGenerationOptions(addPromptOptions(command))
    .option('--json', 'one JSON object a line')
    .action(async (argument: string | undefined, values) => {
      const prompt = await readPrompt(argument, values, session);
      const options = readGenerationOptions(values);
      const json = values.json === true;
      await writeTexts(session, { request: requests.compare, prompt, options, json });
    });
}
