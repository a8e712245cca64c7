import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { GenerationOptions, Prompt } from '../../protocol/options.ts';
import type { LoadedPolicy } from '../library/loaded-policy.ts';
import { namedTemplates } from '../models/tokenizer/named-templates.ts';
import type { ChatSettings, TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';

type ChatOptions = Pick<GenerationOptions, 'chatTemplate' | 'templateVariables' | 'folder'>;

/** Far more than any chat template has. */
const maxTemplateBytes = 2 ** 20;

/** What the engine itself gives a template. */
const ownVariables = ['messages', 'add_generation_prompt', 'tools', 'documents'];

/**
 * The chat template and the variables that a request names.
 * @throws TqError invalidInput for a template that is neither a name nor a file, or a variable that
 *   cannot be set
 */
export async function chatSettings(options: ChatOptions): Promise<ChatSettings> {
  const { chatTemplate, templateVariables: variables = {}, folder = '.' } = options;
  for (const name of Object.keys(variables)) requireVariable(name);
  if (chatTemplate === undefined) return { variables };
  const named = namedTemplates.find(({ name }) => name === chatTemplate);
  const template = named?.source ?? (await readTemplate(chatTemplate, folder));
  return { template, variables };
}

/** The policy with the template and the variables that a request names. */
export function withChat<Policy extends LoadedPolicy>(policy: Policy, chat: ChatSettings): Policy {
  const unchanged = chat.template === undefined && Object.keys(chat.variables ?? {}).length === 0;
  return unchanged ? policy : { ...policy, tokenizer: policy.tokenizer.withChat(chat) };
}

/** Sentences about how the prompt reaches the model, where they may surprise. */
export function chatNotes(
  { id, tokenizer }: Pick<LoadedPolicy, 'id' | 'tokenizer'>,
  { raw }: Pick<Prompt, 'raw'>,
  { variables = {} }: ChatSettings,
): string[] {
  if (raw) return [];
  const { chatTemplate } = tokenizer;
  if (chatTemplate === undefined) return [missingTemplate(id, tokenizer)];
  const unread = Object.keys(variables).filter((name) => !reads(chatTemplate, name));
  return unread.map(
    (name) => `The chat template of ${id} does not read the variable ${name}, so it has no effect.`,
  );
}

function missingTemplate(id: string, tokenizer: TextTokenizer): string {
  const bare = `The model ${id} has no chat template, so it gets the bare text of the prompt.`;
  const fitting = namedTemplates.find(({ tokens }) =>
    tokens.every((text) => tokenizer.hasToken(text)),
  );
  return fitting === undefined
    ? `${bare} If it was trained on conversations, name their template with ${howToName('<file>')}.`
    : `${bare} Its tokens fit the chat template ${fitting.name}; choose it with ${howToName(fitting.name)}.`;
}

function howToName(template: string): string {
  return `--chat-template ${template}, or in the editor with the setting tqstar.chatTemplate`;
}

function reads(template: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`, 'u').test(template);
}

function requireVariable(name: string): void {
  const own = ownVariables.includes(name);
  if (!own && /^[A-Za-z_]\w*$/u.test(name)) return;
  const why = own ? 'the engine sets it itself' : 'a name has letters, digits and underscores';
  const message = `The template variable "${name}" cannot be set: ${why}.`;
  throw new TqError(ErrorCode.invalidInput, message);
}

async function readTemplate(path: string, folder: string): Promise<string> {
  const file = resolve(folder, path);
  const names = namedTemplates.map(({ name }) => name).join(', ');
  try {
    if ((await stat(file)).size <= maxTemplateBytes) return await readFile(file, 'utf8');
  } catch (cause) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The chat template "${path}" is neither one of ${names} nor a file that can be read.`,
      { cause },
    );
  }
  throw new TqError(
    ErrorCode.invalidInput,
    `The chat template ${path} is larger than ${maxTemplateBytes} bytes, which no chat template is.`,
  );
}
