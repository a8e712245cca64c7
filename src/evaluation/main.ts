import { Command, CommanderError } from 'commander';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import { addEval } from './eval-command.ts';
import { addTheory } from './theory-command.ts';

/** Exit codes, as those of `tqstar`. */
const exitCodes = { failed: 1, usage: 2, interrupted: 130 } as const;

const interrupted = new AbortController();
let signals = 0;
const interrupt = (): void => {
  signals += 1;
  // Whoever asks twice does not want to wait; what is on disk is whole. The channel may have told
  // of the first time before the signal does: a terminal interrupts the command line as well.
  if (signals > 1) process.exit(exitCodes.interrupted);
  interrupted.abort();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// The command line that started this program is gone, and with it the one who waits.
process.on('disconnect', () => {
  interrupted.abort();
});

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  if (interrupted.signal.aborted) {
    const resumable = program.args[0] === 'eval';
    complain(resumable ? 'Interrupted; the same command goes on from here.' : 'Interrupted.');
    return exitCodes.interrupted;
  }
  const message = error instanceof Error ? error.message : String(error);
  complain(message.split('\n', 1)[0]!);
  const usage = [ErrorCode.invalidInput, ErrorCode.unknownId] as number[];
  return error instanceof TqError && usage.includes(error.code)
    ? exitCodes.usage
    : exitCodes.failed;
}

function complain(sentence: string): void {
  process.stderr.write(`tqstar: ${sentence}\n`);
}

const program = new Command('tqstar')
  .description("The paper's evaluation.")
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => {
      write(
        `tqstar: ${text
          .replace(/^error: /u, '')
          .trim()
          .replace(/\.?$/u, '.')}\n`,
      );
    },
  });
addEval(program, interrupted.signal);
addTheory(program, interrupted.signal);

let exitCode = 0;
try {
  await program.parseAsync();
} catch (error) {
  exitCode = exitCodeOf(error);
}
process.exit(exitCode);
