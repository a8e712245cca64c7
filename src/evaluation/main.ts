import { baseCommand } from '../cli/parser/base-command.ts';
import { addEval } from '../cli/parser/eval.ts';
import { ExitCode } from '../cli/parser/failure.ts';
import { onParentGone, runCommands } from '../cli/parser/started-program.ts';
import { addTheory } from '../cli/parser/theory.ts';
import { startWatchdog } from '../engine/exports/evaluation.ts';
import { runEval } from './run-eval.ts';
import { runTheory } from './run-theory.ts';

/** How long this program may take to stop after the end of the `tqstar` that started it. */
const graceMs = 400;

startWatchdog(new URL('watchdog.js', import.meta.url), graceMs);
const interrupted = new AbortController();
const { signal } = interrupted;
let signals = 0;
const interrupt = (): void => {
  signals += 1;
  // The second interrupt ends at once; every file on disk is complete. The parent's end may be
  // noticed before the first signal: a terminal interrupts both programs.
  if (signals > 1) process.exit(ExitCode.interrupted);
  interrupted.abort();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
onParentGone(() => {
  interrupted.abort();
});

const program = baseCommand('tqstar');
addEval(program, (options) => runEval(options, signal));
addTheory(program, (options) => runTheory(options, signal));

const sentence = (): string =>
  program.args[0] === 'eval'
    ? 'Interrupted. Run the same command again to resume.'
    : 'Interrupted.';
process.exit(await runCommands(program, { signal, sentence }));
