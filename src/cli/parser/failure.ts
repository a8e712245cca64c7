import { CommanderError } from 'commander';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { printable } from '../../protocol/printable.ts';
import { redacted } from '../../protocol/secrets.ts';

/** Exit codes of `tqstar` and of the programs it starts. */
export const ExitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface Failure {
  readonly exitCode: ExitCode;
  /** One sentence; undefined when the message is already printed. */
  readonly sentence: string | undefined;
}

/** The exit code and the sentence for an error that ended a command. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) {
    // Help and version end this way too, with exit code 0; commander has printed its message.
    const exitCode = error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    return { exitCode, sentence: undefined };
  }
  const sentence = firstLine(error instanceof Error ? error.message : String(error));
  if (!(error instanceof TqError)) return { exitCode: ExitCode.failed, sentence };
  switch (error.code) {
    case ErrorCode.invalidInput:
    case ErrorCode.unknownId:
      return { exitCode: ExitCode.usage, sentence };
    case ErrorCode.cancelled:
      return { exitCode: ExitCode.interrupted, sentence };
    case ErrorCode.engineGone:
      return {
        exitCode: ExitCode.failed,
        sentence: `${sentence.replace(/\.$/u, '')}; "tqstar doctor" looks for the cause.`,
      };
    default:
      return { exitCode: ExitCode.failed, sentence };
  }
}

/** The message of an unexpected error may have its stack in the lines below. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

/** Prints a sentence about a failure on standard error. */
export function complain(sentence: string): void {
  process.stderr.write(`tqstar: ${printable(redacted(sentence))}\n`);
}

/** An error for wrong options or arguments; the exit code becomes 2. */
export function wrongUsage(sentence: string): TqError {
  return new TqError(ErrorCode.invalidInput, sentence);
}
