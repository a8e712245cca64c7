import type { Command } from 'commander';
import type { PromptInput } from '../protocol/options.ts';
import { wrongUsage } from './parser/failure.ts';
import type { Session } from './session.ts';
import { readText, standardInput } from './text-source.ts';

/** Values of the options that `addPromptOptions` adds. */
export interface PromptOptions {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly raw?: boolean;
  readonly controlTokens?: boolean;
  readonly system?: string;
}

/** Adds the ways to give a prompt: an option, a file, or "-" for standard input. */
export function addPromptOptions(command: Command): Command {
  return addTemplateOptions(
    command
      .argument('[-]', '"-" reads the prompt from standard input')
      .option('--prompt <text>', 'the prompt')
      .option('--prompt-file <file>', 'file of the prompt'),
  );
}

/** Adds options for how the prompt reaches the model. */
export function addTemplateOptions(command: Command): Command {
  return command
    .option('--raw', 'use the prompt without the chat template')
    .option('--control-tokens', 'with --raw, read control tokens in the prompt instead of spelling')
    .option('--system <text>', 'system message of the chat template');
}

/** The prompt; exactly one of the ways to give it must be used. */
export async function readPrompt(
  argument: string | undefined,
  { prompt, promptFile, raw = false, controlTokens, system }: PromptOptions,
  { process }: Session,
): Promise<PromptInput> {
  if (argument !== undefined && argument !== standardInput) {
    throw wrongUsage(
      `Unexpected argument "${argument}"; give the prompt with --prompt, --prompt-file or -.`,
    );
  }
  requireRaw({ raw, ...(controlTokens && { controlTokens }) });
  const given = [prompt, promptFile, argument].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw wrongUsage(
      given.length === 0
        ? 'There is no prompt; give one with --prompt TEXT, --prompt-file FILE or - for standard input.'
        : 'There is more than one prompt; give only one of --prompt, --prompt-file and -.',
    );
  }
  const file = promptFile ?? argument;
  const text = file === undefined ? prompt! : await readText(file, process.stdin);
  // Editors end a file with a line break that is not part of the prompt.
  const trimmed = raw || file === undefined ? text : text.replace(/\r?\n$/u, '');
  return {
    text: trimmed,
    raw,
    ...(controlTokens && { controlTokens }),
    ...(system !== undefined && { system }),
  };
}

/** @throws TqError invalidInput for an option that only a raw prompt has */
export function requireRaw({ raw, controlTokens }: PromptOptions): void {
  if (!controlTokens || raw) return;
  throw wrongUsage('--control-tokens is for raw prompts; give it with --raw, or leave it out.');
}
