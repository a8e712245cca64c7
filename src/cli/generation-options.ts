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
import { serverKinds, type ServerOptionsInput } from '../protocol/servers.ts';
import { wrongUsage } from './parser/failure.ts';
import { aboveZero, numberFrom, oneOf, wholeNumber } from './parser/option-values.ts';

type TemplateVariables = NonNullable<GenerationOptionsInput['templateVariables']>;

const fields = generationOptionsSchema.shape;
const modelHelp = 'id or path of';

/** Adds the options of a generation, with the names of the editor's settings. */
export function addGenerationOptions(command: Command): Command {
  const options = [
    choice('--method', 'id', 'decoding method', methodIds),
    new Option('--policy <model>', `${modelHelp} the reference policy`),
    new Option('--baseline <model>', `${modelHelp} the baseline policy`),
    new Option(
      '--server <address>',
      'server that runs a policy: [id=]url[#model] (may be repeated); named server:id',
    ).argParser(addServer),
    choice('--server-kind', 'kind', 'kind of the servers; found by asking', serverKinds),
    new Option('--server-tokenizer <model>', `${modelHelp} a model with the servers' tokenizer`),
    new Option('--server-adapter <name>', 'LoRA adapter that the server has loaded'),
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
    ...chatOptions(),
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

/** Options for how the prompt reaches the model. */
export function chatOptions(): Option[] {
  return [
    new Option(
      '--chat-template <template>',
      "instead of the model's own: chatml, llama3, gemma, phi3, zephyr, mistral, or a file",
    ),
    new Option(
      '--template-var <name=value>',
      'variable of the chat template, as enable_thinking=true (may be repeated)',
    ).argParser(addTemplateVariable),
  ];
}

/** The generation options among a command's values; a script named on the command line may run. */
export function readGenerationOptions(values: OptionValues): GenerationOptionsInput {
  const given = Object.entries(values).filter(([name]) => Object.hasOwn(fields, name));
  const servers = readServers(values);
  const { templateVar } = values as { readonly templateVar?: TemplateVariables };
  return {
    // A server that is named alone is the policy.
    ...(servers.length === 1 && { policy: `server:${servers[0]!.id}` }),
    ...(Object.fromEntries(given) as GenerationOptionsInput),
    ...(templateVar && { templateVariables: templateVar }),
    ...(servers.length > 0 && { servers }),
    allowScripts: true,
  };
}

function readServers(values: OptionValues): ServerOptionsInput[] {
  const addresses = (values['server'] as ServerAddress[] | undefined) ?? [];
  const shared = {
    kind: values['serverKind'] as ServerOptionsInput['kind'],
    tokenizer: values['serverTokenizer'] as string | undefined,
    adapter: values['serverAdapter'] as string | undefined,
  };
  return addresses.map((address) => ({ ...shared, ...address }));
}

type ServerAddress = Pick<ServerOptionsInput, 'id' | 'url' | 'model'>;

/** [id=]url[#model] */
function addServer(text: string, before: readonly ServerAddress[] | undefined): ServerAddress[] {
  const [, id = 'server', url, model] =
    /^(?:([\w.-]+)=)?(https?:\/\/[^#]+)(?:#(.+))?$/u.exec(text) ?? [];
  if (url === undefined) {
    throw wrongUsage(
      `--server is "${text}"; it must be an address such as http://127.0.0.1:8080, or big=https://gpu:8000#model.`,
    );
  }
  if (before?.some((each) => each.id === id)) {
    throw wrongUsage(`--server names "${id}" twice; give each server an id, as in fast=${url}.`);
  }
  return [...(before ?? []), { id, url, ...(model !== undefined && { model }) }];
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

function addTemplateVariable(
  text: string,
  before: TemplateVariables | undefined,
): TemplateVariables {
  const [, name, value] = /^([^=]+)=(.*)$/su.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw wrongUsage(
      `--template-var is "${text}"; it must be a name and a value, as enable_thinking=true.`,
    );
  }
  return { ...before, [name]: templateValue(value) };
}

/** true, false, null, a number or a text in quotes as JSON has them; any other text is itself. */
function templateValue(text: string): string | number | boolean | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : (value as string);
  } catch {
    return text;
  }
}

function addStop(text: string, before: readonly string[] | undefined): string[] {
  if (text === '') throw wrongUsage('--stop is ""; it must have at least one character.');
  return [...(before ?? []), text];
}

function addShortcut(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), oneOf('--without', shortcutNames)(text)];
}
