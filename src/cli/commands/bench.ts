import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ExitCode } from '../failure.ts';
import type { Session } from '../session.ts';

/** Adds `bench`: the measurements of `npm run bench`, which are a program of their own. */
export function addBench(program: Command, session: Session): void {
  program
    .command('bench')
    .description('measure speed, cost and accuracy on this machine (arguments as npm run bench --)')
    .argument('[arguments...]', 'accuracy, --quick, --json FILE, --output FILE')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (given: readonly string[]) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'bench.js'), ...given], {
        stdio: 'inherit',
      });
      const [code] = (await once(child, 'exit')) as [number | null];
      session.process.exitCode = session.signal.aborted
        ? ExitCode.interrupted
        : (code ?? ExitCode.failed);
    });
}
