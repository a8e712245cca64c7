import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addBench } from './commands/bench.ts';
import { addCompare } from './commands/compare.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluation } from './commands/evaluation.ts';
import { addGenerate } from './commands/generate.ts';
import { addMethods } from './commands/methods.ts';
import { addModels } from './commands/models.ts';
import { addRewards } from './commands/rewards.ts';
import { addRewrite } from './commands/rewrite.ts';
import { addScore } from './commands/score.ts';
import type { Session } from './session.ts';

/** The command line with all its commands; what it refuses it tells in one sentence. */
export function createProgram(session: Session): Command {
  const program = new Command('tqstar')
    .description('Write with a local language model, steered by Transfer Q* towards a reward.')
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => {
        write(`tqstar: ${asSentence(text)}\n`);
      },
    });
  addCompare(program, session);
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

function asSentence(text: string): string {
  const words = text
    .replace(/^error: /u, '')
    .trim()
    .replaceAll('\n', ' ');
  return words.endsWith('.') || words.endsWith(')') ? words : `${words}.`;
}
