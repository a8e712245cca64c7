import { Option, type Command } from 'commander';
import { requests } from '../../protocol/requests.ts';
import {
  rewritePresetIds,
  rewritePresets,
  rewritePrompt,
  type RewritePresetId,
} from '../../client/rewrite.ts';
import { addGenerationOptions, readGenerationOptions } from '../generation-options.ts';
import { oneOf } from '../parser/option-values.ts';
import type { Session } from '../session.ts';
import { readText } from '../text-source.ts';
import { writeTexts } from '../write-texts.ts';

const defaultPreset: RewritePresetId = 'clearer';

export function addRewrite(program: Command, session: Session): void {
  const command = program
    .command('rewrite')
    .description('rewrite a draft')
    .argument('<draft>', 'file with the draft, or - for standard input')
    .addOption(presetOption())
    .addOption(new Option('--instruction <text>', 'how to change the draft').conflicts('preset'))
    .option('--system <text>', 'system message of the chat template');
  addGenerationOptions(command)
    .option('--json', 'one JSON object a line')
    .action(async (file: string, values) => {
      const draft = await readText(file, session.process.stdin);
      const preset: RewritePresetId = values.preset ?? defaultPreset;
      const instruction: string = values.instruction ?? rewritePresets[preset].instruction;
      const system: string | undefined = values.system;
      const prompt = {
        ...rewritePrompt(draft, instruction),
        ...(system !== undefined && { system }),
      };
      const options = readGenerationOptions(values);
      const json = values.json === true;
      await writeTexts(session, { request: requests.generate, prompt, options, json });
    });
}

function presetOption(): Option {
  const all = rewritePresetIds.join(', ');
  return new Option('--preset <name>', `${all} (${defaultPreset} by default)`).argParser(
    oneOf('--preset', rewritePresetIds),
  );
}
