import { CommanderError, type Command } from 'commander';
import { complain, ExitCode, failureOf } from './failure.ts';

/** Calls back when the `tqstar` that started this program was interrupted or has ended. */
export function onParentGone(listener: () => void): void {
  process.on('disconnect', listener);
  // Listening alone must not keep this program running.
  process.channel?.unref();
}

/** How long a program may take to stop after an interrupt. */
const stopMs = 900;

/** How a program behaves when it is interrupted. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Printed when a command failed because of the interrupt. */
  readonly sentence: () => string;
}

/** Runs the commands of a program that `tqstar` starts; every failure becomes one sentence. */
export async function runCommands(
  program: Command,
  interruption?: Interruption,
): Promise<ExitCode> {
  const end = ({ sentence }: Interruption): void => {
    complain(sentence());
    process.exit(ExitCode.interrupted);
  };
  interruption?.signal.addEventListener('abort', () => {
    setTimeout(end, stopMs, interruption).unref();
  });
  try {
    await program.parseAsync();
    return (process.exitCode ?? ExitCode.done) as ExitCode;
  } catch (error) {
    if (interruption?.signal.aborted && !(error instanceof CommanderError)) {
      complain(interruption.sentence());
      return ExitCode.interrupted;
    }
    const { exitCode, sentence } = failureOf(error);
    if (sentence !== undefined) complain(sentence);
    return exitCode;
  }
}
