import type { Command } from 'commander';
import { diagnose, type Check } from '../diagnosis.ts';
import type { Session } from '../session.ts';
import { printable } from '../../protocol/printable.ts';

export function addDoctor(program: Command, session: Session): void {
  program
    .command('doctor')
    .description('check the installation and suggest fixes')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const checks = await diagnose(session);
      const problems = checks.filter(({ advice }) => advice !== '').length;
      if (json) session.printJson({ type: 'doctor', healthy: problems === 0, checks });
      else {
        const nameWidth = Math.max(...checks.map(({ name }) => name.length));
        for (const check of checks) session.print(describe(check, nameWidth));
      }
      if (problems > 0) {
        throw new Error(`Problems in ${String(problems)} of ${String(checks.length)} checks.`);
      }
    });
}

function describe({ name, found, advice }: Check, nameWidth: number): string {
  const state = advice === '' ? 'ok     ' : 'PROBLEM';
  const line = `${state}  ${name.padEnd(nameWidth)}  ${printable(found)}`;
  const indent = ' '.repeat(state.length + nameWidth + 4);
  return advice === '' ? line : `${line}\n${indent}${printable(advice)}`;
}
