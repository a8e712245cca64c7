import { Command } from 'commander';

/**
 * A command that never ends the process by itself: wrong usage is one sentence on standard error
 * and a `CommanderError`. Its subcommands behave alike.
 */
export function baseCommand(name: string): Command {
  return new Command(name).exitOverride().configureOutput({
    outputError: (text, write) => {
      write(`tqstar: ${asSentence(text)}\n`);
    },
  });
}

function asSentence(text: string): string {
  const words = text
    .replace(/^error: /u, '')
    .trim()
    .replaceAll('\n', ' ');
  return words.endsWith('.') || words.endsWith(')') ? words : `${words}.`;
}
