import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { quoted } from '../malformed.ts';

/** Where transformers saves templates beside the default one, a file for each name. */
const folderName = 'additional_chat_templates';

/** More than any model has. */
const maxTemplates = 100;

/** Templates by their names. */
export async function extraTemplates(
  folder: string,
  read: (folder: string, name: string) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const names = await readdir(join(folder, folderName)).catch(() => []);
  const files = names.filter((name) => name.endsWith('.jinja')).sort();
  const templates = new Map<string, string>();
  for (const file of files.slice(0, maxTemplates)) {
    const text = await read(join(folder, folderName), file);
    if (text !== undefined) templates.set(file.slice(0, -'.jinja'.length), text);
  }
  return templates;
}

/**
 * The template named "default", as transformers chooses where it has no tools. Without one it
 * refuses every conversation, and so does the template that this returns; undefined for none.
 */
export function templateOfSeveral(templates: ReadonlyMap<string, string>): string | undefined {
  if (templates.size === 0) return undefined;
  return templates.get('default') ?? withoutDefault([...templates.keys()]);
}

/** A template that refuses every conversation, with the names of those that there are. */
export function withoutDefault(names: readonly string[]): string {
  const list = names.map((name) => quoted(name)).join(', ');
  const reason = `the model has the chat templates ${list} and none is named "default"; give one as a file with --chat-template (in the editor: the setting tqstar.chatTemplate)`;
  return `{{ raise_exception(${JSON.stringify(reason)}) }}`;
}
