import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ExitCode } from '../failure.ts';
import type { Session } from '../session.ts';

/**
 * Adds `eval` and `theory`, which are a program of their own: it measures what the engine writes.
 */
export function addEvaluation(program: Command, session: Session): void {
  const commands = {
    eval: "run the paper's evaluation: responses, metrics, judge, report (see eval --help)",
    theory: 'draw gaps and bounds of Theorem 1 from exact enumeration (see theory --help)',
  };
  for (const [name, description] of Object.entries(commands)) {
    program
      .command(name)
      .description(description)
      .argument('[arguments...]')
      .allowUnknownOption()
      .helpOption(false)
      .action((given: readonly string[]) => run(session, [name, ...given]));
  }
}

/** The channel tells the program when this process ends, however it ends. */
async function run(session: Session, given: readonly string[]): Promise<void> {
  const file = join(import.meta.dirname, 'evaluation.js');
  const child = spawn(process.execPath, [file, ...given], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  session.signal.addEventListener('abort', () => {
    if (child.connected) child.disconnect();
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  // It says how to go on, which is more than this program knows.
  session.interruptTold = code === ExitCode.interrupted;
  session.process.exitCode = code ?? ExitCode.failed;
}
