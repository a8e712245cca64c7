import { ErrorCode, TqError } from '../protocol/errors.ts';
import { indirectReferences, rolloutLaws } from '../protocol/options.ts';
import type { MethodTraits } from './methods/traits.ts';
import type { DecodingOptions, DecodingOptionsInput } from './options.ts';
import type { Reward } from './reward.ts';
import { noShortcuts, shortcutsOf } from './shortcuts/shortcuts.ts';

/** The smallest alpha and beta: a reward divided by less could overflow. */
const leastStrength = 1e-100;

/** The smallest temperature above 0: logits are divided by it in single precision. */
const leastTemperature = 1e-6;

/**
 * Fills in the defaults (the paper's setting) and checks every value. The default H goes to the end
 * of the response if the target reward judges whole answers.
 * @throws TqError invalidInput, with the option, its value and what is allowed.
 */
export function checkOptions(
  input: DecodingOptionsInput,
  { id, defaults, minRollouts }: MethodTraits,
  vocabularySize: number,
  target?: Pick<Reward, 'readsWhole'>,
): DecodingOptions {
  const maxTokens = input.maxTokens ?? 128;
  const options: DecodingOptions = {
    method: id,
    alpha: input.alpha ?? 1,
    beta: input.beta ?? 0.1,
    k: input.k ?? Math.min(10, vocabularySize),
    rollout: input.rollout ?? (target?.readsWhole ? maxTokens : defaults.rollout),
    rollouts: input.rollouts ?? defaults.rollouts,
    maxTokens,
    indirectReference: input.indirectReference ?? 'derived',
    rolloutLaw: input.rolloutLaw ?? 'independent',
    temperature: input.temperature ?? 0,
    seed: input.seed ?? 0,
    stop: input.stop ?? [],
    argsPolicy: input.argsPolicy ?? 'reference',
    exhaustive: input.exhaustive ?? false,
    shortcuts: input.exhaustive ? noShortcuts : shortcutsOf(input.shortcuts),
    batch: input.batch ?? 4,
    rewardEvery: input.rewardEvery ?? 0,
  };
  checkNumbers(options, vocabularySize);
  const least = minRollouts?.(options);
  if (least && options.rollouts < least.count) {
    const { count, reason } = least;
    fail(`The option rollouts is ${options.rollouts}; ${id} needs at least ${count}, ${reason}.`);
  }
  const emptyStop = options.stop.findIndex((text) => typeof text !== 'string' || text === '');
  if (emptyStop >= 0) {
    fail(`The stop string ${emptyStop + 1} is empty; a stop string needs at least one character.`);
  }
  checkChoice('argsPolicy', options.argsPolicy, ['reference', 'baseline']);
  checkChoice('indirectReference', options.indirectReference, indirectReferences);
  checkChoice('rolloutLaw', options.rolloutLaw, rolloutLaws);
  return options;
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  fail(`The option ${name} is ${quoted(value)}; it must be ${choices.join(' or ')}.`);
}

function checkNumbers(options: DecodingOptions, vocabularySize: number): void {
  for (const name of ['alpha', 'beta'] as const) {
    const value = options[name];
    if (!(Number.isFinite(value) && value > 0)) {
      fail(`The option ${name} is ${quoted(value)}; it must be a finite number above 0.`);
    }
    if (value < leastStrength) {
      fail(
        `The option ${name} is ${value}; it must be at least ${leastStrength}, because rewards are divided by it.`,
      );
    }
  }
  const { temperature, seed } = options;
  if (!(Number.isFinite(temperature) && temperature >= 0)) {
    fail(
      `The option temperature is ${quoted(temperature)}; ` +
        'it must be a finite number of 0 (greedy) or more.',
    );
  }
  if (temperature > 0 && temperature < leastTemperature) {
    fail(
      `The option temperature is ${temperature}; it must be 0 (greedy) or at least ${leastTemperature}.`,
    );
  }
  checkInteger('k', options.k, 1, vocabularySize, "the policy's vocabulary");
  for (const name of ['rollout', 'rollouts', 'maxTokens', 'batch'] as const) {
    checkInteger(name, options[name], 1);
  }
  checkInteger('seed', seed, 0);
  checkInteger('rewardEvery', options.rewardEvery, 0);
}

function checkInteger(
  name: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
  reason?: string,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const upTo = reason === undefined ? 'more' : `at most ${most} (${reason})`;
  const range = reason === undefined ? `${least} or ${upTo}` : `${least} or more and ${upTo}`;
  fail(`The option ${name} is ${quoted(value)}; it must be a whole number of ${range}.`);
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

function fail(message: string): never {
  throw new TqError(ErrorCode.invalidInput, message);
}
