import { Option, type Command } from 'commander';
import { wrongUsage } from './failure.ts';
import { aboveZero, listOf, wholeNumber } from './option-values.ts';

/** Options of `tqstar theory`. */
export interface TheoryOptions {
  readonly out: string;
  readonly mdps: number;
  readonly vocabulary: number;
  readonly horizon: number;
  readonly seed: number;
  readonly alphas: readonly number[];
  readonly betas: readonly number[];
  /** n of indirect transfer with drawn rollouts. */
  readonly rollouts: number;
}

/** Most responses of one MDP; enumerating more takes longer than minutes. */
const maxResponses = 20_000;

/** Adds `theory`: the paper's claims on MDPs small enough to enumerate. */
export function addTheory(program: Command, run: (options: TheoryOptions) => Promise<void>): void {
  const numbers = (flag: string, description: string, values: number[]): Option =>
    new Option(`${flag} <numbers>`, description)
      .argParser(listOf(flag, aboveZero(flag)))
      .default(values);
  const whole = (flag: string, description: string, min: number, value: number): Option =>
    new Option(`${flag} <count>`, description).argParser(wholeNumber(flag, min)).default(value);
  program
    .command('theory')
    .description('draw gaps and bounds of Theorem 1 by exact enumeration of small MDPs')
    .requiredOption('--out <folder>', 'folder of the report')
    .addOption(whole('--mdps', 'random MDPs for each family of rewards', 2, 200))
    .addOption(whole('--vocabulary', 'tokens, one of which ends a response', 2, 4))
    .addOption(whole('--horizon', 'longest response (T)', 1, 4))
    .addOption(whole('--seed', 'seed of the MDPs', 0, 0))
    .addOption(numbers('--alphas', 'values of alpha', [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5]))
    .addOption(numbers('--betas', 'values of beta', [0.05, 0.1, 0.2, 1, 5]))
    .addOption(whole('--rollouts', 'drawn rollouts per candidate in indirect transfer', 1, 4))
    .action((options: TheoryOptions) => {
      const { vocabulary, horizon } = options;
      const responses = vocabulary ** horizon;
      if (responses <= maxResponses) return run(options);
      throw wrongUsage(
        `--vocabulary ${vocabulary} with --horizon ${horizon} makes ${responses} responses; it must be at most ${maxResponses}.`,
      );
    });
}
