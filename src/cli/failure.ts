import { CommanderError } from 'commander';
import { ErrorCode, TqError } from '../protocol/errors.ts';

/** Exit codes of `tqstar`. */
export const ExitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface Failure {
  readonly exitCode: ExitCode;
  /** One sentence; undefined where all has been said. */
  readonly sentence: string | undefined;
}

/** What a failed command tells its caller. */
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

/** An unexpected failure's message may carry its stack in the lines after. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

/** The failure of someone who asked for what cannot be done. */
export function wrongUsage(sentence: string): TqError {
  return new TqError(ErrorCode.invalidInput, sentence);
}
