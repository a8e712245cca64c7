import type { Command } from 'commander';
import { argumentsAfter, runMeasuringProgram } from '../measuring-program.ts';
import { addEval } from '../parser/eval.ts';
import { addTheory } from '../parser/theory.ts';
import type { Session } from '../session.ts';

/** Adds `eval` and `theory`, which dist/evaluation.js runs. */
export function addEvaluation(program: Command, session: Session): void {
  const run = (command: string) => (): Promise<void> =>
    runMeasuringProgram(session, 'evaluation.js', [command, ...argumentsAfter(session, command)]);
  addEval(program, run('eval'));
  addTheory(program, run('theory'));
}
