import { Option, type Command, type OptionValues } from 'commander';
import {
  devices,
  formats,
  generationOptionsSchema,
  indirectReferences,
  methodIds,
  rolloutLaws,
  shortcutNames,
  type GenerationOptionsInput,
} from '../protocol/options.ts';
import { wrongUsage } from './parser/failure.ts';
import { aboveZero, numberFrom, oneOf, wholeNumber } from './parser/option-values.ts';

const fields = generationOptionsSchema.shape;
const modelHelp = 'id or path of';

/** Adds the options of a generation, with the names of the editor's settings. */
export function addGenerationOptions(command: Command): Command {
  const options = [
    choice('--method', 'id', 'decoding method', methodIds),
    new Option('--policy <model>', `${modelHelp} the reference policy`),
    new Option('--baseline <model>', `${modelHelp} the baseline policy`),
    new Option(
      '--adapter <adapters>',
      'adapters for the reference policy: ids or paths with weights, such as a*0.7+b*0.3',
    ),
    new Option('--reward <reward>', 'target reward: an id, an expression or a path'),
    new Option('--reward-baseline <reward>', 'baseline reward, for tq-indirect'),
    strength('--alpha', 'strength of the reward, small is strong'),
    strength('--beta', "strength of the baseline's alignment"),
    whole('--k', 'count', 'candidates a token'),
    whole('--rollout', 'tokens', 'length of a rollout'),
    whole('--rollouts', 'count', 'rollouts a candidate; N of best-of-N'),
    choice('--indirect-reference', 'name', 'reference of tq-indirect', indirectReferences),
    choice('--rollout-law', 'name', 'random numbers of two or more rollouts', rolloutLaws),
    whole('--max-tokens', 'count', 'longest text'),
    new Option('--temperature <number>', '0 is greedy').argParser(numberFrom('--temperature', 0)),
    whole('--seed', 'number', 'seed of sampling', 0),
    new Option('--stop <text>', 'end before this text (may be repeated)').argParser(addStop),
    choice('--args-policy', 'role', 'policy that args decodes or bon samples', [
      'reference',
      'baseline',
    ]),
    ...loadingOptions(),
    new Option('--exhaustive', 'run Algorithm 1 in full, without shortcuts'),
    new Option(
      '--without <shortcut>',
      `leave out a shortcut (may be repeated): ${shortcutNames.join(', ')}`,
    ).argParser(addShortcut),
  ];
  for (const option of options) command.addOption(option);
  return command;
}

/** Options for loading a model. */
export function loadingOptions(): Option[] {
  return [
    choice('--format', 'name', 'number format of the model', formats),
    choice('--device', 'name', 'where the model runs', devices),
    new Option('--base <model>', `${modelHelp} the model that adapters belong on`),
  ];
}

/** The generation options among a command's values; a script named on the command line may run. */
export function readGenerationOptions(values: OptionValues): GenerationOptionsInput {
  const given = Object.entries(values).filter(([name]) => Object.hasOwn(fields, name));
  return { ...(Object.fromEntries(given) as GenerationOptionsInput), allowScripts: true };
}

function strength(flag: string, description: string): Option {
  return new Option(`${flag} <number>`, description).argParser(aboveZero(flag));
}

function whole(flag: string, value: string, description: string, min = 1): Option {
  return new Option(`${flag} <${value}>`, description).argParser(wholeNumber(flag, min));
}

function choice(
  flag: string,
  value: string,
  description: string,
  choices: readonly string[],
): Option {
  return new Option(`${flag} <${value}>`, `${description}: ${choices.join(', ')}`).argParser(
    oneOf(flag, choices),
  );
}

function addStop(text: string, before: readonly string[] | undefined): string[] {
  if (text === '') throw wrongUsage('--stop is ""; it must have at least one character.');
  return [...(before ?? []), text];
}

function addShortcut(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), oneOf('--without', shortcutNames)(text)];
}
