import { Option, type Command } from 'commander';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { builtInPresets, ownPreset, presetIds, type PresetId } from '../../client/presets.ts';
import { languageOfFile } from '../document-language.ts';
import { addGenerationOptions, readGenerationOptions } from '../generation-options.ts';
import { oneOf, wholeNumber } from '../parser/option-values.ts';
import { printRewrite } from '../print-rewrite.ts';
import type { Session } from '../session.ts';
import { readText } from '../text-source.ts';

const defaultPreset: PresetId = 'clearer';
const byteOrderMark = '\uFEFF';

export function addRewrite(program: Command, session: Session): void {
  const command = program
    .command('rewrite')
    .description('rewrite the prose of a document, and print the whole document')
    .argument('<draft>', 'the document, or - for standard input')
    .addOption(presetOption())
    .addOption(new Option('--instruction <text>', 'how to change the prose').conflicts('preset'))
    .option(
      '--language <id>',
      "VS Code's id of the document's language, if its name does not say it",
    )
    .addOption(
      new Option('--candidates <count>', 'wordings of each part to choose from').argParser(
        wholeNumber('--candidates', 1),
      ),
    );
  addGenerationOptions(command)
    .option('--json', 'one JSON object a line: the events, then the result')
    .action(async (file: string, values) => {
      const instruction: string | undefined = values.instruction;
      const presetId: PresetId = values.preset ?? defaultPreset;
      const language: string = values.language ?? languageOfFile(file);
      const candidates: number | undefined = values.candidates;
      const content = await readText(file, session.process.stdin, true);
      if (content.trim() === '') {
        throw new TqError(
          ErrorCode.invalidInput,
          `The draft is empty. Write some text to ${file === '-' ? 'standard input' : file} first.`,
        );
      }
      const mark = content.startsWith(byteOrderMark) ? byteOrderMark : '';
      const params = {
        document: { text: content.slice(mark.length), language },
        preset: {
          ...(instruction === undefined ? builtInPresets[presetId] : ownPreset(instruction)),
          // A reward on the command line is meant, whatever the preset asks for.
          ...(typeof values.reward === 'string' && { reward: values.reward }),
        },
        ...(candidates !== undefined && { candidates }),
        options: readGenerationOptions(values),
      };
      await printRewrite(session, params, { mark, json: values.json === true });
    });
}

function presetOption(): Option {
  const all = presetIds.join(', ');
  return new Option('--preset <name>', `${all} (${defaultPreset} by default)`).argParser(
    oneOf('--preset', presetIds),
  );
}
