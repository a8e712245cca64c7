import type { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addBench } from './commands/bench.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluation } from './commands/evaluation.ts';
import { addGenerate } from './commands/generate.ts';
import { addMethods } from './commands/methods.ts';
import { addModels } from './commands/models.ts';
import { addRewards } from './commands/rewards.ts';
import { addRewrite } from './commands/rewrite.ts';
import { addScore } from './commands/score.ts';
import { baseCommand } from './parser/base-command.ts';
import type { Session } from './session.ts';

/** The command line with all its commands; a failure of any is one sentence. */
export function createProgram(session: Session): Command {
  const program = baseCommand('tqstar')
    .description('Write with a local language model, steered by Transfer Q* towards a reward.')
    .version(manifest.version);
  addGenerate(program, session);
  addRewrite(program, session);
  addScore(program, session);
  addModels(program, session);
  addRewards(program, session);
  addMethods(program, session);
  addDoctor(program, session);
  addEvaluation(program, session);
  addBench(program, session);
  return program;
}
