import { Option, type Command, type OptionValues } from 'commander';
import {
  devices,
  formats,
  generationOptionsSchema,
  methodIds,
  shortcutNames,
  type GenerationOptionsInput,
} from '../protocol/options.ts';
import { wrongUsage } from './failure.ts';

const fields = generationOptionsSchema.shape;
type Field = keyof typeof fields;

const count = 'a whole number of 1 or more';
const modelHelp = 'id or path of';

/** Adds the options of a generation, named as the editor's settings. */
export function addGenerationOptions(command: Command): Command {
  const options = [
    choice('--method <id>', 'method', 'decoding method', methodIds),
    new Option('--policy <model>', `${modelHelp} the reference policy`),
    new Option('--baseline <model>', `${modelHelp} the baseline policy`),
    new Option('--reward <reward>', 'target reward: an id, an expression or a path'),
    new Option('--reward-baseline <reward>', 'baseline reward, for tq-indirect'),
    number('--alpha <number>', 'alpha', 'strength of the reward, small is strong', aboveZero),
    number('--beta <number>', 'beta', 'strength the baseline was aligned with', aboveZero),
    number('--k <count>', 'k', 'candidates a token', count),
    number('--rollout <tokens>', 'rollout', 'length of a rollout', count),
    number('--rollouts <count>', 'rollouts', 'rollouts a candidate; N of best-of-N', count),
    number('--max-tokens <count>', 'maxTokens', 'longest text', count),
    number('--temperature <number>', 'temperature', '0 is greedy', 'a number of 0 or more'),
    number('--seed <number>', 'seed', 'seed of sampling', 'a whole number of 0 or more'),
    new Option('--stop <text>', 'end before this text (may be repeated)').argParser(addStop),
    choice('--args-policy <role>', 'argsPolicy', 'policy that args decodes', [
      'reference',
      'baseline',
    ]),
    ...loadingOptions(),
    new Option('--exhaustive', 'Algorithm 1 in full, without shortcuts'),
    new Option(
      '--without <shortcut>',
      `leave out a shortcut (may be repeated): ${shortcutNames.join(', ')}`,
    ).argParser(addShortcut),
  ];
  for (const option of options) command.addOption(option);
  return command;
}

/** Options on how a model is loaded. */
export function loadingOptions(): Option[] {
  return [
    choice('--format <name>', 'format', 'number format of the model', formats),
    choice('--device <name>', 'device', 'where the model runs', devices),
  ];
}

/** The options of a generation among those a command was given; who types a path trusts it. */
export function readGenerationOptions(values: OptionValues): GenerationOptionsInput {
  const given = Object.entries(values).filter(([name]) => Object.hasOwn(fields, name));
  return { ...(Object.fromEntries(given) as GenerationOptionsInput), allowScripts: true };
}

const aboveZero = 'a number above 0';

function number(flags: string, field: Field, description: string, allowed: string): Option {
  return new Option(flags, description).argParser((text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (fields[field].safeParse(value).success) return value;
    throw wrongUsage(`${name(flags)} is "${text}"; it must be ${allowed}.`);
  });
}

function choice(
  flags: string,
  field: Field,
  description: string,
  choices: readonly string[],
): Option {
  const all = choices.join(', ');
  return new Option(flags, `${description}: ${all}`).argParser((text) => {
    if (fields[field].safeParse(text).success) return text;
    throw wrongUsage(`${name(flags)} is "${text}"; it must be one of ${all}.`);
  });
}

function addStop(text: string, before: readonly string[] | undefined): string[] {
  if (text === '') throw wrongUsage('--stop is ""; it must have at least one character.');
  return [...(before ?? []), text];
}

function addShortcut(text: string, before: readonly string[] | undefined): string[] {
  if (shortcutNames.some((each) => each === text)) return [...(before ?? []), text];
  throw wrongUsage(`--without is "${text}"; it must be one of ${shortcutNames.join(', ')}.`);
}

function name(flags: string): string {
  return flags.split(' ', 1)[0]!;
}
